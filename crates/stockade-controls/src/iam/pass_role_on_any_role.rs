//! IAM-12: a function that may hand any role to a service.

use crate::Context;
use crate::statements::{
    Judged, granting, is_everything, is_narrowed, is_service_wildcard, judge_allowing, may_be_everything, spelled,
};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

const PASS_ROLE: &str = "iam:PassRole";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, judge_statement);
}

fn judge_statement(judged: &Judged) -> Option<Verdict> {
    let statement = judged.statement();
    let granted = granting(statement, PASS_ROLE);
    if granted.is_none() && !statement.covers_action(PASS_ROLE) {
        let open = statement.actions.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
        let (symbol, place) =
            open.or(judged.at.more_actions.as_ref().map(|symbol| (symbol, statement.place)))?;
        return any_role(judged).map(|_| judged.unknown(symbol, place));
    }
    if is_narrowed(statement) {
        return Some(judged.pass());
    }
    let Some(place) = any_role(judged) else {
        let open = statement.resources.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
        let more = judged.at.more_resources.as_ref().map(|symbol| (symbol, statement.place));
        return Some(match open.or(more) {
            Some((symbol, place)) => judged.unknown(symbol, place),
            None => judged.pass(),
        });
    };
    let verdict = judged.fail(place);
    let wide = granted.is_some_and(|term| is_service_wildcard(&spelled(&term.text)));
    Some(match (wide, granted.is_none() || !statement.not_resources.is_empty()) {
        (true, _) => verdict.follows_from("IAM-03", &judged.subject),
        (false, true) => verdict.follows_from("IAM-16", &judged.subject),
        _ => verdict,
    })
}

/// Where the statement names every role: `*`, `role/*`, or all but some.
fn any_role(judged: &Judged) -> Option<stockade_model::Place> {
    let statement = judged.statement();
    let named = statement.resources.iter().find(|term| {
        let resource = spelled(&term.text);
        is_everything(&resource) || is_of_every_role(&resource)
    });
    named.or(statement.not_resources.first()).map(|term| term.place)
}

/// Whether an ARN's last part is that of every role of an account.
fn is_of_every_role(resource: &str) -> bool {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, service, rest @ ..] if *service == "iam" || is_everything(service) => match rest {
            [_, _, last] => is_everything(last) || last.strip_prefix("role/").is_some_and(is_everything),
            // A short ARN that ends in `*` takes any rest.
            [.., last] => is_everything(last),
            [] => is_everything(service),
        },
        _ => false,
    }
}
