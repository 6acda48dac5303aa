//! IAM-03: a statement that allows all that a service can do.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

const RESOURCE: &str = "arn:aws:s3:::stockade-mutant/*";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-03",
    clauses: &[
        Clause {
            name: "every action of a service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "s3:*", |action| {
                    allow([("Action", list(action)), ("Resource", New::string(RESOURCE))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "every action of every service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |action| {
                    allow([("Action", action), ("Resource", New::string(RESOURCE))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
