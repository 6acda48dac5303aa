//! Functions over objects and maps.

use super::collection::not_a;
use super::{Call, CallError, Function, Needs};
use crate::value::{Entry, Kind, Mapping, MappingKind, SequenceKind, Type, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::Symbol;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let list = |item: Type| Type::List(Box::new(item));
    let lists = || Type::Map(Box::new(Type::List(Box::new(Type::String))));
    let shape = |name, parameters: &[Type], run| {
        Function::new(name, parameters, Type::Any, run).needing_at(0, Needs::Shape)
    };
    vec![
        shape("keys", &[Type::Any], keys),
        shape("values", &[Type::Any], values),
        Function::new("lookup", &[Type::Any, Type::String], Type::Any, lookup)
            .and_more(Type::Any)
            .with_null_rest()
            .needing(Needs::Nothing),
        Function::new("merge", &[], Type::Any, merge)
            .and_more(Type::Any)
            .with_null_rest()
            .needing(Needs::Nothing),
        shape("zipmap", &[list(Type::String), Type::Any], zipmap).needing_at(1, Needs::Shape),
        Function::new("transpose", &[lists()], lists(), transpose),
    ]
}

fn mapping<'a>(call: &'a Call<'_>, at: usize) -> Result<&'a Mapping, CallError> {
    match &call.arguments[at].kind {
        Kind::Mapping(mapping) => Ok(mapping),
        _ => Err(not_a(&call.arguments[at], "a map or object")),
    }
}

fn sequence_kind(mapping: &Mapping) -> SequenceKind {
    match mapping.kind {
        MappingKind::Object => SequenceKind::Tuple,
        MappingKind::Map => SequenceKind::List,
    }
}

fn keys(call: &Call<'_>) -> Result<Value, CallError> {
    let mapping = mapping(call, 0)?;
    let keys = mapping.entries.iter().map(|(key, entry)| {
        let mut origin = call.origin.clone();
        origin.place = entry.key_place;
        Value::string(key.clone(), origin)
    });
    let keys =
        Value::sequence(sequence_kind(mapping), keys.collect(), mapping.open.clone(), call.origin.clone());
    Ok(keys.of(Type::String))
}

fn values(call: &Call<'_>) -> Result<Value, CallError> {
    let mapping = mapping(call, 0)?;
    let values = mapping.entries.values().map(|entry| entry.value.clone());
    let values =
        Value::sequence(sequence_kind(mapping), values.collect(), mapping.open.clone(), call.origin.clone());
    Ok(values.of(call.arguments[0].item_type()))
}

fn lookup(call: &Call<'_>) -> Result<Value, CallError> {
    if call.arguments.len() > 3 {
        return Err(CallError::refused("`lookup` takes two or three arguments"));
    }
    let (value, default) = (&call.arguments[0], call.arguments.get(2));
    let mapping = match &value.kind {
        Kind::Mapping(mapping) => mapping,
        Kind::Unknown(_, Type::Any | Type::Map(_) | Type::Object(_)) => return call.unknown(Type::Any),
        _ => return Err(not_a(value, "a map or object")),
    };
    // The default of a map becomes of the type of its values.
    let of_map = (mapping.kind == MappingKind::Map).then(|| match value.ty() {
        Type::Map(ty) => *ty,
        _ => Type::Any,
    });
    let default = match (default, &of_map) {
        (Some(default), Some(ty)) => Some(default.convert(ty).map_err(|_| {
            CallError::refused("the default must be of the type that the values of the map are of")
        })?),
        (default, _) => default.cloned(),
    };
    let Some(key) = call.arguments[1].as_str() else { return call.unknown(Type::Any) };
    match (mapping.entries.get(key), default) {
        (Some(entry), _) => Ok(entry.value.clone()),
        (None, _) if mapping.open.is_some() => call.unknown(Type::Any),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(CallError::refused(format!("there is no key `{key}`"))),
    }
}

