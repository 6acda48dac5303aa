//! RL-03: a queue's visibility timeout below its function's timeout.

use super::mutator::{Break, Clause, Form, Mutator};
use stockade_inventory::{EventSourceMapping, Inventory};
use stockade_model::{Fact, Finding};

fn mapping<'a>(inventory: &'a Inventory, finding: &Finding) -> Option<EventSourceMapping<'a>> {
    inventory.event_source_mappings().find(|mapping| mapping.resource().id == finding.verdict.subject.id)
}

const JOINED: &str = "both timeouts stand in the resources that the mapping joins";

pub const MUTATOR: Mutator = Mutator {
    control: "RL-03",
    clauses: &[
        Clause {
            name: "the queue's timeout is short",
            breaks: |inventory, finding| {
                let Some(mapping) = mapping(inventory, finding) else { return Vec::new() };
                let (Ok(queue), Ok(function)) = (mapping.queue(), mapping.function()) else {
                    return Vec::new();
                };
                let longer = matches!(function.timeout().0, Fact::Known(timeout) if timeout > 1.0);
                let set = longer.then(|| Break::set(queue.resource(), "VisibilityTimeout", "1"));
                set.into_iter().collect()
            },
            impossible: &[
                (&[Form::Globals], "SAM has no `Globals` for queues"),
                (&[Form::Separate], JOINED),
                (
                    &[Form::Absent],
                    "the default of 30 seconds is enough for most; the function's clause has the rest",
                ),
            ],
        },
        Clause {
            name: "the function's timeout is long",
            breaks: |inventory, finding| {
                let Some(mapping) = mapping(inventory, finding) else { return Vec::new() };
                let (Ok(queue), Ok(function)) = (mapping.queue(), mapping.function()) else {
                    return Vec::new();
                };
                let short = matches!(queue.visibility_timeout().0, Fact::Known(timeout) if timeout < 900.0);
                let set = short.then(|| Break::set(function.resource(), "Timeout", "900"));
                set.into_iter().collect()
            },
            impossible: &[
                (&[Form::Separate], JOINED),
                (&[Form::Absent], "the default of 3 seconds is the shortest that functions have"),
            ],
        },
    ],
};
