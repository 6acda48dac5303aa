//! RL-01: a function that is invoked asynchronously and drops what it could not process.

use super::failure_paths::{configs, is_durable};
use super::mutator::{Break, Clause, Form, Impossible, Mutator, NOTHING, arn, list, resource, subject, with};
use stockade_inventory::{Inventory, Mode};
use stockade_model::{Fact, Outcome, Resource};
use stockade_syntax::New;

const SAM: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";

const FIFO: &str = "arn:aws:sqs:us-east-1:123456789012:failed.fifo";

/// SAM takes no `Fn::If` in place of the objects that it reads.
const WITHOUT_BRANCHES: &[Form] = &[Form::Literal, Form::Ref, Form::Sub, Form::Globals];

const NAMES_THE_FUNCTION: Impossible =
    (&[Form::Ref, Form::Sub], "what invokes names the function; no scalar of it decides");
const OUTSIDE_THE_FUNCTION: Impossible =
    (&[Form::Literal, Form::Globals], "nothing in a function of its own says what invokes it");

/// Whether something invokes the function asynchronously and keeps nothing itself.
fn is_asynchronous(inventory: &Inventory, function: &Resource) -> bool {
    inventory.triggers().iter().any(|trigger| {
        trigger.function.resource().id == function.id
            && trigger.mode == Mode::Asynchronous
            && !trigger.keeps_failures
    })
}

/// Whether nothing but an asynchronous invocation can run a durable function.
fn runs_too_long_to_wait_for(function: &Resource) -> bool {
    let seconds = function.properties.get("DurableConfig.ExecutionTimeout").number();
    matches!(seconds, Fact::Known(seconds) if seconds > 900.0)
}

/// Resources that invoke the function asynchronously, one of each kind.
fn triggers(function: &Resource) -> Vec<New> {
    let named = || arn(function);
    let text = |text: &str| New::string(text);
    let map = |entries: Vec<(&str, New)>| New::mapping(entries);
    let source = map(vec![("Owner", text("CUSTOM_LAMBDA")), ("SourceIdentifier", named())]);
    let lambda_action = map(vec![("LambdaAction", map(vec![("FunctionArn", named())]))]);
    let notification = map(vec![("Event", text("s3:ObjectCreated:*")), ("Function", named())]);
    let stage = {
        let configuration = map(vec![("FunctionName", New::mapping([("Ref", text(function.logical_id()))]))]);
        let id = [("Category", "Invoke"), ("Owner", "AWS"), ("Provider", "Lambda"), ("Version", "1")];
        let id = map(id.map(|(key, value)| (key, text(value))).into());
        let action = [("Name", text("run")), ("ActionTypeId", id), ("Configuration", configuration)];
        map(vec![("Name", text("run")), ("Actions", list(map(action.into())))])
    };
    let all: Vec<(&str, Vec<(&str, New)>)> = vec![
        (
            "AWS::Events::Rule",
            vec![
                ("ScheduleExpression", text("rate(1 day)")),
                ("Targets", list(map(vec![("Id", text("mutant")), ("Arn", named())]))),
            ],
        ),
        (
            "AWS::SNS::Subscription",
            vec![
                ("TopicArn", text("arn:aws:sns:us-east-1:123456789012:orders")),
                ("Protocol", text("lambda")),
                ("Endpoint", named()),
            ],
        ),
        (
            "AWS::SNS::Topic",
            vec![("Subscription", list(map(vec![("Protocol", text("lambda")), ("Endpoint", named())])))],
        ),
        (
            "AWS::S3::Bucket",
            vec![("NotificationConfiguration", map(vec![("LambdaConfigurations", list(notification))]))],
        ),
        (
            "AWS::Scheduler::Schedule",
            vec![
                ("ScheduleExpression", text("rate(1 day)")),
                ("FlexibleTimeWindow", map(vec![("Mode", text("OFF"))])),
                (
                    "Target",
                    map(vec![
                        ("Arn", named()),
                        ("RoleArn", text("arn:aws:iam::123456789012:role/scheduler")),
                    ]),
                ),
            ],
        ),
        (
            "AWS::IoT::TopicRule",
            vec![(
                "TopicRulePayload",
                map(vec![
                    ("Sql", text("SELECT * FROM 'orders'")),
                    ("Actions", list(map(vec![("Lambda", map(vec![("FunctionArn", named())]))]))),
                ]),
            )],
        ),
        (
            "AWS::Logs::SubscriptionFilter",
            vec![("LogGroupName", text("/orders")), ("FilterPattern", text("")), ("DestinationArn", named())],
        ),
        (
            "AWS::SES::ReceiptRule",
            vec![("RuleSetName", text("mail")), ("Rule", map(vec![("Actions", list(lambda_action))]))],
        ),
        ("AWS::Config::ConfigRule", vec![("Source", source)]),
        (
            "AWS::CodePipeline::Pipeline",
            vec![("RoleArn", text("arn:aws:iam::123456789012:role/pipeline")), ("Stages", list(stage))],
        ),
        (
            "AWS::CodeCommit::Repository",
            vec![
                ("RepositoryName", text("orders")),
                (
                    "Triggers",
                    list(map(vec![
                        ("Name", text("push")),
                        ("Events", list(text("all"))),
                        ("DestinationArn", named()),
                    ])),
                ),
            ],
        ),
        ("Custom::Mutant", vec![("ServiceToken", named())]),
        (
            "AWS::Lambda::EventInvokeConfig",
            vec![
                ("FunctionName", text("elsewhere")),
                ("Qualifier", text("$LATEST")),
                ("DestinationConfig", map(vec![("OnSuccess", map(vec![("Destination", named())]))])),
            ],
        ),
        (
            "AWS::Lambda::Permission",
            vec![
                ("FunctionName", named()),
                ("Action", text("lambda:InvokeFunction")),
                ("Principal", text("events.amazonaws.com")),
                ("SourceArn", text("arn:aws:events:us-east-1:123456789012:rule/nightly")),
            ],
        ),
    ];
    all.into_iter().map(|(type_name, properties)| resource(type_name, properties)).collect()
}

