//! IAM-02: a function's role that may do everything.

use super::mutator::{Break, Clause, Form, Mutator, list, subject};
use super::statements::{IMPOSSIBLE, allow, breaks};
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
                let (node, role) = subject(inventory, verdict)?;
                let attached = &inventory.identity_policies().attachments;
                let named = |arn: String| verdict.subject.part.as_deref() == Some(arn.as_str());
                let is_it = attached.iter().any(|one| one.role == node && named(one.arn.to_string()));
                if role.generated || !is_it {
                    return None;
                }
                let arns = role.properties.get("ManagedPolicyArns");
                let at = arns
                    .items()
                    .iter()
                    .position(|item| item.as_text().is_some_and(|arn| named(arn.to_string())))?;
                Some(vec![Break::set(role, format!("ManagedPolicyArns.{at}"), ADMINISTRATOR)])
            },
            impossible: &[
                IMPOSSIBLE[0],
                IMPOSSIBLE[1],
                (&[Form::Separate], "a policy of AWS is attached in the role alone"),
            ],
        },
    ],
};
