//! SE-01: a secret in an environment variable.

use super::mutator::{Break, Clause, Form, Mutator, subject};
use stockade_inventory::Inventory;
use stockade_model::Finding;

const NOT_ELSEWHERE: &str =
    "a variable is written where its function is, and one that is not there holds no secret";

/// The variable of a pass, or one more of its function.
fn variable(inventory: &Inventory, finding: &Finding, name: Option<&str>, secret: String) -> Vec<Break> {
    let Some((_, function)) = subject(inventory, finding) else { return Vec::new() };
    let Some(name) = name.or(finding.verdict.subject.part.as_deref()) else { return Vec::new() };
    if function.type_name != "AWS::Lambda::Function" {
        return Vec::new();
    }
    vec![Break::set(function, format!("Environment.Variables.{name}"), secret)]
}

pub const MUTATOR: Mutator = Mutator {
    control: "SE-01",
    clauses: &[
        Clause {
            name: "the value has a credential's shape",
            breaks: |inventory, finding| {
                variable(inventory, finding, None, ["AKIA", "Q3EGR7LZ", "XW2N5HTB"].concat())
            },
            impossible: &[(&[Form::Separate, Form::Absent], NOT_ELSEWHERE)],
        },
        Clause {
            name: "a secret's name with a literal",
            breaks: |inventory, finding| {
                variable(inventory, finding, Some("MUTANT_PASSWORD"), ["tr0mbone", "-lilac", "77"].concat())
            },
            impossible: &[(&[Form::Separate, Form::Absent], NOT_ELSEWHERE)],
        },
        Clause {
            name: "a `NoEcho` parameter",
            breaks: |inventory, finding| {
                let mut breaks = variable(inventory, finding, None, "changeme".into());
                for one in &mut breaks {
                    if let Break::Set { no_echo, .. } = one {
                        *no_echo = true;
                    }
                }
                breaks
            },
            impossible: &[
                (&[Form::Literal], "a `NoEcho` parameter is never a literal"),
                (&[Form::Separate, Form::Absent], NOT_ELSEWHERE),
            ],
        },
    ],
};
