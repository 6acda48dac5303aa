//! Functions that convert.

use super::{Call, CallError, Function, Needs};
use crate::value::{Type, Value};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let to = |name, ty: Type, run| {
        Function::new(name, &[Type::Any], ty, run).needing(Needs::Nothing).taking_null()
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
    ]
}

fn convert(call: &Call<'_>, to: &Type) -> Result<Value, CallError> {
    Ok(call.arguments[0].convert(to)?)
}