/// Later keys win. What follows an open map may be overridden by nothing, but what stands before it may be by the rest.
fn merge(call: &Call<'_>) -> Result<Value, CallError> {
    let mut entries: BTreeMap<SmolStr, Entry> = BTreeMap::new();
    let mut open: Option<Symbol> = None;
    let (mut nulls, mut kinds, mut types) = (0, Vec::new(), Vec::new());
    for argument in call.arguments {
        match &argument.kind {
            // Of a null with a type it counts what type that is.
            Kind::Null(Type::Any | Type::Map(_) | Type::Object(_)) => nulls += 1,
            Kind::Mapping(mapping) => {
                if let Some(symbol) = &mapping.open {
                    unsettle(&mut entries, symbol, call);
                    open = Some(symbol.clone());
                }
                for (key, entry) in mapping.entries.iter() {
                    entries.insert(key.clone(), entry.clone());
                }
                kinds.push(mapping.kind);
                types.push(argument.ty());
            }
            Kind::Unknown(symbol, Type::Any | Type::Map(_) | Type::Object(_)) => {
                unsettle(&mut entries, symbol, call);
                open = Some(symbol.clone());
                kinds.push(MappingKind::Object);
            }
            _ => return Err(not_a(argument, "a map or object")),
        }
    }
    if nulls == call.arguments.len() && nulls > 0 {
        return Err(CallError::NotKnown(
            "what nulls merge to differs between versions of Terraform".to_owned(),
        ));
    }
    let one_type = types.windows(2).all(|pair| pair[0] == pair[1]);
    let all_maps = !kinds.is_empty() && kinds.iter().all(|kind| *kind == MappingKind::Map) && nulls == 0;
    let kind = if all_maps && one_type { MappingKind::Map } else { MappingKind::Object };
    let of = match types.into_iter().next() {
        Some(Type::Map(of)) if kind == MappingKind::Map => *of,
        _ => Type::Any,
    };
    Ok(Value::mapping(kind, entries, open, call.origin.clone()).of(of))
}

/// Each value so far may be overridden by a key that is not known.
fn unsettle(entries: &mut BTreeMap<SmolStr, Entry>, by: &Symbol, call: &Call<'_>) {
    let by = Value::unknown(by.clone(), Type::Any, call.origin.clone());
    for (key, entry) in entries.iter_mut() {
        let key = Value::string(key.clone(), entry.value.origin.clone());
        let symbol = crate::value::call_symbol("lookup", &[&by, &key, &entry.value]);
        let (origin, sensitive) = (entry.value.origin.clone(), entry.value.sensitive);
        entry.value = Value::unknown(symbol, Type::Any, origin).hidden(sensitive);
    }
}

fn zipmap(call: &Call<'_>) -> Result<Value, CallError> {
    let (Kind::Sequence(keys), Kind::Sequence(values)) = (&call.arguments[0].kind, &call.arguments[1].kind)
    else {
        return Err(not_a(&call.arguments[1], "a list or tuple"));
    };
    if values.kind == SequenceKind::Set {
        return Err(not_a(&call.arguments[1], "a list or tuple"));
    }
    if keys.open.is_some() || values.open.is_some() {
        return call.unknown(Type::Any);
    }
    if keys.items.len() != values.items.len() {
        let (keys, values) = (keys.items.len(), values.items.len());
        return Err(CallError::refused(format!("there are {keys} keys, but {values} values")));
    }
    let mut open: Option<Symbol> = None;
    let mut entries = BTreeMap::new();
    for (key, value) in keys.items.iter().zip(values.items.iter()) {
        if key.is_null() {
            return Err(CallError::refused("a key must not be null"));
        }
        match key.as_str() {
            Some(name) => {
                let entry = Entry { key_place: key.origin.place, value: value.clone() };
                entries.insert(SmolStr::new(name), entry);
            }
            None => {
                // It may be a key that is there already.
                if let Some(symbol) = key.first_symbol() {
                    unsettle(&mut entries, symbol, call);
                    open = Some(symbol.clone());
                }
            }
        }
    }
    let kind = if values.kind == SequenceKind::List { MappingKind::Map } else { MappingKind::Object };
    Ok(Value::mapping(kind, entries, open, call.origin.clone()).of(call.arguments[1].item_type()))
}

fn transpose(call: &Call<'_>) -> Result<Value, CallError> {
    let mut lists: BTreeMap<SmolStr, Vec<SmolStr>> = BTreeMap::new();
    for (key, entry) in mapping(call, 0)?.entries.iter() {
        if entry.value.is_null() {
            return Err(CallError::refused("a list must not be null"));
        }
        for item in entry.value.items() {
            let Some(item) = item.as_str() else {
                return Err(CallError::refused("an item of a list must not be null"));
            };
            lists.entry(SmolStr::new(item)).or_default().push(key.clone());
        }
    }
    let string = |text: SmolStr| Value::string(text, call.origin.clone());
    let entry = |(key, mut keys): (SmolStr, Vec<SmolStr>)| {
        keys.sort_unstable();
        let list = Value::list(keys.into_iter().map(string).collect(), call.origin.clone());
        (key, Entry { key_place: call.origin.place, value: list })
    };
    let entries = lists.into_iter().map(entry).collect();
    Ok(Value::mapping(MappingKind::Map, entries, None, call.origin.clone()))
}
