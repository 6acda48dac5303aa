//! IAM-12: any role may be passed to a service.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_model::Outcome;
use stockade_syntax::New;

fn pass_role(key: &'static str, resource: New) -> New {
    let service = New::mapping([("iam:PassedToService", New::string("ecs-tasks.amazonaws.com"))]);
    allow([
        ("Action", list(New::string("iam:PassRole"))),
        (key, resource),
        ("Condition", New::mapping([("StringEquals", service)])),
    ])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-12",
    clauses: &[
        Clause {
            name: "every resource",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks(inventory, verdict, "*", |every| pass_role("Resource", every))
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "every role of the account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let roles = "arn:aws:iam::111122223333:role/*";
                breaks(inventory, verdict, roles, |every| pass_role("Resource", list(every)))
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "all roles but one",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let role = "arn:aws:iam::111122223333:role/stockade";
                breaks(inventory, verdict, role, |one| pass_role("NotResource", one))
            },
            impossible: &IMPOSSIBLE,
        },
    ],
};
