//! Functions over lists, and those that ask what a collection holds.
//!
//! An open sequence holds the items that are known, in an order and among others that are not.

use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, Number, Sequence, SequenceKind, Type, Value};
use stockade_model::Kleene;
use unicode_segmentation::UnicodeSegmentation as _;

/// The most items that `range` makes, Terraform's own bound.
const MAX_RANGE: usize = 1024;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let list_of = |item: Type| Type::List(Box::new(item));
    let shape = |name, parameters: &[Type], result, run| {
        Function::new(name, parameters, result, run).needing_at(0, Needs::Shape)
    };
    vec![
        shape("length", &[Type::Any], Type::Number, length),
        shape("element", &[Type::Any, Type::Number], Type::Any, element),
        shape("index", &[Type::Any, Type::Any], Type::Number, index).needing_at(1, Needs::Nothing),
        shape("contains", &[Type::Any, Type::Any], Type::Bool, contains).needing_at(1, Needs::Nothing),
        shape("slice", &[Type::Any, Type::Number, Type::Number], Type::Any, slice),
        shape("reverse", &[Type::Any], Type::Any, reverse),
        shape("one", &[Type::Any], Type::Any, one),
        shape("alltrue", &[list_of(Type::Bool)], Type::Bool, |call| quantify(call, false)),
        shape("anytrue", &[list_of(Type::Bool)], Type::Bool, |call| quantify(call, true)),
        shape("compact", &[list_of(Type::String)], list_of(Type::String), compact),
        shape("distinct", &[list_of(Type::Any)], list_of(Type::Any), distinct),
        shape("chunklist", &[list_of(Type::Any), Type::Number], list_of(Type::Any), chunklist),
        Function::new("sort", &[list_of(Type::String)], list_of(Type::String), sort),
        Function::new("range", &[], list_of(Type::Number), range).and_more(Type::Number),
        Function::new(
            "matchkeys",
            &[list_of(Type::Any), list_of(Type::Any), list_of(Type::Any)],
            list_of(Type::Any),
            matchkeys,
        ),
    ]
}

/// A list or tuple argument; sets have no order, and other values no items.
pub(super) fn ordered<'a>(call: &'a Call<'_>, at: usize) -> Result<&'a Sequence, CallError> {
    match &call.arguments[at].kind {
        Kind::Sequence(sequence) if sequence.kind != SequenceKind::Set => Ok(sequence),
        _ => Err(not_a(&call.arguments[at], "a list or tuple")),
    }
}

/// A list, tuple or set argument.
fn any_sequence<'a>(call: &'a Call<'_>, at: usize) -> Result<&'a Sequence, CallError> {
    match &call.arguments[at].kind {
        Kind::Sequence(sequence) => Ok(sequence),
        _ => Err(not_a(&call.arguments[at], "a list, set or tuple")),
    }
}

/// The refusal of a value of the wrong type.
pub(super) fn not_a(value: &Value, wanted: &str) -> CallError {
    CallError::refused(format!("{wanted} is required, but this is of type {}", value.type_name()))
}

/// Whether the count of items is known: none may follow, and none of a set may turn out to be a twin.
pub(super) fn is_counted(sequence: &Sequence) -> bool {
    sequence.open.is_none()
        && (sequence.kind != SequenceKind::Set
            || sequence.items.len() < 2
            || sequence.items.iter().all(Value::is_wholly_known))
}

fn length(call: &Call<'_>) -> Result<Value, CallError> {
    let value = &call.arguments[0];
    let count = match &value.kind {
        Kind::Sequence(sequence) if !is_counted(sequence) => return call.unknown(Type::Number),
        Kind::Sequence(sequence) => sequence.items.len(),
        Kind::Mapping(mapping) if mapping.open.is_some() => return call.unknown(Type::Number),
        Kind::Mapping(mapping) => mapping.entries.len(),
        Kind::String(string) => match string.text.as_literal() {
            Some(text) => text.graphemes(true).count(),
            None => return call.unknown(Type::Number),
        },
        _ => return Err(not_a(value, "a list, map or string")),
    };
    Ok(Value::int(i64::try_from(count).unwrap_or(i64::MAX), call.origin.clone()))
}

