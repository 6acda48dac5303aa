const { join } = require("node:path");
const { App, Duration, Stack, Stage } = require("aws-cdk-lib");
const { Code, EventSourceMapping, Function, Runtime } = require("aws-cdk-lib/aws-lambda");
const { LogGroup, RetentionDays } = require("aws-cdk-lib/aws-logs");
const { Queue } = require("aws-cdk-lib/aws-sqs");

/** What holds data: other stacks refer to it. */
class Data extends Stack {
  constructor(scope, id, { visibility }) {
    super(scope, id);
    const dead = new Queue(this, "Dead");
    this.events = new Queue(this, "Events", {
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    });
  }
}

/** What works on the data of the other stack. */
class Service extends Stack {
  constructor(scope, id, { events }) {
    super(scope, id);
    const enrich = new Function(this, "Enrich", {
      runtime: Runtime.NODEJS_22_X,
      handler: "enrich.handler",
      code: Code.fromAsset(join(__dirname, "src")),
      timeout: Duration.seconds(30),
      logGroup: new LogGroup(this, "EnrichLogs", { retention: RetentionDays.THREE_MONTHS }),
    });
    events.grantConsumeMessages(enrich);
    new EventSourceMapping(this, "Source", { target: enrich, eventSourceArn: events.queueArn });
  }
}

/** One deployment of the whole. */
class Environment extends Stage {
  constructor(scope, id, { visibility }) {
    super(scope, id);
    const { events } = new Data(this, "Data", { visibility });
    new Service(this, "Service", { events });
  }
}

const app = new App();
// Planted in one stage only: the queue's timeout is below the function's, and they stand in two stacks.
new Environment(app, "Beta", { visibility: Duration.seconds(10) });
new Environment(app, "Prod", { visibility: Duration.minutes(3) });
