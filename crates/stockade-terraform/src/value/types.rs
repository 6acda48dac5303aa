//! Type constraints.

use super::{Kind, MappingKind, SequenceKind, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A type, or a constraint on types.
#[derive(Debug, Clone, Default)]
pub enum Type {
    /// Any type.
    #[default]
    Any,
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(…)`.
    List(Box<Type>),
    /// `set(…)`.
    Set(Box<Type>),
    /// `map(…)`.
    Map(Box<Type>),
    /// `tuple([…])`.
    Tuple(Vec<Type>),
    /// `object({…})`.
    Object(BTreeMap<SmolStr, AttributeType>),
}

/// The type of an attribute of an object.
#[derive(Debug, Clone)]
pub struct AttributeType {
    /// The type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is if it is left out; null without one.
    pub default: Option<Box<Value>>,
}

impl AttributeType {
    /// An attribute that must be there.
    #[must_use]
    pub fn required(ty: Type) -> Self {
        Self { ty, optional: false, default: None }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any)
            | (Self::Bool, Self::Bool)
            | (Self::Number, Self::Number)
            | (Self::String, Self::String) => true,
            (Self::List(left), Self::List(right))
            | (Self::Set(left), Self::Set(right))
            | (Self::Map(left), Self::Map(right)) => left == right,
            (Self::Tuple(left), Self::Tuple(right)) => left == right,
            (Self::Object(left), Self::Object(right)) => {
                left.len() == right.len()
                    && left
                        .iter()
                        .zip(right)
                        .all(|((name, left), (other, right))| name == other && left.ty == right.ty)
            }
            _ => false,
        }
    }
}

impl Value {
    /// The type of the value, as far as it is known.
    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::Unknown(_, ty) => ty.clone(),
            Kind::Sequence(sequence) => {
                let items = || sequence.items.iter().map(Value::ty);
                match sequence.kind {
                    SequenceKind::Tuple if sequence.open.is_some() => Type::Any,
                    SequenceKind::Tuple => Type::Tuple(items().collect()),
                    SequenceKind::List => Type::List(Box::new(self.item_type())),
                    SequenceKind::Set => Type::Set(Box::new(self.item_type())),
                }
            }
            Kind::Mapping(mapping) => {
                let entries = mapping.entries.iter();
                match mapping.kind {
                    MappingKind::Object if mapping.open.is_some() => Type::Any,
                    MappingKind::Object => Type::Object(
                        entries
                            .map(|(key, entry)| (key.clone(), AttributeType::required(entry.value.ty())))
                            .collect(),
                    ),
                    MappingKind::Map => Type::Map(Box::new(self.item_type())),
                }
            }
        }
    }
}

impl Value {
    /// The one type of the items of a list, set or map; [`Type::Any`] if it is not known, or the items are of none.
    pub(crate) fn item_type(&self) -> Type {
        let unified = match &self.kind {
            Kind::Sequence(sequence) if sequence.items.is_empty() => return sequence.of.clone(),
            Kind::Mapping(mapping) if mapping.entries.is_empty() => return mapping.of.clone(),
            Kind::Sequence(sequence) => Type::unify(sequence.items.iter().map(Value::ty)),
            Kind::Mapping(mapping) => Type::unify(mapping.entries.values().map(|entry| entry.value.ty())),
            Kind::Unknown(_, Type::List(item) | Type::Set(item) | Type::Map(item)) => {
                return Type::clone(item);
            }
            _ => None,
        };
        unified.unwrap_or_default()
    }
}

impl std::fmt::Display for Type {
    /// As the language writes it: `list(string)`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => formatter.write_str("any"),
            Self::Bool => formatter.write_str("bool"),
            Self::Number => formatter.write_str("number"),
            Self::String => formatter.write_str("string"),
            Self::List(item) => write!(formatter, "list({item})"),
            Self::Set(item) => write!(formatter, "set({item})"),
            Self::Map(value) => write!(formatter, "map({value})"),
            Self::Tuple(items) => {
                let items: Vec<String> = items.iter().map(Type::to_string).collect();
                write!(formatter, "tuple([{}])", items.join(", "))
            }
            Self::Object(attributes) => {
                let attributes: Vec<String> =
                    attributes.iter().map(|(name, attribute)| format!("{name} = {}", attribute.ty)).collect();
                write!(formatter, "object({{{}}})", attributes.join(", "))
            }
        }
    }
}
