//! RL-05: a queue that hands a message that fails to the function again and again.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, NOTHING, arn_of, resource, subject, with};
use stockade_model::Outcome;
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for queues");

pub const MUTATOR: Mutator = Mutator {
    control: "RL-05",
    clauses: &[
        Clause {
            name: "no redrive policy",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, queue) = subject(inventory, verdict)?;
                let mut breaks = vec![Break::remove(queue, "RedrivePolicy")];
                let mut mappings = inventory.event_source_mappings();
                let own = mappings
                    .find(|mapping| mapping.queue().is_ok_and(|own| own.resource().id == queue.id))?;
                if let Some(function) = own.resource().properties.get("FunctionName").to_new() {
                    let id = "StockadeMutantQueue";
                    let properties = [("EventSourceArn", arn_of(id)), ("FunctionName", function)];
                    let mapping = resource("AWS::Lambda::EventSourceMapping", properties);
                    let bare = resource("AWS::SQS::Queue", [("DelaySeconds", New::Number("0".into()))]);
                    breaks.push(Break::add(queue, mapping).also([with(queue, id, bare)]));
                }
                Some(breaks)
            },
            impossible: &[
                (&[Form::Literal], "a policy without a target is a clause of its own"),
                NOTHING[1],
                NO_GLOBALS,
            ],
        },
        Clause {
            name: "a redrive policy without a target",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, queue) = subject(inventory, verdict)?;
                let count = |count| New::mapping([("maxReceiveCount", count)]);
                Some(vec![Break::set(queue, "RedrivePolicy", "5").around(count)])
            },
            impossible: &[
                NO_GLOBALS,
                (&[Form::Separate], "the policy stands in the queue"),
                (&[Form::Absent], "that there is none is a clause of its own"),
            ],
        },
    ],
};