/// Negative places count from the end since Terraform 1.10.
fn element(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = ordered(call, 0)?;
    let place = call.int(1)?;
    if sequence.open.is_some() {
        return call.unknown(Type::Any);
    }
    let count = i64::try_from(sequence.items.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Err(CallError::refused("an empty list has no element"));
    }
    let place = usize::try_from(place.rem_euclid(count)).unwrap_or_default();
    Ok(sequence.items[place].clone())
}

fn index(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = ordered(call, 0)?;
    let sought = &call.arguments[1];
    if sequence.open.is_some() {
        return call.unknown(Type::Number);
    }
    for (place, item) in sequence.items.iter().enumerate() {
        match item.equals(sought) {
            Kleene::True => {
                return Ok(Value::int(i64::try_from(place).unwrap_or(i64::MAX), call.origin.clone()));
            }
            Kleene::Unknown => return call.unknown(Type::Number),
            Kleene::False => {}
        }
    }
    Err(CallError::refused("the item is not in the list"))
}

fn contains(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    let sought = &call.arguments[1];
    let found = sequence.items.iter().map(|item| item.equals(sought)).fold(Kleene::False, Kleene::or);
    match found {
        Kleene::True => call.bool(true),
        Kleene::False if sequence.open.is_none() => call.bool(false),
        _ => call.unknown(Type::Bool),
    }
}

fn slice(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = ordered(call, 0)?;
    let (start, end) = (call.int(1)?, call.int(2)?);
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
        return Err(CallError::refused("the start and the end must not be below zero"));
    };
    if start > end {
        return Err(CallError::refused("the start must not be after the end"));
    }
    if sequence.open.is_some() {
        return call.unknown(Type::Any);
    }
    let items = sequence.items.get(start..end).ok_or_else(|| {
        CallError::refused(format!("the end {end} is past the list's {} items", sequence.items.len()))
    })?;
    let slice = Value::sequence(sequence.kind, items.to_vec(), None, call.origin.clone());
    Ok(slice.of(call.arguments[0].item_type()))
}

fn reverse(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    if sequence.kind == SequenceKind::Set && !is_counted(sequence) && sequence.open.is_none() {
        return call.unknown(Type::List(Box::default()));
    }
    let kind = if sequence.kind == SequenceKind::Set { SequenceKind::List } else { sequence.kind };
    let items = sequence.items.iter().rev().cloned().collect();
    let reversed = Value::sequence(kind, items, sequence.open.clone(), call.origin.clone());
    Ok(reversed.of(call.arguments[0].item_type()))
}

fn one(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    let refused = || CallError::refused("a list, set or tuple of at most one item is required");
    match sequence.items.as_slice() {
        _ if sequence.items.len() > 1 && (sequence.kind != SequenceKind::Set || is_counted(sequence)) => {
            Err(refused())
        }
        _ if !is_counted(sequence) => call.unknown(Type::Any),
        [] => Ok(Value::null(call.origin.clone())),
        [item] => Ok(item.clone()),
        _ => Err(refused()),
    }
}

/// Whether any item is true, or all are. Null is not true.
fn quantify(call: &Call<'_>, decisive: bool) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    let mut known = sequence.open.is_none();
    for item in sequence.items.iter() {
        match &item.kind {
            Kind::Bool(value) if *value == decisive => return call.bool(decisive),
            Kind::Null(_) if !decisive => return call.bool(false),
            Kind::Unknown(..) => known = false,
            _ => {}
        }
    }
    if known { call.bool(!decisive) } else { call.unknown(Type::Bool) }
}

/// Drops null and empty strings. A string that is not known may be empty: the rest is open then.
fn compact(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    let mut open = sequence.open.clone();
    let mut items = Vec::new();
    for item in sequence.items.iter() {
        match &item.kind {
            Kind::Null(_) => {}
            Kind::String(string) => match string.text.as_literal() {
                Some("") => {}
                Some(_) => items.push(item.clone()),
                // A symbol beside known characters is not empty as a whole.
                None if string.text.symbols().count() < string.text.pieces().len() => {
                    items.push(item.clone())
                }
                None => open = open.or_else(|| item.first_symbol().cloned()),
            },
            _ => open = open.or_else(|| item.first_symbol().cloned()),
        }
    }
    Ok(Value::sequence(SequenceKind::List, items, open, call.origin.clone()))
}

