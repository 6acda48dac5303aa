//! SE-03: a secret that CloudFormation reads at deployment and writes in clear into the function's configuration.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};

const NOT_ELSEWHERE: Impossible = (
    &[Form::Separate, Form::Absent],
    "a variable is written where its function is, and one that is not there holds no secret",
);

/// The variable of a pass holds that.
fn variable(inventory: &Inventory, verdict: &Verdict, reference: &str) -> Option<Vec<Break>> {
    let (_, function) = subject(inventory, verdict)?;
    let name = verdict.subject.part.as_deref()?;
    let variable = format!("Environment.Variables.{name}");
    (function.type_name == "AWS::Lambda::Function").then(|| vec![Break::set(function, variable, reference)])
}

pub const MUTATOR: Mutator = Mutator {
    control: "SE-03",
    clauses: &[
        Clause {
            name: "a secret of Secrets Manager",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                variable(inventory, verdict, "{{resolve:secretsmanager:orders/db:SecretString:password}}")
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a secret inside a text",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let text = "postgres://app:{{resolve:secretsmanager:orders/db}}@db.internal/orders";
                variable(inventory, verdict, text)
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a `SecureString` parameter",
            from: Outcome::Pass,
            breaks: |inventory, verdict| variable(inventory, verdict, "{{resolve:ssm-secure:/orders/token}}"),
            impossible: &[NOT_ELSEWHERE],
        },
    ],
};
