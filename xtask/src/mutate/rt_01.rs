//! RT-01: a deprecated runtime.

use super::mutator::{Break, Clause, Form, Mutator, subject};

pub const MUTATOR: Mutator = Mutator {
    control: "RT-01",
    clauses: &[Clause {
        name: "the runtime is deprecated",
        breaks: |inventory, finding| {
            let set =
                subject(inventory, finding).map(|(_, function)| Break::set(function, "Runtime", "python3.8"));
            set.into_iter().collect()
        },
        impossible: &[
            (&[Form::Separate], "a runtime stands in its function"),
            (&[Form::Absent], "a zip function needs a runtime; without one the control says unknown"),
        ],
    }],
};
