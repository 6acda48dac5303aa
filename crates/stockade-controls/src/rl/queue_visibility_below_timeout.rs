//! RL-03: a queue whose messages come back while the function still works on them.

use crate::Context;
use stockade_inventory::{EventSourceMapping, Inventory, Target};
use stockade_model::{Applicability, Change, Fact, Kleene, Outcome, Place, Resource, Subject, Symbol, Value, Verdict};
use stockade_syntax::New;

/// Lambda's longest timeout, in seconds.
const LONGEST_TIMEOUT: f64 = 900.0;

/// SQS's longest visibility timeout, in seconds.
const LONGEST_VISIBILITY: f64 = 43_200.0;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.event_source_mappings().filter_map(judge_mapping));
}

fn judge_mapping(mapping: EventSourceMapping) -> Option<Verdict> {
    let resource = mapping.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let source = mapping.source();
    match mapping.polls_a_queue() {
        Kleene::False => return None,
        // Only streams and Kafka have a position to start from.
        Kleene::Unknown if !resource.properties.get("StartingPosition").is_absent() => return None,
        _ => {}
    }
    let unknown = |message, value: &Value, symbol: Option<Symbol>| {
        let verdict = Verdict::on(subject.clone(), Outcome::Unknown, &value.origin).message(message);
        let verdict = verdict.with("mapping", resource.declared_id.to_string());
        Some(match symbol {
            Some(symbol) => verdict.because(&symbol),
            None => verdict.settled_by("the queue, which lies outside the deployment", "resource outside the deployment"),
        })
    };
    let queue = match mapping.queue() {
        Ok(queue) => queue,
        Err(target) => return unknown("queue", &source, symbol_of(target)),
    };
    let named = resource.properties.get("FunctionName");
    let function = match mapping.function() {
        Ok(function) => function,
        Err(target) => return unknown("function", &named, symbol_of(target)),
    };
    let (timeout, timeout_value) = function.timeout();
    let (visibility, visibility_value) = queue.visibility_timeout();
    let timeout_at = place_of(&timeout_value, function.resource());
    let verdict = |outcome| {
        let verdict = if visibility_value.is_absent() {
            Verdict::new(subject.clone(), outcome, queue.resource().declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &visibility_value.origin)
        };
        verdict.with("queue", queue.resource().id.to_string()).with("function", function.resource().id.to_string())
    };
    Some(match (visibility, timeout) {
        (Fact::Known(visibility), _) if visibility >= LONGEST_TIMEOUT => verdict(Outcome::Pass),
        (Fact::Known(visibility), Fact::Known(timeout)) if visibility >= timeout => verdict(Outcome::Pass),
        (Fact::Known(visibility), Fact::Known(timeout)) => {
            let message = if visibility_value.is_absent() { "default" } else { "fail" };
            // AWS asks for six times the timeout, which leaves room for a throttled batch to be tried again.
            let wanted = (timeout * 6.0).min(LONGEST_VISIBILITY);
            let change = Change::Set {
                resource: queue.resource().id.clone(),
                property: "VisibilityTimeout".into(),
                value: New::Number(wanted.to_string().into()),
            };
            verdict(Outcome::Fail)
                .message(message)
                .with("visibility", visibility.to_string())
                .with("timeout", timeout.to_string())
                .related(format!("the function may run {timeout} seconds"), timeout_at)
                .related("the mapping that joins them", resource.declared_at)
                .fix(Applicability::Safe, format!("raise the visibility timeout to {wanted} seconds, six times the function's timeout"), vec![change])
        }
        (Fact::Unknown(symbol), _) => verdict(Outcome::Unknown).because(&symbol),
        (_, Fact::Unknown(symbol)) => {
            verdict(Outcome::Unknown).related("the function's timeout is not known", timeout_at).because(&symbol)
        }
        _ => verdict(Outcome::Unknown).settled_by("timeouts that are numbers", "value of another type"),
    })
}

fn place_of(value: &Value, resource: &Resource) -> Place {
    if value.is_absent() { resource.declared_at } else { value.origin.place }
}

fn symbol_of(target: Target) -> Option<Symbol> {
    match target {
        Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => Some(symbol),
        _ => None,
    }
}
