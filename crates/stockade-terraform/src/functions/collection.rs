//! Functions over lists, sets and maps.

use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, Type, Value, call_symbol};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    vec![Function::new("length", &[Type::Any], Type::Number, length).needing(Needs::Shape)]
}

fn length(call: &Call<'_>) -> Result<Value, CallError> {
    let value = &call.arguments[0];
    let origin = call.origin.clone();
    let unknown = || Ok(Value::unknown(call_symbol("length", &[value]), Type::Number, call.origin.clone()));
    let count = match &value.kind {
        Kind::Sequence(sequence) if sequence.open.is_some() => return unknown(),
        // Items of a set that are not known may be twins.
        Kind::Sequence(sequence)
            if sequence.kind == crate::value::SequenceKind::Set
                && sequence.items.len() > 1
                && !value.is_wholly_known() =>
        {
            return unknown();
        }
        Kind::Sequence(sequence) => sequence.items.len(),
        Kind::Mapping(mapping) if mapping.open.is_some() => return unknown(),
        Kind::Mapping(mapping) => mapping.entries.len(),
        Kind::String(string) => match string.text.as_literal() {
            Some(text) => text.chars().count(),
            None => return unknown(),
        },
        _ => return Err(CallError::refused("a list, map or string is required")),
    };
    Ok(Value::int(i64::try_from(count).unwrap_or(i64::MAX), origin))
}
