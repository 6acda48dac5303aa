//! IAM-13: a sensitive action on every resource.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-13",
    clauses: &[
        Clause {
            name: "credentials",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    let actions = ["sqs:SendMessage", "secretsmanager:GetSecretValue"].map(New::string);
                    allow([("Action", New::Sequence(actions.into())), ("Resource", every)])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "data by a pattern, of a type",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "arn:aws:s3:::*/*", |every| {
                    allow([("Action", New::string("s3:GetObj*")), ("Resource", list(every))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "permissions, on a condition that narrows nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    let key = New::mapping([("aws:SecureTransport", New::string("true"))]);
                    allow([
                        ("Action", New::string("lambda:AddPermission")),
                        ("Resource", every),
                        ("Condition", New::mapping([("Bool", key)])),
                    ])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
