//! From a break and a form to the text of a mutant.

use super::mutator::{Break, Form};
use smol_str::SmolStr;
use stockade_inventory::Inventory;
use stockade_model::{Documents, FileEdit, Place, RaiseError, Resource};
use stockade_project::Snapshot;
use stockade_syntax::{Edit, New, Span, apply};

/// What a mutant's parameter, condition and resource are called.
const NAME: &str = "StockadeMutant";

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
    let find = |id: &str| {
        let node = inventory.node(id).ok_or(Unwritten::NotThisForm)?;
        Ok::<&Resource, Unwritten>(inventory.resource(node))
    };
    let mut writer = Writer { snapshot, edits: Vec::new(), deciding: Vec::new(), places: Vec::new() };
    match broken {
        Break::Set { resource, property, scalar, wrap, no_echo, also, shows_at } => {
            let resource = find(resource)?;
            for (other, property, value) in also {
                let edit = writer.set(find(other)?, property, &New::string(value.as_str()))?;
                writer.edits.push(edit);
            }
            if let Some(other) = shows_at {
                writer.places.push(find(other)?.declared_at);
            }
            let literal = || wrap(New::string(scalar.as_str()));
            let value = match form {
                Form::Literal => literal(),
                Form::Ref => wrap(New::mapping([("Ref", New::string(NAME))])),
                Form::Sub => wrap(New::mapping([("Fn::Sub", New::string(format!("${{{NAME}}}")))])),
                Form::Condition if *no_echo => chosen(New::mapping([("Ref", New::string(NAME))]), no_value()),
                Form::Condition => chosen(literal(), no_value()),
                Form::Globals if *no_echo => New::mapping([("Ref", New::string(NAME))]),
                Form::Globals => literal(),
                Form::Separate | Form::Absent => return Err(Unwritten::NotThisForm),
            };
            if matches!(form, Form::Ref | Form::Sub) || *no_echo {
                let mut parameter =
                    vec![("Type", New::string("String")), ("Default", New::string(scalar.as_str()))];
                if *no_echo {
                    parameter.push(("NoEcho", New::Bool(true)));
                }
                writer.at_root(resource, &["Parameters", NAME], &New::mapping(parameter))?;
            }
            if form == Form::Globals {
                writer.globals(resource, property, &value)?;
            } else {
                let edit = writer.set(resource, property, &value)?;
                writer.deciding.push(edit);
            }
            if form == Form::Condition {
                writer.condition(resource)?;
            }
        }
        Break::Remove { resource, property } => {
            let resource = find(resource)?;
            let value = resource.properties.get(property);
            match form {
                Form::Absent => {
                    let slot = value.slots().into_iter().next().filter(|slot| slot.path.is_empty());
                    let slot = slot.ok_or(Unwritten::NotThisForm)?;
                    writer.edits.push(resource.raise.remove(&slot, snapshot)?);
                }
                Form::Condition => {
                    let old = value.to_new().ok_or(Unwritten::NotThisForm)?;
                    let edit = writer.set(resource, property, &chosen(no_value(), old))?;
                    writer.edits.push(edit);
                    writer.condition(resource)?;
                }
                _ => return Err(Unwritten::NotThisForm),
            }
            writer.places.push(resource.declared_at);
        }
        Break::Add { beside, body } => {
            if form != Form::Separate {
                return Err(Unwritten::NotThisForm);
            }
            let beside = find(beside)?;
            writer.deciding.push(beside.raise.add_resource(beside.resources_at, NAME, body, snapshot)?);
        }
    }
    writer.finish()
}

fn no_value() -> New {
    New::mapping([("Ref", New::string("AWS::NoValue"))])
}

fn chosen(yes: New, no: New) -> New {
    New::mapping([("Fn::If", New::Sequence(vec![New::string(NAME), yes, no]))])
}

struct Writer<'a> {
    snapshot: &'a Snapshot,
    /// Edits that have to be there.
    edits: Vec<FileEdit>,
    /// Edits at which the finding is expected.
    deciding: Vec<FileEdit>,
    /// Places, in the old text, at which the finding is expected too.
    places: Vec<Place>,
}

impl Writer<'_> {
    /// The first slot of the property that takes the edit, as a fix does it.
    fn set(&self, resource: &Resource, property: &str, value: &New) -> Result<FileEdit, RaiseError> {
        let mut error = RaiseError::NotWritten;
        for slot in resource.properties.get(property).slots() {
            match resource.raise.set(&slot, property, value, self.snapshot) {
                Ok(edit) => return Ok(edit),
                Err(cause) => error = cause,
            }
        }
        // What a transform makes (the role of a SAM function) is written nowhere; it would stand among the properties.
        if resource.properties.get(property).origin.place == resource.declared_at
            && let Some((_, document)) = self.snapshot.document(resource.declared_at.file)
            && let Some(declared) =
                document.root.get("Resources").and_then(|all| all.get(&resource.declared_id))
        {
            let place = Place { file: resource.declared_at.file, span: declared.span };
            let spelled = resource.raise.spell(property);
            let path: Vec<SmolStr> =
                ["Properties"].into_iter().chain(spelled.split('.')).map(SmolStr::new).collect();
            return stockade_model::insert(place, &path, value, self.snapshot);
        }
        Err(error)
    }

    fn root(&self, resource: &Resource) -> Result<Place, Unwritten> {
        let file = resource.resources_at.file;
        let (_, document) = self.snapshot.document(file).ok_or(Unwritten::NotThisForm)?;
        Ok(Place { file, span: document.root.span })
    }

    fn at_root(&mut self, resource: &Resource, path: &[&str], value: &New) -> Result<(), Unwritten> {
        let path: Vec<SmolStr> = path.iter().map(|key| SmolStr::new(*key)).collect();
        let edit = stockade_model::insert(self.root(resource)?, &path, value, self.snapshot)?;
        self.edits.push(edit);
        Ok(())
    }

    fn condition(&mut self, resource: &Resource) -> Result<(), Unwritten> {
        let region = New::mapping([("Ref", New::string("AWS::Region"))]);
        let equals = New::Sequence(vec![region, New::string("us-east-1")]);
        self.at_root(resource, &["Conditions", NAME], &New::mapping([("Fn::Equals", equals)]))
    }

    /// Writes the value into `Globals.Function` and takes away what the function has of its own.
    fn globals(&mut self, resource: &Resource, property: &str, value: &New) -> Result<(), Unwritten> {
        let root = self.root(resource)?;
        let (_, document) = self.snapshot.document(root.file).ok_or(Unwritten::NotThisForm)?;
        let declared = document.root.get("Resources").and_then(|all| all.get(&resource.declared_id));
        let declared = declared
            .filter(|body| {
                body.get("Type").and_then(|kind| kind.as_str()) == Some("AWS::Serverless::Function")
            })
            .ok_or(Unwritten::NotThisForm)?;
        let old = resource.properties.get(property);
        if !old.is_absent()
            && declared.span.contains(old.origin.place.span)
            && old.origin.place.file == root.file
        {
            // A generated value has the place of what it was made from, which is no entry to take away.
            let slot = stockade_model::Slot::value(old.origin.place);
            self.edits.push(resource.raise.remove(&slot, self.snapshot)?);
        }
        let spelled = resource.raise.spell(property);
        let keys = ["Globals", "Function"].into_iter().chain(spelled.split('.'));
        let path: Vec<SmolStr> = keys.map(SmolStr::new).collect();
        self.deciding.push(stockade_model::insert(root, &path, value, self.snapshot)?);
        Ok(())
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
