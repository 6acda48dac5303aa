//! From instances to resources in CloudFormation's words.

use super::row::{Form, Part, Row, Target, Word};
use super::{join, row};
use crate::evaluation::Evaluated;
use crate::heredoc::with_places;
use crate::instance::{Key, ResourceInstance};
use crate::json;
use crate::module::Mode;
use crate::value::{Kind, Value};
use crate::{Diagnostic, DiagnosticKind};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use stockade_model::{
    Container, Containers, Field, Kind as ModelKind, List, Object, Origin, Place, Resource, Symbol, Text,
    Value as ModelValue,
};

/// The properties of a resource under construction.
#[derive(Clone)]
pub(crate) struct Built {
    /// CloudFormation's type.
    pub type_name: SmolStr,
    /// The properties.
    pub properties: Object,
    /// Where keys that are missing could be written, and what generated values come from: the block.
    pub origin: Origin,
    /// Resources that come with it: what their ids end in (`/` and a name), their type and properties.
    pub more: Vec<(SmolStr, &'static str, Object)>,
}

impl Built {
    /// The property of that name.
    pub fn get(&self, name: &str) -> Option<&ModelValue> {
        self.properties.fields.iter().find(|field| field.key == name).map(|field| &field.value)
    }

    /// Takes the property of that name away.
    pub fn take(&mut self, name: &str) -> Option<ModelValue> {
        let at = self.properties.fields.iter().position(|field| field.key == name)?;
        Some(self.properties.fields.remove(at).value)
    }

    /// Sets the property at a path.
    pub fn set(&mut self, path: &str, value: ModelValue) {
        set(&mut self.properties, path, value.origin.place, value, &self.origin);
    }

    /// Adds a resource that comes with it.
    pub fn add(&mut self, ending: impl Into<SmolStr>, type_name: &'static str, fields: Vec<Field>) {
        self.more.push((ending.into(), type_name, object(fields, &self.origin)));
    }

    /// What the words of a table make of a block.
    pub fn of_block(words: &[Word], block: &Value) -> ModelValue {
        nested(words, block)
    }
}

/// An object that is written in the block at that origin.
pub(crate) fn object(fields: Vec<Field>, origin: &Origin) -> Object {
    Object { fields, open: None, containers: Containers::At(Arc::new([Container::from(origin.place)])) }
}

/// A property where its value was written.
pub(crate) fn field(key: &'static str, value: ModelValue) -> Field {
    Field { key: SmolStr::new_static(key), key_place: value.origin.place, value }
}

/// The value of an argument, if it has one.
pub(crate) fn given<'v>(block: &'v Value, argument: &str) -> Option<&'v Value> {
    block.get(argument).filter(|value| !value.is_null())
}

/// A reference to an attribute of the resource itself.
pub(crate) fn itself(instance: &ResourceInstance, attribute: &str) -> ModelValue {
    let symbol = super::attribute_symbol(&instance.address, attribute);
    ModelValue::text(Text::symbol(symbol), instance.value.origin.clone())
}

/// What a root module deploys, in CloudFormation's words.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The resources, in the order written.
    pub resources: Vec<Resource>,
    /// How many managed resources of each type of the provider have no row.
    pub unmapped: BTreeMap<SmolStr, usize>,
    /// Parts of resources that are declared elsewhere, of which nothing is judged.
    pub outside: Vec<Diagnostic>,
}

