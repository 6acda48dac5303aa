//! Which properties there are, and of which types.

use crate::SamError;
use crate::resource::SamResource;
use stockade_cfn::{Data, Expr};

/// A type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A boolean.
    Bool,
    /// A whole number.
    Number,
    /// A string.
    String,
    /// A list.
    List,
    /// An object.
    Object,
}

/// A property that a resource or event may have.
#[derive(Debug)]
pub(crate) struct Property {
    name: &'static str,
    kinds: &'static [Kind],
    required: bool,
    literal: bool,
}

impl Property {
    /// An optional property of one of these types.
    pub const fn of(name: &'static str, kinds: &'static [Kind]) -> Self {
        Self { name, kinds, required: false, literal: false }
    }

    /// The property must be there.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The property may not be an intrinsic function.
    pub const fn literal(self) -> Self {
        Self { literal: true, ..self }
    }
}

/// That properties are known and of the right types.
pub(crate) fn check(resource: &SamResource, properties: &Expr, known: &[Property]) -> Result<(), SamError> {
    for entry in properties.entries() {
        if !known.iter().any(|property| property.name == entry.key) {
            let message = format!("`{}` has no property `{}`", resource.type_name, entry.key);
            return Err(resource.error(message, entry.key_place));
        }
    }
    for property in known {
        let name = property.name;
        match properties.get(name).filter(|value| !value.is_null()) {
            None if property.required => {
                return Err(
                    resource.error(format!("the required property `{name}` is missing"), resource.id_at)
                );
            }
            Some(value) if value.intrinsic().is_some() && !property.literal => {}
            Some(value) if !property.kinds.iter().any(|kind| is(*kind, value)) => {
                return Err(resource.error(format!("`{name}` has the wrong type"), value.origin.place));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is(kind: Kind, value: &Expr) -> bool {
    match (&value.data, kind) {
        (Data::Bool(_), Kind::Bool | Kind::Number)
        | (Data::String(_), Kind::String)
        | (Data::List(_), Kind::List)
        | (Data::Object(_), Kind::Object) => true,
        (Data::Number(number), Kind::Number) => number.parse::<i64>().is_ok(),
        _ => false,
    }
}
