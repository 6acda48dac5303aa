//! RT-06: a secret that is frozen into a snapshot of the running function.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Impossible, Mutator, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const NOT_ELSEWHERE: Impossible = (
    &[Form::Separate, Form::Absent],
    "a variable is written where its function is, and one that is not there holds no secret",
);

/// A variable more of the subject of a pass.
fn variable(inventory: &Inventory, verdict: &Verdict, name: &str, secret: String) -> Option<Break> {
    let (_, frozen) = subject(inventory, verdict)?;
    (frozen.type_name == "AWS::Lambda::Function")
        .then(|| Break::set(frozen, format!("Environment.Variables.{name}"), secret))
}

/// A secret's name with a literal in it.
fn secret() -> String {
    ["tr0mbone", "-lilac", "77"].concat()
}

pub const MUTATOR: Mutator = Mutator {
    control: "RT-06",
    clauses: &[
        Clause {
            name: "a secret in the environment (SE-01)",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![variable(inventory, verdict, "MUTANT_PASSWORD", secret())?])
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a `NoEcho` parameter (SE-01)",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![variable(inventory, verdict, "MUTANT", "changeme".into())?.no_echo()])
            },
            impossible: &[(&[Form::Literal], "a `NoEcho` parameter is never a literal"), NOT_ELSEWHERE],
        },
        Clause {
            name: "a secret of deployment (SE-03)",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let reference = "{{resolve:secretsmanager:orders/db}}".into();
                Some(vec![variable(inventory, verdict, "MUTANT", reference)?])
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a secret in a MicroVM image",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, image) = subject(inventory, verdict)?;
                let listed = |value: New| {
                    let variable = [("Key", New::string("MUTANT_PASSWORD")), ("Value", value)];
                    New::Sequence(vec![New::mapping(variable)])
                };
                let in_list = Break::set(image, "EnvironmentVariables", secret()).around(listed);
                let by_name = Break::set(image, "EnvironmentVariables.MUTANT_PASSWORD", secret());
                Some(vec![
                    in_list.written_as("AWS::Lambda::MicrovmImage"),
                    by_name.written_as("AWS::Serverless::MicrovmImage"),
                ])
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a snapshot of a function with a secret",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let variables = function.properties.get("Environment.Variables");
                let password = variables.fields().iter().find(|field| field.key.ends_with("PASSWORD"))?;
                password.value.as_text()?.as_literal()?;
                Some(vec![Break::set(function, "SnapStart.ApplyOn", "PublishedVersions")])
            },
            impossible: &[IN_ITS_RESOURCE, (&[Form::Absent], "without SnapStart there is no snapshot")],
        },
    ],
};
