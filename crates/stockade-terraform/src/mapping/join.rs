//! Parts joined to the resources that they are parts of: a bucket's satellites, a role's policies.

use super::lower::{Built, open_with, set};
use super::row::{Part, Row, Word};
use crate::instance::ResourceInstance;
use crate::value::{Kind, Value};
use stockade_model::{
    Field, Kind as ModelKind, Kleene, List, Object, Piece, Resource, Symbol, SymbolKind, Text,
    Value as ModelValue,
};

/// Puts a part into its owner. Where it is not known which resource that is, each that it may be is open. False if an
/// owner lies outside: no resource of the module is it, or may be it.
pub(super) fn join(
    instance: &ResourceInstance,
    part: &Part,
    keys: &[(&str, &str)],
    words: &[Word],
    built: &Built,
    owners: &[Option<&'static Row>],
    resources: &mut [Resource],
) -> bool {
    let argument = |name: &str| instance.value.get(name).filter(|value| !value.is_null());
    let (named, rest) = match argument(part.by) {
        _ if part.by.is_empty() => (vec![None], None),
        Some(Value { kind: Kind::Sequence(sequence), .. }) => {
            (sequence.items.iter().map(|item| Some(item.to_text())).collect(), sequence.open.clone())
        }
        Some(value) => (vec![Some(value.to_text())], None),
        None => return true,
    };
    let mut is_inside = true;
    let may_own =
        |at: &usize| owners.get(*at).copied().flatten().is_some_and(|row| part.owners.contains(&row.source));
    let candidates: Vec<usize> = (0..owners.len()).filter(may_own).collect();
    for named in named {
        let named = match named {
            Some(Some(text)) => Some(text),
            Some(None) => continue,
            None => None,
        };
        let mut symbols =
            named.iter().cloned().chain(keys.iter().filter_map(|(name, _)| argument(name)?.to_text()));
        let mut possible = Vec::new();
        let mut found = false;
        for at in &candidates {
            let by_name =
                named.as_ref().map_or(Kleene::True, |named| is(named, part.by, &resources[*at], owners[*at]));
            let own = keys.iter().fold(by_name, |own, (name, property)| {
                let text = argument(name).and_then(Value::to_text);
                own.and(same(text.as_ref(), resources[*at].properties.get(property).as_text().as_ref()))
            });
            match own {
                Kleene::True => {
                    put(&mut resources[*at].properties, part, built);
                    found = true;
                    break;
                }
                Kleene::Unknown => possible.push(*at),
                Kleene::False => {}
            }
        }
        is_inside &= found || !possible.is_empty();
        let symbol = symbols.find_map(|text| text.symbols().next().cloned());
        if let Some(symbol) = symbol.filter(|_| !found) {
            for at in possible {
                open(&mut resources[at].properties, part, words, &symbol);
            }
        }
    }
    if let Some(symbol) = rest {
        for at in candidates {
            open(&mut resources[at].properties, part, words, &symbol);
        }
    }
    is_inside
}

/// Whether a part and an owner say the same of one thing. What two resources of the module are called differs.
fn same(part: Option<&Text>, owner: Option<&Text>) -> Kleene {
    let (part, owner) = match (part, owner) {
        (Some(part), Some(owner)) => (part, owner),
        (part, owner) => return (part.is_none() && owner.is_none()).into(),
    };
    let attribute = |text: &Text| match text.as_symbol().map(Symbol::kind) {
        Some(SymbolKind::Attribute { resource, .. }) => Some(resource.clone()),
        _ => None,
    };
    match (attribute(part), attribute(owner)) {
        (Some(left), Some(right)) if left != right => {
            let read = |address: &str| address.starts_with("data.") || address.contains(".data.");
            if read(&left) || read(&right) { Kleene::Unknown } else { Kleene::False }
        }
        _ => part.compare(owner),
    }
}

/// Whether a text names a resource: by one of its attributes, or by its name.
fn is(named: &Text, by: &str, resource: &Resource, row: Option<&Row>) -> Kleene {
    let id = match named.pieces() {
        [Piece::Symbol(symbol)] => Some(symbol),
        // With a qualifier behind it.
        [Piece::Symbol(symbol), Piece::Literal(rest), ..] if rest.starts_with(':') => Some(symbol),
        _ => None,
    };
    if let Some(SymbolKind::Attribute { resource: id, .. }) = id.map(Symbol::kind) {
        return (*id == resource.id).into();
    }
    let names = row.into_iter().flat_map(|row| row.words).filter(|word| {
        let is_name = |to: &str| to == "Ref" || word.argument == by;
        row.is_some_and(|row| row.attributes.iter().any(|(name, to)| *name == word.argument && is_name(to)))
    });
    let names = names.filter_map(|word| resource.properties.get(word.property).as_text());
    let same = names.map(|name| named.compare(&name)).fold(Kleene::False, Kleene::or);
    match same {
        // A symbol of something else than a resource may be any name.
        Kleene::False if named.as_symbol().is_some() => Kleene::Unknown,
        same => same,
    }
}

fn put(owner: &mut ModelValue, part: &Part, built: &Built) {
    let origin = built.origin.clone();
    let ModelKind::Object(properties) = &mut owner.kind else { return };
    if part.at.is_empty() {
        for Field { key, key_place, value } in &built.properties.fields {
            set(properties, key, *key_place, value.clone(), &origin);
        }
        if let Some(symbol) = &built.properties.open {
            open_with(properties, symbol);
        }
        return;
    }
    let mut fields = built.properties.fields.clone();
    // The value is the item itself.
    let item = fields.iter().position(|field| field.key.is_empty()).map(|at| fields.swap_remove(at).value);
    let object = || Object { fields, ..built.properties.clone() };
    let value = item.unwrap_or_else(|| ModelValue::new(ModelKind::Object(object()), origin.clone()));
    if !part.list {
        set(properties, part.at, origin.place, value, &origin);
        return;
    }
    match at_path(properties, part.at) {
        Some(ModelValue { kind: ModelKind::List(list), .. }) => {
            let text = value.as_text();
            if text.is_none() || !list.items.iter().any(|item| item.as_text() == text) {
                list.items.push(value);
            }
        }
        Some(_) => {}
        None => {
            let list = List { items: vec![value], open: None };
            let list = ModelValue::new(ModelKind::List(list), origin.clone());
            set(properties, part.at, origin.place, list, &origin);
        }
    }
}

/// What a part of which the owner is not known leaves of one that it may be.
fn open(owner: &mut ModelValue, part: &Part, words: &[Word], symbol: &Symbol) {
    let owner_origin = owner.origin.clone();
    let ModelKind::Object(properties) = &mut owner.kind else { return };
    if part.list
        && let Some(ModelValue { kind: ModelKind::List(list), .. }) = at_path(properties, part.at)
    {
        list.open.get_or_insert_with(|| symbol.clone());
        return;
    }
    let own = words.iter().map(|word| word.property.split('.').next().unwrap_or_default());
    let properties_of_it: Vec<&str> = if part.at.is_empty() { own.collect() } else { vec![part.at] };
    let origin = owner_origin;
    for property in properties_of_it {
        if at_path(properties, property).is_none() {
            let list = List { items: Vec::new(), open: Some(symbol.clone()) };
            let kind = if part.list { ModelKind::List(list) } else { ModelKind::Unknown(symbol.clone()) };
            set(properties, property, origin.place, ModelValue::new(kind, origin.clone()), &origin);
        }
    }
}

/// The value at a path of properties.
pub(crate) fn at_path<'o>(object: &'o mut Object, path: &str) -> Option<&'o mut ModelValue> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let field = object.fields.iter_mut().find(|field| field.key == key)?;
    match (rest, &mut field.value) {
        (None, value) => Some(value),
        (Some(rest), ModelValue { kind: ModelKind::Object(inner), .. }) => at_path(inner, rest),
        _ => None,
    }
}
