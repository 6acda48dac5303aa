//! Names, and steps from a value to a part of it.

use super::{Evaluated, Failure, Frame};
use crate::instance::ModuleInstance;
use crate::mapping::{attribute_symbol, attribute_value};
use crate::module::Mode;
use crate::syntax::{Expr, ExprKind, Step};
use crate::value::{Entry, Kind, Mapping, MappingKind, SequenceKind, Type, Value, call_symbol};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::{Origin, Place, Symbol, SymbolKind, Via, ViaKind};

/// The attribute that stands for all of them in the symbol of a resource whose attributes are not all known.
pub(crate) const EVERY: &str = "*";

impl ModuleInstance<'_> {
    pub(super) fn traversal(
        &self,
        base: &Expr,
        steps: &[Step],
        place: Place,
        frame: &Frame<'_>,
    ) -> Evaluated {
        let ExprKind::Name(name) = &base.kind else {
            let value = self.evaluate(base, frame)?;
            return self.follow(value, steps, place, frame);
        };
        let (value, taken, via) = self.named(name, steps, place, frame)?;
        let value = self.follow(value, &steps[taken..], place, frame)?;
        Ok(referred(value, place, via))
    }

    /// The value of the name at the head of a traversal, how many steps belong to it, and how the value got here.
    fn named(
        &self,
        name: &str,
        steps: &[Step],
        place: Place,
        frame: &Frame<'_>,
    ) -> Result<(Value, usize, ViaKind), Failure> {
        if let Some(value) = frame.name(name) {
            return Ok((value.clone(), 0, ViaKind::Reference));
        }
        if frame.closed {
            return Err(Failure::refused(place, format!("the template is not given a value `{name}`")));
        }
        let step = |at: usize| match steps.get(at) {
            Some(Step::Attribute(name)) => Some(name.as_str()),
            // `data["x"]` means the same as `data.x`.
            Some(Step::Index(index)) => index.as_str(),
            _ => None,
        };
        let literal = |text: &str| Value::string(text, Origin::at(place));
        match (name, step(0), step(1)) {
            ("var", Some(variable), _) => {
                let (value, via) = self.variable(variable, place)?;
                Ok((value, 1, via))
            }
            ("local", Some(local), _) => Ok((self.local(local, place)?, 1, ViaKind::Reference)),
            ("module", Some(call), _) => {
                let output = self.first_attribute(&steps[1..]);
                Ok((self.module_value(call, output, place)?, 1, ViaKind::Reference))
            }
            ("data", Some(type_name), Some(name)) => {
                Ok((self.declared(Mode::Data, type_name, name, place)?, 2, ViaKind::Reference))
            }
            ("ephemeral", Some(type_name), Some(name)) => {
                Ok((self.declared(Mode::Ephemeral, type_name, name, place)?, 2, ViaKind::Reference))
            }
            ("path", Some("module"), _) => {
                Ok((literal(self.relative_path().as_str()), 1, ViaKind::Reference))
            }
            ("path", Some("root"), _) => Ok((literal("."), 1, ViaKind::Reference)),
            ("path", Some("cwd"), _) => {
                let symbol = Symbol::opaque(place, "it is the folder that Terraform runs in");
                Ok((Value::unknown(symbol, Type::String, Origin::at(place)), 1, ViaKind::Reference))
            }
            ("terraform" | "tofu", Some("workspace"), _) => {
                let (value, via) = self.evaluation.workspace(place);
                Ok((value, 1, via))
            }
            ("each" | "count" | "self", ..) => {
                Err(Failure::refused(place, format!("there is no `{name}` here")))
            }
            (type_name, Some(name), _) => {
                Ok((self.declared(Mode::Managed, type_name, name, place)?, 1, ViaKind::Reference))
            }
            _ => Err(Failure::refused(place, format!("there is nothing called `{name}`"))),
        }
    }

    /// The first attribute that steps take, behind an index or a splat.
    fn first_attribute<'s>(&self, steps: &'s [Step]) -> Option<&'s str> {
        steps.iter().take(2).find_map(|step| match step {
            Step::Attribute(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The part of a value that steps lead to.
    fn follow(&self, value: Value, steps: &[Step], place: Place, frame: &Frame<'_>) -> Evaluated {
        let mut value = value;
        for (at, step) in steps.iter().enumerate() {
            value = match step {
                Step::Attribute(name) => attribute_of(&value, name, place)?,
                Step::Index(index) => {
                    let index = self.evaluate(index, frame)?;
                    if !index.is_wholly_known() {
                        self.evaluation.work(value.size(), place)?;
                    }
                    item_of(&value, &index, place)?
                }
                Step::FullSplat => return self.splat(value, &steps[at + 1..], place, frame),
                Step::AttributeSplat => {
                    let rest = &steps[at + 1..];
                    let attributes =
                        rest.iter().take_while(|step| matches!(step, Step::Attribute(_))).count();
                    let (each, behind) = rest.split_at(attributes);
                    let all = self.splat(value, each, place, frame)?;
                    return self.follow(all, behind, place, frame);
                }
            };
        }
        Ok(value)
    }

    fn splat(&self, value: Value, steps: &[Step], place: Place, frame: &Frame<'_>) -> Evaluated {
        let origin = Origin::at(place);
        let (items, open) = match &value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                return Err(Failure::refused(place, "a splat cannot be taken of a list that is null"));
            }
            Kind::Null(_) => (Vec::new(), None),
            Kind::Sequence(sequence) => (sequence.items.to_vec(), sequence.open.clone()),
            Kind::Unknown(..) => {
                let symbol = self.opaque("[*]", place, &[&value]);
                return Ok(Value::unknown(symbol, Type::Any, origin).hidden(value.sensitive));
            }
            _ => (vec![value.clone()], None),
        };
        self.evaluation.work(items.len(), place)?;
        // Of a list or set it gives a list.
        let (kind, of) = match &value.kind {
            Kind::Sequence(sequence) if sequence.kind != SequenceKind::Tuple => {
                let of = if items.is_empty() { sequence.of.clone() } else { Type::Any };
                (SequenceKind::List, of)
            }
            _ => (SequenceKind::Tuple, Type::Any),
        };
        if items.is_empty()
            && open.is_none()
            && !steps.is_empty()
            && matches!(of, Type::Bool | Type::Number | Type::String)
        {
            return Err(Failure::refused(place, format!("a {of} has no attributes")));
        }
        let items = items.into_iter().map(|item| self.follow(item, steps, place, frame));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let open = open.map(|symbol| project(&symbol, steps));
        let of = if steps.is_empty() { of } else { Type::Any };
        Ok(Value::sequence(kind, items, open, origin).of(of).hidden(value.sensitive))
    }
}

