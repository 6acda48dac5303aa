//! The one type that values of several types become, as Terraform finds it (go-cty's `convert` package).
//!
//! [`Type::Any`] is what a bare `null` is of. Beside types that are made of others it leaves the result open, since what
//! it stands for could change how they are taken apart.

use super::{AttributeType, Type};
use smol_str::SmolStr;
use std::collections::BTreeMap;

impl Type {
    /// The one type that values of all these types convert to, as Terraform finds it for the items of a list:
    /// [`Type::Any`] where each keeps its own, `None` if there is none, or no type is given.
    #[must_use]
    pub fn unify(types: impl IntoIterator<Item = Type>) -> Option<Type> {
        let types: Vec<Type> = types.into_iter().collect();
        let first = types.first()?;
        if types.iter().all(|ty| ty == first) {
            return Some(first.clone());
        }
        let count = |test: fn(&Type) -> bool| types.iter().filter(|ty| test(ty)).count();
        let any = count(|ty| matches!(ty, Type::Any));
        let lists = count(|ty| matches!(ty, Type::List(_)));
        let sets = count(|ty| matches!(ty, Type::Set(_)));
        let maps = count(|ty| matches!(ty, Type::Map(_)));
        let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
        let objects = count(|ty| matches!(ty, Type::Object(_)));
        let converted = |one: &Type| types.iter().all(|ty| ty.converts_to(one));
        let are = |some: usize| some > 0 && some + any == types.len();
        if are(maps) || are(lists) || are(sets) || are(objects) || are(tuples) {
            return if any > 0 { Some(Type::Any) } else { unify_alike(&types).filter(converted) };
        }
        // Objects are often maps in disguise, and tuples lists.
        if maps > 0 && are(maps + objects) || lists > 0 && are(lists + tuples) {
            if let Some(collection) = unify_as_collections(&types) {
                return Some(collection);
            }
        } else if objects > 0 && tuples > 0 {
            return None;
        }
        by_preference(&types).into_iter().map(|at| &types[at]).find(|wanted| converted(wanted)).cloned()
    }

    /// Whether some value of this type converts to that type.
    #[must_use]
    pub fn converts_to(&self, to: &Type) -> bool {
        let all = |from: &[Type], to: &Type| match to {
            Type::Any => from.is_empty() || Type::unify(from.iter().cloned()).is_some(),
            to => from.iter().all(|from| from.converts_to(to)),
        };
        match (self, to) {
            (_, Type::Any) | (Type::Any, _) => true,
            (Type::Bool | Type::Number | Type::String, Type::String)
            | (Type::String | Type::Bool, Type::Bool)
            | (Type::String | Type::Number, Type::Number) => true,
            (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) => from.converts_to(to),
            (Type::Tuple(from), Type::List(to) | Type::Set(to)) => all(from, to),
            (Type::Tuple(from), Type::Tuple(to)) => {
                from.len() == to.len() && from.iter().zip(to).all(|(from, to)| from.converts_to(to))
            }
            (Type::Map(from), Type::Map(to)) => from.converts_to(to),
            (Type::Object(from), Type::Map(to)) => {
                all(&from.values().map(|attribute| attribute.ty.clone()).collect::<Vec<_>>(), to)
            }
            (Type::Map(from), Type::Object(to)) => {
                to.values().all(|attribute| from.converts_to(&attribute.ty))
            }
            (Type::Object(from), Type::Object(to)) => to.iter().all(|(name, attribute)| {
                from.get(name).map_or(attribute.optional, |from| from.ty.converts_to(&attribute.ty))
            }),
            _ => false,
        }
    }

