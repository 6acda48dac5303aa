//! IAM-14: the use of every key.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-14",
    clauses: &[
        Clause {
            name: "every resource",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    allow([("Action", list(New::string("kms:Decrypt"))), ("Resource", every)])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "every key of an account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "arn:aws:kms:us-east-1:111122223333:key/*", |every| {
                    allow([("Action", New::string("kms:GenerateDataKey*")), ("Resource", list(every))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "a condition for every service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    let key = New::mapping([("kms:ViaService", New::string("*"))]);
                    allow([
                        ("Action", New::string("kms:ReEncrypt*")),
                        ("Resource", every),
                        ("Condition", New::mapping([("StringLike", key)])),
                    ])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
