//! What the controls of public resource policies say alike.

use stockade_inventory::{Exposure, Inventory, ResourcePolicy, Target};
use stockade_model::{Applicability, Kleene, Origin, Outcome, Resource, Subject, Symbol, Verdict};

/// What holds a public policy back, and the symbol that keeps that from being known.
pub(crate) type Held = (Kleene, Option<Symbol>);

/// Nothing holds it back.
pub(crate) fn not_held(_policy: &ResourcePolicy) -> Held {
    (Kleene::False, None)
}

/// Judges the policies of the resources of a type: one verdict for each resource that a policy is of, and one for a
/// policy of something outside the deployment. `kind` is what the type is called in messages.
///
/// Messages: `fail` and `pass` with `{kind}`, `{resource}` and, of a failure, `{request}`; `unknown` with `{symbol}`.
pub(crate) fn judge(
    inventory: &Inventory,
    (type_name, kind): (&'static str, &'static str),
    held: impl Fn(&ResourcePolicy) -> Held,
    verdicts: &mut Vec<Verdict>,
) {
    for policy in inventory.resource_policies(type_name) {
        let exposure = inventory.exposure(&policy.document);
        let held = held(&policy);
        let mut subjects: Vec<&Resource> = policy.of.iter().filter_map(|of| node(inventory, of)).collect();
        if subjects.is_empty() {
            subjects.push(policy.resource);
        }
        let several = subjects.len() > 1;
        for resource in subjects {
            let verdict = judge_policy(&policy, resource, &exposure, &held).with("kind", kind);
            verdicts.push(if several { verdict.root(policy.resource.id.clone()) } else { verdict });
        }
    }
}

fn node<'a>(inventory: &'a Inventory, target: &Target) -> Option<&'a Resource> {
    match target {
        Target::Node(node) => Some(inventory.resource(*node)),
        _ => None,
    }
}

fn judge_policy(policy: &ResourcePolicy, of: &Resource, exposure: &Exposure, held: &Held) -> Verdict {
    let subject = Subject::resource(of.id.clone(), of.type_name.clone());
    let on = |outcome, place| {
        let verdict = Verdict::on(subject.clone(), outcome, &Origin::at(place));
        verdict
            .with("resource", of.declared_id.to_string())
            .related("it is the policy of this", of.declared_at)
    };
    let unknown = |place, symbol: Option<&Symbol>, phrase: &str| match symbol {
        Some(symbol) => on(Outcome::Unknown, place).with("symbol", symbol.name()).because(symbol),
        None => {
            let verdict = on(Outcome::Unknown, place).with("symbol", phrase.to_owned());
            verdict.settled_by(phrase, "policy not decided")
        }
    };
    match (exposure, held) {
        (Exposure::NotPublic, _) | (_, (Kleene::True, _)) => on(Outcome::Pass, policy.document.origin.place),
        (Exposure::Public(access), (Kleene::Unknown, symbol)) => {
            unknown(access.place, symbol.as_ref(), "whether a public policy is refused")
        }
        (Exposure::Unknown(unsettled), _) => {
            unknown(unsettled.place, unsettled.symbol.as_ref(), &unsettled.phrase)
        }
        (Exposure::Public(access), _) => {
            let verdict = on(Outcome::Fail, access.place).with("request", access.request.clone());
            verdict.fix(
                Applicability::Display,
                "name the principals in this statement, or bind it by a condition on `aws:SourceArn`, \
                 `aws:SourceAccount` or `aws:PrincipalOrgID`",
                Vec::new(),
            )
        }
    }
}
