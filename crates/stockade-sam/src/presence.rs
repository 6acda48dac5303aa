//! What counts as given: SAM skips many properties that are empty as if they were missing.

use stockade_cfn::{Data, Expr};

/// Whether a value is there and not null, false, zero or empty.
pub(crate) fn is_set(value: &Expr) -> bool {
    match &value.data {
        Data::Null => false,
        Data::Bool(value) => *value,
        Data::Number(number) => number.parse::<f64>() != Ok(0.0),
        Data::String(text) => !text.is_empty(),
        Data::List(items) => !items.is_empty(),
        Data::Object(map) => !map.entries.is_empty(),
    }
}

/// The value of a key if it is there and not null; an explicit `AWS::NoValue` counts as there.
pub(crate) fn given<'a>(object: &'a Expr, key: &str) -> Option<&'a Expr> {
    object.get(key).filter(|value| !value.is_null())
}

/// The value of a key if it [`is_set`].
pub(crate) fn set<'a>(object: &'a Expr, key: &str) -> Option<&'a Expr> {
    object.get(key).filter(|value| is_set(value))
}
