//! `for` expressions.

use super::{Evaluated, Failure, Frame};
use crate::instance::ModuleInstance;
use crate::syntax::ForExpr;
use crate::value::{Entry, Kind, MappingKind, SequenceKind, Type, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::{Origin, Place, Symbol};

/// What a loop goes through: pairs of a key and a value, and what stands for those that are not known.
type Pairs = (Vec<(Value, Value)>, Option<Symbol>);

impl ModuleInstance<'_> {
    /// The pairs of an index or key and a value that a loop goes through.
    pub(crate) fn pairs(&self, collection: &Value, place: Place) -> Result<Pairs, Failure> {
        let hidden = collection.sensitive;
        match &collection.kind {
            Kind::Sequence(sequence) => {
                let pairs = sequence.items.iter().enumerate().map(|(at, item)| {
                    let index = match sequence.kind {
                        SequenceKind::Set => item.clone(),
                        _ => Value::int(i64::try_from(at).unwrap_or(i64::MAX), item.origin.clone()),
                    };
                    (index, item.clone().hidden(hidden))
                });
                Ok((pairs.collect(), sequence.open.clone()))
            }
            Kind::Mapping(mapping) => {
                let pairs = mapping.entries.iter().map(|(key, entry)| {
                    let key = Value::string(key.clone(), Origin::at(entry.key_place));
                    (key, entry.value.clone().hidden(hidden))
                });
                Ok((pairs.collect(), mapping.open.clone()))
            }
            Kind::Unknown(symbol, _) => Ok((Vec::new(), Some(symbol.clone()))),
            _ => {
                let message = format!("a loop cannot go through {}", collection.type_name());
                Err(Failure::refused(place, message))
            }
        }
    }

    pub(super) fn for_expr(&self, expr: &ForExpr, place: Place, frame: &Frame<'_>) -> Evaluated {
        let collection = self.evaluate(&expr.collection, frame)?;
        let (pairs, rest) = self.pairs(&collection, expr.collection.place)?;
        let mut sensitive = collection.sensitive;
        let mut open = rest.is_some();
        let mut items = Vec::new();
        let mut entries: BTreeMap<SmolStr, Vec<Entry>> = BTreeMap::new();
        for (index, item) in pairs {
            let mut names = vec![(expr.value.clone(), item)];
            names.extend(expr.key.iter().map(|key| (key.clone(), index.clone())));
            let inner = frame.with(names);
            if let Some(condition) = &expr.condition {
                let taken = self.evaluate_as(condition, &Type::Bool, &inner)?;
                sensitive |= taken.sensitive;
                match taken.as_bool() {
                    Some(true) => {}
                    Some(false) => continue,
                    None if taken.is_null() => {
                        return Err(Failure::refused(condition.place, "the condition must not be null"));
                    }
                    None => {
                        open = true;
                        continue;
                    }
                }
            }
            let Some(key_expr) = &expr.result_key else {
                items.push(self.evaluate(&expr.result, &inner)?);
                continue;
            };
            let key = self.evaluate_as(key_expr, &Type::String, &inner)?;
            sensitive |= key.sensitive;
            if key.is_null() {
                return Err(Failure::refused(key_expr.place, "a key must not be null"));
            }
            let Some(name) = key.as_str() else {
                open = true;
                continue;
            };
            let value = self.evaluate(&expr.result, &inner)?;
            let slot = entries.entry(SmolStr::new(name)).or_default();
            if !slot.is_empty() && !expr.group {
                return Err(Failure::refused(key_expr.place, format!("the key `{name}` comes up twice")));
            }
            slot.push(Entry { key_place: key_expr.place, value });
        }
        let origin = Origin::at(place);
        let open = open.then(|| self.opaque("for", place, &[&collection]));
        let value = if expr.result_key.is_none() {
            // Where items are missing in the middle, their places are not known.
            match open {
                Some(symbol) if rest.is_none() && items.is_empty() => {
                    Value::unknown(symbol, Type::Any, origin)
                }
                open => Value::sequence(SequenceKind::Tuple, items, open, origin),
            }
        } else {
            let entries = entries.into_iter().filter_map(|(key, mut values)| {
                let entry = if expr.group {
                    let key_place = values.first()?.key_place;
                    let items = values.into_iter().map(|entry| entry.value).collect();
                    Entry { key_place, value: Value::tuple(items, origin.clone()) }
                } else {
                    values.pop()?
                };
                Some((key, entry))
            });
            let entries = entries.collect();
            match open {
                // What is gathered under a key may be more than is known.
                Some(symbol) if expr.group => Value::unknown(symbol, Type::Any, origin.clone()),
                open => Value::mapping(MappingKind::Object, entries, open, origin.clone()),
            }
        };
        Ok(value.hidden(sensitive))
    }
}
