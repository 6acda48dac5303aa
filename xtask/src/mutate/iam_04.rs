//! IAM-04: an action allowed on every resource.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-04",
    clauses: &[
        Clause {
            name: "every resource",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    let actions = ["xray:PutTraceSegments", "dynamodb:GetItem"].map(New::string);
                    allow([("Action", New::Sequence(actions.into())), ("Resource", every)])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "every ARN of a type",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "arn:aws:dynamodb:*:*:table/*", |every| {
                    allow([("Action", New::string("dynamodb:Get*")), ("Resource", list(every))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "a condition that narrows nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    let key = New::mapping([("aws:SecureTransport", New::string("true"))]);
                    allow([
                        ("Action", New::string("sqs:SendMessage")),
                        ("Resource", every),
                        ("Condition", New::mapping([("Bool", key)])),
                    ])
                })
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