/// A destination of failed events in SAM's words.
fn on_failure(destination: New) -> New {
    let target = [("Type", New::string("SQS")), ("Destination", destination)];
    New::mapping([("OnFailure", New::mapping(target))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "RL-01",
    clauses: &[
        Clause {
            name: "nothing keeps what fails",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let configs = configs(inventory, function);
                let queue = !function.properties.get("DeadLetterConfig").is_absent();
                let dropped = is_asynchronous(inventory, function) || runs_too_long_to_wait_for(function);
                if !dropped || configs.len() + usize::from(queue) != 1 {
                    return None;
                }
                let breaks = match configs.first() {
                    None => vec![
                        Break::remove(function, "DeadLetterConfig").written_as(PLAIN),
                        Break::remove(function, "DeadLetterQueue")
                            .written_as(SAM)
                            .only(&[Form::Absent, Form::Globals]),
                    ],
                    Some(config) => vec![
                        Break::remove(config, "DestinationConfig")
                            .written_as("AWS::Lambda::EventInvokeConfig"),
                        Break::remove(function, "EventInvokeConfig").written_as(SAM),
                    ],
                };
                Some(breaks.into_iter().map(|broken| broken.shows_at(function)).collect())
            },
            impossible: &[
                NOTHING[0],
                NOTHING[1],
                (
                    &[Form::Separate],
                    "a configuration that is a resource of its own is taken away like another",
                ),
            ],
        },
        Clause {
            name: "a FIFO queue keeps what fails",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let queue = |arn| New::mapping([("TargetArn", arn)]);
                let queue_of_sam = |arn| New::mapping([("Type", New::string("SQS")), ("TargetArn", arn)]);
                let config = |arn| New::mapping([("DestinationConfig", on_failure(arn))]);
                let mut breaks = vec![
                    Break::set(function, "DeadLetterConfig", FIFO).around(queue).written_as(PLAIN),
                    Break::set(function, "DeadLetterQueue", FIFO)
                        .around(queue_of_sam)
                        .written_as(SAM)
                        .only(WITHOUT_BRANCHES),
                ];
                if is_durable(function) {
                    return Some(breaks);
                }
                breaks.push(
                    Break::set(function, "EventInvokeConfig", FIFO)
                        .around(config)
                        .written_as(SAM)
                        .only(WITHOUT_BRANCHES),
                );
                for own in configs(inventory, function) {
                    let path = "DestinationConfig.OnFailure.Destination";
                    let set = Break::set(own, path, FIFO);
                    breaks.push(set.written_as("AWS::Lambda::EventInvokeConfig"));
                }
                let named = arn(function);
                breaks.push(Break::add_with(function, FIFO, move |arn| {
                    let target = New::mapping([("OnFailure", New::mapping([("Destination", arn)]))]);
                    let properties = [
                        ("FunctionName", named.clone()),
                        ("Qualifier", New::string("mutant")),
                        ("DestinationConfig", target),
                    ];
                    resource("AWS::Lambda::EventInvokeConfig", properties)
                }));
                Some(breaks)
            },
            impossible: &[(&[Form::Absent], "that there is no path is a clause of its own")],
        },
        Clause {
            name: "the queue of a path is FIFO",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let fifo = resource("AWS::SQS::Queue", [("FifoQueue", New::Bool(true))]);
                let id = "StockadeMutantQueue";
                let named = arn(function);
                let target = super::mutator::arn_of(id);
                let target = New::mapping([("OnFailure", New::mapping([("Destination", target)]))]);
                let properties = [
                    ("FunctionName", named),
                    ("Qualifier", New::string("mutant")),
                    ("DestinationConfig", target),
                ];
                let config = resource("AWS::Lambda::EventInvokeConfig", properties);
                let further = Break::add(function, config).also([with(function, id, fifo)]);
                let mut breaks = if is_durable(function) { Vec::new() } else { vec![further] };
                for (_, queue) in inventory.of_type("AWS::SQS::Queue") {
                    let target = function.properties.get("DeadLetterConfig.TargetArn");
                    let stockade_inventory::Target::Node(node) =
                        inventory.resolve(&target, &["AWS::SQS::Queue"])
                    else {
                        break;
                    };
                    if inventory.resource(node).id == queue.id {
                        let fifo = Break::set(queue, "FifoQueue", "true");
                        breaks.push(fifo.shows_at_place(target.origin.place));
                    }
                }
                Some(breaks)
            },
            impossible: &[
                (&[Form::Globals], "SAM has no `Globals` for queues"),
                (&[Form::Absent], "a queue is a standard one unless it says otherwise"),
            ],
        },
        Clause {
            name: "something invokes it asynchronously",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let queue = function.properties.get("DeadLetterConfig");
                let bare = queue.is_absent() && configs(inventory, function).is_empty();
                let add = |trigger| Break::add(function, trigger);
                bare.then(|| triggers(function).into_iter().map(add).collect())
            },
            impossible: &[
                OUTSIDE_THE_FUNCTION,
                NAMES_THE_FUNCTION,
                (&[Form::Absent], "what is not there invokes nothing"),
            ],
        },
    ],
};
