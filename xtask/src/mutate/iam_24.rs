//! IAM-24: an action that does not exist, or fits no resource of its statement.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-24",
    clauses: &[
        Clause {
            name: "no such action",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "s3:ListObjects", |action| {
                    allow([("Action", list(action)), ("Resource", New::string("*"))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "no such service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "stockade-mutant:*", |action| {
                    allow([("NotAction", action), ("Resource", New::string("*"))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "an action on another type",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "s3:GetObject", |action| {
                    allow([("Action", action), ("Resource", New::string("arn:aws:s3:::stockade-mutant"))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
