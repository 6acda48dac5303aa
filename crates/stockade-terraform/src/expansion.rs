//! Which instances a block has, by `count` and `for_each`.

use crate::evaluate::{EVERY, Failure, open_list};
use crate::instance::{ANY_KEY, Key, ModuleInstance};
use crate::module::expr_of;
use crate::syntax::Block;
use crate::value::{Entry, Kind, MappingKind, SequenceKind, Type, Value};
use smol_str::{SmolStr, format_smolstr};
use std::rc::Rc;
use stockade_model::{Origin, Place, Symbol, SymbolKind};

/// Which instances a block has.
#[derive(Debug)]
pub(crate) struct Expansion {
    pub shape: Shape,
    /// The key of each, and the names that it sees.
    pub instances: Vec<(Key, Vec<(SmolStr, Value)>)>,
    pub open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Single,
    Count,
    ForEach,
}

impl ModuleInstance<'_> {
    /// Which instances a block has, found once.
    pub(crate) fn expansion(&self, address: &str, block: &Block) -> Rc<Expansion> {
        if let Some(known) = self.expanded.borrow().get(address) {
            return Rc::clone(known);
        }
        let expansion = self.expand(block).unwrap_or_else(|failure| {
            let symbol = Symbol::opaque(failure.place, failure.message.clone());
            self.evaluation.tell(&failure);
            let count = expr_of(block, "count").is_some();
            symbolic(if count { Shape::Count } else { Shape::ForEach }, &symbol, failure.place)
        });
        let expansion = Rc::new(expansion);
        self.expanded.borrow_mut().insert(address.to_owned(), Rc::clone(&expansion));
        expansion
    }

    fn expand(&self, block: &Block) -> Result<Expansion, Failure> {
        if let Some(expr) = expr_of(block, "count") {
            let count = self.evaluate_as(expr, &Type::Number, &self.top())?;
            let count = match &count.kind {
                Kind::Number(number) => number.as_int().and_then(|count| usize::try_from(count).ok()),
                Kind::Unknown(symbol, _) => return Ok(symbolic(Shape::Count, symbol, expr.place)),
                _ => None,
            };
            let count = count.ok_or_else(|| {
                Failure::refused(expr.place, "`count` must be a whole number that is not negative")
            })?;
            self.evaluation.count_instances(count, expr.place)?;
            let instance = |index: usize| {
                let number = Value::int(i64::try_from(index).unwrap_or(i64::MAX), Origin::at(expr.place));
                (Key::Index(index), vec![object_of("count", [("index", number)], expr.place)])
            };
            return Ok(Expansion {
                shape: Shape::Count,
                instances: (0..count).map(instance).collect(),
                open: false,
            });
        }
        let Some(expr) = expr_of(block, "for_each") else {
            self.evaluation.count_instances(1, block.kind_place)?;
            return Ok(Expansion {
                shape: Shape::Single,
                instances: vec![(Key::None, Vec::new())],
                open: false,
            });
        };
        let collection = self.evaluate(expr, &self.top())?;
        let each = |key: &Value, value: Value| {
            object_of("each", [("key", key.clone()), ("value", value)], expr.place)
        };
        let mut instances = Vec::new();
        let rest = match &collection.kind {
            Kind::Mapping(mapping) => {
                for (key, entry) in mapping.entries.iter() {
                    let name = Value::string(key.clone(), Origin::at(entry.key_place));
                    instances.push((Key::Name(key.clone()), vec![each(&name, entry.value.clone())]));
                }
                mapping.open.clone()
            }
            Kind::Sequence(sequence) if sequence.kind == SequenceKind::Set => {
                let mut rest = sequence.open.clone();
                for item in sequence.items.iter() {
                    match (item.as_str(), item.first_symbol()) {
                        (Some(key), _) => {
                            instances.push((Key::Name(key.into()), vec![each(item, item.clone())]));
                        }
                        (None, Some(symbol)) => rest = Some(symbol.clone()),
                        (None, None) => {
                            return Err(Failure::refused(expr.place, "`for_each` takes a set of strings"));
                        }
                    }
                }
                rest
            }
            Kind::Unknown(symbol, _) => Some(symbol.clone()),
            _ => return Err(Failure::refused(expr.place, "`for_each` takes a map or a set of strings")),
        };
        self.evaluation.count_instances(instances.len(), expr.place)?;
        let open = rest.is_some();
        if let Some(symbol) = &rest {
            instances.extend(symbolic(Shape::ForEach, symbol, expr.place).instances);
        }
        Ok(Expansion { shape: Shape::ForEach, instances, open })
    }
}

/// The one instance that stands for all where the keys are not known.
fn symbolic(shape: Shape, symbol: &Symbol, place: Place) -> Expansion {
    let part = |name: &str| {
        let whole = Value::unknown(symbol.clone(), Type::Any, Origin::at(place));
        let symbol = crate::value::call_symbol(name, &[&whole]);
        Value::unknown(symbol, Type::Any, Origin::at(place))
    };
    let names = match shape {
        Shape::Single => Vec::new(),
        Shape::Count => vec![object_of("count", [("index", part("count.index"))], place)],
        Shape::ForEach => {
            vec![object_of("each", [("key", part("each.key")), ("value", part("each.value"))], place)]
        }
    };
    Expansion { shape, instances: vec![(Key::Any, names)], open: true }
}

pub(crate) fn object_of<const N: usize>(
    name: &str,
    entries: [(&str, Value); N],
    place: Place,
) -> (SmolStr, Value) {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), Entry { key_place: place, value }));
    (name.into(), Value::object(entries.collect(), Origin::at(place)))
}

/// The value of all instances together.
pub(crate) fn assemble(expansion: &Expansion, values: Vec<Value>, address: &str, place: Place) -> Value {
    let any = || {
        Symbol::new(SymbolKind::Attribute {
            resource: format_smolstr!("{address}{ANY_KEY}"),
            attribute: EVERY.into(),
        })
    };
    let origin = Origin::at(place);
    match expansion.shape {
        Shape::Single => values.into_iter().next().unwrap_or_else(|| Value::null(origin)),
        Shape::Count if expansion.open => open_list(any(), place),
        Shape::Count => Value::tuple(values, origin),
        Shape::ForEach => {
            let pairs = expansion.instances.iter().zip(values);
            let entries = pairs.filter_map(|((key, _), value)| match key {
                Key::Name(name) => Some((name.clone(), Entry { key_place: place, value })),
                _ => None,
            });
            let open = expansion.open.then(any);
            Value::mapping(MappingKind::Object, entries.collect(), open, origin)
        }
    }
}
