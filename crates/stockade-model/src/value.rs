//! Values: known, absent or unknown, open or closed, each with its origin.

use crate::{Origin, Piece, Place, Slot, Symbol, SymbolKind, Text};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::sync::Arc;
use stockade_syntax::New;

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it came from.
    pub origin: Origin,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Written as null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in decimal spelling.
    Number(SmolStr),
    /// Text, of which some pieces may be symbols but not all (a text that is one symbol is [`Kind::Unknown`]).
    Text(Text),
    /// A list.
    List(List),
    /// An object.
    Object(Object),
    /// Not there, in an object that is closed. It carries the slots where it could be written.
    Absent(Arc<[Slot]>),
    /// Not known.
    Unknown(Symbol),
}

/// Items in order. An open list may have more of them than are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    /// The known items.
    pub items: Vec<Value>,
    /// Set if there may be more: what stands for the rest.
    pub open: Option<Symbol>,
}

/// A key with its value and where the key was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key.
    pub key: SmolStr,
    /// Where it was written.
    pub key_place: Place,
    /// The value; never [`Kind::Absent`].
    pub value: Value,
}

/// Keys with values. In a closed object a missing key is absent, in an open one it is unknown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// The known entries, each key once.
    pub fields: Vec<Field>,
    /// Set if there may be more: what stands for the rest.
    pub open: Option<Symbol>,
    /// Where a missing key could be written.
    pub containers: Containers,
}

/// Where the missing keys of an object could be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Containers {
    /// In the mapping that the object was read from: the place of its origin.
    #[default]
    Own,
    /// In these mappings, in order of preference: a SAM function's properties, then `Globals`.
    At(Arc<[Container]>),
    /// The object was generated: its keys are written where its parent's missing keys are.
    Inherit,
}

/// A mapping that could hold missing keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Container {
    /// The mapping.
    pub place: Place,
    /// The key in it that is missing too, if one is: `Properties` of a resource that has none.
    pub key: Option<SmolStr>,
}

impl From<Place> for Container {
    fn from(place: Place) -> Self {
        Self { place, key: None }
    }
}

/// What can be said of a scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact<T> {
    /// It is this.
    Known(T),
    /// It is not there.
    Absent,
    /// It is not known.
    Unknown(Symbol),
    /// It is there and of another type.
    Other,
}

impl Value {
    /// A value of that kind and origin.
    #[must_use]
    pub fn new(kind: Kind, origin: Origin) -> Self {
        Self { kind, origin }
    }

    /// A text; one that is a symbol and nothing else is unknown.
    #[must_use]
    pub fn text(text: Text, origin: Origin) -> Self {
        match text.as_symbol() {
            Some(symbol) => Self::new(Kind::Unknown(symbol.clone()), origin),
            None => Self::new(Kind::Text(text), origin),
        }
    }