/// What stands for the rest of an open list once steps are taken from each of its items.
fn project(symbol: &Symbol, steps: &[Step]) -> Symbol {
    match (symbol.kind(), steps) {
        (SymbolKind::Attribute { resource, attribute }, [Step::Attribute(name)]) if attribute == EVERY => {
            attribute_symbol(resource, name)
        }
        _ => symbol.clone(),
    }
}

/// The value as it is used at `place`, with the place where it came from behind it.
pub(crate) fn referred(mut value: Value, place: Place, kind: ViaKind) -> Value {
    if value.origin.place != place {
        let via = Via { kind, place: value.origin.place, next: value.origin.via.take() };
        value.origin = Origin { place, via: Some(Arc::new(via)) };
    }
    value
}

/// An attribute of a value.
pub(crate) fn attribute_of(value: &Value, name: &str, place: Place) -> Evaluated {
    let found = match &value.kind {
        Kind::Mapping(mapping) => match (mapping.entries.get(name), &mapping.open) {
            (Some(entry), _) => entry.value.clone(),
            (None, Some(symbol)) => rest_of(symbol, name, place),
            (None, None) => {
                return Err(Failure::refused(place, format!("there is no attribute `{name}`")));
            }
        },
        Kind::Unknown(symbol, ty) => {
            let ty = match ty {
                Type::Object(attributes) => attributes.get(name).map(|attribute| attribute.ty.clone()),
                Type::Map(value) => Some(Type::clone(value)),
                _ => None,
            };
            let mut found = rest_of(symbol, name, place);
            if let (Kind::Unknown(_, known), Some(ty)) = (&mut found.kind, ty) {
                *known = ty;
            }
            found
        }
        Kind::Sequence(_) if name.parse::<i64>().is_ok() => {
            return item_of(value, &Value::string(name, Origin::at(place)), place);
        }
        _ => {
            let message = format!("{} has no attribute `{name}`", value.type_name());
            return Err(Failure::refused(place, message));
        }
    };
    Ok(found.hidden(value.sensitive))
}

