//! IAM-16: a statement that allows all but what it names.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-16",
    clauses: &[
        Clause {
            name: "all actions but some",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "iam:*", |action| {
                    allow([("NotAction", list(action)), ("Resource", New::string("*"))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "all resources but some",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "arn:aws:s3:::stockade-mutant/*", |objects| {
                    allow([("Action", New::string("s3:GetObject")), ("NotResource", objects)])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
