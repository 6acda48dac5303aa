//! Type constraints as they are written: `list(object({ name = string, size = optional(number, 1) }))`.

use crate::syntax::{Expr, ExprKind, Part};
use crate::value::{AttributeType, Type, Value};
use smol_str::SmolStr;

/// Reads a type constraint. `evaluate` gives the value of a default in `optional(type, default)`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn read(expr: &Expr, evaluate: &dyn Fn(&Expr) -> Result<Value, String>) -> Result<Type, String> {
    match &expr.kind {
        ExprKind::Name(name) => keyword(name),
        ExprKind::Parenthesis(inner) => read(inner, evaluate),
        // Before 0.12 a type was a string; collections had no item type.
        ExprKind::Template(_) => match expr.as_str() {
            Some("list") => Ok(Type::List(Box::default())),
            Some("map") => Ok(Type::Map(Box::default())),
            // The JSON form of the language has the whole constraint in a string.
            Some(text) if text.contains('(') => {
                let parts = crate::syntax::template(&format!("${{{text}}}"), expr.place);
                match parts.map_err(|error| error.message)?.as_slice() {
                    [Part::Interpolation(inner)] => read(inner, evaluate),
                    _ => Err(format!("`{text}` is not a type")),
                }
            }
            Some(name) => keyword(name),
            None => Err("a type has no parts to be put in".into()),
        },
        ExprKind::Call { name, arguments, .. } => match (name.as_str(), arguments.as_slice()) {
            ("list", [item]) => Ok(Type::List(Box::new(read(item, evaluate)?))),
            ("set", [item]) => Ok(Type::Set(Box::new(read(item, evaluate)?))),
            ("map", [value]) => Ok(Type::Map(Box::new(read(value, evaluate)?))),
            ("tuple", [Expr { kind: ExprKind::Tuple(items), .. }]) => {
                Ok(Type::Tuple(items.iter().map(|item| read(item, evaluate)).collect::<Result<_, _>>()?))
            }
            ("object", [Expr { kind: ExprKind::Object(items), .. }]) => {
                let attributes = items.iter().map(|item| {
                    let name = item.key.as_str().map(SmolStr::new);
                    let name = name.or_else(|| item.key.as_path().map(SmolStr::from));
                    let name = name.ok_or("the name of an attribute must be written out")?;
                    Ok((name, attribute(&item.value, evaluate)?))
                });
                Ok(Type::Object(attributes.collect::<Result<_, String>>()?))
            }
            _ => Err(format!("`{name}` is not a type")),
        },
        _ => Err("this is not a type".into()),
    }
}

fn attribute(
    expr: &Expr,
    evaluate: &dyn Fn(&Expr) -> Result<Value, String>,
) -> Result<AttributeType, String> {
    match &expr.kind {
        ExprKind::Call { name, arguments, .. } if name == "optional" => match arguments.as_slice() {
            [ty] => Ok(AttributeType { ty: read(ty, evaluate)?, optional: true, default: None }),
            [ty, default] => {
                let default = evaluate(default)?;
                let default = (!default.is_null()).then(|| Box::new(default));
                Ok(AttributeType { ty: read(ty, evaluate)?, optional: true, default })
            }
            _ => Err("`optional` takes a type and a default".into()),
        },
        _ => Ok(AttributeType::required(read(expr, evaluate)?)),
    }
}

fn keyword(name: &str) -> Result<Type, String> {
    Ok(match name {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "number" => Type::Number,
        "string" => Type::String,
        "list" => Type::List(Box::default()),
        "set" => Type::Set(Box::default()),
        "map" => Type::Map(Box::default()),
        _ => return Err(format!("`{name}` is not a type")),
    })
}
