//! Equality, and the order that sets keep.

use super::{Kind, MappingKind, SequenceKind, Type, Value};
use std::cmp::Ordering;
use stockade_model::Kleene;

impl Value {
    /// Whether the values are equal, as `==` has it: of the same type and with equal parts.
    #[must_use]
    pub fn equals(&self, other: &Value) -> Kleene {
        match (&self.kind, &other.kind) {
            (Kind::Unknown(left, _), Kind::Unknown(right, _)) if left == right => Kleene::True,
            (Kind::Unknown(symbol, ty), known) | (known, Kind::Unknown(symbol, ty)) => match known {
                // Null has any type, and a symbol may stand for it.
                Kind::Null(_) => Kleene::Unknown,
                Kind::String(string) if matches!(ty, Type::String | Type::Any) => {
                    match string.text.as_literal() {
                        Some(literal) if !symbol.may_be(literal) => Kleene::False,
                        _ => Kleene::Unknown,
                    }
                }
                _ => Kleene::Unknown,
            },
            (Kind::Null(_), Kind::Null(_)) => Kleene::True,
            (Kind::Bool(left), Kind::Bool(right)) => (left == right).into(),
            (Kind::Number(left), Kind::Number(right)) => match left == right {
                // Versions disagree.
                false if left.is_spelled_as(right) => Kleene::Unknown,
                equal => equal.into(),
            },
            (Kind::String(left), Kind::String(right)) => left.text.compare(&right.text),
            (Kind::Sequence(left), Kind::Sequence(right)) => {
                if left.kind != right.kind {
                    return Kleene::False;
                }
                if left.kind != SequenceKind::Tuple
                    && left.items.is_empty()
                    && right.items.is_empty()
                    && left.open.is_none()
                    && right.open.is_none()
                {
                    return same_types(&left.of, &right.of);
                }
                // What is missing may be anywhere between the items.
                if left.open.is_some() || right.open.is_some() {
                    return Kleene::Unknown;
                }
                if left.items.len() != right.items.len() {
                    // Items of a set that are not known may be twins.
                    let known = left.items.iter().chain(right.items.iter()).all(Value::is_wholly_known);
                    return if left.kind == SequenceKind::Set && !known {
                        Kleene::Unknown
                    } else {
                        Kleene::False
                    };
                }
                let pairs = left.items.iter().zip(right.items.iter());
                let all = pairs.map(|(left, right)| left.equals(right)).fold(Kleene::True, Kleene::and);
                match (left.kind, all) {
                    (SequenceKind::Set, Kleene::False) if !self.pair_known(other) => Kleene::Unknown,
                    (_, all) => all,
                }
            }
            (Kind::Mapping(left), Kind::Mapping(right)) => {
                if left.kind != right.kind {
                    return Kleene::False;
                }
                let empty = left.entries.is_empty() && right.entries.is_empty();
                if left.kind == MappingKind::Map && empty && left.open.is_none() && right.open.is_none() {
                    return same_types(&left.of, &right.of);
                }
                let missing = |one: &super::Mapping, other: &super::Mapping| {
                    other.open.is_none() && one.entries.keys().any(|key| !other.entries.contains_key(key))
                };
                if missing(left, right) || missing(right, left) {
                    return Kleene::False;
                }
                let shared = left.entries.iter().filter_map(|(key, entry)| {
                    right.entries.get(key).map(|other| entry.value.equals(&other.value))
                });
                let all = shared.fold(Kleene::True, Kleene::and);
                let open = left.open.is_some() || right.open.is_some();
                if open && all == Kleene::True { Kleene::Unknown } else { all }
            }
            _ => Kleene::False,
        }
    }

    fn pair_known(&self, other: &Value) -> bool {
        self.is_wholly_known() && other.is_wholly_known()
    }

    /// A total order over values: numbers by size, strings by their bytes, everything else by the spelling that
    /// go-cty hashes; null and what is not known come last. Sets are kept in it.
    #[must_use]
    pub fn order(&self, other: &Value) -> Ordering {
        match (&self.kind, &other.kind) {
            (Kind::Number(left), Kind::Number(right)) => left.cmp(right),
            (Kind::Bool(left), Kind::Bool(right)) => left.cmp(right),
            (Kind::String(left), Kind::String(right))
                if left.text.as_literal().is_some() && right.text.as_literal().is_some() =>
            {
                left.text.as_literal().cmp(&right.text.as_literal())
            }
            _ => (rank(self), self.set_key()).cmp(&(rank(other), other.set_key())),
        }
    }
}

impl Value {
    /// The spelling that go-cty hashes an item of a set by.
    fn set_key(&self) -> String {
        let mut out = String::new();
        self.write_set_key(&mut out);
        out
    }

    fn write_set_key(&self, out: &mut String) {
        match &self.kind {
            Kind::Null(_) => out.push('~'),
            Kind::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
            Kind::Number(number) => out.push_str(&super::decimal::general(number, Some(10), 'e')),
            Kind::String(string) if string.text.as_literal().is_some() => {
                out.push_str(&format!("{:?}", string.text.as_literal().unwrap_or_default()));
            }
            Kind::String(_) | Kind::Unknown(..) => out.push_str(&self.canonical()),
            Kind::Sequence(sequence) => {
                let tuple = sequence.kind == SequenceKind::Tuple;
                out.push(if tuple { '<' } else { '[' });
                for item in sequence.items.iter() {
                    item.write_set_key(out);
                    out.push(';');
                }
                out.push(if tuple { '>' } else { ']' });
            }
            Kind::Mapping(mapping) => {
                let object = mapping.kind == MappingKind::Object;
                out.push(if object { '<' } else { '{' });
                for (key, entry) in mapping.entries.iter() {
                    if !object {
                        out.push_str(&format!("{key:?}:"));
                    }
                    entry.value.write_set_key(out);
                    out.push(';');
                }
                out.push(if object { '>' } else { '}' });
            }
        }
    }
}

/// Whether collections that hold nothing are equal: if they would hold the same.
fn same_types(left: &Type, right: &Type) -> Kleene {
    match (left, right) {
        _ if left == right => Kleene::True,
        // What an empty one would hold is not always known.
        (Type::Any, _) | (_, Type::Any) => Kleene::Unknown,
        _ => Kleene::False,
    }
}

fn rank(value: &Value) -> u8 {
    match &value.kind {
        Kind::Null(_) => 8,
        Kind::Bool(_) => 1,
        Kind::Number(_) => 2,
        Kind::String(_) => 3,
        Kind::Sequence(_) => 4,
        Kind::Mapping(mapping) => 5 + u8::from(mapping.kind == MappingKind::Map),
        Kind::Unknown(..) => 9,
    }
}

/// The items in a set's order, each once.
pub(super) fn as_set(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by(Value::order);
    items.dedup_by(|later, earlier| later.equals(earlier) == Kleene::True);
    items
}
