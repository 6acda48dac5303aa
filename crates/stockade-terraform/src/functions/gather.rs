//! Functions that gather values from several arguments: the first that is there, or all in one list.

use super::collection::not_a;
use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, SequenceKind, Type, Value};
use stockade_model::Symbol;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let of_many =
        |name, run| Function::new(name, &[], Type::Any, run).and_more(Type::Any).needing(Needs::Nothing);
    let gone = |name, run| of_many(name, run).with_null_rest();
    vec![
        of_many("concat", concat),
        of_many("coalesce", coalesce).with_null_rest(),
        of_many("coalescelist", coalesce_list).with_null_rest(),
        Function::new("flatten", &[Type::Any], Type::Any, flatten).needing(Needs::Shape),
        gone("list", |_| Err(CallError::refused("`list` is gone from Terraform; write `tolist([…])`"))),
        gone("map", |_| Err(CallError::refused("`map` is gone from Terraform; write `tomap({…})`"))),
    ]
}

/// A list if all arguments are lists whose items can be of one type, a tuple otherwise.
fn concat(call: &Call<'_>) -> Result<Value, CallError> {
    if call.arguments.is_empty() {
        return Err(CallError::refused("at least one list is required"));
    }
    let (mut open, mut untyped, mut lists) = (None, false, true);
    for argument in call.arguments {
        match &argument.kind {
            Kind::Sequence(sequence) if sequence.kind != SequenceKind::Set => {
                lists &= sequence.kind == SequenceKind::List;
            }
            Kind::Unknown(symbol, ty) => match ty {
                Type::List(_) => open = open.or_else(|| Some(symbol.clone())),
                Type::Any | Type::Tuple(_) => {
                    untyped = true;
                    open = open.or_else(|| Some(symbol.clone()));
                }
                ty => {
                    return Err(CallError::refused(format!("a list or tuple is required, but this is {ty}")));
                }
            },
            _ => return Err(not_a(argument, "a list or tuple")),
        }
    }
    let common = if lists && !untyped { Type::unify(call.arguments.iter().map(Value::ty)) } else { None };
    let mut items = Vec::new();
    for argument in call.arguments {
        let converted = match &common {
            Some(common) => argument.convert(common)?,
            None => argument.clone(),
        };
        if let Kind::Sequence(sequence) = &converted.kind {
            items.extend(sequence.items.iter().cloned());
            open = open.or_else(|| sequence.open.clone());
        }
    }
    // Beside something that may turn out to be a list of strings, lists of numbers become strings too.
    if lists && untyped && items.iter().any(|item| !matches!(item.kind, Kind::String(_))) && open.is_some() {
        let all_lists = call.arguments.iter().any(|argument| matches!(&argument.kind, Kind::Sequence(_)));
        if all_lists {
            return call.unknown(Type::Any);
        }
    }
    let origin = call.origin.clone();
    match common {
        Some(Type::List(item)) => Ok(Value::sequence(SequenceKind::List, items, open, origin).of(*item)),
        Some(_) => Ok(Value::sequence(SequenceKind::List, items, open, origin)),
        None => Ok(Value::sequence(SequenceKind::Tuple, items, open, origin)),
    }
}

/// The first argument that is neither null nor an empty string, as a value of the type that all can be of.
fn coalesce(call: &Call<'_>) -> Result<Value, CallError> {
    let ty = Type::unify(call.arguments.iter().map(Value::ty)).ok_or_else(|| {
        CallError::refused(match call.arguments.is_empty() {
            true => "at least one value is required",
            false => "all values must be of one type",
        })
    })?;
    let untyped = call.arguments.iter().any(|argument| matches!(argument.kind, Kind::Unknown(_, Type::Any)));
    for argument in call.arguments {
        // What cannot be converted counts as null to Terraform.
        let Ok(value) = argument.convert(&ty) else { continue };
        match &value.kind {
            Kind::Null(_) => continue,
            Kind::Unknown(..) => return call.unknown(ty),
            Kind::String(string) => match string.text.as_literal() {
                Some("") if ty == Type::String => continue,
                None if string.text.symbols().count() == string.text.pieces().len() => {
                    return call.unknown(ty);
                }
                _ => return Ok(value),
            },
            // Another argument that turns out to be a string makes a string of this one.
            Kind::Bool(_) | Kind::Number(_) if untyped => return call.unknown(Type::Any),
            _ => return Ok(value),
        }
    }
    Err(CallError::refused("all values are null or empty strings"))
}

fn coalesce_list(call: &Call<'_>) -> Result<Value, CallError> {
    if call.arguments.is_empty() {
        return Err(CallError::refused("at least one list is required"));
    }
    for argument in call.arguments {
        match &argument.kind {
            Kind::Sequence(sequence) if sequence.kind != SequenceKind::Set => {}
            Kind::Unknown(..) => {}
            _ => return Err(not_a(argument, "a list or tuple")),
        }
    }
    for argument in call.arguments {
        match &argument.kind {
            Kind::Sequence(sequence) if !sequence.items.is_empty() => return Ok(argument.clone()),
            Kind::Sequence(sequence) if sequence.open.is_none() => {}
            _ => return call.unknown(Type::Any),
        }
    }
    Err(CallError::refused("all lists are empty"))
}

fn flatten(call: &Call<'_>) -> Result<Value, CallError> {
    if !matches!(call.arguments[0].kind, Kind::Sequence(_)) {
        return Err(not_a(&call.arguments[0], "a list, set or tuple"));
    }
    let (mut items, mut open) = (Vec::new(), None);
    flatten_into(&call.arguments[0], &mut items, &mut open);
    Ok(Value::sequence(SequenceKind::Tuple, items, open, call.origin.clone()))
}

fn flatten_into(value: &Value, items: &mut Vec<Value>, open: &mut Option<Symbol>) {
    match &value.kind {
        Kind::Sequence(sequence) => {
            // Twins of a set that are not known make the count unsure.
            if sequence.open.is_some() || !super::collection::is_counted(sequence) {
                *open = open.take().or_else(|| value.first_symbol().cloned());
            }
            for item in sequence.items.iter() {
                flatten_into(item, items, open);
            }
        }
        // What is not known may be a list, and one of any length.
        Kind::Unknown(symbol, Type::Any | Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
            *open = open.take().or_else(|| Some(symbol.clone()));
        }
        _ => items.push(value.clone()),
    }
}
