//! CC-01: a function that may use up the concurrency of the whole account.

use super::mutator::{
    Break, Clause, Form, IN_ITS_RESOURCE, Impossible, Mutator, NOTHING, OTHER_CLAUSE, subject,
};
use stockade_inventory::{EventSourceMapping, Inventory};
use stockade_model::{Outcome, Resource, Verdict};

const NO_ENDPOINT_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for web functions");
const IN_MAPPING: Impossible = (&[Form::Globals], "SAM has no `Globals` for event source mappings");

const ORDINARY: &str = "ReservedConcurrentExecutions";
const MANAGED: &str = "FunctionScalingConfig.MaxExecutionEnvironments";
const ENDPOINT: &str = "ScalingConfig.MaxEnvironments";

/// The subject of a pass that has that limit.
fn limited<'a>(inventory: &'a Inventory, verdict: &Verdict, limit: &str) -> Option<&'a Resource> {
    let (_, subject) = subject(inventory, verdict)?;
    (!subject.properties.get(limit).is_absent()).then_some(subject)
}

/// The mappings that invoke the subject.
fn mappings<'a>(inventory: &'a Inventory, verdict: &Verdict) -> impl Iterator<Item = &'a Resource> {
    let own = verdict.subject.id.clone();
    let all = inventory.event_source_mappings();
    let of_it = move |mapping: &EventSourceMapping| {
        mapping.function().is_ok_and(|function| function.resource().id == own)
    };
    all.filter(of_it).map(|mapping| mapping.resource())
}

pub const MUTATOR: Mutator = Mutator {
    control: "CC-01",
    clauses: &[
        Clause {
            name: "no reserved concurrency",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let function = limited(inventory, verdict, ORDINARY)?;
                // The ceilings of queues may do without it.
                let polled = mappings(inventory, verdict).next().is_some();
                (!polled).then(|| vec![Break::remove(function, ORDINARY)])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "a reserved concurrency of 0",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::set(limited(inventory, verdict, ORDINARY)?, ORDINARY, "0")])
            },
            impossible: &[IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "no ceiling on managed instances",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::remove(limited(inventory, verdict, MANAGED)?, MANAGED)])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "a ceiling of 0 on managed instances",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::set(limited(inventory, verdict, MANAGED)?, MANAGED, "0")])
            },
            impossible: &[IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "no ceiling of a web endpoint",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::remove(limited(inventory, verdict, ENDPOINT)?, ENDPOINT)])
            },
            impossible: &[NOTHING[0], NOTHING[1], NO_ENDPOINT_GLOBALS, IN_ITS_RESOURCE],
        },
        Clause {
            name: "a ceiling of 0 of a web endpoint",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::set(limited(inventory, verdict, ENDPOINT)?, ENDPOINT, "0")])
            },
            impossible: &[NO_ENDPOINT_GLOBALS, IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "a queue without a ceiling of its own",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                if !function.properties.get(ORDINARY).is_absent() {
                    return None;
                }
                let ceiling = |mapping| Break::remove(mapping, "ScalingConfig").shows_at(function);
                Some(mappings(inventory, verdict).map(ceiling).collect())
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_MAPPING, IN_ITS_RESOURCE],
        },
    ],
};