    /// The value at a path of keys (`TracingConfig.Mode`), absent or unknown where it is not there; items of a list by
    /// their index (`SecurityGroupEgress.0.CidrIp`).
    #[must_use]
    pub fn get(&self, path: &str) -> Cow<'_, Value> {
        let mut containers = ContainerPath::of(self, path);
        let mut at = self;
        let mut rest = Some(path);
        while let Some(keys) = rest {
            let (key, after) = keys.split_once('.').map_or((keys, None), |(key, after)| (key, Some(after)));
            rest = after;
            let object = match &at.kind {
                Kind::Object(object) => object,
                Kind::Unknown(symbol) => {
                    return Cow::Owned(Self::new(Kind::Unknown(symbol.clone()), at.origin.clone()));
                }
                Kind::Absent(_) => return Cow::Borrowed(at),
                Kind::List(list) if key.parse::<usize>().is_ok() => {
                    match (key.parse().ok().and_then(|index: usize| list.items.get(index)), &list.open) {
                        (Some(item), _) => {
                            containers = ContainerPath::of(item, after.unwrap_or_default());
                            at = item;
                            continue;
                        }
                        (None, Some(symbol)) => {
                            return Cow::Owned(Self::new(Kind::Unknown(symbol.clone()), at.origin.clone()));
                        }
                        // An item that is not there has no place where it could be written alone.
                        (None, None) => {
                            return Cow::Owned(Self::new(Kind::Absent(Arc::new([])), at.origin.clone()));
                        }
                    }
                }
                _ => return Cow::Owned(containers.absent(at)),
            };
            match object.fields.iter().find(|field| field.key == key) {
                Some(field) => {
                    at = &field.value;
                    containers.enter(at, after.unwrap_or_default());
                }
                None => {
                    return Cow::Owned(match &object.open {
                        Some(symbol) => Self::new(Kind::Unknown(symbol.clone()), at.origin.clone()),
                        None => containers.absent(at),
                    });
                }
            }
        }
        Cow::Borrowed(at)
    }

    /// The places where the value is, or could be, written; never none.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        if let Kind::Absent(slots) = &self.kind
            && !slots.is_empty()
        {
            return slots.to_vec();
        }
        let writable =
            self.origin.vias().filter(|via| via.kind.is_writable()).map(|via| Slot::value(via.place));
        std::iter::once(Slot::value(self.origin.place)).chain(writable).collect()
    }

    /// Whether it is not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self.kind, Kind::Absent(_))
    }

    /// The symbol, if the whole value is unknown.
    #[must_use]
    pub fn unknown(&self) -> Option<&Symbol> {
        match &self.kind {
            Kind::Unknown(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// The known fields of an object; none for anything else.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Object(object) => &object.fields,
            _ => &[],
        }
    }

    /// The known items of a list; a single value counts as a list of itself, as AWS takes it in policies.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::List(list) => &list.items,
            Kind::Absent(_) | Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// What stands for the rest of an open list or object.
    #[must_use]
    pub fn open(&self) -> Option<&Symbol> {
        match &self.kind {
            Kind::List(list) => list.open.as_ref(),
            Kind::Object(object) => object.open.as_ref(),
            Kind::Unknown(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// The value as text, symbols included: a wholly unknown value is a text of one symbol.
    #[must_use]
    pub fn as_text(&self) -> Option<Text> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(number) => Some(Text::literal(number.clone())),
            Kind::Bool(value) => Some(Text::literal(if *value { "true" } else { "false" })),
            Kind::Unknown(symbol) => Some(Text::symbol(symbol.clone())),
            _ => None,
        }
    }

    /// The value as a known text.
    #[must_use]
    pub fn literal(&self) -> Fact<SmolStr> {
        match &self.kind {
            Kind::Text(text) => match text.as_literal() {
                Some(literal) => Fact::Known(SmolStr::new(literal)),
                None => text.symbols().next().map_or(Fact::Other, |symbol| Fact::Unknown(symbol.clone())),
            },
            Kind::Number(number) => Fact::Known(number.clone()),
            Kind::Bool(value) => Fact::Known(SmolStr::new_static(if *value { "true" } else { "false" })),
            Kind::Absent(_) | Kind::Null => Fact::Absent,
            Kind::Unknown(symbol) => Fact::Unknown(symbol.clone()),
            Kind::List(_) | Kind::Object(_) => Fact::Other,
        }
    }

    /// The value as a number; text that spells one counts, as AWS coerces it.
    #[must_use]
    pub fn number(&self) -> Fact<f64> {
        match self.literal() {
            Fact::Known(literal) => literal.trim().parse().map_or(Fact::Other, Fact::Known),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(symbol) => Fact::Unknown(symbol),
            Fact::Other => Fact::Other,
        }
    }

    /// The value as a boolean; `"true"` and `"false"` count, as AWS coerces them.
    #[must_use]
    pub fn boolean(&self) -> Fact<bool> {
        match self.literal() {
            Fact::Known(literal) if literal.eq_ignore_ascii_case("true") => Fact::Known(true),
            Fact::Known(literal) if literal.eq_ignore_ascii_case("false") => Fact::Known(false),
            Fact::Known(_) | Fact::Other => Fact::Other,
            Fact::Absent => Fact::Absent,
            Fact::Unknown(symbol) => Fact::Unknown(symbol),
        }
    }

    /// The same value made open everywhere, as if more could be there than is known (for tests of law 4).
    #[must_use]
    pub fn opened(&self, with: &Symbol) -> Value {
        let kind = match &self.kind {
            Kind::List(list) => Kind::List(List {
                items: list.items.iter().map(|item| item.opened(with)).collect(),
                open: list.open.clone().or_else(|| Some(with.clone())),
            }),
            Kind::Object(object) => Kind::Object(Object {
                fields: object
                    .fields
                    .iter()
                    .map(|field| Field { value: field.value.opened(with), ..field.clone() })
                    .collect(),
                open: object.open.clone().or_else(|| Some(with.clone())),
                containers: object.containers.clone(),
            }),
            other => other.clone(),
        };
        Value::new(kind, self.origin.clone())
    }

    /// The value as a template would write it, symbols as `Fn::Sub`; `None` if a part of it has no such form or is
    /// not known to be all there is.
    #[must_use]
    pub fn to_new(&self) -> Option<New> {
        match &self.kind {
            Kind::Bool(value) => Some(New::Bool(*value)),
            Kind::Number(number) => Some(New::Number(number.clone())),
            Kind::Text(text) => text_to_new(text),
            Kind::Unknown(symbol) => text_to_new(&Text::symbol(symbol.clone())),
            Kind::List(list) if list.open.is_none() => {
                list.items.iter().map(Value::to_new).collect::<Option<Vec<_>>>().map(New::Sequence)
            }
            Kind::Object(object) if object.open.is_none() => {
                let fields =
                    object.fields.iter().map(|field| Some((field.key.clone(), field.value.to_new()?)));
                fields.collect::<Option<Vec<_>>>().map(New::Mapping)
            }
            Kind::Null | Kind::Absent(_) | Kind::List(_) | Kind::Object(_) => None,
        }
    }

    /// Whether the value is a dynamic reference, wholly.
    #[must_use]
    pub fn is_dynamic_reference(&self) -> bool {
        self.unknown().is_some_and(|symbol| matches!(symbol.kind(), SymbolKind::Dynamic { .. }))
    }
}

fn text_to_new(text: &Text) -> Option<New> {
    if let Some(literal) = text.as_literal() {
        return Some(New::string(literal));
    }
    let mut out = String::new();
    let mut substitutes = false;
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => out.push_str(&literal.replace("${", "${!")),
            Piece::Symbol(symbol) => {
                substitutes |= !matches!(symbol.kind(), SymbolKind::Dynamic { .. });
                match symbol.kind() {
                    SymbolKind::Parameter { stack, name } if stack.is_empty() => {
                        out.push_str(&format!("${{{name}}}"))
                    }
                    SymbolKind::Pseudo(name) if !name.contains('/') => out.push_str(&format!("${{{name}}}")),
                    SymbolKind::Attribute { resource, attribute } if !resource.contains('/') => {
                        let dot = if attribute == "Ref" { String::new() } else { format!(".{attribute}") };
                        out.push_str(&format!("${{{resource}{dot}}}"));
                    }
                    SymbolKind::Dynamic { .. } => out.push_str(&symbol.to_string()),
                    _ => return None,
                }
            }
        }
    }
    Some(if substitutes { New::mapping([("Fn::Sub", New::string(out))]) } else { New::string(out) })
}

