//! Which properties a SAM type has and what they take, as AWS checks it before it transforms a resource.

use crate::SamError;
use crate::resource::SamResource;
use stockade_cfn::{Data, Expr};
use stockade_model::Place;

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
    /// A string that must be written as such.
    LiteralString,
    /// An object of objects, written as such.
    LiteralMapOfMaps,
    /// An object or a boolean, written as such.
    LiteralMapOrBool,
    /// A whole number.
    WholeNumber,
    /// A list.
    List,
    /// A list; no intrinsic function.
    LiteralList,
    /// A list or an object.
    ListOrMap,
    /// A list of strings.
    ListOfStrings,
    /// A list of strings; no intrinsic function.
    LiteralListOfStrings,
    /// A string, or a list of strings and objects.
    StringOrList,
    /// An object, or a list of objects.
    MapOrMaps,
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
    check_at(&resource.properties, table, &resource.id, resource.id_at)
}

/// Checks the properties of a resource, an event or a part of a resource, which an error calls `id`; `place`
/// is where it is written.
pub(crate) fn check_at(
    properties: &Expr,
    table: &[Property],
    id: &str,
    place: Place,
) -> Result<(), SamError> {
    let error = |message: String, place: Place| Err(SamError { resource: id.into(), message, place });
    if !properties.is_object() && !properties.is_null() {
        return error("its properties should be a map".into(), properties.origin.place);
    }
    for entry in properties.entries() {
        if !table.iter().any(|property| property.name == entry.key) {
            return error(format!("it has no property `{}`", entry.key), entry.key_place);
        }
    }
    for property in table {
        match properties.get(property.name).filter(|value| !value.is_null()) {
            None if property.required => {
                return error(format!("the required property `{}` is missing", property.name), place);
            }
            Some(value) if !property.kind.takes(value) => {
                let message =
                    format!("the property `{}` should be {}", property.name, property.kind.describe());
                return error(message, value.origin.place);
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
        let literal = matches!(
            self,
            Self::LiteralBool
                | Self::LiteralMap
                | Self::LiteralString
                | Self::LiteralMapOfMaps
                | Self::LiteralMapOrBool
                | Self::LiteralList
                | Self::LiteralListOfStrings
        );
        if !literal && value.entries().len() == 1 {
            return true;
        }
        match self {
            Self::Any => true,
            Self::String | Self::LiteralString => text(value),
            Self::Map | Self::LiteralMap => value.is_object(),
            Self::StringOrMap => text(value) || value.is_object(),
            Self::Bool | Self::LiteralBool => matches!(value.data, Data::Bool(_)),
            Self::MapOfMaps | Self::LiteralMapOfMaps => values(Expr::is_object),
            Self::MapOfStrings => values(|value| value.as_str().is_some()),
            Self::MapOfNumbers => {
                values(|value| value.is_object() || matches!(&value.data, Data::Number(_) | Data::Bool(_)))
            }
            Self::ListOfStringsOrMaps => {
                value.is_list() && value.items().iter().all(|item| text(item) || item.is_object())
            }
            Self::Policies => Self::StringOrMap.takes(value) || Self::ListOfStringsOrMaps.takes(value),
            Self::OneOf(choices) => value.as_str().is_some_and(|text| choices.contains(&text)),
            Self::LiteralMapOrBool => value.is_object() || matches!(value.data, Data::Bool(_)),
            Self::WholeNumber => matches!(&value.data, Data::Number(number) if number.parse::<i64>().is_ok()),
            Self::List | Self::LiteralList => value.is_list(),
            Self::ListOrMap => value.is_list() || value.is_object(),
            Self::ListOfStrings | Self::LiteralListOfStrings => {
                value.is_list() && value.items().iter().all(text)
            }
            Self::StringOrList => text(value) || Self::ListOfStringsOrMaps.takes(value),
            Self::MapOrMaps => {
                value.is_object() || (value.is_list() && value.items().iter().all(Expr::is_object))
            }
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Any => "a value".into(),
            Self::String | Self::LiteralString => "a string".into(),
            Self::Map | Self::LiteralMap => "a map".into(),
            Self::StringOrMap => "a string or a map".into(),
            Self::Bool | Self::LiteralBool => "a boolean".into(),
            Self::MapOfMaps | Self::LiteralMapOfMaps => "a map of maps".into(),
            Self::MapOfStrings => "a map of strings".into(),
            Self::MapOfNumbers => "a map of whole numbers".into(),
            Self::ListOfStringsOrMaps => "a list of strings or maps".into(),
            Self::Policies => "a string, a map, or a list of them".into(),
            Self::OneOf(choices) => format!("one of `{}`", choices.join("`, `")),
            Self::LiteralMapOrBool => "a map or a boolean".into(),
            Self::WholeNumber => "a whole number".into(),
            Self::List | Self::LiteralList => "a list".into(),
            Self::ListOrMap => "a list or a map".into(),
            Self::ListOfStrings | Self::LiteralListOfStrings => "a list of strings".into(),
            Self::StringOrList => "a string or a list of strings and maps".into(),
            Self::MapOrMaps => "a map or a list of maps".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stockade_model::Origin;
    use stockade_syntax::{FileId, Span};

    fn takes(kind: Kind, json: &serde_json::Value) -> bool {
        let place = Place { file: FileId(0), span: Span { start: 0, end: 0 } };
        kind.takes(&Expr::from_json(json, &Origin::at(place)))
    }

    #[test]
    fn a_list_may_come_from_a_function_unless_it_must_be_literal() {
        let function = json!({"Fn::ImportValue": "x"});
        assert!(takes(Kind::List, &function));
        assert!(!takes(Kind::LiteralList, &function));
        assert!(!takes(Kind::LiteralListOfStrings, &function));
        for kind in [Kind::List, Kind::LiteralList, Kind::LiteralListOfStrings] {
            assert!(takes(kind, &json!([])) && takes(kind, &json!(["a"])));
            assert!(
                !takes(kind, &json!({}))
                    && !takes(kind, &json!({"a": 1, "b": 2}))
                    && !takes(kind, &json!("a"))
            );
        }
        assert!(!takes(Kind::LiteralListOfStrings, &json!([1])));
    }
}
