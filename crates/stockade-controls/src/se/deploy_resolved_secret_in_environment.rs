//! SE-03: a secret that CloudFormation or Terraform reads at deployment and writes in clear into the function's configuration.

use crate::Context;
use crate::variables::{on_variable, without_text};
use smol_str::SmolStr;
use stockade_inventory::{EnvironmentVariable, Inventory};
use stockade_model::{Applicability, Change, Outcome, Resource, Secrecy, Subject, Symbol, SymbolKind, Verdict};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    for environment in inventory.environments() {
        let resource = environment.resource;
        for variable in &environment.variables {
            verdicts.push(judge_variable(resource, variable));
        }
        if let Some(symbol) = &environment.open {
            let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
            let verdict = |outcome| {
                let verdict = Verdict::on(subject, outcome, &environment.holder.origin);
                verdict.with("resource", resource.id.to_string())
            };
            // The variables are what a secret says.
            verdicts.push(if symbol.secrecy() == Some(Secrecy::Resolved) {
                let reference = spelled(symbol.source_of_secret());
                verdict(Outcome::Fail).message("all").with("reference", reference)
            } else {
                verdict(Outcome::Unknown).message("open").because(symbol)
            });
        }
    }
}

/// Judges one variable.
pub(crate) fn judge_variable(resource: &Resource, variable: &EnvironmentVariable) -> Verdict {
    let EnvironmentVariable { property, value, .. } = variable;
    let verdict = |outcome| on_variable(resource, variable, outcome);
    let Some(text) = value.as_text() else { return verdict(without_text(value)) };
    for symbol in text.symbols() {
        match symbol.secrecy() {
            Some(Secrecy::Resolved) => {
                let failure = verdict(Outcome::Fail).message("resolved");
                return failure.with("reference", spelled(symbol.source_of_secret()));
            }
            Some(Secrecy::PerhapsResolved) => {
                // Whether it is a secret is the question, or whether the secret is what is chosen.
                let source = symbol.source_of_secret();
                let is_certain = source.secrecy() == Some(Secrecy::Resolved);
                return verdict(Outcome::Unknown).because(if is_certain { symbol } else { source });
            }
            Some(Secrecy::Typed) | None => {}
        }
        match symbol.kind() {
            SymbolKind::Dynamic { service, reference } if is_secret_service(service) => {
                let failure = verdict(Outcome::Fail).with("reference", symbol.to_string());
                return mend(failure, resource, property, service, reference);
            }
            // A text that is taken apart or put together may hold the reference still.
            SymbolKind::Call { arguments, .. } if holds_reference(arguments) => {
                return verdict(Outcome::Fail).with("reference", symbol.to_string());
            }
            SymbolKind::Opaque { .. } => return verdict(Outcome::Unknown).because(symbol),
            _ => {}
        }
    }
    verdict(Outcome::Pass)
}

/// An attribute as its user spells it.
fn spelled(symbol: &Symbol) -> String {
    match symbol.kind() {
        SymbolKind::Attribute { resource, attribute } => format!("{resource}.{attribute}"),
        _ => symbol.to_string(),
    }
}

fn is_secret_service(service: &str) -> bool {
    ["secretsmanager", "ssm-secure"].contains(&service)
}

fn holds_reference(arguments: &str) -> bool {
    ["{{resolve:secretsmanager:", "{{resolve:ssm-secure:"].iter().any(|mark| arguments.contains(mark))
}

/// The fix: the secret's name or ARN in place of its value.
fn mend(
    verdict: Verdict,
    resource: &Resource,
    property: &SmolStr,
    service: &str,
    reference: &str,
) -> Verdict {
    let words: Vec<&str> = reference.split(':').collect();
    let place = match (service, words.as_slice()) {
        ("secretsmanager", ["arn", ..]) => words.get(..7).map(|arn| arn.join(":")),
        (_, [place, ..]) => Some((*place).to_owned()),
        _ => None,
    };
    // What is put together of symbols has no spelling to hand on.
    let Some(place) = place.filter(|place| !place.is_empty() && !place.contains("${")) else {
        return verdict;
    };
    let change = Change::Set {
        resource: resource.id.clone(),
        property: property.clone(),
        value: New::string(place),
    };
    let description = "hand the function the secret's name; its code must fetch the value, and its role must be allowed to \
                       read it";
    verdict.fix(Applicability::Unsafe, description, vec![change])
}
