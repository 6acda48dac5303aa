//! IAM-05: a broad managed policy of AWS on the role of a function.

use super::mutator::{Break, Clause, Form, Mutator};
use super::statements::{IMPOSSIBLE, attached};
use stockade_model::Outcome;

const IN_ITS_ROLE: (&[Form], &str) = (&[Form::Separate], "a policy of AWS is attached in the role alone");

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-05",
    clauses: &[
        Clause {
            name: "every action of a service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (role, path) = attached(inventory, verdict)?;
                Some(vec![Break::set(role, path, "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess")])
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
        Clause {
            name: "a sensitive action",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (role, path) = attached(inventory, verdict)?;
                Some(vec![Break::set(role, path, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")])
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
        Clause {
            name: "all actions but some",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (role, path) = attached(inventory, verdict)?;
                Some(vec![Break::set(role, path, "arn:aws:iam::aws:policy/PowerUserAccess")])
            },
            impossible: &[IMPOSSIBLE[0], IMPOSSIBLE[1], IN_ITS_ROLE],
        },
    ],
};
