//! SE-01: a secret in an environment variable, where everyone who may read the function's configuration reads it.

use crate::variables::{on_variable, without_text};
use crate::{Context, secrets};
use smol_str::SmolStr;
use stockade_inventory::{EnvironmentVariable, Inventory};
use stockade_model::{
    Applicability, Change, Confidence, Outcome, Resource, Subject, Symbol, SymbolKind, Text,
    Verdict,
};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    for environment in inventory.environments() {
        let resource = environment.resource;
        for variable in &environment.variables {
            verdicts.push(judge_variable(inventory, resource, variable));
        }
        if let Some(symbol) = &environment.open {
            let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
            let verdict = Verdict::on(subject, Outcome::Unknown, &environment.holder.origin);
            verdicts.push(verdict.message("open").with("resource", resource.id.to_string()).because(symbol));
        }
    }
}

/// Judges one variable.
pub(crate) fn judge_variable(
    inventory: &Inventory,
    resource: &Resource,
    variable: &EnvironmentVariable,
) -> Verdict {
    let EnvironmentVariable { name, property, value } = variable;
    let verdict = |outcome| on_variable(resource, variable, outcome);
    let Some(text) = value.as_text() else { return verdict(without_text(value)) };
    if let Some(symbol) = text.symbols().find(|symbol| symbol.is_secret()) {
        let failure = verdict(Outcome::Fail).message("no_echo");
        let failure = failure.with("parameter", symbol.source_of_secret().name());
        return mend(failure, resource, property, name);
    }
    if let Some(symbol) = text.symbols().find(|symbol| is_secret_attribute(inventory, symbol)) {
        // The secret is AWS's own, so that a generated one cannot stand in for it: there is no fix to write.
        return verdict(Outcome::Fail).message("attribute").with("symbol", symbol.to_string());
    }
    match text.as_literal() {
        Some(literal) => {
            let secret_name = secrets::is_secret_name(name);
            if let Some(what) = secrets::shape(literal) {
                let failure =
                    verdict(Outcome::Fail).message("shape").with("what", what).secret(&value.origin);
                return mend(failure.with("value", secrets::masked(literal)), resource, property, name);
            }
            if secret_name && secrets::is_secret_literal(literal) {
                let failure =
                    verdict(Outcome::Fail).with("value", secrets::masked(literal)).secret(&value.origin);
                return mend(failure.confidence(Confidence::Medium), resource, property, name);
            }
            verdict(Outcome::Pass)
        }
        None => judge_symbols(inventory, &text, name, verdict),
    }
}

/// A text that is not known whole: what the symbols in it are decides.
fn judge_symbols(
    inventory: &Inventory,
    text: &Text,
    name: &str,
    verdict: impl Fn(Outcome) -> Verdict,
) -> Verdict {
    if let Some(allowed) = text.as_symbol().and_then(Symbol::allowed)
        && !allowed.is_empty()
        && allowed.iter().all(|value| secrets::shape(value).is_none() && !secrets::is_secret_literal(value))
    {
        return verdict(Outcome::Pass);
    }
    let hidden = text.symbols().find(|symbol| may_be_secret(inventory, symbol));
    match hidden {
        Some(symbol) if secrets::is_secret_name(name) && text.as_symbol().is_some() => {
            verdict(Outcome::Unknown).with("symbol", symbol.name()).because(symbol)
        }
        _ => verdict(Outcome::Pass),
    }
}

fn is_secret_attribute(inventory: &Inventory, symbol: &Symbol) -> bool {
    let SymbolKind::Attribute { resource, attribute } = symbol.kind() else { return false };
    inventory
        .node(resource)
        .is_some_and(|node| secrets::is_secret_attribute(&inventory.resource(node).type_name, attribute))
}

/// Whether what a symbol stands for may be a secret: names, ARNs and what AWS resolves are none. What a custom
/// resource or a stack that is not known hands on may be anything.
fn may_be_secret(inventory: &Inventory, symbol: &Symbol) -> bool {
    // What the deployment reads or makes is SE-03's.
    if symbol.secrecy().is_some() {
        return false;
    }
    match symbol.kind() {
        SymbolKind::Pseudo(_) | SymbolKind::Dynamic { .. } => false,
        SymbolKind::Attribute { resource, attribute } => inventory.node(resource).is_none_or(|node| {
            let type_name = inventory.resource(node).type_name.as_str();
            attribute != "Ref"
                && (type_name.starts_with("Custom::")
                    || ["AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack"]
                        .contains(&type_name))
        }),
        SymbolKind::Parameter { .. }
        | SymbolKind::Import(_)
        | SymbolKind::Call { .. }
        | SymbolKind::Opaque { .. } => true,
    }
}

/// The fix: a secret of its own in Secrets Manager, and its ARN in the variable. What the secret was is known to
/// everyone who read the template, so a new one is generated.
fn mend(verdict: Verdict, resource: &Resource, property: &SmolStr, name: &SmolStr) -> Verdict {
    let words: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let id = smol_str::format_smolstr!("{}{words}Secret", resource.logical_id());
    let generate = New::mapping([("PasswordLength", New::Number("32".into()))]);
    let body = New::mapping([
        ("Type", New::string("AWS::SecretsManager::Secret")),
        ("Properties", New::mapping([("GenerateSecretString", generate)])),
    ]);
    let changes = vec![
        Change::AddResource { beside: resource.id.clone(), id: id.clone(), body },
        Change::Set {
            resource: resource.id.clone(),
            property: property.clone(),
            value: New::mapping([("Ref", New::string(id))]),
        },
    ];
    let description = "hand the function the ARN of a new secret in Secrets Manager; its role must be allowed to read it, \
                       its code must fetch it, and the secret that was shown must be replaced";
    verdict.fix(Applicability::Unsafe, description, changes)
}
