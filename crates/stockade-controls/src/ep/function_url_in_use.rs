//! EP-02: a function URL exists at all.

use crate::Context;
use stockade_inventory::{Function, FunctionUrl, Inventory, Target};
use stockade_model::{Applicability, Outcome, Subject, Symbol, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let urls: Vec<FunctionUrl> = inventory.function_urls().collect();
    verdicts.extend(urls.iter().map(judge_url));
    verdicts.extend(inventory.functions().filter_map(|function| judge_function(inventory, function, &urls)));
}

fn judge_url(url: &FunctionUrl) -> Verdict {
    let resource = url.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let named = url.function();
    let function =
        named.map_or_else(|_| resource.declared_id.clone(), |function| function.resource().id.clone());
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

/// A function passes if no URL is of it.
fn judge_function(inventory: &Inventory, function: Function, urls: &[FunctionUrl]) -> Option<Verdict> {
    let resource = function.resource();
    let mut possible: Option<Symbol> = inventory.open().cloned();
    for url in urls {
        match url.function() {
            Ok(named) if named.node() == function.node() => return None,
            Err(Target::Ambiguous(nodes, symbol)) if nodes.contains(&function.node()) => {
                possible = Some(symbol)
            }
            Err(Target::Unknown(symbol)) => possible = Some(symbol),
            _ => {}
        }
    }
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let outcome = if possible.is_some() { Outcome::Unknown } else { Outcome::Pass };
    let verdict =
        Verdict::new(subject, outcome, resource.declared_at).with("function", resource.id.to_string());
    Some(match possible {
        Some(symbol) => verdict.because(&symbol),
        None => verdict,
    })
}
