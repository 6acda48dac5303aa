//! From a break to the text of a root module with the fault at its place, by the way back that fixes go.

use super::form::{Literal, MARK, NAME};
use super::policy_document::{document, statement};
use super::structure::{Argument, Structured};
use crate::mutate::mutator::{Break, Fault, Property, Words};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::ops::Range;
use stockade_inventory::Inventory;
use stockade_model::{Change, FileEdit, Place, RaiseError, Resource, renamed};
use stockade_project::Snapshot;
use stockade_syntax::{Edit, FileId, New, Span, apply};

/// What a mutant's resource is called.
const RESOURCE: &str = "StockadeMutant";

/// Why a break cannot be written.
pub enum Unwritten {
    /// It is about what HCL has not.
    NotHere,
    /// The source takes no such edit.
    Refused(String),
}

impl From<RaiseError> for Unwritten {
    fn from(error: RaiseError) -> Self {
        Self::Refused(error.to_string())
    }
}

type Written<T> = Result<T, Unwritten>;

/// Writes a break into the module of that folder: in each way in which it can be at its place.
pub fn literals(
    broken: &Break,
    inventory: &Inventory,
    snapshot: &Snapshot,
    folder: &Utf8Path,
) -> Vec<Written<Literal>> {
    let writer = Writer { inventory, snapshot, folder, names: names(broken, inventory) };
    match &broken.fault {
        Fault::Remove(property) => {
            vec![writer.removed(broken, property, false), writer.removed(broken, property, true)]
        }
        _ => vec![writer.set(broken)],
    }
}

/// What HCL calls the resources that a break adds.
fn names(broken: &Break, inventory: &Inventory) -> Vec<(SmolStr, SmolStr)> {
    let name = |change: &Change| match change {
        Change::AddResource { beside, id, body } => {
            let beside = inventory.resource(inventory.node(beside)?);
            Some((id.clone(), beside.raise.address(id, &in_hcl(body))))
        }
        _ => None,
    };
    broken.also.iter().filter_map(name).collect()
}

/// A scalar as HCL would have it, not as a string where it is none.
fn scalar(text: &str) -> New {
    match text {
        "true" => New::Bool(true),
        "false" => New::Bool(false),
        text if text.len() < 10 && text.parse::<f64>().is_ok() => New::Number(text.into()),
        text => New::string(text),
    }
}

/// The same resource in the types that the provider has.
fn in_hcl(body: &New) -> New {
    let New::Mapping(entries) = body else { return body.clone() };
    let is = |name: &str| entries.iter().any(|(key, value)| key == "Type" && *value == New::string(name));
    if !is("AWS::IAM::Policy") {
        return body.clone();
    }
    let property = |(key, value): &(SmolStr, New)| match (key.as_str(), value) {
        ("Roles", New::Sequence(roles)) if roles.len() == 1 => {
            Some((SmolStr::new("RoleName"), roles[0].clone()))
        }
        _ => Some((key.clone(), value.clone())),
    };
    let properties = entries.iter().find_map(|(key, value)| match value {
        New::Mapping(inner) if key == "Properties" => Some(inner.iter().filter_map(property).collect()),
        _ => None,
    });
    New::mapping([
        ("Type", New::string("AWS::IAM::RolePolicy")),
        ("Properties", New::Mapping(properties.unwrap_or_default())),
    ])
}

struct Writer<'a> {
    inventory: &'a Inventory,
    snapshot: &'a Snapshot,
    folder: &'a Utf8Path,
    names: Vec<(SmolStr, SmolStr)>,
}

