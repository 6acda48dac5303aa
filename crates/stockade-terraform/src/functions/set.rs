//! Functions over sets.

use super::collection::not_a;
use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, Sequence, SequenceKind, Type, Value};
use stockade_model::Kleene;

/// The most tuples that `setproduct` makes here.
const MAX_PRODUCT: usize = 100_000;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let set = || Type::Set(Box::default());
    vec![
        Function::new("setunion", &[set()], set(), union).and_more(set()).needing(Needs::Shape),
        Function::new("setintersection", &[set()], set(), intersection).and_more(set()).needing(Needs::Shape),
        Function::new("setsubtract", &[set(), set()], set(), subtract).needing(Needs::Shape),
        Function::new("setproduct", &[], Type::Any, product).and_more(Type::Any).needing(Needs::Shape),
    ]
}

/// The arguments as sets of one type, and the type.
fn alike(call: &Call<'_>) -> Result<Vec<Value>, CallError> {
    let typed = |value: &&Value| !matches!(value.ty(), Type::Set(item) if *item == Type::Any);
    let types = call.arguments.iter().filter(typed).map(Value::ty).collect::<Vec<_>>();
    if types.is_empty() {
        return Ok(call.arguments.to_vec());
    }
    let common = Type::unify(types)
        .ok_or_else(|| CallError::refused("the sets must be of types that can be of one"))?;
    Ok(call.arguments.iter().map(|set| set.convert(&common)).collect::<Result<_, _>>()?)
}

fn parts(value: &Value) -> Result<&Sequence, CallError> {
    match &value.kind {
        Kind::Sequence(sequence) => Ok(sequence),
        _ => Err(not_a(value, "a set")),
    }
}

fn union(call: &Call<'_>) -> Result<Value, CallError> {
    let sets = alike(call)?;
    let of = sets.first().map(Value::item_type).unwrap_or_default();
    let (mut items, mut open) = (Vec::new(), None);
    for set in &sets {
        let sequence = parts(set)?;
        items.extend(sequence.items.iter().cloned());
        open = open.or_else(|| sequence.open.clone());
    }
    Ok(Value::sequence(SequenceKind::Set, items, open, call.origin.clone()).of(of))
}

/// How sure it is that a set holds an item.
fn holds(set: &Sequence, item: &Value) -> Kleene {
    let found = set.items.iter().map(|other| other.equals(item)).fold(Kleene::False, Kleene::or);
    if found.is_false() && set.open.is_some() { Kleene::Unknown } else { found }
}

fn intersection(call: &Call<'_>) -> Result<Value, CallError> {
    let sets = alike(call)?;
    let of = sets.first().map(Value::item_type).unwrap_or_default();
    let sets = sets.iter().map(parts).collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = sets.split_first() else { return call.unknown(Type::Any) };
    let all = |item: &Value| others.iter().map(|set| holds(set, item)).fold(Kleene::True, Kleene::and);
    Ok(filtered(call, first, all)?.of(of))
}

fn subtract(call: &Call<'_>) -> Result<Value, CallError> {
    let sets = alike(call)?;
    let (from, what) = (parts(&sets[0])?, parts(&sets[1])?);
    Ok(filtered(call, from, |item| !holds(what, item))?.of(sets[0].item_type()))
}

/// The items that certainly stay; open if it is not sure of one.
fn filtered(call: &Call<'_>, set: &Sequence, keep: impl Fn(&Value) -> Kleene) -> Result<Value, CallError> {
    let mut open = set.open.clone();
    let mut items = Vec::new();
    for item in set.items.iter() {
        match keep(item) {
            Kleene::True => items.push(item.clone()),
            Kleene::False => {}
            Kleene::Unknown => {
                let symbol = call.arguments.iter().find_map(Value::first_symbol);
                open = open.or_else(|| symbol.cloned());
            }
        }
    }
    Ok(Value::sequence(SequenceKind::Set, items, open, call.origin.clone()))
}

/// A list of tuples if all arguments are lists or tuples, a set of them otherwise.
fn product(call: &Call<'_>) -> Result<Value, CallError> {
    if call.arguments.len() < 2 {
        return Err(CallError::refused("at least two lists or sets are required"));
    }
    let empty = |value: &Value| matches!(&value.kind, Kind::Sequence(sequence) if sequence.items.is_empty() && sequence.open.is_none());
    // Nothing times anything is nothing, and then the items of the others need not be converted.
    let nothing = call.arguments.iter().any(empty);
    let (mut lists, mut open, mut total) = (true, None, 1usize);
    let mut columns: Vec<Vec<Value>> = Vec::new();
    for argument in call.arguments {
        let sequence = parts(argument).map_err(|_| not_a(argument, "a list or set"))?;
        lists &= sequence.kind != SequenceKind::Set;
        // The items of a tuple become of one type.
        if sequence.kind == SequenceKind::Tuple
            && !sequence.items.is_empty()
            && Type::unify(sequence.items.iter().map(Value::ty)).is_none()
        {
            return Err(CallError::refused("all items of a list must be of one type"));
        }
        let column = match sequence.kind {
            SequenceKind::Tuple if !nothing => argument.convert(&Type::List(Box::default()))?,
            _ => argument.clone(),
        };
        if sequence.open.is_some() || !super::collection::is_counted(sequence) {
            open = open.or_else(|| argument.first_symbol().cloned());
        }
        total = total.saturating_mul(sequence.items.len());
        columns.push(column.items().to_vec());
    }
    if total > MAX_PRODUCT {
        return Err(CallError::NotKnown(format!("more than {MAX_PRODUCT} tuples are not made")));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for column in &columns {
        let longer = |row: &Vec<Value>| {
            let row = row.clone();
            column.iter().map(move |item| row.iter().cloned().chain([item.clone()]).collect::<Vec<_>>())
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    let tuples = rows.into_iter().map(|row| Value::tuple(row, call.origin.clone())).collect();
    let kind = if lists { SequenceKind::List } else { SequenceKind::Set };
    let of = Type::Tuple(call.arguments.iter().map(Value::item_type).collect());
    Ok(Value::sequence(kind, tuples, open, call.origin.clone()).of(of))
}
