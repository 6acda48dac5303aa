//! SC-11: a layer from an account that is not on the list of publishers.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const NOT_ELSEWHERE: Impossible = (
    &[Form::Separate, Form::Absent],
    "a layer that is a resource of its own is the deployment's, and one that is not there runs nothing",
);

/// The layers of the function of a pass are those.
fn layers(inventory: &Inventory, verdict: &Verdict, arn: &str) -> Option<Vec<Break>> {
    let (_, function) = subject(inventory, verdict)?;
    Some(vec![Break::set(function, "Layers", arn).around(|arn| New::Sequence(vec![arn]))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "SC-11",
    clauses: &[
        Clause {
            name: "the account is not listed",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                layers(inventory, verdict, "arn:aws:lambda:us-east-1:999999999999:layer:stockade-mutant:3")
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "a listed name of another account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let arn = "arn:aws:lambda:us-east-1:999999999999:layer:LambdaInsightsExtension:38";
                layers(inventory, verdict, arn)
            },
            impossible: &[NOT_ELSEWHERE],
        },
        Clause {
            name: "no version",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let arn = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64";
                layers(inventory, verdict, arn)
            },
            impossible: &[NOT_ELSEWHERE],
        },
    ],
};
