const { join } = require("node:path");
const { App, Duration, NestedStack, Stack } = require("aws-cdk-lib");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");
const { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");
const { LogGroup, RetentionDays } = require("aws-cdk-lib/aws-logs");
const { Queue } = require("aws-cdk-lib/aws-sqs");

/** Reports what landed in the dead-letter queue; a nested stack of the worker's. */
class Alarms extends NestedStack {
  constructor(scope, id, { dead }) {
    super(scope, id);
    const report = new Function(this, "Report", {
      runtime: Runtime.PYTHON_3_13,
      handler: "index.handler",
      code: Code.fromInline("def handler(event, context):\n    return len(event['Records'])\n"),
      timeout: Duration.seconds(20),
      logGroup: new LogGroup(this, "ReportLogs", { retention: RetentionDays.THREE_MONTHS }),
      // Planted: a password in clear text.
      environment: { DB_PASSWORD: "Pl8m!Tractor#42" },
    });
    report.addEventSource(new SqsEventSource(dead));
  }
}

class Worker extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const dead = new Queue(this, "Dead", { visibilityTimeout: Duration.minutes(2) });
    // Planted: a message becomes visible again while the function still works on it.
    const jobs = new Queue(this, "Jobs", {
      visibilityTimeout: Duration.seconds(30),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    const work = new Function(this, "Work", {
      runtime: Runtime.PYTHON_3_13,
      handler: "work.handler",
      code: Code.fromAsset(join(__dirname, "src")),
      timeout: Duration.seconds(60),
      logGroup: new LogGroup(this, "WorkLogs", { retention: RetentionDays.THREE_MONTHS }),
    });
    work.addEventSource(new SqsEventSource(jobs, { batchSize: 5, reportBatchItemFailures: true }));
    new Alarms(this, "Alarms", { dead });
  }
}

new Worker(new App(), "Worker");
