//! LG-01: logs that are kept forever.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Impossible, Mutator, NOTHING};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource, Verdict};

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for log groups");

/// The group that a pass is about: its place is the group's retention.
fn group<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let groups = inventory.of_type("AWS::Logs::LogGroup").map(|(_, group)| group);
    let mut groups =
        groups.filter(|group| group.properties.get("RetentionInDays").origin.place == verdict.place);
    let group = groups.next()?;
    // A value that several groups share leaves open which of them it is.
    (groups.next().is_none() && !group.generated).then_some(group)
}

pub const MUTATOR: Mutator = Mutator {
    control: "LG-01",
    clauses: &[
        Clause {
            name: "no retention",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::remove(group(inventory, verdict)?, "RetentionInDays")])
            },
            impossible: &[NOTHING[0], NOTHING[1], NO_GLOBALS, IN_ITS_RESOURCE],
        },
        Clause {
            name: "no group is declared",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let group = group(inventory, verdict)?;
                // A function that names its group by reference keeps it under any name.
                let function = inventory.functions().find(|function| {
                    function.resource().id == verdict.subject.id
                        && function.get("LoggingConfig.LogGroup").is_absent()
                })?;
                // Of a function whose name nobody knows any group may be its own.
                let is_unknown = function.get("FunctionName").unknown().is_some();
                if group.properties.get("LogGroupName").is_absent() || is_unknown {
                    return None;
                }
                let renamed = Break::set(group, "LogGroupName", "/stockade/mutant");
                Some(vec![renamed.shows_at(function.resource())])
            },
            impossible: &[
                NO_GLOBALS,
                (&[Form::Separate], "a further group takes nothing from the one that is declared"),
                (
                    &[Form::Absent],
                    "a group without a name has a generated one: the same fault as a group of another name",
                ),
            ],
        },
    ],
};