/// Maps what a root module deploys.
#[must_use]
pub fn lower(evaluated: &Evaluated) -> Lowered {
    let mut lowered = Lowered::default();
    let mut parts = Vec::new();
    let mut owners = Vec::new();
    let instances = with_places(&evaluated.resources, &evaluated.heredocs);
    for instance in instances.iter().filter(|instance| instance.mode == Mode::Managed) {
        let Some(row) = row(&instance.type_name) else {
            *lowered.unmapped.entry(instance.type_name.clone()).or_default() += 1;
            continue;
        };
        let built = build(row, instance);
        match row.target {
            Target::Part(part) => parts.push((instance, part, &[][..], row, built)),
            Target::Parts(all) => {
                parts.extend(all.iter().map(|part| (instance, part, &[][..], row, built.clone())));
            }
            Target::Keyed(part, keys) | Target::KeyedOr(part, keys, _) => {
                parts.push((instance, part, keys, row, built));
            }
            Target::Resource(_) => {
                for (at, (ending, type_name, properties)) in built.more.iter().enumerate() {
                    let twins = built.more.iter().filter(|(other, ..)| other == ending).count();
                    let number = if twins > 1 { at.to_string() } else { String::new() };
                    let id = SmolStr::new(format!("{}{ending}{number}", instance.address));
                    let properties =
                        ModelValue::new(ModelKind::Object(properties.clone()), built.origin.clone());
                    owners.push(None);
                    lowered.resources.push(resource(
                        instance,
                        row,
                        id,
                        (*type_name).into(),
                        properties,
                        true,
                    ));
                }
                let properties = ModelValue::new(ModelKind::Object(built.properties), built.origin);
                owners.push(Some(row));
                let id = instance.address.clone();
                lowered.resources.push(resource(instance, row, id, built.type_name, properties, false));
            }
        }
    }
    // What is part of a part comes after it.
    parts.sort_by_key(|(_, part, ..)| (!part.at.is_empty(), part.at.matches('.').count()));
    for (instance, part, keys, row, built) in parts {
        if join::join(instance, part, keys, row.words, &built, &owners, &mut lowered.resources) {
            continue;
        }
        match row.target {
            Target::KeyedOr(_, _, type_name) => {
                lowered.resources.push(alone(instance, part, keys, row, type_name, built));
            }
            _ => lowered.outside.push(outside(instance, part)),
        }
    }
    // The user's own line is the call of a downloaded module.
    let called: HashMap<&str, Place> = evaluated
        .resources
        .iter()
        .filter_map(|instance| Some((instance.address.as_str(), instance.downloaded?)))
        .collect();
    for resource in &mut lowered.resources {
        let own = resource.id.rsplit_once('/').map_or(resource.id.as_str(), |(own, _)| own);
        if let Some(call) = called.get(resource.id.as_str()).or_else(|| called.get(own)) {
            at_call(&mut resource.properties, *call);
            resource.declared_at = *call;
        }
    }
    lowered
}

/// A part without an owner, as a resource of its own with what would have told the owner.
fn alone(
    instance: &ResourceInstance,
    part: &Part,
    keys: &[(&str, &str)],
    row: &'static Row,
    type_name: &'static str,
    built: Built,
) -> Resource {
    let origin = built.origin;
    let own = ModelValue::new(ModelKind::Object(built.properties), origin.clone());
    let mut properties = object(Vec::new(), &origin);
    for (argument, property) in keys {
        if let Some(value) = given(&instance.value, argument) {
            set(&mut properties, property, value.origin.place, value.to_model(), &origin);
        }
    }
    set(&mut properties, part.at, origin.place, own, &origin);
    let properties = ModelValue::new(ModelKind::Object(properties), origin);
    resource(instance, row, instance.address.clone(), type_name.into(), properties, false)
}

/// What tells of a part whose owner is declared elsewhere.
fn outside(instance: &ResourceInstance, part: &Part) -> Diagnostic {
    let named = given(&instance.value, part.by);
    let message = format!(
        "`{}` is a part of what its `{}` names, which is declared elsewhere: what it says is not judged",
        instance.address, part.by
    );
    Diagnostic {
        kind: DiagnosticKind::NotJoined,
        path: None,
        place: Some(named.map_or(instance.declared_at, |value| value.origin.place)),
        message,
    }
}

fn resource(
    instance: &ResourceInstance,
    row: &'static Row,
    id: SmolStr,
    type_name: SmolStr,
    properties: ModelValue,
    generated: bool,
) -> Resource {
    Resource {
        instance: (instance.key != Key::None).then(|| id.clone()),
        id,
        type_name,
        properties,
        declared_at: instance.declared_at,
        declared_id: instance.block_address.clone(),
        resources_at: instance.file_at,
        generated,
        raise: row,
        construct: None,
        asset: None,
    }
}

/// The properties that a row makes of an instance.
fn build(row: &Row, instance: &ResourceInstance) -> Built {
    let type_name = match row.target {
        Target::Resource(name) => name,
        Target::Part(_) | Target::Parts(_) | Target::Keyed(..) | Target::KeyedOr(..) => "",
    };
    let origin = instance.value.origin.clone();
    let mut built = Built {
        type_name: type_name.into(),
        properties: object_of(row.words, &instance.value, instance.default_tags.as_ref()),
        origin,
        more: Vec::new(),
    };
    if let Some(finish) = row.finish {
        finish(instance, &mut built);
    }
    built
}

