//! DG-04: a bucket that takes plain HTTP.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Impossible, Mutator, NOTHING, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource, Verdict};

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for buckets and their policies");

/// The only policy of the bucket of a pass, and the path of its only statement that denies.
fn denial<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(&'a Resource, String)> {
    let (node, _) = subject(inventory, verdict)?;
    let policies = inventory.resource_policies("AWS::S3::Bucket");
    let mut own = policies.into_iter().filter(|policy| policy.is_of(node));
    let policy = own.next().filter(|_| own.next().is_none())?.resource;
    if policy.generated {
        return None;
    }
    let statements = policy.properties.get("PolicyDocument.Statement");
    let denies = |at: &usize| {
        let effect = statements.items()[*at].get("Effect").as_text();
        effect.is_some_and(|effect| effect.as_literal() == Some("Deny"))
    };
    let mut denials = (0..statements.items().len()).filter(denies);
    let at = denials.next().filter(|_| denials.next().is_none())?;
    let is_list = matches!(statements.kind, stockade_model::Kind::List(_));
    let path = "PolicyDocument.Statement";
    Some((policy, if is_list { format!("{path}.{at}") } else { path.to_owned() }))
}

pub const MUTATOR: Mutator = Mutator {
    control: "DG-04",
    clauses: &[
        Clause {
            name: "another action is denied",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (policy, path) = denial(inventory, verdict)?;
                Some(vec![Break::set(policy, format!("{path}.Action"), "s3:PutObject").shows_at(policy)])
            },
            impossible: &[NO_GLOBALS, IN_ITS_RESOURCE, (&[Form::Absent], "a statement needs its actions")],
        },
        Clause {
            name: "the denial allows",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (policy, path) = denial(inventory, verdict)?;
                Some(vec![Break::set(policy, format!("{path}.Effect"), "Allow").shows_at(policy)])
            },
            impossible: &[NO_GLOBALS, IN_ITS_RESOURCE, (&[Form::Absent], "a statement needs its effect")],
        },
        Clause {
            name: "no policy denies",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (policy, _) = denial(inventory, verdict)?;
                let (_, bucket) = subject(inventory, verdict)?;
                Some(vec![
                    Break::remove(policy, "PolicyDocument.Statement").shows_at(bucket).shows_at(policy),
                ])
            },
            impossible: &[
                NOTHING[0],
                NOTHING[1],
                NO_GLOBALS,
                (&[Form::Separate], "a further policy of the bucket is not deployed"),
            ],
        },
    ],
};
