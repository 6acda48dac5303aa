//! From the changes that a verdict asks for to edits of the source, by each resource's own way back.

use smol_str::SmolStr;
use stockade_inventory::Inventory;
use stockade_model::{Applicability, Change, FileEdit, Fix, Place, RaiseError, Resource, Slot, Verdict};
use stockade_project::Snapshot;

/// The fix of a verdict. Changes that cannot be written in the source leave it for display only. `failing` are the
/// ids of the resources that the control fails.
pub(crate) fn fix(
    verdict: &Verdict,
    inventory: &Inventory,
    failing: &[SmolStr],
    snapshot: &Snapshot,
) -> Option<Fix> {
    let (applicability, description, changes) = verdict.fix.as_ref()?;
    let mut fix = Fix { applicability: *applicability, description: description.clone(), edits: Vec::new() };
    let mut bystanders: Vec<SmolStr> = Vec::new();
    for change in changes {
        match edit(change, inventory, snapshot) {
            Ok((edit, slot)) => {
                fix.edits.push(edit);
                bystanders.extend(slot.into_iter().flat_map(|slot| reached(inventory, change, &slot)));
            }
            Err(_) => {
                let description = fix.description;
                return Some(Fix { applicability: Applicability::Display, description, edits: Vec::new() });
            }
        }
    }
    bystanders.retain(|id| !failing.contains(id));
    bystanders.sort();
    bystanders.dedup();
    if !bystanders.is_empty() {
        fix.applicability = fix.applicability.max(Applicability::Unsafe);
        let names: Vec<String> = bystanders.iter().map(|id| format!("`{id}`")).collect();
        fix.description = format!("{}; this changes {} too", fix.description, names.join(", "));
    }
    if fix.edits.is_empty() {
        fix.applicability = Applicability::Display;
    }
    Some(fix)
}

fn edit(
    change: &Change,
    inventory: &Inventory,
    snapshot: &Snapshot,
) -> Result<(FileEdit, Option<Slot>), RaiseError> {
    let resource =
        |id: &SmolStr| inventory.node(id).map(|node| inventory.resource(node)).ok_or(RaiseError::NotWritten);
    match change {
        Change::Set { resource: id, property, value } => {
            let resource = resource(id)?;
            first(resource, property, |slot| resource.raise.set(slot, property, value, snapshot))
        }
        Change::Remove { resource: id, property } => {
            let resource = resource(id)?;
            first(resource, property, |slot| resource.raise.remove(slot, property, snapshot))
        }
        Change::AddResource { beside, id, body } => {
            let resource = resource(beside)?;
            let stack = resource.stack();
            let new = if stack.is_empty() { id.clone() } else { smol_str::format_smolstr!("{stack}/{id}") };
            if inventory.node(&new).is_some() {
                return Err(RaiseError::NotWritten);
            }
            Ok((resource.raise.add_resource(resource.resources_at, id, body, snapshot)?, None))
        }
    }
}

/// The first slot of a property that takes the edit.
fn first(
    resource: &Resource,
    property: &str,
    edit: impl Fn(&Slot) -> Result<FileEdit, RaiseError>,
) -> Result<(FileEdit, Option<Slot>), RaiseError> {
    let mut error = RaiseError::NotWritten;
    for slot in resource.properties.get(property).slots() {
        match edit(&slot) {
            Ok(edit) => return Ok((edit, Some(slot))),
            Err(cause) => error = cause,
        }
    }
    Err(error)
}

/// The resources that take the property's value from the same slot.
fn reached(inventory: &Inventory, change: &Change, slot: &Slot) -> Vec<SmolStr> {
    let (Change::Set { resource: id, property, .. } | Change::Remove { resource: id, property }) = change
    else {
        return Vec::new();
    };
    let Some(node) = inventory.node(id) else { return Vec::new() };
    if !slot.path.is_empty() {
        return Vec::new();
    }
    let same_place = |resource: &Resource| -> bool {
        let place: Place = resource.properties.get(property).origin.place;
        place == slot.place
    };
    inventory
        .of_type(&inventory.resource(node).type_name)
        .filter(|(other, resource)| *other != node && same_place(resource))
        .map(|(_, resource)| resource.id.clone())
        .collect()
}
