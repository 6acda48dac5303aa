//! RL-05: a queue that hands a message that fails to the function again and again, until the message expires.

use crate::Context;
use foldhash::HashSet;
use stockade_inventory::{EventSourceMapping, Inventory, Target};
use stockade_model::{Applicability, Change, Fact, Kleene, Outcome, Resource, Subject, Verdict};
use stockade_syntax::New;

/// How often a message is tried before it is set aside; AWS recommends five or more for a function's queue.
const RECEIVES: &str = "5";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let mut judged = HashSet::default();
    for mapping in inventory.event_source_mappings() {
        match mapping.polls_a_queue() {
            Kleene::False => continue,
            // Only streams and Kafka have a position to start from.
            Kleene::Unknown if !mapping.resource().properties.get("StartingPosition").is_absent() => continue,
            _ => {}
        }
        match mapping.queue() {
            Ok(queue) if judged.insert(queue.resource().id.clone()) => {
                verdicts.push(judge_queue(inventory, queue.resource(), mapping));
            }
            Ok(_) => {}
            Err(target) => verdicts.push(outside(mapping, target)),
        }
    }
}

/// The queue lies outside the deployment: the mapping stands for it.
fn outside(mapping: EventSourceMapping, target: Target) -> Verdict {
    let resource = mapping.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let verdict = Verdict::on(subject, Outcome::Unknown, &mapping.source().origin).message("outside");
    let verdict = verdict.with("mapping", resource.declared_id.to_string());
    match target {
        Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => verdict.because(&symbol),
        _ => verdict
            .settled_by("the queue, which lies outside the deployment", "resource outside the deployment"),
    }
}

fn judge_queue(inventory: &Inventory, queue: &Resource, mapping: EventSourceMapping) -> Verdict {
    let subject = Subject::resource(queue.id.clone(), queue.type_name.clone());
    let policy = queue.properties.get("RedrivePolicy");
    let target = queue.properties.get("RedrivePolicy.deadLetterTargetArn");
    let verdict = |outcome| {
        let verdict = if policy.is_absent() {
            Verdict::new(subject.clone(), outcome, queue.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &policy.origin)
        };
        let verdict = verdict.with("queue", queue.id.to_string());
        verdict.related("the mapping that reads it for a function", mapping.resource().declared_at)
    };
    if let Some(symbol) = policy.unknown() {
        return verdict(Outcome::Unknown).because(symbol);
    }
    // A policy may be given as JSON text.
    let as_text = policy.as_text().is_some_and(|text| text.to_string().contains("deadLetterTargetArn"));
    if as_text || !target.is_absent() {
        // Which queue it is does not matter here, only that there is one.
        return match policy.open() {
            Some(symbol) if target.unknown() == Some(symbol) => verdict(Outcome::Unknown).because(symbol),
            _ => verdict(Outcome::Pass),
        };
    }
    let failure = verdict(Outcome::Fail);
    match changes(inventory, queue) {
        Some(changes) => {
            let description = format!(
                "set a message aside in a queue of its own after {RECEIVES} failed tries; somebody must look at it"
            );
            failure.fix(Applicability::Unsafe, description, changes)
        }
        None => failure,
    }
}

fn changes(inventory: &Inventory, queue: &Resource) -> Option<Vec<Change>> {
    let id = smol_str::format_smolstr!("{}DeadLetters", queue.logical_id());
    let full = if queue.stack().is_empty() { id.to_string() } else { format!("{}/{id}", queue.stack()) };
    if inventory.node(&full).is_some() {
        return None;
    }
    let mut properties = vec![("MessageRetentionPeriod", New::Number("1209600".into()))];
    // The dead-letter queue of a FIFO queue is one, too.
    match queue.properties.get("FifoQueue").boolean() {
        Fact::Known(true) => properties.push(("FifoQueue", New::Bool(true))),
        Fact::Known(false) | Fact::Absent => {}
        Fact::Unknown(_) | Fact::Other => return None,
    }
    let body =
        New::mapping([("Type", New::string("AWS::SQS::Queue")), ("Properties", New::mapping(properties))]);
    let arn =
        New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(id.clone()), New::string("Arn")]))]);
    let policy =
        New::mapping([("deadLetterTargetArn", arn), ("maxReceiveCount", New::Number(RECEIVES.into()))]);
    Some(vec![
        Change::AddResource { beside: queue.id.clone(), id, body },
        Change::Set { resource: queue.id.clone(), property: "RedrivePolicy".into(), value: policy },
    ])
}
