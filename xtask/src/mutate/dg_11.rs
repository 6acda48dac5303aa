//! DG-11: a bucket that anyone may write to or read from runs a function.

use super::buckets::{granted, unblocked};
use super::mutator::{
    Break, Clause, Form, Impossible, Mutator, arn, arn_of, list, reference, resource, subject, with,
};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource};
use stockade_syntax::New;

const BUCKET: &str = "AWS::S3::Bucket";
const BLOCK: &str = "PublicAccessBlockConfiguration";

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for buckets and their policies");
const A_NEW_BUCKET: Impossible =
    (&[Form::Literal, Form::Absent], "the bucket that is added has the fault; see `separate`");

/// A function beside the bucket of a pass.
fn function<'a>(inventory: &'a Inventory, bucket: &Resource) -> Option<&'a Resource> {
    let mut functions = inventory.functions().map(|function| function.resource());
    functions.find(|function| function.stack() == bucket.stack() && function.stack().is_empty())
}

/// A public bucket with those notifications.
fn public(notifications: New) -> impl Fn(New) -> New {
    move |acl| {
        resource(BUCKET, [("AccessControl", acl), ("NotificationConfiguration", notifications.clone())])
    }
}

fn notification(kind: &'static str, key: &'static str, target: New) -> New {
    let entry = New::mapping([("Event", New::string("s3:ObjectCreated:*")), (key, target)]);
    New::mapping([(kind, list(entry))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "DG-11",
    clauses: &[
        Clause {
            name: "the access control list is public",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let acl = Break::set(bucket, "AccessControl", "PublicReadWrite");
                Some(vec![acl.also(unblocked(bucket))])
            },
            impossible: &[
                NO_GLOBALS,
                (&[Form::Separate], "the list stands in the bucket"),
                (&[Form::Absent], "without a list the bucket is its owner's"),
            ],
        },
        Clause {
            name: "the policy is for everyone",
            from: Outcome::Pass,
            breaks: |inventory, verdict| granted(inventory, verdict, "*", |everyone| everyone),
            impossible: &[NO_GLOBALS, (&[Form::Absent], "without a policy nobody else is let in")],
        },
        Clause {
            name: "a service writes for any account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                granted(inventory, verdict, "ses.amazonaws.com", |service| {
                    New::mapping([("Service", service)])
                })
            },
            impossible: &[NO_GLOBALS, (&[Form::Absent], "without a policy nobody else is let in")],
        },
        Clause {
            name: "no block holds the public list back",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let acl = bucket.properties.get("AccessControl").as_text()?;
                if !acl.as_literal().is_some_and(|acl| acl.starts_with("Public"))
                    || bucket.properties.get(BLOCK).is_absent()
                {
                    return None;
                }
                let parts =
                    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
                let all = move |off: New| New::mapping(parts.map(|part| (part, off.clone())));
                let off = Break::set(bucket, BLOCK, "false").around(all);
                Some(vec![off.shows_at(bucket), Break::remove(bucket, BLOCK)])
            },
            impossible: &[NO_GLOBALS, (&[Form::Separate], "the block stands in the bucket")],
        },
        Clause {
            name: "public, runs a function directly",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let function = function(inventory, bucket)?;
                let direct = notification("LambdaConfigurations", "Function", arn(function));
                Some(vec![Break::add_with(bucket, "PublicReadWrite", public(direct))])
            },
            impossible: &[A_NEW_BUCKET, NO_GLOBALS],
        },
        Clause {
            name: "public, through a topic",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let function = function(inventory, bucket)?;
                let id = "StockadeMutantTopic";
                let to_topic =
                    notification("TopicConfigurations", "Topic", New::mapping([("Ref", New::string(id))]));
                let subscriber = [("Protocol", New::string("lambda")), ("Endpoint", arn(function))];
                let topic = resource("AWS::SNS::Topic", [("Subscription", list(New::mapping(subscriber)))]);
                let added = Break::add_with(bucket, "PublicReadWrite", public(to_topic));
                Some(vec![added.also([with(bucket, id, topic)])])
            },
            impossible: &[A_NEW_BUCKET, NO_GLOBALS],
        },
        Clause {
            name: "public, through a queue",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let function = function(inventory, bucket)?;
                let id = "StockadeMutantQueue";
                let to_queue = notification("QueueConfigurations", "Queue", arn_of(id));
                let queue = resource("AWS::SQS::Queue", [("DelaySeconds", New::Number("0".into()))]);
                let polled = [("EventSourceArn", arn_of(id)), ("FunctionName", reference(function))];
                let mapping = resource("AWS::Lambda::EventSourceMapping", polled);
                let added = Break::add_with(bucket, "PublicReadWrite", public(to_queue));
                let also = [with(bucket, id, queue), with(bucket, "StockadeMutantMapping", mapping)];
                Some(vec![added.also(also)])
            },
            impossible: &[A_NEW_BUCKET, NO_GLOBALS],
        },
        Clause {
            name: "public, through EventBridge",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let function = function(inventory, bucket)?;
                let on = New::mapping([("EventBridgeEnabled", New::Bool(true))]);
                let bridge = New::mapping([("EventBridgeConfiguration", on)]);
                let target = New::mapping([("Id", New::string("mutant")), ("Arn", arn(function))]);
                let pattern = New::mapping([("source", list(New::string("aws.s3")))]);
                let rule =
                    resource("AWS::Events::Rule", [("EventPattern", pattern), ("Targets", list(target))]);
                let added = Break::add_with(bucket, "PublicReadWrite", public(bridge));
                Some(vec![added.also([with(bucket, "StockadeMutantRule", rule)])])
            },
            impossible: &[A_NEW_BUCKET, NO_GLOBALS],
        },
    ],
};
