//! From a break and a form to the text of a mutant.

use super::mutator::{Break, Fault, Form, Property};
use smol_str::SmolStr;
use stockade_inventory::Inventory;
use stockade_model::{Change, Documents, FileEdit, Place, RaiseError, Resource, Slot};
use stockade_project::Snapshot;
use stockade_syntax::{Data, Edit, New, Node, Span, apply};

/// What a mutant's parameter, condition and resource are called.
const NAME: &str = "StockadeMutant";

/// The types that have a section in `Globals`.
const SECTIONS: [&str; 10] = [
    "Function",
    "Api",
    "HttpApi",
    "WebSocketApi",
    "SimpleTable",
    "StateMachine",
    "LayerVersion",
    "CapacityProvider",
    "MicrovmImage",
    "NetworkConnector",
];

/// A template with a fault in it.
pub struct Mutant {
    pub text: String,
    /// The bytes of the text that a finding must point at.
    pub at: Vec<Span>,
}

/// Why a break cannot be written in a form.
pub enum Unwritten {
    /// The form does not go with the break or the resource.
    NotThisForm,
    /// The source takes no such edit.
    Refused(String),
}

impl From<RaiseError> for Unwritten {
    fn from(error: RaiseError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Writes a break in a form.
pub fn mutant(
    broken: &Break,
    form: Form,
    inventory: &Inventory,
    snapshot: &Snapshot,
) -> Result<Mutant, Unwritten> {
    let mut writer =
        Writer { inventory, snapshot, edits: Vec::new(), deciding: Vec::new(), places: Vec::new() };
    match &broken.fault {
        Fault::Set { property, scalar, around, no_echo } => {
            let resource = writer.find(&property.resource)?;
            // A `NoEcho` parameter is never written as a literal.
            let by_parameter = matches!(form, Form::Ref | Form::Sub) || *no_echo;
            let given = match (form, scalar) {
                (Form::Ref | Form::Sub, None) => return Err(Unwritten::NotThisForm),
                (Form::Sub, _) => new_sub(),
                _ if by_parameter => new_ref(NAME),
                _ => New::string(scalar.as_deref().unwrap_or_default()),
            };
            if let (true, Some(scalar)) = (by_parameter, scalar) {
                writer.parameter(resource, scalar, *no_echo)?;
            }
            match form {
                Form::Literal | Form::Ref | Form::Sub => writer.set(property, |_| around(given))?,
                Form::Condition => {
                    writer.set(property, |old| chosen(around(given), old.unwrap_or_else(nothing)))?;
                    writer.condition(resource)?;
                }
                Form::Globals => writer.globals(property, &around(given))?,
                Form::Separate | Form::Absent => return Err(Unwritten::NotThisForm),
            }
        }
        Fault::Remove(property) => writer.remove(property, form)?,
        Fault::Add { beside, scalar, around } => {
            let beside = writer.find(beside)?;
            let given = match (form, scalar) {
                (Form::Separate | Form::Condition, _) => New::string(scalar.as_deref().unwrap_or_default()),
                (Form::Ref, Some(_)) => new_ref(NAME),
                (Form::Sub, Some(_)) => new_sub(),
                _ => return Err(Unwritten::NotThisForm),
            };
            if let (Form::Ref | Form::Sub, Some(scalar)) = (form, scalar) {
                writer.parameter(beside, scalar, false)?;
            }
            let mut body = around(given);
            if form == Form::Condition {
                if let New::Mapping(entries) = &mut body {
                    entries.insert(1, ("Condition".into(), New::string(NAME)));
                }
                writer.condition(beside)?;
            }
            writer.deciding.push(beside.raise.add_resource(beside.resources_at, NAME, &body, snapshot)?);
        }
    }
    for change in &broken.also {
        writer.change(change)?;
    }
    for id in &broken.shows_at {
        let place = writer.find(id)?.declared_at;
        writer.places.push(place);
    }
    writer.finish()
}

fn new_ref(name: &str) -> New {
    New::mapping([("Ref", New::string(name))])
}

fn new_sub() -> New {
    New::mapping([("Fn::Sub", New::string(format!("${{{NAME}}}")))])
}

fn nothing() -> New {
    new_ref("AWS::NoValue")
}

fn chosen(yes: New, no: New) -> New {
    New::mapping([("Fn::If", New::Sequence(vec![New::string(NAME), yes, no]))])
}

/// What stands in a text, to be written elsewhere in it.
fn copied(node: &Node) -> Option<New> {
    Some(match &node.data {
        Data::Null => return None,
        Data::Bool(value) => New::Bool(*value),
        Data::Number(number) => New::Number(number.clone()),
        Data::String(text) => New::String(text.clone()),
        Data::Sequence(items) => New::Sequence(items.iter().map(copied).collect::<Option<_>>()?),
        Data::Mapping(entries) => New::Mapping(
            entries
                .iter()
                .map(|entry| Some((entry.key.clone(), copied(&entry.value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

struct Writer<'a> {
    inventory: &'a Inventory,
    snapshot: &'a Snapshot,
    /// Edits that have to be there.
    edits: Vec<FileEdit>,
    /// Edits at which the finding is expected.
    deciding: Vec<FileEdit>,
    /// Places, in the old text, at which the finding is expected too.
    places: Vec<Place>,
}

impl<'a> Writer<'a> {
    fn find(&self, id: &str) -> Result<&'a Resource, Unwritten> {
        let node = self.inventory.node(id).ok_or(Unwritten::NotThisForm)?;
        Ok(self.inventory.resource(node))
    }

    /// Gives the property a value, made from what is written there now; the finding is expected there.
    fn set(&mut self, property: &Property, value: impl FnOnce(Option<New>) -> New) -> Result<(), Unwritten> {
        let edit = self.edit(property, value)?;
        self.deciding.push(edit);
        Ok(())
    }

    fn edit(
        &self,
        property: &Property,
        value: impl FnOnce(Option<New>) -> New,
    ) -> Result<FileEdit, Unwritten> {
        let resource = self.find(&property.resource)?;
        if let Some(type_name) = property.written_as {
            let (place, body) = self.declared(resource)?;
            if body.get("Type").and_then(Node::as_str) != Some(type_name) {
                return Err(Unwritten::NotThisForm);
            }
            let old = below(body, &property.path).and_then(copied);
            return self.insert(place, &format!("Properties.{}", property.path), &value(old));
        }
        let path = &property.path;
        let slots = resource.properties.get(path).slots();
        let old = slots
            .iter()
            .find(|slot| slot.path.is_empty())
            .and_then(|slot| self.node_at(slot.place))
            .and_then(copied);
        let value = value(old);
        let mut error = RaiseError::NotWritten;
        // The first slot that takes the edit, as a fix does it.
        for slot in slots {
            match resource.raise.set(&slot, path, &value, self.snapshot) {
                Ok(edit) => return Ok(edit),
                Err(cause) => error = cause,
            }
        }
        // What a transform makes (the role of a SAM function) is written nowhere; it would stand among the properties.
        if resource.properties.get(path).origin.place == resource.declared_at
            && let Ok((place, _)) = self.declared(resource)
        {
            return self.insert(place, &format!("Properties.{}", resource.raise.spell(path)), &value);
        }
        Err(error.into())
    }

    fn insert(&self, place: Place, path: &str, value: &New) -> Result<FileEdit, Unwritten> {
        let path: Vec<SmolStr> = path.split('.').map(SmolStr::new).collect();
        Ok(stockade_model::insert(place, &path, value, self.snapshot)?)
    }

    /// Takes the property away; the finding is expected at the resource's logical id.
    fn remove(&mut self, property: &Property, form: Form) -> Result<(), Unwritten> {
        let resource = self.find(&property.resource)?;
        let written = if property.written_as.is_some() {
            let (place, body) = self.declared(resource)?;
            let node = below(body, &property.path).ok_or(Unwritten::NotThisForm)?;
            Place { file: place.file, span: node.span }
        } else {
            let value = resource.properties.get(&property.path);
            let slot = value.slots().into_iter().next().filter(|slot| slot.path.is_empty());
            slot.ok_or(Unwritten::NotThisForm)?.place
        };
        let in_globals = self
            .root(resource)
            .is_ok_and(|(_, root)| root.get("Globals").is_some_and(|node| node.span.contains(written.span)));
        match form {
            Form::Absent | Form::Globals => {
                if in_globals != (form == Form::Globals) {
                    return Err(Unwritten::NotThisForm);
                }
                let slot = Slot::value(written);
                self.edits.push(resource.raise.remove(&slot, self.snapshot)?);
            }
            Form::Ref => {
                let edit = self.edit(property, |_| nothing())?;
                self.deciding.push(edit);
            }
            Form::Condition => {
                let old = self.node_at(written).and_then(copied).ok_or(Unwritten::NotThisForm)?;
                let edit = self.edit(property, |_| chosen(nothing(), old))?;
                self.deciding.push(edit);
                self.condition(resource)?;
            }
            Form::Literal | Form::Sub | Form::Separate => return Err(Unwritten::NotThisForm),
        }
        self.places.push(resource.declared_at);
        Ok(())
    }

    /// Writes the value into the type's section of `Globals` and takes away what the resource has of its own.
    fn globals(&mut self, property: &Property, value: &New) -> Result<(), Unwritten> {
        let resource = self.find(&property.resource)?;
        let (root, _) = self.root(resource)?;
        let (_, declared) = self.declared(resource)?;
        let type_name = declared.get("Type").and_then(Node::as_str).unwrap_or_default();
        let section = type_name.strip_prefix("AWS::Serverless::").filter(|name| SECTIONS.contains(name));
        let section = section.ok_or(Unwritten::NotThisForm)?;
        let spelled = match property.written_as {
            Some(wanted) if wanted != type_name => return Err(Unwritten::NotThisForm),
            Some(_) => SmolStr::new(&property.path),
            None => resource.raise.spell(&property.path),
        };
        let old = match property.written_as {
            Some(_) => below(declared, &property.path).map(|node| node.span),
            None => {
                let old = resource.properties.get(&property.path);
                let place = old.origin.place;
                // A generated value has the place of what it was made from, which is no entry to take away.
                let own = !old.is_absent() && place.file == root.file;
                own.then_some(place.span).filter(|span| declared.span.contains(*span))
            }
        };
        if let Some(span) = old {
            let slot = Slot::value(Place { file: root.file, span });
            self.edits.push(resource.raise.remove(&slot, self.snapshot)?);
        }
        let edit = self.insert(root, &format!("Globals.{section}.{spelled}"), value)?;
        self.deciding.push(edit);
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), Unwritten> {
        let property = |resource: &SmolStr, path: &SmolStr| Property {
            resource: resource.clone(),
            path: path.to_string(),
            written_as: None,
        };
        let edit = match change {
            Change::Set { resource, property: path, value } => {
                self.edit(&property(resource, path), |_| value.clone())?
            }
            Change::Remove { resource, property } => {
                let resource = self.find(resource)?;
                let slot = resource.properties.get(property).slots().into_iter().next();
                let slot = slot.filter(|slot| slot.path.is_empty());
                let Some(slot) = slot else { return Ok(()) };
                resource.raise.remove(&slot, self.snapshot)?
            }
            Change::AddResource { beside, id, body } => {
                let beside = self.find(beside)?;
                beside.raise.add_resource(beside.resources_at, id, body, self.snapshot)?
            }
        };
        self.edits.push(edit);
        Ok(())
    }

    fn root(&self, resource: &Resource) -> Result<(Place, &'a Node), Unwritten> {
        let file = resource.resources_at.file;
        let (_, document) = self.snapshot.document(file).ok_or(Unwritten::NotThisForm)?;
        Ok((Place { file, span: document.root.span }, &document.root))
    }

    /// What the user wrote for the resource, or for that from which it was made.
    fn declared(&self, resource: &Resource) -> Result<(Place, &'a Node), Unwritten> {
        let (root, document) = self.root(resource)?;
        let body = document.get("Resources").and_then(|all| all.get(&resource.declared_id));
        let body = body.ok_or(Unwritten::NotThisForm)?;
        Ok((Place { file: root.file, span: body.span }, body))
    }

    fn node_at(&self, place: Place) -> Option<&'a Node> {
        let (_, document) = self.snapshot.document(place.file)?;
        outermost(&document.root, place.span)
    }

    fn at_root(&mut self, resource: &Resource, path: &str, value: &New) -> Result<(), Unwritten> {
        let (root, _) = self.root(resource)?;
        let edit = self.insert(root, path, value)?;
        self.edits.push(edit);
        Ok(())
    }

    fn parameter(&mut self, resource: &Resource, default: &str, no_echo: bool) -> Result<(), Unwritten> {
        let mut parameter = vec![("Type", New::string("String")), ("Default", New::string(default))];
        if no_echo {
            parameter.push(("NoEcho", New::Bool(true)));
        }
        self.at_root(resource, &format!("Parameters.{NAME}"), &New::mapping(parameter))
    }

    fn condition(&mut self, resource: &Resource) -> Result<(), Unwritten> {
        let equals = New::Sequence(vec![new_ref("AWS::Region"), New::string("us-east-1")]);
        self.at_root(resource, &format!("Conditions.{NAME}"), &New::mapping([("Fn::Equals", equals)]))
    }

    /// The new text, and the expected places in it.
    fn finish(self) -> Result<Mutant, Unwritten> {
        let all: Vec<&FileEdit> = self.edits.iter().chain(&self.deciding).collect();
        let Some(file) = all.first().map(|edit| edit.file) else { return Err(Unwritten::NotThisForm) };
        if all.iter().any(|edit| edit.file != file) {
            return Err(Unwritten::NotThisForm);
        }
        let (source, _) = self.snapshot.document(file).ok_or(Unwritten::NotThisForm)?;
        let mut edits: Vec<Edit> = all.iter().map(|edit| edit.edit.clone()).collect();
        edits.sort();
        edits.dedup();
        let text = apply(&source.text, &edits).map_err(|error| Unwritten::Refused(error.to_string()))?;
        let mut at = Vec::new();
        let mut moved: isize = 0;
        for edit in &edits {
            let start = edit.span.start as usize;
            let new = start.wrapping_add_signed(moved);
            if self.deciding.iter().any(|deciding| deciding.edit == *edit) {
                at.push(Span::new(new, new + edit.text.len()));
            }
            moved += edit.text.len().cast_signed() - edit.span.range().len().cast_signed();
        }
        for place in self.places.iter().filter(|place| place.file == file) {
            let before = edits.iter().filter(|edit| edit.span.end <= place.span.start);
            let moved: isize = before
                .map(|edit| edit.text.len().cast_signed() - edit.span.range().len().cast_signed())
                .sum();
            let start = (place.span.start as usize).wrapping_add_signed(moved);
            at.push(Span::new(start, start + 1));
        }
        Ok(Mutant { text, at })
    }
}

/// What is written at a path below the `Properties` of a resource.
fn below<'n>(body: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(body.get("Properties")?, |node, key| node.get(key))
}

/// The outermost node that covers `span` exactly: with a short tag, not what stands behind it.
fn outermost(node: &Node, span: Span) -> Option<&Node> {
    if node.alias.is_some() {
        return None;
    }
    if node.span == span {
        return Some(node);
    }
    match &node.data {
        Data::Sequence(items) => {
            items.iter().filter(|item| item.span.contains(span)).find_map(|item| outermost(item, span))
        }
        Data::Mapping(entries) => entries
            .iter()
            .filter(|entry| entry.value.span.contains(span))
            .find_map(|entry| outermost(&entry.value, span)),
        _ => None,
    }
}