/// The object that words make of a block.
fn object_of(words: &[Word], block: &Value, default_tags: Option<&Value>) -> Object {
    let mut out = Object {
        fields: Vec::new(),
        open: match &block.kind {
            Kind::Mapping(mapping) => mapping.open.clone(),
            Kind::Unknown(symbol, _) => Some(symbol.clone()),
            _ => None,
        },
        containers: Containers::At(Arc::new([Container::from(block.origin.place)])),
    };
    for word in words {
        let entry = match &block.kind {
            Kind::Mapping(mapping) => mapping.entries.get(word.argument),
            _ => None,
        };
        let given = entry.filter(|entry| !entry.value.is_null());
        let key_place = given.map_or(block.origin.place, |entry| entry.key_place);
        let value = given.and_then(|entry| lower_word(word, &entry.value, default_tags));
        let value = match (value, word.default) {
            (None, _) if given.is_none() && matches!(word.form, Form::Tags) => {
                default_tags.and_then(|tags| lower_word(word, tags, None))
            }
            // An open block may say it.
            (None, Some(default)) if given.is_none() && out.open.is_none() => {
                Some(written(default, &block.origin))
            }
            (value, _) => value,
        };
        match value {
            Some(value) if word.property.is_empty() => spread(&mut out, key_place, value),
            Some(value) => set(&mut out, word.property, key_place, value, &block.origin),
            None => {}
        }
    }
    out
}

/// Puts in what a word without a property says: the properties of a block, or the item that a part is.
fn spread(out: &mut Object, key_place: Place, value: ModelValue) {
    match value.kind {
        ModelKind::Object(inner) => {
            if let Some(symbol) = &inner.open {
                open_with(out, symbol);
            }
            out.fields.extend(inner.fields);
        }
        _ => out.fields.push(Field { key: SmolStr::default(), key_place, value }),
    }
}

/// A value that the table writes out.
pub(crate) fn written(text: &str, origin: &Origin) -> ModelValue {
    let kind = match text {
        "true" => ModelKind::Bool(true),
        "false" => ModelKind::Bool(false),
        text if text.parse::<f64>().is_ok() => ModelKind::Number(text.into()),
        text => ModelKind::Text(Text::literal(text)),
    };
    ModelValue::new(kind, origin.clone())
}

fn lower_word(word: &Word, value: &Value, default_tags: Option<&Value>) -> Option<ModelValue> {
    match word.form {
        Form::Same => Some(value.to_model()),
        Form::Json => Some(json::decoded(value).to_model()),
        Form::Unless(absent) => {
            let text = value.to_text();
            (text.as_ref().and_then(Text::as_literal) != Some(absent)).then(|| value.to_model())
        }
        Form::NullAt(absent) => {
            let text = value.to_text();
            let is_it = text.as_ref().and_then(Text::as_literal) == Some(absent);
            Some(if is_it {
                ModelValue::new(ModelKind::Null, value.origin.clone())
            } else {
                value.to_model()
            })
        }
        Form::Values(table) => {
            let text = value.to_text();
            let literal = text.as_ref().and_then(Text::as_literal);
            let found = literal.and_then(|literal| table.iter().find(|(from, _)| *from == literal));
            Some(found.map_or_else(|| value.to_model(), |(_, to)| written(to, &value.origin)))
        }
        Form::Only => Some(ModelValue::new(
            ModelKind::List(List { items: vec![value.to_model()], open: None }),
            value.origin.clone(),
        )),
        Form::Tags => Some(pairs(value, default_tags, "Key", "Value")),
        Form::Each(name) => Some(each(value.to_model(), name)),
        Form::Pairs(key, of) => Some(pairs(value, None, key, of)),
        Form::Block(words) => match &value.kind {
            Kind::Sequence(sequence) => match (sequence.items.first(), &sequence.open) {
                (Some(first), _) => Some(nested(words, first)),
                (None, Some(symbol)) => {
                    Some(ModelValue::new(ModelKind::Unknown(symbol.clone()), value.origin.clone()))
                }
                (None, None) => None,
            },
            _ => Some(nested(words, value)),
        },
        Form::Blocks(words) => match &value.kind {
            Kind::Sequence(sequence) => {
                let items = sequence.items.iter().map(|item| nested(words, item)).collect();
                let list = List { items, open: sequence.open.clone() };
                Some(ModelValue::new(ModelKind::List(list), value.origin.clone()))
            }
            Kind::Unknown(symbol, _) => {
                Some(ModelValue::new(ModelKind::Unknown(symbol.clone()), value.origin.clone()))
            }
            _ => Some(ModelValue::new(
                ModelKind::List(List { items: vec![nested(words, value)], open: None }),
                value.origin.clone(),
            )),
        },
    }
}

