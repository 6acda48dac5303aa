//! EP-05: a method of a REST API that asks nobody who they are.

use crate::{Context, routes};
use stockade_inventory::{Inventory, Route};
use stockade_model::{Kleene, Outcome, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let methods = inventory.rest_methods();
    verdicts.extend(methods.known.iter().filter_map(|method| judge_method(inventory, method)));
    routes::judge_open(&methods, verdicts);
}

/// A method without authorization is open unless its API can be reached from named places only.
fn judge_method(inventory: &Inventory, method: &Route) -> Option<Verdict> {
    let mut verdict = routes::judge(method)?;
    if verdict.outcome != Outcome::Fail {
        return Some(verdict);
    }
    let not_open = |mut verdict: Verdict, outcome: Outcome| {
        verdict.outcome = outcome;
        verdict.fix = None;
        verdict.root = None;
        verdict
    };
    let Some(api) = inventory.rest_api(method) else {
        return Some(routes::outside(method, not_open(verdict, Outcome::Unknown)));
    };
    match api.is_private().or(api.is_closed_by_policy()) {
        Kleene::True => {
            verdict.related.clear();
            Some(not_open(verdict, Outcome::Pass).message("closed"))
        }
        Kleene::Unknown => {
            let policy = api.policy();
            if !policy.is_absent() {
                verdict = verdict.related("the resource policy", policy.origin.place);
            }
            let verdict = not_open(verdict, Outcome::Unknown).message("reach");
            Some(match api.not_known_because() {
                Some(symbol) => verdict.because(&symbol),
                None => verdict.settled_by("whom the API's resource policy lets in", "policy not evaluated"),
            })
        }
        Kleene::False => {
            let policy = api.policy();
            Some(match policy.is_absent() {
                true => verdict,
                false => verdict.related("the API's resource policy lets anyone in", policy.origin.place),
            })
        }
    }
}
