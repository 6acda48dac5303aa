//! Policies of resources that are made to let anyone in.

use super::mutator::{Break, Clause, Form, Impossible, list, resource, subject, without};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

/// Where types write their policy.
const DOCUMENTS: [&str; 7] = [
    "PolicyDocument",
    "ResourcePolicy",
    "KeyPolicy",
    "RepositoryPolicyText",
    "PolicyText",
    "Policy",
    "Statement",
];

/// Where policies that are resources of their own name what they are of.
const NAMES: [&str; 6] = ["Queues", "Queue", "Topics", "TopicArn", "EventBusName", "SecretId"];

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for policies of resources");
const NO_POLICY: Impossible = (&[Form::Absent], "without a policy nobody else is let in");

/// What there cannot be where a policy is a resource of its own.
pub const APART: &[Impossible] = &[NO_GLOBALS, NO_POLICY];

/// What there cannot be where a policy stands in what it is of.
pub const INSIDE: &[Impossible] =
    &[NO_GLOBALS, NO_POLICY, (&[Form::Separate], "the policy stands in what it is of")];

/// The clause that the policy is for everyone.
pub const fn for_everyone(
    breaks: fn(&Inventory, &Verdict) -> Option<Vec<Break>>,
    impossible: &'static [Impossible],
) -> Clause {
    Clause { name: "the policy is for everyone", from: Outcome::Pass, breaks, impossible }
}

/// The clause that a condition leaves everyone in.
pub const fn for_any_source(
    breaks: fn(&Inventory, &Verdict) -> Option<Vec<Break>>,
    impossible: &'static [Impossible],
) -> Clause {
    Clause { name: "the condition is met by anyone", from: Outcome::Pass, breaks, impossible }
}

/// The policy of the subject of a pass, and a further one beside it, allow that action to everyone.
pub fn everyone(
    inventory: &Inventory,
    verdict: &Verdict,
    types: &[&'static str],
    action: &'static str,
) -> Option<Vec<Break>> {
    broken(inventory, verdict, types, "*", move |anyone| {
        New::mapping([
            ("Effect", New::string("Allow")),
            ("Principal", New::mapping([("AWS", anyone)])),
            ("Action", New::string(action)),
            ("Resource", New::string("*")),
        ])
    })
}

/// As [`everyone`], on a condition that names sources of any account.
pub fn any_source(
    inventory: &Inventory,
    verdict: &Verdict,
    types: &[&'static str],
    action: &'static str,
) -> Option<Vec<Break>> {
    broken(inventory, verdict, types, "arn:aws:sns:*:*:*", move |arn| {
        New::mapping([
            ("Effect", New::string("Allow")),
            ("Principal", New::string("*")),
            ("Action", New::string(action)),
            ("Resource", New::string("*")),
            ("Condition", New::mapping([("ArnLike", New::mapping([("aws:SourceArn", arn)]))])),
        ])
    })
}

fn broken(
    inventory: &Inventory,
    verdict: &Verdict,
    types: &[&'static str],
    scalar: &'static str,
    statement: impl Fn(New) -> New + Clone + 'static,
) -> Option<Vec<Break>> {
    let (node, of) = subject(inventory, verdict)?;
    let mut policies = types.iter().flat_map(|type_name| inventory.resource_policies(type_name));
    let policy = policies.find(|policy| policy.is_of(node) || policy.resource.id == of.id)?.resource;
    if policy.generated {
        return None;
    }
    let written = |name: &&&str| !policy.properties.get(name).is_absent();
    let property: &'static str = DOCUMENTS.iter().find(written)?;
    let document = move |scalar: New| {
        if property == "Statement" {
            return statement(scalar);
        }
        New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement(scalar)))])
    };
    let own = Break::set(policy, property, scalar).around(document.clone());
    let mut breaks = vec![own.also(without(policy, "BlockPublicPolicy"))];
    let name = NAMES.iter().find(written);
    if let Some((name, named)) = name.and_then(|name| Some((*name, policy.properties.get(name).to_new()?))) {
        let type_name = policy.type_name.clone();
        breaks.push(Break::add_with(policy, scalar, move |scalar| {
            let mut properties = vec![(name, named.clone()), (property, document(scalar))];
            if property == "Statement" {
                properties.push(("StatementId", New::string("mutant")));
            }
            resource(&type_name, properties)
        }));
    }
    Some(breaks)
}
