//! RL-03: a queue's visibility timeout below its function's timeout.

use super::mutator::{Break, Clause, Form, Impossible, Mutator};
use stockade_inventory::{Function, Inventory, Queue};
use stockade_model::{Fact, Outcome, Verdict};

const JOINED: Impossible = (&[Form::Separate], "both timeouts stand in the resources that the mapping joins");

fn joined<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(Queue<'a>, Function<'a>)> {
    let mapping =
        inventory.event_source_mappings().find(|mapping| mapping.resource().id == verdict.subject.id)?;
    Some((mapping.queue().ok()?, mapping.function().ok()?))
}

pub const MUTATOR: Mutator = Mutator {
    control: "RL-03",
    clauses: &[
        Clause {
            name: "the queue's timeout is short",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (queue, function) = joined(inventory, verdict)?;
                let longer = matches!(function.timeout().0, Fact::Known(timeout) if timeout > 1.0);
                longer.then(|| vec![Break::set(queue.resource(), "VisibilityTimeout", "1")])
            },
            impossible: &[
                (&[Form::Globals], "SAM has no `Globals` for queues"),
                JOINED,
                (
                    &[Form::Absent],
                    "the default of 30 seconds is enough for most; the function's clause has the rest",
                ),
            ],
        },
        Clause {
            name: "the function's timeout is long",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (queue, function) = joined(inventory, verdict)?;
                let short = matches!(queue.visibility_timeout().0, Fact::Known(timeout) if timeout < 900.0);
                short.then(|| vec![Break::set(function.resource(), "Timeout", "900")])
            },
            impossible: &[
                JOINED,
                (&[Form::Absent], "the default of 3 seconds is the shortest that functions have"),
            ],
        },
    ],
};
