//! IAM-18: a service that may invoke a function for whoever asks it to.

use crate::Context;
use crate::function_policy::{self, PERMISSION};
use stockade_inventory::{Binding, Inventory, ServiceAccess};
use stockade_model::{
    Applicability, Change, Origin, Outcome, Piece, Resource, Severity, Symbol, Text, Verdict,
};
use stockade_syntax::New;

/// What binds the source of a permission, and whom it is for.
const DECIDING: [&str; 4] = ["SourceArn", "SourceAccount", "EventSourceToken", "Principal"];

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.service_access().iter().map(judge_access));
    function_policy::unknown(inventory, verdicts);
}

fn judge_access(access: &ServiceAccess) -> Verdict {
    let resource = access.resource;
    let on = |outcome, origin: Option<&Origin>| {
        let verdict = function_policy::verdict(resource, &access.statement, &access.name, outcome, origin);
        verdict.with("service", access.service.to_string())
    };
    let source = function_policy::origin_of(resource, "SourceArn");
    match &access.binding {
        Binding::Account => {
            let mut bound = ["SourceAccount", "EventSourceToken", "SourceArn"].into_iter();
            on(Outcome::Pass, bound.find_map(|name| function_policy::origin_of(resource, name)).as_ref())
        }
        Binding::Unknown(unsettled) => {
            let origin = unsettled.symbol.as_ref().and_then(|symbol| deciding(resource, symbol));
            function_policy::because(on(Outcome::Unknown, origin.as_ref()), unsettled)
        }
        Binding::Name => {
            let verdict = on(Outcome::Fail, source.as_ref()).message("name").severity(Severity::Medium);
            bind_to_account(verdict, resource, Applicability::Safe)
        }
        Binding::Nothing => {
            // What SAM makes of an event is written at the event, not at the function's id.
            let event = || function_policy::origin_of(resource, "Principal").filter(|_| resource.generated);
            let verdict = on(Outcome::Fail, source.or_else(event).as_ref());
            if is_alexa(access) {
                return verdict.message("alexa").fix(
                    Applicability::Display,
                    format!("name the skill's id in `{}`", resource.raise.spell("EventSourceToken")),
                    Vec::new(),
                );
            }
            bind_to_account(verdict, resource, Applicability::Unsafe)
        }
    }
}

/// Where the property of a permission is written that holds a symbol.
fn deciding(resource: &Resource, symbol: &Symbol) -> Option<Origin> {
    let mut values = DECIDING.iter().map(|name| resource.properties.get(name));
    let value = values.find(|value| {
        let within = |text: Text| text.symbols().any(|one| one == symbol);
        value.open() == Some(symbol) || value.as_text().is_some_and(within)
    })?;
    Some(value.origin.clone())
}

fn is_alexa(access: &ServiceAccess) -> bool {
    matches!(access.service.pieces().first(), Some(Piece::Literal(literal)) if literal.starts_with("alexa-"))
}

fn bind_to_account(verdict: Verdict, resource: &Resource, applicability: Applicability) -> Verdict {
    if resource.type_name != PERMISSION {
        return verdict.fix(
            Applicability::Display,
            "add a condition on `aws:SourceAccount` to the statement",
            Vec::new(),
        );
    }
    let change = Change::Set {
        resource: resource.id.clone(),
        property: "SourceAccount".into(),
        value: New::mapping([("Ref", New::string("AWS::AccountId"))]),
    };
    let account = resource.raise.spell("SourceAccount");
    verdict.fix(applicability, format!("let only sources of this account in (`{account}`)"), vec![change])
}
