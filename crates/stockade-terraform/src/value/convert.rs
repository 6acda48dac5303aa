//! Conversion to a type, as Terraform does it for variables, arguments and operators.

use super::{AttributeType, Entry, Kind, Mapping, MappingKind, Number, Sequence, SequenceKind, Type, Value};
use crate::value::call_symbol;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::{Place, Text};

/// Why a value cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{message}")]
pub struct ConvertError {
    path: String,
    message: String,
}

impl ConvertError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    fn within(self, part: &str) -> Self {
        let path = match self.path.is_empty() {
            true => format!("`{part}`: "),
            false => format!("`{part}` → {}", self.path),
        };
        Self { path, message: self.message }
    }
}

impl Value {
    /// The value as a value of that type.
    ///
    /// # Errors
    /// [`ConvertError`] if no value of the type stands for it.
    pub fn convert(&self, to: &Type) -> Result<Value, ConvertError> {
        let origin = self.origin.clone();
        let with = |kind| Ok(Value { kind, origin: self.origin.clone(), sensitive: self.sensitive });
        let mismatch =
            || ConvertError::new(format!("{to} required, but this is {}", article(self.type_name())));
        match (&self.kind, to) {
            (_, Type::Any) => Ok(self.clone()),
            (Kind::Null(from), _) if from.converts_to(to) => with(Kind::Null(to.clone())),
            (Kind::Unknown(symbol, _), _) => with(Kind::Unknown(symbol.clone(), to.clone())),
            (Kind::Bool(_), Type::Bool)
            | (Kind::Number(_), Type::Number)
            | (Kind::String(_), Type::String) => Ok(self.clone()),
            (Kind::Bool(_) | Kind::Number(_), Type::String) => {
                let text = self.to_text().ok_or_else(mismatch)?;
                Ok(Value::text(text, origin).hidden(self.sensitive))
            }
            (Kind::String(string), Type::Number) => match string.text.as_literal() {
                Some(literal) => {
                    let number =
                        Number::parse(literal).ok_or_else(|| ConvertError::new("a number is required"))?;
                    with(Kind::Number(number))
                }
                None => with(Kind::Unknown(call_symbol("tonumber", &[self]), Type::Number)),
            },
            (Kind::String(string), Type::Bool) => match string.text.as_literal() {
                Some("true" | "1") => with(Kind::Bool(true)),
                Some("false" | "0") => with(Kind::Bool(false)),
                Some(_) => Err(ConvertError::new("a bool is required: `true` or `false`")),
                None => with(Kind::Unknown(call_symbol("tobool", &[self]), Type::Bool)),
            },
            (Kind::Sequence(sequence), Type::List(item)) => {
                let items = convert_items(sequence, item)?;
                let list = Value::sequence(SequenceKind::List, items, sequence.open.clone(), origin);
                Ok(list.of(self.empty_of(item)).hidden(self.sensitive))
            }
            (Kind::Sequence(sequence), Type::Set(item)) => {
                let items = convert_items(sequence, item)?;
                let set = Value::sequence(SequenceKind::Set, items, sequence.open.clone(), origin);
                Ok(set.of(self.empty_of(item)).hidden(self.sensitive))
            }
            (Kind::Sequence(sequence), Type::Tuple(types)) => {
                if sequence.kind == SequenceKind::Set
                    || sequence.open.is_none() && sequence.items.len() != types.len()
                {
                    return Err(mismatch());
                }
                let items = sequence.items.iter().zip(types).enumerate();
                let items = items
                    .map(|(at, (item, ty))| item.convert(ty).map_err(|error| error.within(&at.to_string())))
                    .collect::<Result<Vec<_>, _>>()?;
                let tuple = Value::sequence(SequenceKind::Tuple, items, sequence.open.clone(), origin);
                Ok(tuple.hidden(self.sensitive))
            }
            (Kind::Mapping(mapping), Type::Map(ty)) => {
                // Of a constraint that leaves the type open, all values become of one type.
                let values = || mapping.entries.values().map(|entry| &entry.value);
                let found = match **ty {
                    Type::Any => Type::unify(values().map(Value::ty))
                        .or_else(|| mapping.entries.is_empty().then_some(Type::Any))
                        .ok_or_else(of_one_type)?,
                    _ => Type::clone(ty),
                };
                let unsure = **ty == Type::Any
                    && mapping.kind == MappingKind::Object
                    && (mapping.open.is_some() || values().any(Value::holds_untyped));
                // Beside a bare null the others become of one type.
                let found = match found {
                    Type::Any if !unsure => {
                        let mut types = values().map(Value::ty).filter(|ty| *ty != Type::Any).peekable();
                        match types.peek() {
                            None => Type::Any,
                            Some(_) => Type::unify(types).ok_or_else(of_one_type)?,
                        }
                    }
                    found => found,
                };
                let mut entries = BTreeMap::new();
                for (key, entry) in mapping.entries.iter() {
                    let value = entry.value.convert(&found).map_err(|error| error.within(key))?;
                    let value = if unsure { value.blurred() } else { value };
                    entries.insert(key.clone(), Entry { key_place: entry.key_place, value });
                }
                let map = Value::mapping(MappingKind::Map, entries, mapping.open.clone(), origin);
                Ok(map.of(self.empty_of(ty)).hidden(self.sensitive))
            }
            (Kind::Mapping(mapping), Type::Object(types)) => self.convert_object(mapping, types),
            _ => Err(mismatch()),
        }
    }

