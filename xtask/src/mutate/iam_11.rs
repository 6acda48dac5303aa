//! IAM-11: a role that can get more access than it was given.

use super::mutator::{Clause, Mutator, list};
use super::statements::{IMPOSSIBLE, allow, breaks_role};
use stockade_model::Outcome;
use stockade_syntax::New;

fn on(actions: &[&str], resource: New) -> New {
    let actions = actions.iter().map(|action| New::string(*action)).collect();
    allow([("Action", New::Sequence(actions)), ("Resource", list(resource))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-11",
    clauses: &[
        Clause {
            name: "any role to a new function",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks_role(inventory, verdict, "*", |any| {
                    vec![on(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], any)]
                })
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "the policies of its role",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let roles = "arn:aws:iam::111122223333:role/*";
                breaks_role(inventory, verdict, roles, |roles| vec![on(&["iam:PutRolePolicy"], roles)])
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "the code of any function",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                breaks_role(inventory, verdict, "*", |any| vec![on(&["lambda:Update*"], any)])
            },
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "any role to a new state machine, in two statements",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let breaks = breaks_role(inventory, verdict, "*", |any| {
                    vec![
                        on(&["iam:PassRole"], any),
                        on(&["states:CreateStateMachine", "states:StartExecution"], New::string("*")),
                    ]
                });
                // Of a statement that is replaced only the first would be there.
                breaks.map(|breaks| breaks.into_iter().take(1).collect())
            },
            impossible: &[
                IMPOSSIBLE[0],
                IMPOSSIBLE[1],
                (&[super::mutator::Form::Literal], "two statements take the place of none"),
            ],
        },
    ],
};