/// Keeps the first of equal items. What may equal another leaves the list open: it may be one more.
fn distinct(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    let mut open = sequence.open.clone();
    let mut items: Vec<Value> = Vec::new();
    for item in sequence.items.iter() {
        match items.iter().map(|kept| kept.equals(item)).fold(Kleene::False, Kleene::or) {
            Kleene::True => {}
            Kleene::False => items.push(item.clone()),
            Kleene::Unknown => {
                let symbol = item.first_symbol().or_else(|| items.iter().find_map(Value::first_symbol));
                open = open.or_else(|| symbol.cloned());
                // Known items certainly are in the result, as themselves or as what equals them.
                if item.is_wholly_known() {
                    items.push(item.clone());
                }
            }
        }
    }
    if open.is_some() {
        items.retain(Value::is_wholly_known);
    }
    let distinct = Value::sequence(SequenceKind::List, items, open, call.origin.clone());
    Ok(distinct.of(call.arguments[0].item_type()))
}

fn chunklist(call: &Call<'_>) -> Result<Value, CallError> {
    let sequence = any_sequence(call, 0)?;
    if sequence.open.is_some() {
        return call.unknown(Type::List(Box::default()));
    }
    let list = |items: &[Value]| Value::list(items.to_vec(), call.origin.clone());
    let size = usize::try_from(call.int(1)?)
        .map_err(|_| CallError::refused("the size of a chunk must not be negative"))?;
    if sequence.items.is_empty() {
        return Ok(list(&[]).of(call.arguments[0].ty()));
    }
    let chunks = match size {
        0 => vec![list(&sequence.items)],
        size => sequence.items.chunks(size).map(list).collect(),
    };
    Ok(Value::list(chunks, call.origin.clone()))
}

fn sort(call: &Call<'_>) -> Result<Value, CallError> {
    let mut items = any_sequence(call, 0)?.items.to_vec();
    if items.iter().any(Value::is_null) {
        return Err(CallError::refused("null cannot be sorted"));
    }
    items.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    Ok(Value::list(items, call.origin.clone()))
}

fn range(call: &Call<'_>) -> Result<Value, CallError> {
    let (start, end) = match call.arguments.len() {
        1 => (Number::counted(0), call.number(0)?.clone()),
        2 | 3 => (call.number(0)?.clone(), call.number(1)?.clone()),
        _ => return Err(CallError::refused("one, two or three numbers are required")),
    };
    let step = match call.arguments.len() {
        3 => call.number(2)?.clone(),
        _ if end < start => Number::counted(-1),
        _ => Number::counted(1),
    };
    let down = step < Number::counted(0);
    // Terraform compares with its own zero here, so that a step of zero runs into the bound below.
    if down && end > start || !down && end < start {
        return Err(CallError::refused("the step leads away from the end"));
    }
    let mut items = Vec::new();
    let mut number = start;
    while if down { number > end } else { number < end } {
        if items.len() >= MAX_RANGE {
            return Err(CallError::refused(format!("more than {MAX_RANGE} numbers would be made")));
        }
        items.push(Value::number(number.clone(), call.origin.clone()));
        number = number.add(&step);
    }
    Ok(Value::list(items, call.origin.clone()))
}

fn matchkeys(call: &Call<'_>) -> Result<Value, CallError> {
    let (values, keys, sought) = (&call.arguments[0], &call.arguments[1], &call.arguments[2]);
    let common = Type::unify([keys.ty(), sought.ty()])
        .ok_or_else(|| CallError::refused("the keys and what is sought must be of one type"))?;
    let (keys, sought) = (keys.convert(&common)?, sought.convert(&common)?);
    if values.items().len() != keys.items().len() {
        return Err(CallError::refused("there must be as many keys as values"));
    }
    let found = |key: &Value| sought.items().iter().any(|sought| sought.equals(key).is_true());
    let pairs = values.items().iter().zip(keys.items());
    let items = pairs.filter(|(_, key)| found(key)).map(|(value, _)| value.clone()).collect();
    Ok(Value::list(items, call.origin.clone()).of(values.item_type()))
}
