//! From the changes that a verdict asks for to edits of the source, by each resource's own way back.

use foldhash::{HashMap, HashSet};
use smol_str::SmolStr;
use std::cell::RefCell;
use stockade_inventory::Inventory;
use stockade_model::{
    Applicability, Change, FileEdit, Fix, Place, RaiseError, Resource, Slot, Verdict, renamed,
};
use stockade_project::Snapshot;

/// Makes the fixes of one control's verdicts in one scenario.
pub(crate) struct Fixes<'a> {
    inventory: &'a Inventory,
    /// Ids of the resources that the control fails.
    failing: &'a HashSet<SmolStr>,
    snapshot: &'a Snapshot,
    bystanders: RefCell<HashMap<(SmolStr, SmolStr), ByPlace>>,
}

/// The resources that do not fail, by the place that a property's value comes from.
type ByPlace = HashMap<Place, Vec<SmolStr>>;

impl<'a> Fixes<'a> {
    pub(crate) fn new(
        inventory: &'a Inventory,
        failing: &'a HashSet<SmolStr>,
        snapshot: &'a Snapshot,
    ) -> Self {
        Self { inventory, failing, snapshot, bystanders: RefCell::default() }
    }

    /// The fix of a verdict. Changes that cannot be written in the source leave it for display only.
    pub(crate) fn of(&self, verdict: &Verdict) -> Option<Fix> {
        let (applicability, description, changes) = verdict.fix.as_ref()?;
        let mut fix =
            Fix { applicability: *applicability, description: description.clone(), edits: Vec::new() };
        let mut bystanders: Vec<SmolStr> = Vec::new();
        let mut expressions: Vec<String> = Vec::new();
        let names = self.names(changes);
        for change in changes {
            let change = &under_names(change, &names);
            match edit(change, self.inventory, self.snapshot) {
                Ok((edit, slot)) => {
                    if let Some(expression) = replaced_expression(&edit, self.snapshot) {
                        expressions.push(expression);
                    }
                    fix.edits.push(edit);
                    bystanders.extend(slot.into_iter().flat_map(|slot| self.reached(change, &slot)));
                }
                Err(_) => {
                    let description = fix.description;
                    return Some(Fix {
                        applicability: Applicability::Display,
                        description,
                        edits: Vec::new(),
                    });
                }
            }
        }
        bystanders.sort();
        bystanders.dedup();
        if !bystanders.is_empty() {
            fix.applicability = fix.applicability.max(Applicability::Unsafe);
            let names: Vec<String> = bystanders.iter().map(|id| format!("`{id}`")).collect();
            fix.description = format!("{}; this changes {} too", fix.description, names.join(", "));
        }
        for expression in expressions {
            // What it gives in other environments is lost.
            fix.applicability = fix.applicability.max(Applicability::Unsafe);
            // A part of a secret may stand in it.
            let expression = if verdict.secrets.is_empty() {
                format!("`{expression}`")
            } else {
                "the expression".to_owned()
            };
            fix.description =
                format!("{}; this replaces {expression} for every environment", fix.description);
        }
        if fix.edits.is_empty() {
            fix.applicability = Applicability::Display;
        }
        Some(fix)
    }

    /// What the sources call the resources that are added, by the ids that the changes give them.
    fn names(&self, changes: &[Change]) -> Vec<(SmolStr, SmolStr)> {
        let name = |change: &Change| match change {
            Change::AddResource { beside, id, body } => {
                let beside = self.inventory.resource(self.inventory.node(beside)?);
                Some((id.clone(), beside.raise.address(id, body)))
            }
            Change::Set { .. } | Change::Remove { .. } => None,
        };
        changes.iter().filter_map(name).filter(|(id, name)| id != name).collect()
    }

    /// The resources that take the property's value from the same slot and do not fail.
    fn reached(&self, change: &Change, slot: &Slot) -> Vec<SmolStr> {
        let (Change::Set { resource: id, property, .. } | Change::Remove { resource: id, property }) = change
        else {
            return Vec::new();
        };
        let Some(node) = self.inventory.node(id) else { return Vec::new() };
        if !slot.path.is_empty() {
            return Vec::new();
        }
        let type_name = &self.inventory.resource(node).type_name;
        let mut known = self.bystanders.borrow_mut();
        let by_place = known.entry((type_name.clone(), property.clone())).or_insert_with(|| {
            let mut by_place = ByPlace::default();
            for (_, resource) in self.inventory.of_type(type_name) {
                if !self.failing.contains(&resource.id) {
                    let place = resource.properties.get(property).origin.place;
                    by_place.entry(place).or_default().push(resource.id.clone());
                }
            }
            by_place
        });
        by_place.get(&slot.place).into_iter().flatten().filter(|other| *other != id).cloned().collect()
    }
}

fn under_names(change: &Change, names: &[(SmolStr, SmolStr)]) -> Change {
    let mut change = change.clone();
    match &mut change {
        Change::Set { value, .. } => *value = renamed(value, names),
        Change::AddResource { body, .. } => *body = renamed(body, names),
        Change::Remove { .. } => {}
    }
    change
}

/// The intrinsic function that an edit replaces, on one line and not too long, if it replaces one.
fn replaced_expression(edit: &FileEdit, snapshot: &Snapshot) -> Option<String> {
    const LONGEST: usize = 60;
    let text = snapshot.source(edit.file)?.slice(edit.edit.span).trim();
    let is_call = text.starts_with('!')
        || text.contains("Fn::")
        || text.contains("\"Ref\"")
        || text.starts_with("Ref:");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(LONGEST).collect();
    is_call.then(|| if shown.len() < line.len() { format!("{shown}…") } else { shown })
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
            first(resource, property, |slot| resource.raise.remove(slot, snapshot))
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