/// Follows a path and remembers where a key that is missing further down could be written.
struct ContainerPath<'v> {
    containers: WrittenIn<'v>,
    /// The keys below the containers, to the end of the path that is asked for.
    below: &'v str,
}

/// What holds the keys of an object.
enum WrittenIn<'v> {
    /// The object itself, at its own place.
    Own(Place),
    /// Other containers.
    Others(&'v [Container]),
}

impl<'v> ContainerPath<'v> {
    fn of(value: &'v Value, below: &'v str) -> Self {
        let mut path = Self { containers: WrittenIn::Own(value.origin.place), below };
        path.enter(value, below);
        path
    }

    fn enter(&mut self, value: &'v Value, below: &'v str) {
        let Kind::Object(object) = &value.kind else { return };
        self.containers = match &object.containers {
            Containers::Own => WrittenIn::Own(value.origin.place),
            Containers::At(containers) => WrittenIn::Others(containers),
            Containers::Inherit => return,
        };
        self.below = below;
    }

    fn absent(&self, parent: &Value) -> Value {
        let slot = |place: Place, key: &Option<SmolStr>| {
            let path = key.iter().cloned().chain(self.below.split('.').map(SmolStr::new));
            Slot::entry(place, path.collect())
        };
        let slots: Arc<[Slot]> = match &self.containers {
            WrittenIn::Own(place) => Arc::new([slot(*place, &None)]),
            WrittenIn::Others(containers) => {
                containers.iter().map(|container| slot(container.place, &container.key)).collect()
            }
        };
        Value::new(Kind::Absent(slots), parent.origin.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::{FileId, Span};

    fn place(at: usize) -> Place {
        Place { file: FileId(0), span: Span::new(at, at + 1) }
    }

    fn object(at: usize, containers: Containers, fields: Vec<(&str, Value)>) -> Value {
        let fields = fields
            .into_iter()
            .map(|(key, value)| Field { key: key.into(), key_place: place(at), value })
            .collect();
        Value::new(Kind::Object(Object { fields, open: None, containers }), Origin::at(place(at)))
    }

    #[test]
    fn items_of_a_list_are_found_by_index() {
        let rule = object(
            5,
            Containers::Own,
            vec![("CidrIp", Value::text(Text::literal("a"), Origin::at(place(6))))],
        );
        let closed = Kind::List(List { items: vec![rule.clone()], open: None });
        let value = object(1, Containers::Own, vec![("Rules", Value::new(closed, Origin::at(place(4))))]);
        assert_eq!(value.get("Rules.0.CidrIp").slots(), [Slot::value(place(6))]);
        assert_eq!(value.get("Rules.0.Port").slots(), [Slot::entry(place(5), vec!["Port".into()])]);
        assert!(value.get("Rules.1.CidrIp").is_absent() && value.get("Rules.CidrIp").is_absent());
        let symbol = Symbol::opaque(place(9), "a test");
        let open = value.opened(&symbol);
        assert_eq!(open.get("Rules.1.CidrIp").unknown(), Some(&symbol));
    }

    #[test]
    fn an_absent_value_knows_where_it_could_be_written() {
        let generated = object(2, Containers::Inherit, vec![]);
        let containers: Arc<[Container]> = vec![place(7).into(), place(8).into()].into();
        let function = object(1, Containers::At(containers), vec![("TracingConfig", generated)]);
        let slots = function.get("TracingConfig.Mode").slots();
        let path: Vec<SmolStr> = vec!["TracingConfig".into(), "Mode".into()];
        assert_eq!(slots, [Slot::entry(place(7), path.clone()), Slot::entry(place(8), path)]);
        let own = object(3, Containers::Own, vec![]);
        assert_eq!(own.get("Timeout").slots(), [Slot::entry(place(3), vec!["Timeout".into()])]);
    }

    #[test]
    fn a_missing_key_of_an_open_object_is_unknown() {
        let symbol = Symbol::opaque(place(9), "a test");
        let open = object(1, Containers::Own, vec![]).opened(&symbol);
        assert_eq!(open.get("A.B").unknown(), Some(&symbol));
        assert!(object(1, Containers::Own, vec![]).get("A.B").is_absent());
    }
}
