//! From a break and a form to the text of a mutant.

use super::mutator::{Break, Fault, Form, Property, Words};
use smol_str::SmolStr;
use stockade_inventory::Inventory;
use stockade_model::{Change, Documents, FileEdit, Place, RaiseError, Resource, Slot};
use stockade_project::Snapshot;
use stockade_syntax::{Data, Edit, FileId, New, Node, Span, apply};

/// What a mutant's resource, parameter and condition are called.
const RESOURCE: &str = "StockadeMutant";
const PARAMETER: &str = "StockadeMutantValue";
const CONDITION: &str = "StockadeMutantBranch";

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

/// Writes a break in a form into the file, the snapshot of which is given.
pub fn mutant(
    broken: &Break,
    form: Form,
    inventory: &Inventory,
    file: FileId,
    snapshot: &Snapshot,
) -> Result<Mutant, Unwritten> {
    if !broken.only.is_empty() && !broken.only.contains(&form) {
        return Err(Unwritten::NotThisForm);
    }
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
                _ if by_parameter => new_ref(PARAMETER),
                _ => New::string(scalar.as_deref().unwrap_or_default()),
            };
            if let (true, Some(scalar)) = (by_parameter, scalar) {
                writer.parameter(resource, scalar, *no_echo)?;
            }
            // An object or a list that SAM merges with that of `Globals` may not be the fault that it is alone.
            let merged = scalar.is_none() || !matches!(property.words, Words::CloudFormation);
            if form != Form::Globals && merged && writer.is_in_globals(property)? {
                return Err(Unwritten::NotThisForm);
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
                (Form::Ref, Some(_)) => new_ref(PARAMETER),
                (Form::Sub, Some(_)) => new_sub(),
                _ => return Err(Unwritten::NotThisForm),
            };
            if let (Form::Ref | Form::Sub, Some(scalar)) = (form, scalar) {
                writer.parameter(beside, scalar, false)?;
            }
            let mut body = around(given);
            if form == Form::Condition {
                if let New::Mapping(entries) = &mut body {
                    entries.insert(1, ("Condition".into(), New::string(CONDITION)));
                }
                writer.condition(beside)?;
            }
            writer.deciding.push(beside.raise.add_resource(
                beside.resources_at,
                RESOURCE,
                &body,
                snapshot,
            )?);
        }
    }
    for change in &broken.also {
        writer.change(change)?;
    }
    writer.places.extend_from_slice(&broken.shows_at);
    writer.finish(file)
}

fn new_ref(name: &str) -> New {
    New::mapping([("Ref", New::string(name))])
}

fn new_sub() -> New {
    New::mapping([("Fn::Sub", New::string(format!("${{{PARAMETER}}}")))])
}

fn nothing() -> New {
    new_ref("AWS::NoValue")
}

