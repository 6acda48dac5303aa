//! RT-01: a deprecated runtime.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Mutator, subject};
use stockade_model::Outcome;

pub const MUTATOR: Mutator = Mutator {
    control: "RT-01",
    clauses: &[Clause {
        name: "the runtime is deprecated",
        from: Outcome::Pass,
        breaks: |inventory, verdict| {
            let (_, function) = subject(inventory, verdict)?;
            Some(vec![Break::set(function, "Runtime", "python3.8")])
        },
        impossible: &[
            IN_ITS_RESOURCE,
            (&[Form::Absent], "a zip function needs a runtime; without one the control says unknown"),
        ],
    }],
};
