//! IAM-19: a function's policy that grants more than to invoke it, or to invoke it past its URL.

use crate::Context;
use crate::function_policy::{self, PERMISSION};
use crate::statements::listed;
use smol_str::SmolStr;
use stockade_iam::{Catalogue, Effect, PolicyDocument, Statement};
use stockade_inventory::{Exposure, Inventory, ResourcePolicy, Unsettled, Way};
use stockade_model::{Applicability, Change, Outcome, Subject, Symbol, Verdict};
use stockade_syntax::New;

const INVOKE_FUNCTION: &str = "lambda:InvokeFunction";
const INVOKE_FUNCTION_URL: &str = "lambda:InvokeFunctionUrl";

/// The actions that run a function (Service Authorization Reference, "Actions, resources, and condition keys for AWS
/// Lambda").
const INVOKE: [&str; 4] =
    [INVOKE_FUNCTION, INVOKE_FUNCTION_URL, "lambda:InvokeAsync", "lambda:InvokeWebFunctionEndpoint"];

/// A policy of a function, and its document as read.
struct Read<'a> {
    policy: ResourcePolicy<'a>,
    document: PolicyDocument,
}

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let policies = inventory.function_policies().into_iter();
    let policies = policies.map(|policy| Read { document: PolicyDocument::read(&policy.document), policy });
    let policies: Vec<Read> = policies.collect();
    for read in &policies {
        let statements = read.document.statements.iter().enumerate();
        for (at, _) in statements.filter(|(_, statement)| statement.effect != Effect::Deny) {
            verdicts.push(judge_statement(inventory, read, at, &policies));
        }
    }
    function_policy::unknown(inventory, verdicts);
}

fn judge_statement(inventory: &Inventory, read: &Read, at: usize, policies: &[Read]) -> Verdict {
    let (policy, statement) = (&read.policy, &read.document.statements[at]);
    let resource = policy.resource;
    let name = statement.name_after(read.document.statements[..at].iter());
    let on = |outcome, property: &str| {
        let origin = function_policy::origin_of(resource, property);
        let verdict = function_policy::verdict(resource, statement, &name, outcome, origin.as_ref());
        verdict.with("principal", principals(statement))
    };
    let unknown = |unsettled: &Unsettled| function_policy::because(on(Outcome::Unknown, "Action"), unsettled);
    let caused = |verdict: Verdict| {
        let public = statement.is_for_anyone() && inventory.public_invocation(policy, &[Way::Direct]).is_some();
        let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
        if public { verdict.follows_from("IAM-17", &subject) } else { verdict }
    };
    let granted = Granted::by(statement);
    let mut open: Option<Unsettled> = None;
    if !granted.beyond.is_empty() {
        match inventory.allows_directly(policy, at, &granted.beyond) {
            Exposure::Public(_) => {
                let verdict = on(Outcome::Fail, "Action").with("actions", listed(&granted.written));
                let fix = "grant `lambda:InvokeFunction` alone";
                return caused(mend(verdict, policy, fix, ("Action", New::string(INVOKE_FUNCTION))));
            }
            Exposure::Unknown(unsettled) => open = Some(unsettled),
            Exposure::NotPublic => {}
        }
    }
    if by_url(inventory, statement, policy, policies) {
        match inventory.allows_directly(policy, at, &[INVOKE_FUNCTION.into()]) {
            Exposure::Public(_) => {
                let verdict = on(Outcome::Fail, "Action").message("direct");
                let raise = policy.resource.raise;
                let setting = raise.assign(&raise.spell_of(PERMISSION, "InvokedViaFunctionUrl"), "true");
                let fix = format!("let the function be invoked through its URL alone (`{setting}`)");
                return caused(mend(verdict, policy, &fix, ("InvokedViaFunctionUrl", New::Bool(true))));
            }
            Exposure::Unknown(unsettled) => open = open.or(Some(unsettled)),
            Exposure::NotPublic => {}
        }
    }
    if let Some(unsettled) = &open {
        return unknown(unsettled);
    }
    match (granted.unknown, granted.missing) {
        (Some(symbol), _) => on(Outcome::Unknown, "Action").with("symbol", symbol.name()).because(&symbol),
        (_, Some(action)) => on(Outcome::Unknown, "Action")
            .with("symbol", format!("`{action}`, which the catalogue of actions does not have"))
            .settled_by(format!("a catalogue of actions that has `{action}`"), "action not in the catalogue"),
        _ => on(Outcome::Pass, "Action"),
    }
}

