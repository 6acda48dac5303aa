//! IAM-04: an action allowed on every resource.

use super::mutator::{Break, Clause, Mutator, list, subject};
use super::statements::{IMPOSSIBLE, allow, breaks};
use stockade_iam::Effect;
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

/// As [`breaks`], of a role that is denied nothing: what it is denied everywhere needs no narrower form.
fn breaks_undenied(
    inventory: &Inventory,
    verdict: &Verdict,
    scalar: &str,
    statement: fn(New) -> New,
) -> Option<Vec<Break>> {
    let (node, _) = subject(inventory, verdict)?;
    let mut statements = inventory.identity_policies().statements.iter();
    let denied = statements.any(|at| at.written_in == node && at.statement.effect != Effect::Allow);
    if denied { None } else { breaks(inventory, verdict, scalar, statement) }
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-04",
    clauses: &[
        Clause {
            name: "every resource",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks_undenied(inventory, verdict, "*", |every| {
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
                breaks_undenied(inventory, verdict, "arn:aws:dynamodb:*:*:table/*", |every| {
                    allow([("Action", New::string("dynamodb:Get*")), ("Resource", list(every))])
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "a condition that narrows nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks_undenied(inventory, verdict, "*", |every| {
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
