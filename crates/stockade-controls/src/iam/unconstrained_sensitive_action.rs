//! IAM-13: an action that gives data or credentials away, or changes permissions, on every resource and without a
//! condition.

use crate::Context;
use crate::sensitive_actions::{Sensitivity, listed as listed_actions, sensitivity};
use crate::statements::{
    Judged, is_every_action, is_narrowed, is_service_wildcard, judge_allowing, listed, may_be_everything,
    place_of_wide, resources,
};
use stockade_iam::catalogue::Action;
use stockade_iam::{Catalogue, Term, glob};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, judge_statement);
}

/// A sensitive action that a statement allows.
struct Granted<'a> {
    /// As the statement spells it, and the action.
    name: String,
    action: Action<'a>,
    sensitivity: Sensitivity,
}

fn judge_statement(judged: &Judged) -> Option<Verdict> {
    let statement = judged.statement();
    let all = ["*"];
    let (possible, missing) = granted(judged, |action| action.is_unrestricted_by(&all));
    let open = judged.at.more_actions.as_ref().map(|symbol| (symbol, statement.place));
    let open =
        statement.actions.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place))).or(open);
    if possible.is_empty() && missing.is_none() && open.is_none() {
        return None;
    }
    if is_narrowed(statement) {
        return Some(judged.pass());
    }
    let spelled = resources(statement);
    let patterns: Vec<&str> = spelled.iter().map(String::as_str).collect();
    let excepted: Vec<String> = statement.not_resources.iter().map(|term| term.text.to_string()).collect();
    let excepted: Vec<&str> = excepted.iter().map(String::as_str).collect();
    let (found, _) = granted(judged, |action| {
        action.is_unrestricted_by(&patterns)
            || (!excepted.is_empty() && action.is_unrestricted_by(&all) && !action.is_unrestricted_by(&excepted))
    });
    let place = place_of_wide(judged);
    let Some(worst) = found.iter().min_by_key(|granted| granted.sensitivity) else {
        let symbol =
            statement.resources.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
        let more = judged.at.more_resources.as_ref().map(|symbol| (symbol, statement.place));
        let everything = patterns.contains(&"*");
        return Some(match (symbol.or(more), missing, open) {
            (Some((symbol, place)), _, _) if !possible.is_empty() => judged.unknown(symbol, place),
            (_, Some(action), _) if everything => judged.not_in_catalogue(&action, place),
            (_, _, Some((symbol, place))) if everything => judged.unknown(symbol, place),
            _ => judged.pass(),
        });
    };
    let mut names: Vec<&str> = found.iter().map(|granted| granted.name.as_str()).collect();
    names.dedup();
    let verdict = judged
        .fail(place)
        .with("actions", listed(&names))
        .with("action", worst.action.full_name())
        .with("does", worst.sensitivity.phrase());
    let negated = !statement.not_actions.is_empty() || !statement.not_resources.is_empty();
    Some(if names.iter().any(|name| is_service_wildcard(name)) {
        verdict.follows_from("IAM-03", &judged.subject)
    } else if negated {
        verdict.follows_from("IAM-16", &judged.subject)
    } else {
        verdict
    })
}

/// The sensitive actions of a statement, one for each of its terms, the worst; and a term that the catalogue lacks.
fn granted(judged: &Judged, wanted: impl Fn(Action) -> bool) -> (Vec<Granted<'static>>, Option<String>) {
    let (mut found, mut missing) = (Vec::new(), None);
    let statement = judged.statement();
    let of_list = |name: &str, has: &dyn Fn(&str) -> bool| {
        let mut listed = listed_actions().iter();
        let (action, sensitivity) = listed.find(|(action, _)| has(&action.full_name()) && wanted(*action))?;
        Some(Granted { name: name.to_owned(), action: *action, sensitivity: *sensitivity })
    };
    for term in &statement.actions {
        let Some(name) = term.text.as_literal() else { continue };
        if is_every_action(name) {
            found.extend(of_list(name, &|_| true));
            continue;
        }
        let catalogue = Catalogue::built_in();
        let ids = catalogue.expand(name);
        if ids.is_empty() {
            missing.get_or_insert_with(|| name.to_owned());
        }
        let actions = ids.iter().filter_map(|id| catalogue.action_by_id(*id));
        let sensitive = actions.filter_map(|action| Some((action, sensitivity(action)?)));
        let worst =
            sensitive.filter(|(action, _)| wanted(*action)).min_by_key(|(_, sensitivity)| *sensitivity);
        found.extend(worst.map(|(action, sensitivity)| Granted { name: name.to_owned(), action, sensitivity }));
    }
    if !statement.not_actions.is_empty() {
        let excepted = |name: &str| {
            let matches = |term: &Term| {
                let pattern = term.text.as_literal();
                // An exception that is not known may be for any action.
                pattern.is_none_or(|pattern| glob::matches_ignoring_case(pattern, name))
            };
            statement.not_actions.iter().any(matches)
        };
        found.extend(of_list("NotAction", &|name| !excepted(name)));
    }
    (found, missing)
}