fn mend(
    verdict: Verdict,
    policy: &ResourcePolicy,
    description: &str,
    (property, value): (&str, New),
) -> Verdict {
    if policy.resource.type_name != PERMISSION || policy.resource.generated {
        return verdict.fix(Applicability::Display, description, Vec::new());
    }
    let resource = policy.resource.id.clone();
    let change = Change::Set { resource, property: property.into(), value };
    verdict.fix(Applicability::Unsafe, description, vec![change])
}

/// What a statement grants besides invoking the function.
#[derive(Default)]
struct Granted {
    /// The actions.
    beyond: Vec<SmolStr>,
    /// The patterns that cover them, as written.
    written: Vec<String>,
    /// Set if an action is not known.
    unknown: Option<Symbol>,
    /// An action that the catalogue does not have.
    missing: Option<String>,
}

impl Granted {
    fn by(statement: &Statement) -> Self {
        let mut granted = Self { unknown: statement.open.clone(), ..Self::default() };
        for term in &statement.actions {
            let Some(pattern) = term.text.as_literal() else {
                granted.unknown = granted.unknown.or_else(|| term.text.symbols().next().cloned());
                continue;
            };
            let actions = actions(pattern);
            if actions.is_empty() {
                granted.missing.get_or_insert_with(|| pattern.to_owned());
            }
            let beyond = actions.into_iter().filter(|action| !is_invoke(action));
            let before = granted.beyond.len();
            granted.beyond.extend(beyond);
            if granted.beyond.len() > before {
                granted.written.push(pattern.to_owned());
            }
        }
        if !statement.not_actions.is_empty() {
            let all = actions("lambda:*").into_iter();
            granted.beyond = all.filter(|action| !is_invoke(action) && statement.covers_action(action)).collect();
            granted.written.push("NotAction".to_owned());
        }
        granted
    }
}

fn is_invoke(action: &str) -> bool {
    INVOKE.iter().any(|invoke| invoke.eq_ignore_ascii_case(action))
}

/// The actions of the catalogue that a pattern covers: Lambda's, of one that covers several services.
fn actions(pattern: &str) -> Vec<SmolStr> {
    let catalogue = Catalogue::built_in();
    let service = pattern.split(':').next().unwrap_or_default();
    let pattern = if service.contains(['*', '?']) { "lambda:*" } else { pattern };
    let ids = catalogue.expand(pattern);
    ids.into_iter().filter_map(|id| catalogue.action_by_id(id)).map(|action| action.full_name().into()).collect()
}

/// Whether someone for whom a statement is may call the function's URL, by it or by another of the function's policies.
fn by_url(inventory: &Inventory, statement: &Statement, policy: &ResourcePolicy, policies: &[Read]) -> bool {
    let is_for = |other: &Statement| {
        statement.principals.iter().any(|one| other.principals.iter().any(|another| one.id == another.id))
    };
    policies.iter().filter(|other| other.policy.of == policy.of).any(|other| {
        other.document.statements.iter().enumerate().any(|(at, granting)| {
            granting.effect != Effect::Deny
                && granting.covers_action(INVOKE_FUNCTION_URL)
                && is_for(granting)
                && matches!(
                    inventory.allows_directly(&other.policy, at, &[INVOKE_FUNCTION_URL.into()]),
                    Exposure::Public(_)
                )
        })
    })
}

fn principals(statement: &Statement) -> String {
    let names: Vec<String> = statement.principals.iter().map(|principal| principal.id.to_string()).collect();
    if names.is_empty() { "all but some".to_owned() } else { listed(&names) }
}