/// The items of a list as objects that hold each under a name.
fn each(mut value: ModelValue, name: &'static str) -> ModelValue {
    if let ModelKind::List(list) = &mut value.kind {
        for item in &mut list.items {
            let origin = item.origin.clone();
            let field = Field { key: name.into(), key_place: origin.place, value: item.clone() };
            let object = Object { fields: vec![field], ..Object::default() };
            *item = ModelValue::new(ModelKind::Object(object), origin);
        }
    }
    value
}

/// A nested block as an object.
fn nested(words: &[Word], block: &Value) -> ModelValue {
    let kind = match &block.kind {
        Kind::Unknown(symbol, _) => ModelKind::Unknown(symbol.clone()),
        _ => ModelKind::Object(object_of(words, block, None)),
    };
    ModelValue::new(kind, block.origin.clone())
}

/// A map as CloudFormation lists it, as of tags: those of the provider are there too, unless the resource has the key.
fn pairs(
    value: &Value,
    defaults: Option<&Value>,
    key_name: &'static str,
    value_name: &'static str,
) -> ModelValue {
    let mut items: Vec<ModelValue> = Vec::new();
    let mut open = None;
    let mut seen: Vec<SmolStr> = Vec::new();
    for map in std::iter::once(value).chain(defaults) {
        match &map.kind {
            Kind::Mapping(mapping) => {
                for (key, entry) in mapping.entries.iter().filter(|(key, _)| !seen.contains(key)) {
                    let text = ModelValue::text(Text::literal(key.clone()), Origin::at(entry.key_place));
                    let field = |name: &'static str, value: ModelValue| Field {
                        key: SmolStr::new_static(name),
                        key_place: entry.key_place,
                        value,
                    };
                    let fields = vec![field(key_name, text), field(value_name, entry.value.to_model())];
                    let object = Object { fields, ..Object::default() };
                    items.push(ModelValue::new(ModelKind::Object(object), entry.value.origin.clone()));
                }
                seen.extend(mapping.entries.keys().cloned());
                open = open.or_else(|| mapping.open.clone());
            }
            Kind::Unknown(symbol, _) => open = open.or_else(|| Some(symbol.clone())),
            _ => {}
        }
    }
    ModelValue::new(ModelKind::List(List { items, open }), value.origin.clone())
}

/// Sets the property at a path, making the objects on the way.
pub(crate) fn set(object: &mut Object, path: &str, key_place: Place, value: ModelValue, origin: &Origin) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let (key, list) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
    let at = object.fields.iter().position(|field| field.key == key);
    match (at, rest) {
        (Some(at), None) => object.fields[at].value = value,
        (None, None) => object.fields.push(Field { key: key.into(), key_place, value }),
        (at, Some(rest)) => {
            let at = at.unwrap_or_else(|| {
                let inner = Object { containers: Containers::Inherit, ..Object::default() };
                let mut value = ModelValue::new(ModelKind::Object(inner), origin.clone());
                if list {
                    let list = List { items: vec![value], open: None };
                    value = ModelValue::new(ModelKind::List(list), origin.clone());
                }
                object.fields.push(Field { key: key.into(), key_place, value });
                object.fields.len() - 1
            });
            let held = match &mut object.fields[at].value.kind {
                ModelKind::List(list) => list.items.first_mut().map(|item| &mut item.kind),
                kind => Some(kind),
            };
            if let Some(ModelKind::Object(inner)) = held {
                set(inner, rest, key_place, value, origin);
            }
        }
    }
}

/// Moves the places of a value to the call of the module that it comes from, unless the user's own files say it.
fn at_call(value: &mut ModelValue, call: Place) {
    // What a caller hands in is written behind the places of the module: the last of them is the user's.
    let own = value.origin.vias().map(|via| via.place).filter(|place| place.file == call.file).last();
    let place = if value.origin.place.file == call.file { value.origin.place } else { own.unwrap_or(call) };
    value.origin = Origin::at(place);
    match &mut value.kind {
        ModelKind::List(list) => list.items.iter_mut().for_each(|item| at_call(item, call)),
        ModelKind::Object(object) => {
            object.containers = Containers::At(Arc::new([]));
            for field in &mut object.fields {
                if field.key_place.file != call.file {
                    field.key_place = place;
                }
                at_call(&mut field.value, call);
            }
        }
        _ => {}
    }
}

/// A symbol that stands for what a part of another resource may say.
pub(crate) fn open_with(object: &mut Object, symbol: &Symbol) {
    object.open.get_or_insert_with(|| symbol.clone());
}
