//! Which properties a SAM type has and what they take, as AWS checks it before it transforms a resource.

use crate::SamError;
use crate::resource::SamResource;
use stockade_cfn::{Data, Expr};

/// A property of a SAM type.
pub(crate) struct Property {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
}

/// What a property takes. Unless noted, an intrinsic function may stand in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything.
    Any,
    /// A string.
    String,
    /// An object.
    Map,
    /// A string or an object.
    StringOrMap,
    /// A boolean.
    Bool,
    /// A boolean that must be written as such.
    LiteralBool,
    /// An object; no intrinsic function of a scalar type.
    LiteralMap,
    /// An object of objects.
    MapOfMaps,
    /// An object of strings.
    MapOfStrings,
    /// An object of whole numbers or objects.
    MapOfNumbers,
    /// A list of strings and objects.
    ListOfStringsOrMaps,
    /// A string, an object, or a list of them.
    Policies,
    /// One of these strings.
    OneOf(&'static [&'static str]),
}

/// An optional property.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false }
}

/// A property that has to be there.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true }
}

/// Checks a resource's properties against its type's.
pub(crate) fn check(resource: &SamResource, table: &[Property]) -> Result<(), SamError> {
    if !resource.id.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Err(resource.error("logical ids take letters and digits only", resource.id_at));
    }
    for entry in resource.properties.entries() {
        if !table.iter().any(|property| property.name == entry.key) {
            let message = format!("`{}` has no property `{}`", resource.type_name, entry.key);
            return Err(resource.error(message, entry.key_place));
        }
    }
    for property in table {
        match resource.properties.get(property.name).filter(|value| !value.is_null()) {
            None if property.required => {
                let message = format!("the required property `{}` is missing", property.name);
                return Err(resource.error(message, resource.id_at));
            }
            Some(value) if !property.kind.takes(value) => {
                let message =
                    format!("the property `{}` should be {}", property.name, property.kind.describe());
                return Err(resource.error(message, value.origin.place));
            }
            _ => {}
        }
    }
    Ok(())
}

impl Kind {
    fn takes(self, value: &Expr) -> bool {
        let text = |value: &Expr| value.as_str().is_some();
        let values = |kind: fn(&Expr) -> bool| {
            value.is_object() && value.entries().iter().all(|entry| kind(&entry.value))
        };
        // Any object of one entry passes as an intrinsic function.
        if !matches!(self, Self::LiteralBool | Self::LiteralMap) && value.entries().len() == 1 {
            return true;
        }
        match self {
            Self::Any => true,
            Self::String => text(value),
            Self::Map | Self::LiteralMap => value.is_object(),
            Self::StringOrMap => text(value) || value.is_object(),
            Self::Bool | Self::LiteralBool => matches!(value.data, Data::Bool(_)),
            Self::MapOfMaps => values(Expr::is_object),
            Self::MapOfStrings => values(|value| value.as_str().is_some()),
            Self::MapOfNumbers => {
                values(|value| value.is_object() || matches!(&value.data, Data::Number(_) | Data::Bool(_)))
            }
            Self::ListOfStringsOrMaps => {
                value.is_list() && value.items().iter().all(|item| text(item) || item.is_object())
            }
            Self::Policies => Self::StringOrMap.takes(value) || Self::ListOfStringsOrMaps.takes(value),
            Self::OneOf(choices) => value.as_str().is_some_and(|text| choices.contains(&text)),
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Any => "a value".into(),
            Self::String => "a string".into(),
            Self::Map | Self::LiteralMap => "a map".into(),
            Self::StringOrMap => "a string or a map".into(),
            Self::Bool | Self::LiteralBool => "a boolean".into(),
            Self::MapOfMaps => "a map of maps".into(),
            Self::MapOfStrings => "a map of strings".into(),
            Self::MapOfNumbers => "a map of whole numbers".into(),
            Self::ListOfStringsOrMaps => "a list of strings or maps".into(),
            Self::Policies => "a string, a map, or a list of them".into(),
            Self::OneOf(choices) => format!("one of `{}`", choices.join("`, `")),
        }
    }
}