impl<'a> Writer<'a> {
    fn find(&self, id: &str) -> Written<&'a Resource> {
        let node = self.inventory.node(id).ok_or(Unwritten::NotHere)?;
        Ok(self.inventory.resource(node))
    }

    fn property(&self, property: &Property) -> Written<&'a Resource> {
        let resource = self.find(&property.resource)?;
        match property.words {
            Words::CloudFormation => Ok(resource),
            Words::Type(name) if resource.type_name == name => Ok(resource),
            Words::Type(_) | Words::Key(_) => Err(Unwritten::NotHere),
        }
    }

    /// The edit that gives a property a value, as a fix makes it.
    fn edit(&self, resource: &Resource, path: &str, value: &New) -> Written<FileEdit> {
        let value = renamed(value, &self.names);
        let mut error = RaiseError::NotWritten;
        for slot in resource.properties.get(path).slots() {
            match resource.raise.set(&slot, path, &value, self.snapshot) {
                Ok(edit) => return Ok(edit),
                Err(cause) => error = cause,
            }
            if let Some(edit) = self.statement(slot.place, &value) {
                return Ok(edit);
            }
        }
        Err(error.into())
    }

    /// A statement of a policy that a data source makes.
    fn statement(&self, place: Place, value: &New) -> Option<FileEdit> {
        let source = self.snapshot.source(place.file)?;
        let structured = Structured::of(&source.text)?;
        let block = structured.blocks.iter().find(|block| block.span == place.span.range())?;
        if structured.outermost(&block.span)?.labels.first()?.as_str() != "aws_iam_policy_document" {
            return None;
        }
        let text = match block.kind.as_str() {
            "statement" => statement(value)?,
            "data" => document(value, source.slice(place.span))?,
            _ => return None,
        };
        Some(FileEdit { file: place.file, edit: Edit { span: place.span, text } })
    }

    /// The edit that writes the fault with that scalar.
    fn deciding(&self, fault: &Fault, given: New) -> Written<FileEdit> {
        match fault {
            Fault::Set { property, around, .. } => {
                let resource = self.property(property)?;
                self.edit(resource, &property.path, &around(given))
            }
            Fault::Add { beside, around, .. } => {
                let beside = self.find(beside)?;
                let body = renamed(&in_hcl(&around(given)), &self.names);
                Ok(beside.raise.add_resource(beside.resources_at, RESOURCE, &body, self.snapshot)?)
            }
            Fault::Remove(_) => Err(Unwritten::NotHere),
        }
    }

    fn set(&self, broken: &Break) -> Written<Literal> {
        let (text, no_echo) = match &broken.fault {
            Fault::Set { scalar, no_echo, .. } => (scalar, *no_echo),
            Fault::Add { scalar, .. } => (scalar, false),
            Fault::Remove(_) => return Err(Unwritten::NotHere),
        };
        let edit = self.deciding(&broken.fault, text.as_deref().map_or(New::Bool(true), scalar))?;
        // Where the scalar stands shows where a mark in its stead does.
        let value = match text {
            Some(_) => self.deciding(&broken.fault, New::string(MARK)).ok().and_then(|marked| {
                let at = marked.edit.text.find(&format!("\"{MARK}\""))?;
                let rest = marked.edit.text.len() - at - MARK.len() - 2;
                Some(at..edit.edit.text.len().checked_sub(rest).filter(|end| *end > at)?)
            }),
            None => None,
        };
        let own = match &broken.fault {
            Fault::Set { property, .. } => Some(self.find(&property.resource)?.declared_id.clone()),
            _ => None,
        };
        let mut written = self.finish(broken, edit, value, None)?;
        written.split = own.is_none_or(|own| !is_in(&written, &own));
        written.sensitive = no_echo;
        read_at_deployment(&mut written);
        Ok(written)
    }

    /// Takes the property away; `as_null` where `null` says so.
    fn removed(&self, broken: &Break, property: &Property, as_null: bool) -> Written<Literal> {
        let resource = self.property(property)?;
        let slots = resource.properties.get(&property.path).slots();
        let place = slots.into_iter().find(|slot| slot.path.is_empty()).ok_or(Unwritten::NotHere)?.place;
        let source = self.snapshot.source(place.file).ok_or(Unwritten::NotHere)?;
        let structured = Structured::of(&source.text).ok_or(Unwritten::NotHere)?;
        let range = place.span.range();
        let outer = structured.outermost(&range).ok_or(Unwritten::NotHere)?;
        let Some(address) = outer.address() else {
            return Err(Unwritten::Refused("the value is written outside of resources".into()));
        };
        // The name of an argument or block on its own line goes with it.
        let lines = |span: Range<usize>| {
            let start = source.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
            let end = source.text[span.end..].find('\n').map_or(source.text.len(), |at| span.end + at + 1);
            let rest = source.text[span.end..end].trim_start();
            let is_alone = source.text[start..span.start].trim().is_empty();
            if is_alone && (rest.is_empty() || rest.starts_with('#')) { start..end } else { span }
        };
        let own = address.as_str() == resource.declared_id
            || resource.declared_id.ends_with(&format!(".{address}"));
        let argument = structured.arguments.iter().find(|argument| argument.value == range);
        let block = structured.blocks.iter().find(|block| block.span == range);
        let edit = |span: Range<usize>, text: &str| FileEdit {
            file: place.file,
            edit: Edit { span: Span::new(span.start, span.end), text: text.to_owned() },
        };
        let (edit, value) = match (argument, block) {
            (Some(argument), _) if as_null => (edit(argument.value.clone(), "null"), Some(0..4)),
            (Some(argument), _) => (edit(lines(argument.span.clone()), ""), None),
            (None, Some(block)) if !as_null && block.within.is_some() => {
                (edit(lines(block.span.clone()), ""), None)
            }
            // A whole satellite.
            (None, Some(block)) if !as_null && !own => (edit(lines(block.span.clone()), ""), None),
            (None, Some(block)) if as_null && block.within.is_some() => {
                // What is written beside it would move the block.
                if !broken.also.is_empty() {
                    return Err(Unwritten::NotHere);
                }
                let mut written = self.finish(broken, edit(0..0, ""), None, Some(resource.declared_at))?;
                written.block = Some(block.span.clone());
                written.absent = true;
                written.split = !own;
                return Ok(written);
            }
            (None, Some(_)) => return Err(Unwritten::NotHere),
            (None, None) => {
                // Within an expression, as the entry of an object.
                let around = |argument: &&Argument| {
                    argument.value.start <= range.start && range.end <= argument.value.end
                };
                match structured.arguments.iter().find(around) {
                    Some(_) if as_null && source.text[..range.start].trim_end().ends_with(['=', ':']) => {
                        (edit(range.clone(), "null"), Some(0..4))
                    }
                    _ => return Err(Unwritten::Refused("the value is part of an expression".into())),
                }
            }
        };
        let mut written = self.finish(broken, edit, value, Some(resource.declared_at))?;
        written.absent = !as_null;
        written.split = !own;
        Ok(written)
    }

    fn change(&self, change: &Change) -> Written<Option<FileEdit>> {
        Ok(Some(match change {
            Change::Set { resource, property, value } => self.edit(self.find(resource)?, property, value)?,
            Change::Remove { resource, property } => {
                let resource = self.find(resource)?;
                let slots = resource.properties.get(property).slots();
                let Some(slot) = slots.into_iter().find(|slot| slot.path.is_empty()) else { return Ok(None) };
                resource.raise.remove(&slot, self.snapshot)?
            }
            Change::AddResource { beside, id, body } => {
                let beside = self.find(beside)?;
                let body = renamed(&in_hcl(body), &self.names);
                beside.raise.add_resource(beside.resources_at, id, &body, self.snapshot)?
            }
        }))
    }

    /// The path of a file from the root module.
    fn path(&self, file: FileId) -> Written<Utf8PathBuf> {
        let path = self.snapshot.path(file);
        let path = path.strip_prefix(self.folder).map_err(|_| Unwritten::NotHere)?;
        Ok(path.to_owned())
    }

    /// The new texts, and the expected places in that which has the fault: what was written, and `shown` beside those that
    /// the break names. `value` is within the deciding edit's text.
    fn finish(
        &self,
        broken: &Break,
        deciding: FileEdit,
        value: Option<Range<usize>>,
        shown: Option<Place>,
    ) -> Written<Literal> {
        let mut edits = vec![deciding.clone()];
        for change in &broken.also {
            edits.extend(self.change(change)?);
        }
        let mut files = BTreeMap::new();
        let mut at = Vec::new();
        let mut value_at = None;
        let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.file).or_default().push(edit.edit);
        }
        for (file, mut edits) in by_file {
            let source = self.snapshot.source(file).ok_or(Unwritten::NotHere)?;
            edits.sort();
            edits.dedup();
            let text = apply(&source.text, &edits).map_err(|error| Unwritten::Refused(error.to_string()))?;
            if Structured::of(&text).is_none() {
                return Err(Unwritten::Refused(format!("the edits give no HCL:\n{text}")));
            }
            if file == deciding.file {
                let mut moved: isize = 0;
                for edit in &edits {
                    let start = (edit.span.start as usize).saturating_add_signed(moved);
                    if *edit == deciding.edit && !edit.text.is_empty() {
                        at.push(start..start + edit.text.len());
                        value_at = value.clone().map(|value| start + value.start..start + value.end);
                    }
                    moved += edit.text.len().cast_signed() - edit.span.range().len().cast_signed();
                }
                let places = broken.shows_at.iter().copied().chain(shown);
                for place in places.filter(|place| place.file == file) {
                    let before = edits.iter().filter(|edit| edit.span.end <= place.span.start);
                    let moved: isize = before
                        .map(|edit| edit.text.len().cast_signed() - edit.span.range().len().cast_signed())
                        .sum();
                    let start = (place.span.start as usize).saturating_add_signed(moved);
                    at.push(start..start + 1);
                }
            }
            files.insert(self.path(file)?, text);
        }
        let file = self.path(deciding.file)?;
        Ok(Literal {
            files,
            file,
            at,
            value: value_at,
            block: None,
            split: false,
            absent: false,
            sensitive: false,
        })
    }
}

