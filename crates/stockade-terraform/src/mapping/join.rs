//! Parts joined to the resources that they are parts of: a bucket's satellites, a role's policies.

use super::lower::{Built, open_with, set};
use super::row::{Part, Row, Word};
use crate::instance::ResourceInstance;
use stockade_model::{Field, Kind, Kleene, List, Object, Resource, Symbol, SymbolKind, Text, Value};

/// Puts a part into its owner. Where it is not known which resource that is, each that it may be is open.
pub(super) fn join(
    instance: &ResourceInstance,
    part: &Part,
    words: &[Word],
    built: Built,
    owners: &[Option<&'static Row>],
    resources: &mut [Resource],
) {
    let named = instance.value.get(part.by).and_then(crate::value::Value::to_text);
    let Some(named) = named else { return };
    let candidates: Vec<usize> = owners
        .iter()
        .enumerate()
        .filter(|(_, row)| row.is_some_and(|row| part.owners.contains(&row.source)))
        .map(|(at, _)| at)
        .collect();
    let mut possible = Vec::new();
    for at in candidates {
        match is(&named, &resources[at], owners[at]) {
            Kleene::True => {
                put(&mut resources[at].properties, part, built);
                return;
            }
            Kleene::Unknown => possible.push(at),
            Kleene::False => {}
        }
    }
    let Some(symbol) = named.symbols().next() else { return };
    for at in possible {
        open(&mut resources[at].properties, part, words, symbol);
    }
}

/// Whether a text names a resource: by one of its attributes, or by its name.
fn is(named: &Text, resource: &Resource, row: Option<&Row>) -> Kleene {
    if let Some(SymbolKind::Attribute { resource: id, .. }) = named.as_symbol().map(Symbol::kind) {
        return (*id == resource.id).into();
    }
    let names = row.into_iter().flat_map(|row| row.words).filter(|word| {
        row.is_some_and(|row| row.attributes.iter().any(|(name, to)| *name == word.argument && *to == "Ref"))
    });
    let names = names.filter_map(|word| resource.properties.get(word.property).as_text());
    let same = names.map(|name| named.compare(&name)).fold(Kleene::False, Kleene::or);
    match same {
        // A symbol of something else than a resource may be any name.
        Kleene::False if named.as_symbol().is_some() => Kleene::Unknown,
        same => same,
    }
}

fn put(owner: &mut Value, part: &Part, built: Built) {
    let origin = built.origin.clone();
    let Kind::Object(properties) = &mut owner.kind else { return };
    if part.at.is_empty() {
        for field in built.properties.fields {
            let Field { key, key_place, value } = field;
            set(properties, &key, key_place, value, &origin);
        }
        if let Some(symbol) = &built.properties.open {
            open_with(properties, symbol);
        }
        return;
    }
    let mut fields = built.properties.fields;
    let item = fields.iter().position(|field| field.key.is_empty()).map(|at| fields.swap_remove(at).value);
    let object = Object { fields, ..built.properties };
    let value = item.unwrap_or_else(|| Value::new(Kind::Object(object), origin.clone()));
    if !part.list {
        set(properties, part.at, origin.place, value, &origin);
        return;
    }
    match at_path(properties, part.at) {
        Some(Value { kind: Kind::List(list), .. }) => list.items.push(value),
        Some(_) => {}
        None => {
            let list = Value::new(Kind::List(List { items: vec![value], open: None }), origin.clone());
            set(properties, part.at, origin.place, list, &origin);
        }
    }
}

/// What a part of which the owner is not known leaves of one that it may be.
fn open(owner: &mut Value, part: &Part, words: &[Word], symbol: &Symbol) {
    let Kind::Object(properties) = &mut owner.kind else { return };
    if part.list
        && let Some(Value { kind: Kind::List(list), .. }) = at_path(properties, part.at)
    {
        list.open.get_or_insert_with(|| symbol.clone());
        return;
    }
    let own = words.iter().map(|word| word.property.split('.').next().unwrap_or_default());
    let properties_of_it: Vec<&str> = if part.at.is_empty() { own.collect() } else { vec![part.at] };
    let origin = owner.origin.clone();
    for property in properties_of_it {
        if at_path(properties, property).is_none() {
            let list = List { items: Vec::new(), open: Some(symbol.clone()) };
            let kind = if part.list { Kind::List(list) } else { Kind::Unknown(symbol.clone()) };
            set(properties, property, origin.place, Value::new(kind, origin.clone()), &origin);
        }
    }
}

/// The value at a path of properties.
pub(crate) fn at_path<'o>(object: &'o mut Object, path: &str) -> Option<&'o mut Value> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let field = object.fields.iter_mut().find(|field| field.key == key)?;
    match (rest, &mut field.value) {
        (None, value) => Some(value),
        (Some(rest), Value { kind: Kind::Object(inner), .. }) => at_path(inner, rest),
        _ => None,
    }
}
