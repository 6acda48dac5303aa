//! IAM-02: a function's role that may do everything.

use super::mutator::{Break, Clause, Form, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, attached, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-02",
    clauses: &[
        Clause {
            name: "every action on every resource",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |action| {
                    allow([("Action", action), ("Resource", New::string("*"))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "every resource for every action",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| {
                    allow([("Action", list(New::string("*:*"))), ("Resource", list(every))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "a condition that is always met",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |any| {
                    let key = New::mapping([("aws:PrincipalArn", any)]);
                    allow([
                        ("Action", New::string("*")),
                        ("Resource", New::string("*")),
                        ("Condition", New::mapping([("StringLikeIfExists", key)])),
                    ])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "AdministratorAccess",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (role, path) = attached(inventory, verdict)?;
                Some(vec![Break::set(role, path, ADMINISTRATOR)])
            },
            impossible: &[
                IMPOSSIBLE[0],
                IMPOSSIBLE[1],
                (&[Form::Separate], "a policy of AWS is attached in the role alone"),
            ],
        },
    ],
};
