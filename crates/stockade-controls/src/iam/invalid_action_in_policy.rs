//! IAM-24: an action that does not exist, or that no resource of its statement can be one of.

use crate::Context;
use crate::statements::{Judged, is_every_action, is_everything, judge_unknown_policies, listed, spelled};
use jiff::civil::Date;
use stockade_iam::catalogue::Action;
use stockade_iam::{Catalogue, Effect, Term};
use stockade_inventory::Inventory;
use stockade_model::{Piece, Severity, Symbol, SymbolKind, Text, Verdict};

/// A catalogue that is older than this says nothing of names that it does not have.
const OLDEST: u32 = 90;

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    let oldest = context.settings.action_catalogue_days.unwrap_or(OLDEST);
    let is_fresh = Catalogue::built_in().date().parse::<Date>().is_ok_and(|date| {
        date.until(context.as_of).is_ok_and(|age| age.get_days() <= i32::try_from(oldest).unwrap_or(i32::MAX))
    });
    let statements = inventory.identity_policies().statements.iter();
    verdicts.extend(statements.map(|at| judge_statement(&Judged::new(inventory, at), is_fresh)));
    judge_unknown_policies(inventory, verdicts);
}

fn judge_statement(judged: &Judged, is_fresh: bool) -> Verdict {
    let statement = judged.statement();
    // What a policy template of SAM says is not the user's: all of it is written where that is named. So is a policy that
    // is one string of JSON, but no resource of those is made by a transform.
    let at_once = statement.actions.iter().all(|term| term.place == statement.place);
    if at_once && statement.not_actions.is_empty() && judged.is_generated() {
        return judged.pass();
    }
    let terms = || statement.actions.iter().chain(&statement.not_actions);
    let missing: Vec<(&Term, &str)> = terms()
        .filter_map(|term| Some((term, term.text.as_literal()?)))
        .filter(|(_, name)| !is_every_action(name) && Catalogue::built_in().expand(name).is_empty())
        .collect();
    let severity = |verdict: Verdict| {
        if statement.effect == Effect::Deny { verdict.severity(Severity::Medium) } else { verdict }
    };
    if let Some((first, name)) = missing.first() {
        if !is_fresh {
            return judged.not_in_catalogue(name, first.place);
        }
        let names: Vec<&str> = missing.iter().map(|(_, name)| *name).collect();
        return severity(judged.fail(first.place).with("actions", listed(&names)));
    }
    let open = statement.actions.iter().find_map(|term| Some((term.text.as_symbol()?, term.place)));
    if let Some((symbol, place)) = open {
        return judged.unknown(symbol, place);
    }
    let everything = statement.resources.iter().any(|term| is_everything(&spelled(&term.text)));
    let given = statement.resources.iter().find_map(|term| Some((given(&term.text)?, term.place)));
    let by_name = statement
        .actions
        .iter()
        .any(|term| term.text.as_literal().is_some_and(|name| !name.contains(['*', '?'])));
    if let Some((symbol, place)) = given.filter(|_| by_name && !everything) {
        return judged.unknown(symbol, place);
    }
    let Some((term, action)) = fits_no_resource(judged) else { return judged.pass() };
    let verdict = judged.fail_as("resource", term.place).with("action", action.full_name());
    let formats: Vec<&str> = action.resource_types().map(|on| on.resource_type.arn_format()).collect();
    let wanted = if formats.is_empty() { "`*` alone".to_owned() } else { listed(&formats) };
    severity(verdict.with("wanted", wanted))
}

/// The symbol that a resource is, if it may be anything: not what a resource of a deployment gives, which was meant.
fn given(resource: &Text) -> Option<&Symbol> {
    let of_deployments = |symbol: &&Symbol| {
        matches!(symbol.kind(), SymbolKind::Attribute { .. } | SymbolKind::Pseudo(_) | SymbolKind::Import(_))
    };
    resource.as_symbol().filter(|symbol| !of_deployments(symbol))
}

/// An action by its name that no resource of the statement can be one of, and the term that names it. Patterns are for
/// whatever fits.
fn fits_no_resource<'a>(judged: &'a Judged) -> Option<(&'a Term, Action<'static>)> {
    let statement = judged.statement();
    let known = judged.at.more_resources.is_none() && statement.open.is_none();
    let whole = |term: &Term| term.text.as_symbol().is_some();
    if !known || statement.resources.is_empty() || statement.resources.iter().any(whole) {
        return None;
    }
    // A symbol at the beginning stands for an ARN of which nothing is known.
    let begins = |term: &Term| matches!(term.text.pieces().first(), Some(Piece::Symbol(_)));
    if statement.resources.iter().any(begins) {
        return None;
    }
    let patterns: Vec<String> = statement
        .resources
        .iter()
        .map(|term| spelled(&term.text).replace(crate::statements::SOMETHING, "*"))
        .collect();
    statement.actions.iter().find_map(|term| {
        let action = Catalogue::built_in().action(term.text.as_literal()?)?;
        let fits = |pattern: &String| {
            is_everything(pattern)
                || action.resource_types().any(|on| {
                    on.resource_type.can_match(pattern)
                        // Log groups are named with `:*` behind them, and without.
                        || on.resource_type.name() == "log-group"
                            && on.resource_type.can_match(pattern.trim_end_matches(":*"))
                })
        };
        (!patterns.iter().any(fits)).then_some((term, action))
    })
}
