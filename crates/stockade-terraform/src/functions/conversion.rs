//! Functions that convert.

use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, Type, Value};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let to = |name, ty: Type, run| {
        Function::new(name, &[Type::Any], ty, run).needing(Needs::Nothing).taking_null()
    };
    let not_known = |name, why: fn(&Call<'_>) -> Result<Value, CallError>| {
        Function::new(name, &[Type::Any], Type::Any, why).needing(Needs::Nothing).taking_null()
    };
    vec![
        to("tostring", Type::String, |call| convert(call, &Type::String)),
        to("tonumber", Type::Number, |call| convert(call, &Type::Number)),
        to("tobool", Type::Bool, |call| convert(call, &Type::Bool)),
        to("tolist", Type::List(Box::default()), |call| convert(call, &Type::List(Box::default()))),
        to("toset", Type::Set(Box::default()), |call| convert(call, &Type::Set(Box::default()))),
        to("tomap", Type::Map(Box::default()), |call| convert(call, &Type::Map(Box::default()))),
        to("sensitive", Type::Any, |call| Ok(call.arguments[0].clone().hidden(true))),
        to("nonsensitive", Type::Any, |call| {
            let mut value = call.arguments[0].clone();
            value.sensitive = false;
            Ok(value)
        }),
        to("issensitive", Type::Bool, is_sensitive),
        not_known("ephemeralasnull", |_| {
            Err(CallError::NotKnown("whether a value is ephemeral is not followed".to_owned()))
        }),
        not_known("type", |_| Err(CallError::NotKnown("`type` is for `terraform console` alone".to_owned()))),
    ]
}

fn convert(call: &Call<'_>, to: &Type) -> Result<Value, CallError> {
    let value = &call.arguments[0];
    // A list is converted to a number by no function, but a symbol of a known type tells it too.
    if let Kind::Unknown(_, ty) = &value.kind
        && !ty.converts_to(to)
    {
        return Err(CallError::refused(format!("{ty} cannot be converted to {to}")));
    }
    // A bare null stays one, without a type.
    if matches!(value.kind, Kind::Null(Type::Any)) {
        return Ok(value.clone());
    }
    Ok(value.convert(to)?)
}

fn is_sensitive(call: &Call<'_>) -> Result<Value, CallError> {
    let value = &call.arguments[0];
    match value.kind {
        // What is not known may be marked by the resource that it comes from.
        Kind::Unknown(..) if !value.sensitive => call.unknown(Type::Bool),
        _ => call.bool(value.sensitive),
    }
}
