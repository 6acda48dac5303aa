//! LG-07: a function whose requests leave no trace.

use super::mutator::{Break, Clause, IN_ITS_RESOURCE, Mutator, NOTHING, OTHER_CLAUSE, subject};
use stockade_inventory::Inventory;
use stockade_model::{Fact, Outcome, Resource, Verdict};
use stockade_syntax::New;

const MODE: &str = "TracingConfig.Mode";
const WRAPPER: &str = "Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER";

/// The function of a pass that X-Ray traces, and not OpenTelemetry too; or the other way round.
fn traced<'a>(inventory: &'a Inventory, verdict: &Verdict, by_x_ray: bool) -> Option<&'a Resource> {
    let (_, function) = subject(inventory, verdict)?;
    let active = matches!(function.properties.get(MODE).literal(), Fact::Known(mode) if mode == "Active");
    let telemetry = !function.properties.get(WRAPPER).is_absent();
    (active == by_x_ray && telemetry != by_x_ray).then_some(function)
}

pub const MUTATOR: Mutator = Mutator {
    control: "LG-07",
    clauses: &[
        Clause {
            name: "the mode is `PassThrough`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::set(traced(inventory, verdict, true)?, MODE, "PassThrough")])
            },
            impossible: &[IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "no mode",
            from: Outcome::Pass,
            breaks: |inventory, verdict| Some(vec![Break::remove(traced(inventory, verdict, true)?, MODE)]),
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "OpenTelemetry without its wrapper",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let function = traced(inventory, verdict, false)?;
                let other = Break::set(function, WRAPPER, "/opt/bootstrap").shows_at(function);
                Some(vec![other, Break::remove(function, WRAPPER)])
            },
            impossible: &[IN_ITS_RESOURCE],
        },
        Clause {
            name: "OpenTelemetry without its layer",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let function = traced(inventory, verdict, false)?;
                let none = Break::set_value(function, "Layers", New::Sequence(Vec::new()));
                Some(vec![Break::remove(function, "Layers"), none.shows_at(function)])
            },
            impossible: &[NOTHING[1], IN_ITS_RESOURCE],
        },
    ],
};
