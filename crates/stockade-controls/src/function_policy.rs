//! What the controls of functions' policies say alike: of an `AWS::Lambda::Permission`, which adds one statement, and of
//! each statement of an `AWS::Lambda::ResourcePolicy`.

use stockade_iam::{PolicyDocument, Statement, StatementName};
use stockade_inventory::{Inventory, Unsettled};
use stockade_model::{Origin, Outcome, Resource, Subject, Verdict};

/// What adds a statement to the policy of a function.
pub(crate) const PERMISSION: &str = "AWS::Lambda::Permission";

/// A verdict on a statement: for a permission on the resource, at the property of that origin, if there is one.
pub(crate) fn verdict(
    resource: &Resource,
    statement: &Statement,
    name: &StatementName,
    outcome: Outcome,
    property: Option<&Origin>,
) -> Verdict {
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let verdict = match (resource.type_name == PERMISSION, property) {
        (true, Some(origin)) => Verdict::on(subject, outcome, origin),
        (true, None) => Verdict::new(subject, outcome, resource.declared_at),
        (false, _) => {
            let mut verdict = Verdict::new(subject.part(name.label.clone()), outcome, statement.place);
            verdict.discriminator = name.identity.clone();
            verdict
        }
    };
    verdict.with("permission", resource.declared_id.to_string())
}

/// The origin of a property of a resource, if it is there.
pub(crate) fn origin_of(resource: &Resource, property: &str) -> Option<Origin> {
    let value = resource.properties.get(property);
    (!value.is_absent()).then(|| value.origin.clone())
}

/// What keeps a verdict from being known.
pub(crate) fn because(verdict: Verdict, unsettled: &Unsettled) -> Verdict {
    match &unsettled.symbol {
        Some(symbol) => verdict.with("symbol", symbol.name()).because(symbol),
        None => {
            let verdict = verdict.with("symbol", unsettled.phrase.clone());
            verdict.settled_by(unsettled.phrase.clone(), "policy not decided")
        }
    }
}

/// Says of each policy whose statements are not all known that they are not, in the message `policy`.
pub(crate) fn unknown(inventory: &Inventory, verdicts: &mut Vec<Verdict>) {
    for policy in inventory.function_policies() {
        let document = PolicyDocument::read(&policy.document);
        if let Some(symbol) = document.open {
            let subject = Subject::resource(policy.resource.id.clone(), policy.resource.type_name.clone());
            let verdict = Verdict::on(subject, Outcome::Unknown, &policy.document.origin).message("policy");
            let verdict = verdict.with("permission", policy.resource.declared_id.to_string());
            verdicts.push(verdict.with("symbol", symbol.name()).because(&symbol));
        }
    }
}
