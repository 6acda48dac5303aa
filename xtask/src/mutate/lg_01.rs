//! LG-01: logs that are kept forever.

use super::mutator::{Break, Clause, Form, Mutator};
use stockade_inventory::Inventory;
use stockade_model::{Finding, Resource};

/// The group that a pass is about: its place is the group's retention.
fn group<'a>(inventory: &'a Inventory, finding: &Finding) -> Option<&'a Resource> {
    let groups = inventory.of_type("AWS::Logs::LogGroup").map(|(_, group)| group);
    let mut groups =
        groups.filter(|group| group.properties.get("RetentionInDays").origin.place == finding.verdict.place);
    let group = groups.next()?;
    // A value that several groups share leaves open which of them it is.
    groups.next().is_none().then_some(group)
}

pub const MUTATOR: Mutator = Mutator {
    control: "LG-01",
    clauses: &[
        Clause {
            name: "no retention",
            breaks: |inventory, finding| {
                let group = group(inventory, finding).filter(|group| !group.generated);
                group.map(|group| Break::remove(group, "RetentionInDays")).into_iter().collect()
            },
            impossible: &[
                (
                    &[Form::Literal, Form::Ref, Form::Sub],
                    "no value of `RetentionInDays` that CloudFormation takes means forever",
                ),
                (&[Form::Globals], "SAM has no `Globals` for log groups"),
                (&[Form::Separate], "the retention of a group stands in the group"),
            ],
        },
        Clause {
            name: "no group is declared",
            breaks: |inventory, finding| {
                let group = group(inventory, finding).filter(|group| !group.generated);
                let named = group.filter(|group| !group.properties.get("LogGroupName").is_absent());
                // A function that names its group by reference keeps it under any name.
                let joined = inventory.functions().any(|function| {
                    function.resource().id == finding.verdict.subject.id
                        && function.get("LoggingConfig.LogGroup").is_absent()
                });
                let Some(group) = named.filter(|_| joined) else { return Vec::new() };
                let mut set = Break::set(group, "LogGroupName", "/stockade/mutant");
                if let Break::Set { shows_at, .. } = &mut set {
                    *shows_at = Some(finding.verdict.subject.id.clone());
                }
                vec![set]
            },
            impossible: &[
                (&[Form::Globals], "SAM has no `Globals` for log groups"),
                (&[Form::Separate], "a further group takes nothing from the one that is declared"),
                (
                    &[Form::Absent],
                    "a group without a name has a generated one: the same fault as a group of another name",
                ),
            ],
        },
    ],
};