    /// What an empty collection is of that is converted to a collection of that: what it was of, where that is left open.
    fn empty_of(&self, ty: &Type) -> Type {
        if *ty == Type::Any { self.item_type() } else { ty.clone() }
    }

    fn convert_object(
        &self,
        mapping: &Mapping,
        types: &BTreeMap<SmolStr, AttributeType>,
    ) -> Result<Value, ConvertError> {
        let mut entries = BTreeMap::new();
        for (name, attribute) in types {
            let given = mapping.entries.get(name);
            let (key_place, value) = match given {
                Some(entry) if !(entry.value.is_null() && attribute.default.is_some()) => {
                    let value = entry.value.convert(&attribute.ty).map_err(|error| error.within(name))?;
                    (entry.key_place, value)
                }
                None if mapping.open.is_some() => continue,
                None if !attribute.optional => {
                    return Err(ConvertError::new(format!("attribute `{name}` is required")));
                }
                _ => match &attribute.default {
                    // A default is converted too: an object's own attributes may have defaults.
                    Some(default) => {
                        let value = default.convert(&attribute.ty).map_err(|error| error.within(name))?;
                        (default.origin.place, value)
                    }
                    None => {
                        (Place::default(), Value::new(Kind::Null(attribute.ty.clone()), self.origin.clone()))
                    }
                },
            };
            entries.insert(name.clone(), Entry { key_place, value });
        }
        let object = Value::mapping(MappingKind::Object, entries, mapping.open.clone(), self.origin.clone());
        Ok(object.hidden(self.sensitive))
    }

    /// A bool, number or string as the text that a template puts in; `None` for anything else.
    #[must_use]
    pub fn to_text(&self) -> Option<Text> {
        match &self.kind {
            Kind::Bool(value) => Some(Text::literal(if *value { "true" } else { "false" })),
            Kind::Number(number) => Some(Text::literal(number.spell())),
            Kind::String(string) => Some(string.text.clone()),
            Kind::Unknown(symbol, _) => Some(Text::symbol(symbol.clone())),
            Kind::Null(_) | Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }
}

/// Whether values are of one type as they are: beside a bare null each keeps a type of its own.
fn are_alike<'v>(mut values: impl Iterator<Item = &'v Value>) -> bool {
    let Some(first) = values.next().map(Value::ty) else { return true };
    values.all(|value| value.ty() == first)
}

fn of_one_type() -> ConvertError {
    ConvertError::new("all items of a list, and all values of a map, must be of one type")
}

fn convert_items(sequence: &Sequence, item: &Type) -> Result<Vec<Value>, ConvertError> {
    let unsure = *item == Type::Any
        && sequence.kind == SequenceKind::Tuple
        && (sequence.open.is_some() || sequence.items.iter().any(Value::holds_untyped));
    let found = *item == Type::Any;
    let one;
    let item = match item {
        Type::Any => {
            one = Type::unify(sequence.items.iter().map(Value::ty))
                .or_else(|| sequence.items.is_empty().then_some(Type::Any))
                .ok_or_else(of_one_type)?;
            &one
        }
        item => item,
    };
    let convert = |(at, value): (usize, &Value)| {
        let value = value.convert(item).map_err(|error| error.within(&at.to_string()))?;
        Ok(if unsure { value.blurred() } else { value })
    };
    let items = sequence.items.iter().enumerate().map(convert).collect::<Result<Vec<_>, _>>()?;
    // Beside a bare null, or one within, each item may have kept a type of its own.
    if found && !unsure && sequence.kind == SequenceKind::Tuple && !are_alike(items.iter()) {
        return Err(of_one_type());
    }
    Ok(items)
}

impl Value {
    /// Whether there is a symbol in it of which not even the type is known.
    fn holds_untyped(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_, ty) => !matches!(ty, Type::Bool | Type::Number | Type::String),
            Kind::Sequence(sequence) => {
                sequence.kind == SequenceKind::Tuple && sequence.open.is_some()
                    || sequence.items.iter().any(Value::holds_untyped)
            }
            Kind::Mapping(mapping) => {
                mapping.kind == MappingKind::Object && mapping.open.is_some()
                    || mapping.entries.values().any(|entry| entry.value.holds_untyped())
            }
            _ => false,
        }
    }

    /// The value where an item beside it may turn out to be a string, so that numbers and booleans become strings too.
    fn blurred(self) -> Value {
        let kind = match self.kind {
            Kind::Bool(_) | Kind::Number(_) => Kind::Unknown(call_symbol("unify", &[&self]), Type::Any),
            Kind::Sequence(mut sequence) => {
                sequence.items = Arc::new(sequence.items.iter().cloned().map(Value::blurred).collect());
                Kind::Sequence(sequence)
            }
            Kind::Mapping(mut mapping) => {
                let blur = |(key, entry): (&SmolStr, &Entry)| {
                    (key.clone(), Entry { value: entry.value.clone().blurred(), key_place: entry.key_place })
                };
                mapping.entries = Arc::new(mapping.entries.iter().map(blur).collect());
                Kind::Mapping(mapping)
            }
            kind => kind,
        };
        Value { kind, ..self }
    }
}

/// A type's name with its article.
fn article(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        name if name.starts_with(['o', 'u']) => format!("an {name}"),
        name => format!("a {name}"),
    }
}
