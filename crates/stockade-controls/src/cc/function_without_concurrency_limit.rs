//! CC-01: a function that may use up the concurrency of the whole account.

use crate::Context;
use foldhash::{HashMap, HashSet};
use stockade_inventory::{Function, FunctionUrl, Inventory, Mode, Node, Trigger};
use stockade_model::{Applicability, Change, Fact, Outcome, Subject, Value, Verdict};
use stockade_syntax::New;

/// What the fix writes: enough for a small function, little enough to leave room for others.
const LIMIT: &str = "10";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let triggers = inventory.triggers();
    let mut by_function: HashMap<Node, Vec<&Trigger>> = HashMap::default();
    for trigger in &triggers {
        by_function.entry(trigger.function.node()).or_default().push(trigger);
    }
    let queues: HashSet<&str> = inventory
        .event_source_mappings()
        .filter(|mapping| mapping.polls_a_queue().is_true())
        .map(|mapping| mapping.resource().id.as_str())
        .collect();
    let urls = public_urls(inventory);
    for function in inventory.functions() {
        let triggers = by_function.get(&function.node()).map(Vec::as_slice).unwrap_or_default();
        let verdict = judge_function(function, triggers, &queues);
        // Without a limit, a URL that everyone may call is everyone's way to the whole account's concurrency.
        verdicts.push(match urls.get(&function.node()) {
            Some(url) if verdict.outcome == Outcome::Fail => verdict.follows_from("EP-01", url),
            _ => verdict,
        });
    }
    for (_, endpoint) in inventory.of_type("AWS::Lambda::WebFunctionEndpoint") {
        let subject = Subject::resource(endpoint.id.clone(), endpoint.type_name.clone());
        let limit = endpoint.properties.get("ScalingConfig.MaxEnvironments");
        let verdict = judge_limit(subject, &limit, endpoint.declared_at);
        verdicts.push(verdict.with("function", endpoint.id.to_string()));
    }
}

/// The URL of each function that asks for no authentication.
fn public_urls(inventory: &Inventory) -> HashMap<Node, Subject> {
    let is_open = |url: &FunctionUrl| matches!(url.auth_type().literal(), Fact::Known(kind) if kind == "NONE");
    let urls = inventory.function_urls().filter(is_open);
    urls.filter_map(|url| {
        let resource = url.resource();
        let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
        Some((url.function().ok()?.node(), subject))
    })
    .collect()
}

fn judge_function(function: Function, triggers: &[&Trigger], queues: &HashSet<&str>) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let with = |verdict: Verdict| verdict.with("function", resource.id.to_string());
    if triggers.iter().any(|trigger| trigger.service == "CloudFront") {
        // Lambda@Edge has no reserved concurrency.
        return with(Verdict::new(subject, Outcome::NotApplicable, resource.declared_at));
    }
    let managed = !function.get("CapacityProviderConfig").is_absent()
        && function.get("CapacityProviderConfig").unknown().is_none();
    let property = if managed {
        "FunctionScalingConfig.MaxExecutionEnvironments"
    } else {
        "ReservedConcurrentExecutions"
    };
    let limit = function.get(property);
    let verdict = with(judge_limit(subject.clone(), &limit, resource.declared_at));
    if verdict.outcome != Outcome::Fail {
        return verdict;
    }
    let unlimited = matches!(limit.number(), Fact::Absent);
    if unlimited && only_limited_queues(triggers, queues) {
        return with(Verdict::new(subject, Outcome::Pass, resource.declared_at).message("queues"));
    }
    let change = Change::Set {
        resource: resource.id.clone(),
        property: property.into(),
        value: New::Number(LIMIT.into()),
    };
    let description = format!(
        "let at most {LIMIT} copies run at a time; callers beyond that are throttled, and the account must keep 100 unreserved"
    );
    let verdict = if unlimited { verdict.root("no concurrency limit is set") } else { verdict };
    verdict.fix(Applicability::Unsafe, description, vec![change])
}

fn judge_limit(subject: Subject, limit: &Value, declared_at: stockade_model::Place) -> Verdict {
    let on = |outcome| Verdict::on(subject.clone(), outcome, &limit.origin);
    match limit.number() {
        Fact::Known(number) if number > 0.0 => on(Outcome::Pass),
        Fact::Known(_) => on(Outcome::Fail).message("zero"),
        Fact::Absent if limit.is_absent() => Verdict::new(subject, Outcome::Fail, declared_at),
        // Written down as no limit.
        Fact::Absent => on(Outcome::Fail),
        Fact::Unknown(symbol) => on(Outcome::Unknown).because(&symbol),
        Fact::Other => on(Outcome::Unknown).settled_by("a number", "value of another type"),
    }
}

/// Whether queues alone invoke the function, and each mapping has a ceiling of its own.
fn only_limited_queues(triggers: &[&Trigger], queues: &HashSet<&str>) -> bool {
    let limited = |trigger: &&Trigger| {
        let properties = &trigger.resource.properties;
        let ceilings = ["ScalingConfig.MaximumConcurrency", "ProvisionedPollerConfig.MaximumPollers"];
        let set = |path| matches!(properties.get(path).number(), Fact::Known(number) if number > 0.0);
        trigger.mode == Mode::Polled
            && queues.contains(trigger.resource.id.as_str())
            && ceilings.into_iter().any(set)
    };
    !triggers.is_empty() && triggers.iter().all(limited)
}
