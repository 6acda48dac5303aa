//! EP-02: a function URL exists at all.

use crate::Context;
use foldhash::HashSet;
use stockade_inventory::{Function, FunctionUrl, Inventory, Node, Target};
use stockade_model::{Applicability, Outcome, Subject, Symbol, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let mut with_url = HashSet::default();
    let mut possible: Vec<(Vec<Node>, Symbol)> = Vec::new();
    for url in inventory.function_urls() {
        match url.function() {
            Ok(function) => {
                with_url.insert(function.node());
            }
            Err(Target::Ambiguous(nodes, symbol)) => possible.push((nodes, symbol)),
            Err(Target::Unknown(symbol)) => possible.push((Vec::new(), symbol)),
            Err(_) => {}
        }
        verdicts.push(judge_url(&url));
    }
    let without = inventory.functions().filter(|function| !with_url.contains(&function.node()));
    verdicts.extend(without.map(|function| judge_function(inventory, function, &possible)));
}

fn judge_url(url: &FunctionUrl) -> Verdict {
    let resource = url.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let function = url.function_name();
    let auth = url.auth_type();
    // One that a SAM function has is written below the function's own id.
    let verdict = if resource.generated && !auth.is_absent() {
        Verdict::on(subject, Outcome::Fail, &auth.origin)
    } else {
        Verdict::new(subject, Outcome::Fail, resource.declared_at)
    };
    verdict.with("function", function.to_string()).fix(
        Applicability::Display,
        "give the function a route of an API with an authorizer, move the callers there, then remove the URL",
        Vec::new(),
    )
}

/// A function without a URL passes unless one that is not known may be of it.
fn judge_function(inventory: &Inventory, function: Function, possible: &[(Vec<Node>, Symbol)]) -> Verdict {
    let resource = function.resource();
    let of_it = |nodes: &Vec<Node>| nodes.is_empty() || nodes.contains(&function.node());
    let symbol =
        possible.iter().find(|(nodes, _)| of_it(nodes)).map(|(_, symbol)| symbol).or(inventory.open());
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let outcome = if symbol.is_some() { Outcome::Unknown } else { Outcome::Pass };
    let verdict =
        Verdict::new(subject, outcome, resource.declared_at).with("function", resource.id.to_string());
    match symbol {
        Some(symbol) => verdict.because(symbol),
        None => verdict,
    }
}