    /// Which of two types is preferred as the one for both: below zero this one, above zero the other.
    fn preference(&self, other: &Type) -> i8 {
        match (self, other) {
            (Type::Any, Type::Any) => 0,
            (Type::Any, _) => 1,
            (_, Type::Any) => -1,
            (Type::String, Type::Bool | Type::Number) => -1,
            (Type::Bool | Type::Number, Type::String) => 1,
            (Type::List(left), Type::List(right))
            | (Type::Set(left), Type::Set(right))
            | (Type::Map(left), Type::Map(right)) => left.preference(right),
            (Type::Tuple(_) | Type::List(_), Type::Set(_))
            | (Type::List(_), Type::Tuple(_))
            | (Type::Map(_), Type::Object(_)) => -1,
            (Type::Set(_), Type::Tuple(_) | Type::List(_))
            | (Type::Tuple(_), Type::List(_))
            | (Type::Object(_), Type::Map(_)) => 1,
            (Type::Object(left), Type::Object(right)) if left.keys().eq(right.keys()) => one_sided(
                left.values().zip(right.values()).map(|(left, right)| left.ty.preference(&right.ty)),
            ),
            (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => {
                one_sided(left.iter().zip(right).map(|(left, right)| left.preference(right)))
            }
            _ => 0,
        }
    }
}

/// What the parts say, unless they contradict each other.
fn one_sided(parts: impl Iterator<Item = i8>) -> i8 {
    let (mut left, mut right) = (false, false);
    for part in parts {
        left |= part < 0;
        right |= part > 0;
    }
    i8::from(right && !left) - i8::from(left && !right)
}

/// The types' places, preferred ones first (a topological order).
fn by_preference(types: &[Type]) -> Vec<usize> {
    let count = types.len();
    let mut before = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    for left in 0..count {
        for right in left + 1..count {
            match types[left].preference(&types[right]) {
                preference if preference < 0 => {
                    before[left].push(right);
                    waiting[right] += 1;
                }
                preference if preference > 0 => {
                    before[right].push(left);
                    waiting[left] += 1;
                }
                _ => {}
            }
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|at| waiting[*at] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for &later in &before[order[next]] {
            waiting[later] -= 1;
            if waiting[later] == 0 {
                order.push(later);
            }
        }
        next += 1;
    }
    order
}

/// Types that are all lists, sets, maps, objects or tuples, and not all the same.
fn unify_alike(types: &[Type]) -> Option<Type> {
    let part = |ty: &Type| match ty {
        Type::List(part) | Type::Set(part) | Type::Map(part) => Type::clone(part),
        _ => Type::Any,
    };
    let parts = || Type::unify(types.iter().map(part)).map(Box::new);
    match types.first()? {
        Type::List(_) => Some(Type::List(parts()?)),
        Type::Set(_) => Some(Type::Set(parts()?)),
        Type::Map(_) => Some(Type::Map(parts()?)),
        Type::Object(_) => unify_objects(types),
        Type::Tuple(_) => unify_tuples(types),
        _ => None,
    }
}

/// Lists beside tuples, or maps beside objects: the tuples become lists of one item type first. `None` if that gives no
/// list or map.
fn unify_as_collections(types: &[Type]) -> Option<Type> {
    let parts: Vec<Type> = types
        .iter()
        .flat_map(|ty| match ty {
            Type::Tuple(items) => items.clone(),
            Type::Object(attributes) => attributes.values().map(|attribute| attribute.ty.clone()).collect(),
            _ => Vec::new(),
        })
        .collect();
    let part = Type::unify(parts)?;
    let collection = |ty: &Type| match ty {
        Type::Tuple(_) => Type::List(Box::new(part.clone())),
        Type::Object(_) => Type::Map(Box::new(part.clone())),
        ty => ty.clone(),
    };
    let collections: Vec<Type> = types.iter().map(collection).collect();
    if !types.iter().zip(&collections).all(|(ty, collection)| ty.converts_to(collection)) {
        return None;
    }
    Type::unify(collections).filter(|one| *one != Type::Any)
}

fn unify_objects(types: &[Type]) -> Option<Type> {
    let objects: Vec<&BTreeMap<SmolStr, AttributeType>> = types
        .iter()
        .filter_map(|ty| if let Type::Object(object) = ty { Some(object) } else { None })
        .collect();
    let first = objects.first()?;
    if objects.iter().all(|object| object.keys().eq(first.keys())) {
        let attributes = first.keys().map(|name| {
            let ty = Type::unify(objects.iter().filter_map(|object| Some(object.get(name)?.ty.clone())))?;
            Some((name.clone(), AttributeType::required(ty)))
        });
        return Some(Type::Object(attributes.collect::<Option<_>>()?));
    }
    let all = objects.iter().flat_map(|object| object.values().map(|attribute| attribute.ty.clone()));
    Some(Type::Map(Box::new(Type::unify(all)?)))
}

fn unify_tuples(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> =
        types.iter().filter_map(|ty| if let Type::Tuple(items) = ty { Some(items) } else { None }).collect();
    let first = tuples.first()?;
    if tuples.iter().all(|items| items.len() == first.len()) {
        let items = (0..first.len()).map(|at| Type::unify(tuples.iter().map(|items| items[at].clone())));
        return Some(Type::Tuple(items.collect::<Option<_>>()?));
    }
    let all = tuples.iter().flat_map(|items| items.iter().cloned());
    Some(Type::List(Box::new(Type::unify(all)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(item: Type) -> Type {
        Type::List(Box::new(item))
    }

    fn map(value: Type) -> Type {
        Type::Map(Box::new(value))
    }

    fn object(attributes: &[(&str, Type)]) -> Type {
        let attribute = |(name, ty): &(&str, Type)| ((*name).into(), AttributeType::required(ty.clone()));
        Type::Object(attributes.iter().map(attribute).collect())
    }

    #[test]
    fn a_string_joins_what_a_bool_and_a_number_cannot() {
        assert_eq!(Type::unify([Type::Bool, Type::Number]), None);
        assert_eq!(Type::unify([Type::Bool, Type::Number, Type::String]), Some(Type::String));
        assert_eq!(Type::unify([Type::Any, Type::Number]), Some(Type::Number));
        assert_eq!(Type::unify([]), None);
        assert_eq!(
            Type::unify([Type::Tuple(vec![Type::Number]), list(Type::String)]),
            Some(list(Type::String))
        );
        let tuples = [Type::Tuple(vec![Type::Number]), Type::Tuple(vec![Type::String, Type::Bool])];
        assert_eq!(Type::unify(tuples), Some(list(Type::String)));
    }

    #[test]
    fn what_a_null_stands_for_leaves_collections_open() {
        let tuple = || Type::Tuple(vec![Type::String]);
        assert_eq!(Type::unify([tuple(), Type::Any]), Some(Type::Any));
        assert_eq!(Type::unify([list(Type::Number), Type::Any, tuple()]), Some(list(Type::Number)));
        // `tomap({ b = "x" })` beside `{ a = 24, b = ["x"], c = null }`.
        let mixed = object(&[("a", Type::Number), ("b", tuple()), ("c", Type::Any)]);
        assert_eq!(Type::unify([map(Type::String), mixed]), Some(map(Type::String)));
        // `{ a = { b = "x" }, c = null }` beside `{ a = "x" }`.
        let nested = object(&[("a", object(&[("b", Type::String)])), ("c", Type::Any)]);
        assert_eq!(Type::unify([nested, object(&[("a", Type::String)])]), Some(map(Type::Any)));
        assert_eq!(Type::unify([object(&[("a", Type::Any)]), tuple(), Type::Number]), None);
        let mixed = object(&[("a", tuple()), ("b", Type::Bool)]);
        assert_eq!(Type::unify([mixed, object(&[("c", Type::Any)])]), None);
        assert_eq!(Type::unify([Type::Number, Type::Any, Type::String]), Some(Type::String));
    }
}