/// An attribute of what a symbol stands for.
fn rest_of(symbol: &Symbol, name: &str, place: Place) -> Value {
    match symbol.kind() {
        SymbolKind::Attribute { resource, attribute } if attribute == EVERY => {
            attribute_value(resource, name, place)
        }
        // What a data source gives is nobody's name, so that the whole way into it may be told.
        SymbolKind::Attribute { resource, attribute } if is_data(resource) && symbol.secrecy().is_none() => {
            let symbol = Symbol::attribute(resource.clone(), format!("{attribute}.{name}"));
            Value::unknown(symbol, Type::Any, Origin::at(place))
        }
        _ => {
            let whole = Value::unknown(symbol.clone(), Type::Any, Origin::at(place));
            let symbol = call_symbol(&format!(".{name}"), &[&whole]);
            Value::unknown(symbol, Type::Any, Origin::at(place))
        }
    }
}

/// Whether an address is that of a data source.
fn is_data(address: &str) -> bool {
    address.starts_with("data.") || address.contains(".data.")
}

/// An item of a value.
pub(crate) fn item_of(value: &Value, index: &Value, place: Place) -> Evaluated {
    let sensitive = value.sensitive || index.sensitive;
    let unknown = |value: &Value| {
        let symbol = call_symbol("[]", &[value, index]);
        Ok(Value::unknown(symbol, Type::Any, Origin::at(place)).hidden(sensitive))
    };
    if index.is_null() {
        return Err(Failure::refused(place, "an index must not be null"));
    }
    match &value.kind {
        Kind::Sequence(sequence) if sequence.kind != SequenceKind::Set => {
            match symbolic_instance(sequence.open.as_ref(), place) {
                Some(instance) => return Ok(instance.hidden(sensitive)),
                None if sequence.open.is_some() => return unknown(value),
                None => {}
            }
            let index = index
                .convert(&Type::Number)
                .map_err(|error| Failure::refused(place, format!("an index of a list: {error}")))?;
            let Kind::Number(number) = &index.kind else { return unknown(value) };
            let at = number.as_int().and_then(|at| usize::try_from(at).ok());
            let item = at.and_then(|at| sequence.items.get(at)).cloned();
            item.map(|item| item.hidden(sensitive)).ok_or_else(|| {
                let spelled = number.spell();
                let count = sequence.items.len();
                Failure::refused(place, format!("there is no item {spelled} in a list of {count}"))
            })
        }
        Kind::Mapping(mapping) => {
            let key = index
                .convert(&Type::String)
                .map_err(|error| Failure::refused(place, format!("a key: {error}")))?;
            let Some(name) = key.as_str() else { return unknown(value) };
            if !mapping.entries.contains_key(name)
                && let Some(instance) = symbolic_instance(mapping.open.as_ref(), place)
            {
                return Ok(instance.hidden(sensitive));
            }
            match attribute_of(value, name, place) {
                Err(failure) if failure.refused => {
                    Err(Failure::refused(place, format!("there is no key `{name}`")))
                }
                found => found,
            }
        }
        Kind::Unknown(..) => unknown(value),
        _ => {
            let message = format!("{} has no items", value.type_name());
            Err(Failure::refused(place, message))
        }
    }
}

/// The one instance that stands for all, of a resource whose instances are not known.
fn symbolic_instance(open: Option<&Symbol>, place: Place) -> Option<Value> {
    let symbol = open?;
    let SymbolKind::Attribute { resource, attribute } = symbol.kind() else { return None };
    (attribute == EVERY && resource.ends_with(crate::instance::ANY_KEY)).then(|| {
        let mapping = Mapping {
            kind: MappingKind::Object,
            entries: Arc::new(BTreeMap::<SmolStr, Entry>::new()),
            open: Some(symbol.clone()),
            of: Type::Any,
            size: 1,
        };
        Value::new(Kind::Mapping(mapping), Origin::at(place))
    })
}

/// A list of instances of which it is not known how many there are.
pub(crate) fn open_list(symbol: Symbol, place: Place) -> Value {
    Value::sequence(SequenceKind::Tuple, Vec::new(), Some(symbol), Origin::at(place))
}
