//! IAM-05: a broad managed policy of AWS on the role of a function.

use super::mutator::{Break, Clause, Form, Mutator};
use super::statements::{IMPOSSIBLE, attached};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};

const IN_ITS_ROLE: (&[Form], &str) = (&[Form::Separate], "a policy of AWS is attached in the role alone");

/// A policy of the role of a pass becomes that one, if the role has it not already.
fn replaced(inventory: &Inventory, verdict: &Verdict, arn: &str) -> Option<Vec<Break>> {
    let (role, path) = attached(inventory, verdict)?;
    let policies = role.properties.get("ManagedPolicyArns");
    let mut names = policies.items().iter().filter_map(|policy| policy.as_text());
    let has_it = names.any(|name| name.as_literal() == Some(arn));
    (!has_it).then(|| vec![Break::set(role, path, arn)])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-05",
    clauses: &[
        Clause {
            name: "every action of a service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                replaced(inventory, verdict, "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess")
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
        Clause {
            name: "a sensitive action",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                replaced(inventory, verdict, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
        Clause {
            name: "all actions but some",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                replaced(inventory, verdict, "arn:aws:iam::aws:policy/PowerUserAccess")
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
    ],
};
