//! SE-01: a secret in an environment variable.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};

const NOT_ELSEWHERE: Impossible = (
    &[Form::Separate, Form::Absent],
    "a variable is written where its function is, and one that is not there holds no secret",
);

/// The variable of a pass, or one more of its function.
fn variable(inventory: &Inventory, verdict: &Verdict, name: Option<&str>, secret: String) -> Option<Break> {
    let (_, function) = subject(inventory, verdict)?;
    let name = name.or(verdict.subject.part.as_deref())?;
    let variable = format!("Environment.Variables.{name}");
    (function.type_name == "AWS::Lambda::Function").then(|| Break::set(function, variable, secret))
}

pub const MUTATOR: Mutator = Mutator {
    control: "SE-01",
    clauses: &[
        Clause {
            name: "the value has a credential's shape",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let secret = ["AKIA", "Q3EGR7LZ", "XW2N5HTB"].concat();
                Some(vec![variable(inventory, verdict, None, secret)?])
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a secret's name with a literal",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let secret = ["tr0mbone", "-lilac", "77"].concat();
                Some(vec![variable(inventory, verdict, Some("MUTANT_PASSWORD"), secret)?])
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a `NoEcho` parameter",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![variable(inventory, verdict, None, "changeme".into())?.no_echo()])
            },
            impossible: &[(&[Form::Literal], "a `NoEcho` parameter is never a literal"), NOT_ELSEWHERE],
        },
    ],
};
