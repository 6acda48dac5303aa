//! `SNS` events: a subscription of the function to a topic with its permission, or a queue between the two.

use super::dead_letter::queue_policy;
use super::emit::{Made, NO_WORDS};
use super::{Event, Grants, Target, pull};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

static SUBSCRIPTION: Words = Words {
    rows: &[
        ("TopicArn", "Topic"),
        ("Region", "Region"),
        ("FilterPolicy", "FilterPolicy"),
        ("FilterPolicyScope", "FilterPolicyScope"),
        ("RedrivePolicy", "RedrivePolicy"),
    ],
};

static PERMISSION: Words = Words { rows: &[("SourceArn", "Topic")] };

static MAPPING: Words =
    Words { rows: &[("EventSourceArn", "SqsSubscription.QueueArn"), ("BatchSize", "SqsSubscription.BatchSize")] };

/// How many messages the function gets at once if nothing is said.
const BATCH_SIZE: i64 = 10;

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let Some(through) = event.filled("SqsSubscription") else {
        let permission = Made {
            id: event.permission_id(target),
            type_name: "AWS::Lambda::Permission",
            properties: event.permission("sns.amazonaws.com", &PERMISSION, target),
            raise: &PERMISSION,
        };
        event.add(permission, target, resources, output)?;
        subscribe(event, target, "lambda", target.arn(&event.origin()), resources, output)?;
        return Ok(Grants::default());
    };
    let at = &through.origin;
    let queue = match &through.data {
        Data::Bool(_) => make_queue(event, target, through, resources, context, output)?,
        _ => match (event.filled("SqsSubscription.QueueArn"), event.filled("SqsSubscription.QueueUrl")) {
            (Some(arn), Some(url)) => Queue { arn: arn.clone(), url: url.clone() },
            _ => {
                let message = "`SqsSubscription` needs `QueueArn` and `QueueUrl`";
                return Err(event.error(target, message, at.place));
            }
        },
    };
    let id = event.logical_id(target);
    let policy_id = match event.filled("SqsSubscription.QueuePolicyLogicalId").map(|id| (id, id.as_str())) {
        None => format_smolstr!("{id}QueuePolicy"),
        Some((_, Some(id))) => SmolStr::new(id),
        Some((id, None)) => {
            return Err(event.error(target, "`QueuePolicyLogicalId` must be a text", id.origin.place));
        }
    };
    let topic = event.get("Topic").cloned().unwrap_or_else(|| Expr::null(at));
    let policy = Made {
        id: policy_id,
        type_name: "AWS::SQS::QueuePolicy",
        properties: queue_policy(queue.arn.clone(), queue.url, Expr::string("*", at), topic, at),
        raise: &NO_WORDS,
    };
    event.add(policy, target, resources, output)?;
    subscribe(event, target, "sqs", queue.arn.clone(), resources, output)?;

    let batch = event.filled("SqsSubscription.BatchSize").cloned();
    let mapping = Made {
        id: format_smolstr!("{id}EventSourceMapping"),
        type_name: pull::MAPPING_TYPE,
        properties: Expr::object(at)
            .with("BatchSize", batch.unwrap_or_else(|| Expr::number(BATCH_SIZE, at)))
            .with("Enabled", Expr::bool(true, at))
            .with("EventSourceArn", queue.arn)
            .with("FunctionName", target.reference(at)),
        raise: &MAPPING,
    };
    event.add(mapping, target, resources, output)?;
    Ok(Grants { managed: vec![pull::QUEUE_POLICY], inline: Vec::new() })
}

/// A queue between the topic and the function.
struct Queue {
    arn: Expr,
    url: Expr,
}

/// Makes the queue; that of a FIFO topic is a FIFO queue.
fn make_queue(
    event: &Event,
    target: &Target,
    through: &Expr,
    resources: &[SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<Queue, SamError> {
    let at = &through.origin;
    let topic = event.get("Topic").and_then(|topic| {
        topic.as_reference().or_else(|| topic.as_get_att().map(|(resource, _)| resource))
    });
    let topic = topic.and_then(|id| output.resources.get(id)).and_then(|topic| topic.properties());
    let fifo = topic.and_then(|properties| properties.get("FifoTopic")).map(|fifo| {
        let value = fifo.as_reference().and_then(|name| (context.parameter)(name));
        value.map_or_else(|| fifo.clone(), |value| Expr::string(value, &fifo.origin))
    });
    let id = format_smolstr!("{}Queue", event.logical_id(target));
    let queue = Made {
        id: id.clone(),
        type_name: "AWS::SQS::Queue",
        properties: Expr::object(at).with_some("FifoQueue", fifo.filter(super::properties::is_filled)),
        raise: &NO_WORDS,
    };
    event.add(queue, target, resources, output)?;
    Ok(Queue { arn: Expr::get_att(id.clone(), "Arn", at), url: Expr::reference(id, at) })
}

fn subscribe(
    event: &Event,
    target: &Target,
    protocol: &'static str,
    endpoint: Expr,
    resources: &[SamResource],
    output: &mut Output,
) -> Result<(), SamError> {
    let subscription = Made {
        id: event.logical_id(target),
        type_name: "AWS::SNS::Subscription",
        properties: event
            .lower(&SUBSCRIPTION)
            .with("Protocol", Expr::string(protocol, &event.origin()))
            .with("Endpoint", endpoint),
        raise: &SUBSCRIPTION,
    };
    event.add(subscription, target, resources, output)
}