fn chosen(yes: New, no: New) -> New {
    New::mapping([("Fn::If", New::Sequence(vec![New::string(CONDITION), yes, no]))])
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
        if let Some((place, body, path)) = self.as_written(property)? {
            let old = below(body, &path).and_then(copied);
            return self.insert(place, &path, &value(old));
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
        let (root, document) = self.root(resource)?;
        let globals = document.get("Globals");
        let written = match property.words {
            Words::CloudFormation => {
                let value = resource.properties.get(&property.path);
                value.slots().into_iter().next().filter(|slot| slot.path.is_empty()).map(|slot| slot.place)
            }
            words => {
                let own = self.as_written(property);
                let own = own.ok().flatten().and_then(|(_, body, path)| below(body, &path));
                let section = if let Words::Type(type_name) = words { section(type_name) } else { None };
                let global =
                    section.and_then(|section| below(globals?, &format!("{section}.{}", property.path)));
                // One of two would stay.
                let node = if own.is_some() && global.is_some() { None } else { own.or(global) };
                node.map(|node| Place { file: root.file, span: node.span })
            }
        };
        let written = written.ok_or(Unwritten::NotThisForm)?;
        let in_globals = globals.is_some_and(|node| node.span.contains(written.span));
        match form {
            Form::Absent | Form::Globals => {
                // What is taken away from the resource alone, `Globals` gives still.
                let given = form == Form::Absent && self.is_in_globals(property)?;
                if in_globals != (form == Form::Globals) || given {
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
        let section = section(type_name).ok_or(Unwritten::NotThisForm)?;
        let (spelled, old) = match property.words {
            Words::Key(_) => return Err(Unwritten::NotThisForm),
            Words::Type(_) => {
                let Some((_, body, path)) = self.as_written(property)? else {
                    return Err(Unwritten::NotThisForm);
                };
                (SmolStr::new(&property.path), below(body, &path).map(|node| node.span))
            }
            Words::CloudFormation => {
                let old = resource.properties.get(&property.path);
                let place = old.origin.place;
                // A generated value has the place of what it was made from, which is no entry to take away.
                let own = !old.is_absent() && place.file == root.file && declared.span.contains(place.span);
                (resource.raise.spell(&property.path), own.then_some(place.span))
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

    /// Whether `Globals` gives the property too.
    fn is_in_globals(&self, property: &Property) -> Result<bool, Unwritten> {
        let resource = self.find(&property.resource)?;
        let (type_name, spelled) = match property.words {
            Words::Key(_) => return Ok(false),
            Words::Type(type_name) => (type_name, SmolStr::new(&property.path)),
            Words::CloudFormation => {
                let Ok((_, body)) = self.declared(resource) else { return Ok(false) };
                let type_name = body.get("Type").and_then(Node::as_str).unwrap_or_default();
                (type_name, resource.raise.spell(&property.path))
            }
        };
        let (_, document) = self.root(resource)?;
        let path = section(type_name).map(|section| format!("Globals.{section}.{spelled}"));
        Ok(path.is_some_and(|path| below(document, &path).is_some()))
    }

    /// The mapping that the user wrote and the path in it, of a property that is not in CloudFormation's words.
    fn as_written(&self, property: &Property) -> Result<Option<(Place, &'a Node, String)>, Unwritten> {
        let resource = self.find(&property.resource)?;
        match property.words {
            Words::CloudFormation => Ok(None),
            Words::Type(type_name) => {
                let (place, body) = self.declared(resource)?;
                let fits = body.get("Type").and_then(Node::as_str) == Some(type_name);
                let path = format!("Properties.{}", property.path);
                fits.then_some(Some((place, body, path))).ok_or(Unwritten::NotThisForm)
            }
            Words::Key(key) => {
                let (_, document) = self.snapshot.document(key.file).ok_or(Unwritten::NotThisForm)?;
                let body = behind_key(&document.root, key.span).ok_or(Unwritten::NotThisForm)?;
                let place = Place { file: key.file, span: body.span };
                Ok(Some((place, body, property.path.clone())))
            }
        }
    }

    fn change(&mut self, change: &Change) -> Result<(), Unwritten> {
        let property = |resource: &SmolStr, path: &SmolStr| Property {
            resource: resource.clone(),
            path: path.to_string(),
            words: Words::CloudFormation,
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
        self.at_root(resource, &format!("Parameters.{PARAMETER}"), &New::mapping(parameter))
    }

    fn condition(&mut self, resource: &Resource) -> Result<(), Unwritten> {
        let equals = New::Sequence(vec![new_ref("AWS::Region"), New::string("us-east-1")]);
        self.at_root(resource, &format!("Conditions.{CONDITION}"), &New::mapping([("Fn::Equals", equals)]))
    }

    /// The new text, and the expected places in it.
    fn finish(self, file: FileId) -> Result<Mutant, Unwritten> {
        let all: Vec<&FileEdit> = self.edits.iter().chain(&self.deciding).collect();
        // What stands in a nested template or an included file is broken where that is the seed.
        if all.is_empty() || all.iter().any(|edit| edit.file != file) {
            return Err(Unwritten::NotThisForm);
        }
        let (source, _) = self.snapshot.document(file).ok_or(Unwritten::NotThisForm)?;
        let mut edits: Vec<Edit> = all.iter().map(|edit| edit.edit.clone()).collect();
        edits.sort();
        edits.dedup();
        if edits.iter().any(|edit| cuts_an_anchor(&source.text, edit)) {
            return Err(Unwritten::NotThisForm);
        }
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

/// Whether an edit takes away an anchor that an alias elsewhere in the text names: what is left would be no YAML, and a
/// mutant is one fault and no other.
fn cuts_an_anchor(text: &str, edit: &Edit) -> bool {
    let (before, cut) = text.split_at(edit.span.start as usize);
    let Some((cut, after)) = cut.split_at_checked(edit.span.range().len()) else { return false };
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    // An anchor stands before its node, behind the key or the dash.
    let led = before.rsplit(['\n', ',', '{', '[']).next().unwrap_or_default();
    let anchors = [led, cut].into_iter().flat_map(|part| {
        part.split_whitespace()
            .filter_map(|word| word.strip_prefix('&'))
            .map(|word| word.trim_end_matches(|c| !is_name(c)))
    });
    let kept = |name: &str| edit.text.split_whitespace().any(|word| word.strip_prefix('&') == Some(name));
    let named = |part: &str, name: &str| {
        part.match_indices('*').any(|(at, _)| {
            let rest = &part[at + 1..];
            rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_name))
        })
    };
    anchors
        .filter(|name| !name.is_empty() && !kept(name))
        .any(|name| named(before, name) || named(after, name))
}

/// The section of `Globals` for a SAM type.
fn section(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("AWS::Serverless::").filter(|name| SECTIONS.contains(name))
}

/// What is written at a path.
fn below<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(node, |node, key| node.get(key))
}

/// The value of the key that is written at `key`.
fn behind_key(node: &Node, key: Span) -> Option<&Node> {
    let children: Vec<&Node> = match &node.data {
        Data::Mapping(entries) => {
            if let Some(entry) = entries.iter().find(|entry| entry.key_span == key) {
                return Some(&entry.value);
            }
            entries.iter().map(|entry| &entry.value).collect()
        }
        Data::Sequence(items) => items.iter().collect(),
        _ => return None,
    };
    children.into_iter().filter(|child| child.span.contains(key)).find_map(|child| behind_key(child, key))
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