/// What CloudFormation reads by a dynamic reference, Terraform reads by a data source.
fn read_at_deployment(written: &mut Literal) {
    let (Some(value), Some(text)) = (written.value.clone(), written.files.get_mut(&written.file)) else {
        return;
    };
    let old = text[value.clone()].to_owned();
    let Some((before, reference, after)) = old.split_once("{{resolve:").and_then(|(before, rest)| {
        let (reference, after) = rest.split_once("}}")?;
        Some((before, reference, after))
    }) else {
        return;
    };
    let parts: Vec<&str> = reference.split(':').collect();
    let (data, expression) = match parts.as_slice() {
        ["secretsmanager", id, rest @ ..] => {
            let secret = format!("data.aws_secretsmanager_secret_version.{NAME}.secret_string");
            let expression = match rest {
                [_, key, ..] => format!("jsondecode({secret})[\"{key}\"]"),
                _ => secret,
            };
            (
                format!(
                    "data \"aws_secretsmanager_secret_version\" \"{NAME}\" {{\n  secret_id = \"{id}\"\n}}"
                ),
                expression,
            )
        }
        ["ssm-secure", name, ..] => (
            format!(
                "data \"aws_ssm_parameter\" \"{NAME}\" {{\n  name = \"{name}\"\n  with_decryption = true\n}}"
            ),
            format!("data.aws_ssm_parameter.{NAME}.value"),
        ),
        _ => return,
    };
    let new = match (before, after) {
        ("\"", "\"") => expression,
        _ => format!("{before}${{{expression}}}{after}"),
    };
    text.replace_range(value.clone(), &new);
    let moved = |at: usize| if at >= value.end { at - value.len() + new.len() } else { at };
    written.at = written.at.iter().map(|at| moved(at.start)..moved(at.end)).collect();
    written.value = Some(value.start..value.start + new.len());
    text.push_str(&format!("\n{data}\n"));
}

/// Whether the fault stands in the resource of that address.
fn is_in(written: &Literal, address: &str) -> bool {
    let Some(text) = written.files.get(&written.file) else { return false };
    let (Some(structured), Some(at)) =
        (Structured::of(text), written.value.clone().or(written.at.first().cloned()))
    else {
        return false;
    };
    let own = structured.outermost(&at).and_then(|block| block.address());
    own.is_none_or(|own| own == address || address.ends_with(&format!(".{own}")))
}
