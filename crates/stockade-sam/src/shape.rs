//! What AWS demands of the properties of a SAM resource or event before it transforms it: which exist, which must
//! be there, and of what type they are.

use crate::SamError;
use stockade_cfn::{Data, Expr};
use stockade_model::Place;

/// The type that a property must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything.
    Any,
    /// A string.
    Text,
    /// An object.
    Map,
    /// A boolean.
    Flag,
    /// A whole number.
    Whole,
    /// A string or an object.
    TextOrMap,
    /// A list or an object.
    ListOrMap,
    /// An object or a boolean.
    MapOrFlag,
    /// A string, or a list of strings and objects.
    TextOrItems,
    /// A list of strings and objects.
    Items,
    /// A list of strings.
    Texts,
    /// An object of objects.
    MapOfMaps,
    /// An object, or a list of objects.
    MapOrMaps,
}

/// A property of a SAM type.
#[derive(Debug)]
pub(crate) struct Property {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether an object of one key, which AWS takes for an intrinsic function, may stand in its place.
    pub intrinsic: bool,
}

/// A property that need not be there and may be an intrinsic function.
pub(crate) const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false, intrinsic: true }
}

/// A property that need not be there and may not be an intrinsic function.
pub(crate) const fn may_plain(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false, intrinsic: false }
}

/// A property that must be there and may be an intrinsic function.
pub(crate) const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true, intrinsic: true }
}

/// Holds the properties against a type's table. `id` is the resource or event that an error names, `place` where
/// it is written.
pub(crate) fn check(properties: &Expr, table: &[Property], id: &str, place: Place) -> Result<(), SamError> {
    let error = |message: String, place: Place| SamError { resource: id.into(), message, place };
    if !properties.is_object() && !properties.is_null() {
        return Err(error("its `Properties` are not an object".into(), properties.origin.place));
    }
    for entry in properties.entries() {
        if !table.iter().any(|property| property.name == entry.key) {
            return Err(error(format!("it has no property `{}`", entry.key), entry.key_place));
        }
    }
    for property in table {
        let Some(value) = properties.get(property.name).filter(|value| !value.is_null()) else {
            if property.required {
                return Err(error(format!("its property `{}` is missing", property.name), place));
            }
            continue;
        };
        let intrinsic = property.intrinsic && value.entries().len() == 1;
        if !intrinsic && !property.kind.fits(value) {
            let message = format!("its property `{}` is not {}", property.name, property.kind.describe());
            return Err(error(message, value.origin.place));
        }
    }
    Ok(())
}

impl Kind {
    fn fits(self, value: &Expr) -> bool {
        let text = |value: &Expr| matches!(value.data, Data::String(_));
        let all = |value: &Expr, fits: &dyn Fn(&Expr) -> bool| value.is_list() && value.items().iter().all(fits);
        match self {
            Self::Any => true,
            Self::Text => text(value),
            Self::Map => value.is_object(),
            Self::Flag => matches!(value.data, Data::Bool(_)),
            Self::Whole => matches!(&value.data, Data::Number(number) if number.parse::<i64>().is_ok()),
            Self::TextOrMap => text(value) || value.is_object(),
            Self::ListOrMap => value.is_list() || value.is_object(),
            Self::MapOrFlag => value.is_object() || matches!(value.data, Data::Bool(_)),
            Self::TextOrItems => text(value) || Self::Items.fits(value),
            Self::Items => all(value, &|item| text(item) || item.is_object()),
            Self::Texts => all(value, &text),
            Self::MapOfMaps => value.is_object() && value.entries().iter().all(|entry| entry.value.is_object()),
            Self::MapOrMaps => value.is_object() || all(value, &Expr::is_object),
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text => "a string",
            Self::Map => "an object",
            Self::Flag => "a boolean",
            Self::Whole => "a whole number",
            Self::TextOrMap => "a string or an object",
            Self::ListOrMap => "a list or an object",
            Self::MapOrFlag => "an object or a boolean",
            Self::TextOrItems => "a string or a list of strings and objects",
            Self::Items => "a list of strings and objects",
            Self::Texts => "a list of strings",
            Self::MapOfMaps => "an object of objects",
            Self::MapOrMaps => "an object or a list of objects",
        }
    }
}

/// Whether AWS counts a value as given: null, `false`, zero and what is empty do not count. An explicit
/// `AWS::NoValue` counts, as the transform cannot know that it will go away.
pub(crate) fn counts(value: &Expr) -> bool {
    match &value.data {
        Data::Null => false,
        Data::Bool(value) => *value,
        Data::Number(number) => number.parse::<f64>().map_or(true, |number| number != 0.0),
        Data::String(text) => !text.is_empty(),
        Data::List(items) => !items.is_empty(),
        Data::Object(map) => !map.entries.is_empty(),
    }
}

/// A property that counts as given.
pub(crate) fn given<'a>(properties: &'a Expr, name: &str) -> Option<&'a Expr> {
    properties.get(name).filter(|value| counts(value))
}

/// A property that is there and not null.
pub(crate) fn there<'a>(properties: &'a Expr, name: &str) -> Option<&'a Expr> {
    properties.get(name).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::Origin;

    const TABLE: &[Property] = &[must("Name", Kind::Text), may_plain("On", Kind::Flag), may("Tags", Kind::Map)];

    fn checked(json: serde_json::Value) -> Result<(), String> {
        let properties = Expr::from_json(&json, &Origin::at(Place::default()));
        check(&properties, TABLE, "It", Place::default()).map_err(|error| error.message)
    }

    #[test]
    fn properties_are_held_against_the_table() {
        assert_eq!(checked(serde_json::json!({"Name": "x", "Tags": {}})), Ok(()));
        assert_eq!(checked(serde_json::json!({"Name": {"Ref": "X"}})), Ok(()));
        assert!(checked(serde_json::json!({})).is_err());
        assert!(checked(serde_json::json!({"Name": null})).is_err());
        assert!(checked(serde_json::json!({"Name": 1})).is_err());
        assert!(checked(serde_json::json!({"Name": "x", "Nome": "x"})).is_err());
        assert!(checked(serde_json::json!({"Name": "x", "On": {"Ref": "X"}})).is_err());
        assert!(checked(serde_json::json!(["Name"])).is_err());
    }
}
