//! Values of a plan at the places of the source that it was made of.

use crate::json;
use crate::value::{Entry, Kind, Mapping, Sequence, SequenceKind, Str, Value};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use stockade_model::{Origin, SymbolKind};

/// The attributes of the planned resources that are known, as literals by address.
pub(super) type Attributes<'v> = HashMap<&'v SmolStr, &'v Value>;

/// A planned value with the places of the value that the source has there. What the plan does not know is what the source
/// says of it.
pub(super) fn placed(plan: Value, source: &Value, planned: &Attributes<'_>) -> Value {
    let origin = source.origin.clone();
    let sensitive = plan.sensitive || source.sensitive;
    match (plan.kind, &source.kind) {
        (Kind::Unknown(..), _) => source.clone().hidden(sensitive),
        (Kind::String(string), Kind::Unknown(symbol, ty))
            if is_attribute(symbol.kind(), &string, planned) =>
        {
            Value::unknown(symbol.clone(), ty.clone(), origin).hidden(sensitive)
        }
        (Kind::Mapping(plan), Kind::Mapping(source)) => {
            mapping(plan, source, &origin, planned).hidden(sensitive)
        }
        (Kind::Sequence(plan), Kind::Sequence(source)) if in_step(&plan, source) => {
            let items = plan.items.iter().zip(source.items.iter());
            let items = items.map(|(plan, source)| placed(plan.clone(), source, planned)).collect();
            Value::sequence(plan.kind, items, plan.open, origin).hidden(sensitive)
        }
        (Kind::String(string), Kind::String(source)) => {
            // The places within a policy.
            let behind = source.json_of.as_ref().and_then(|of| {
                let plan = json::behind(&Value::new(Kind::String(string.clone()), origin.clone()))?;
                Some(Arc::new(placed(plan, of, planned)))
            });
            Value::new(Kind::String(Str { text: string.text, json_of: behind }), origin).hidden(sensitive)
        }
        (kind, _) => at(Value { kind, origin: plan.origin, sensitive }, &origin),
    }
}

fn mapping(plan: Mapping, source: &Mapping, origin: &Origin, planned: &Attributes<'_>) -> Value {
    let mut entries = BTreeMap::new();
    for (key, entry) in plan.entries.iter() {
        let written = source.entries.get(key).filter(|entry| !entry.value.is_null());
        match (written, &entry.value.kind) {
            (Some(written), _) => {
                let value = placed(entry.value.clone(), &written.value, planned);
                entries.insert(key.clone(), Entry { key_place: written.key_place, value });
            }
            // What nobody writes and the plan does not know is the provider's to fill in: it is absent here, as it is
            // from the source.
            (None, Kind::Unknown(..)) if source.open.is_none() => {}
            (None, _) => {
                let value = at(entry.value.clone(), origin);
                entries.insert(key.clone(), Entry { key_place: origin.place, value });
            }
        }
    }
    Value::mapping(plan.kind, entries, plan.open, origin.clone())
}

/// Whether the items of both are the same ones: of a set, only the one is sure.
fn in_step(plan: &Sequence, source: &Sequence) -> bool {
    let ordered = source.kind != SequenceKind::Set || source.items.len() == 1;
    ordered && source.open.is_none() && plan.items.len() == source.items.len()
}

/// Whether a symbol of the source is what the plan knows as that string.
fn is_attribute(symbol: &SymbolKind, string: &Str, planned: &Attributes<'_>) -> bool {
    let SymbolKind::Attribute { resource, .. } = symbol else { return false };
    let Some(Kind::Mapping(attributes)) = planned.get(resource).map(|value| &value.kind) else {
        return false;
    };
    let literal = string.text.as_literal();
    literal.is_some() && attributes.entries.values().any(|entry| entry.value.as_str() == literal)
}

/// A value with everything in it at one place.
pub(super) fn at(value: Value, origin: &Origin) -> Value {
    let kind = match value.kind {
        Kind::Sequence(sequence) => {
            let items = sequence.items.iter().map(|item| at(item.clone(), origin)).collect();
            Kind::Sequence(Sequence { items: Arc::new(items), ..sequence })
        }
        Kind::Mapping(mapping) => {
            let entry = |(key, entry): (&SmolStr, &Entry)| {
                let value = at(entry.value.clone(), origin);
                (key.clone(), Entry { key_place: origin.place, value })
            };
            let entries = mapping.entries.iter().map(entry).collect();
            Kind::Mapping(Mapping { entries: Arc::new(entries), ..mapping })
        }
        kind => kind,
    };
    Value { kind, origin: origin.clone(), sensitive: value.sensitive }
}
