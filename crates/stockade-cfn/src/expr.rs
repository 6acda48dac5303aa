//! Template values with their intrinsic functions still in them.

use foldhash::HashSet;
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_model::{Containers, Origin, Place, ViaKind};
use stockade_syntax::{FileId, New, Node};

/// A value as a template writes it. An intrinsic function is an object of one entry (`Ref`, `Fn::…`,
/// `Condition`), whichever way it was spelled. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The value.
    pub data: Data,
    /// Where it came from.
    pub origin: Origin,
}

/// What an [`Expr`] holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in decimal spelling.
    Number(SmolStr),
    /// A string.
    String(SmolStr),
    /// A list.
    List(Arc<Vec<Expr>>),
    /// An object.
    Object(Arc<Map>),
}

/// The entries of an object; each key stands once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// In the order written.
    pub entries: Vec<Entry>,
    /// Where a missing key could be written.
    pub containers: Containers,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: SmolStr,
    /// Where it was written.
    pub key_place: Place,
    /// The value.
    pub value: Expr,
}

impl Expr {
    /// The expression that a syntax node holds. Of a key that stands twice, the last value counts.
    #[must_use]
    pub fn from_node(file: FileId, node: &Node) -> Self {
        use stockade_syntax::Data as Syntax;
        let mut origin = Origin::at(Place { file, span: node.span });
        if let Some(alias) = node.alias {
            origin = origin.with(ViaKind::Alias, Place { file, span: alias });
        }
        let data = match &node.data {
            Syntax::Null => Data::Null,
            Syntax::Bool(value) => Data::Bool(*value),
            Syntax::Number(number) => Data::Number(number.clone()),
            Syntax::String(text) => Data::String(text.clone()),
            Syntax::Sequence(items) => {
                Data::List(Arc::new(items.iter().map(|item| Self::from_node(file, item)).collect()))
            }
            Syntax::Mapping(written) => {
                let mut seen = HashSet::with_capacity_and_hasher(written.len(), Default::default());
                let last = written.iter().rev().filter(|entry| seen.insert(entry.key.as_str()));
                let mut entries: Vec<Entry> = last
                    .map(|entry| Entry {
                        key: entry.key.clone(),
                        key_place: Place { file, span: entry.key_span },
                        value: Self::from_node(file, &entry.value),
                    })
                    .collect();
                entries.reverse();
                Data::Object(Arc::new(Map { entries, containers: Containers::Own }))
            }
        };
        Self { data, origin }
    }

    /// Null.
    #[must_use]
    pub fn null(origin: &Origin) -> Self {
        Self { data: Data::Null, origin: origin.clone() }
    }

    /// A string.
    pub fn string(text: impl Into<SmolStr>, origin: &Origin) -> Self {
        Self { data: Data::String(text.into()), origin: origin.clone() }
    }

    /// A whole number.
    #[must_use]
    pub fn number(number: i64, origin: &Origin) -> Self {
        Self { data: Data::Number(smol_str::format_smolstr!("{number}")), origin: origin.clone() }
    }

    /// A boolean.
    #[must_use]
    pub fn bool(value: bool, origin: &Origin) -> Self {
        Self { data: Data::Bool(value), origin: origin.clone() }
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Expr>, origin: &Origin) -> Self {
        Self { data: Data::List(Arc::new(items)), origin: origin.clone() }
    }

    /// An empty generated object, to be filled with [`Expr::with`]; its missing keys are written where its
    /// parent's are.
    #[must_use]
    pub fn object(origin: &Origin) -> Self {
        let map = Map { entries: Vec::new(), containers: Containers::Inherit };
        Self { data: Data::Object(Arc::new(map)), origin: origin.clone() }
    }

    /// `{"Ref": name}`.
    pub fn reference(name: impl Into<SmolStr>, origin: &Origin) -> Self {
        Self::call("Ref", Self::string(name, origin), origin)
    }

    /// `{"Fn::GetAtt": [resource, attribute]}`.
    pub fn get_att(resource: impl Into<SmolStr>, attribute: impl Into<SmolStr>, origin: &Origin) -> Self {
        let arguments = vec![Self::string(resource, origin), Self::string(attribute, origin)];
        Self::call("Fn::GetAtt", Self::list(arguments, origin), origin)
    }

    /// `{"Fn::Sub": text}`.
    pub fn sub(text: impl Into<SmolStr>, origin: &Origin) -> Self {
        Self::call("Fn::Sub", Self::string(text, origin), origin)
    }

    /// An intrinsic function's call.
    #[must_use]
    pub fn call(function: &'static str, argument: Expr, origin: &Origin) -> Self {
        Self::object(origin).with(function, argument)
    }

    /// The same object with one more entry; a key that is there already is replaced in its place.
    #[must_use]
    pub fn with(mut self, key: impl Into<SmolStr>, value: Expr) -> Self {
        self.set(key, value);
        self
    }

    /// The same object with one more entry if there is a value.
    #[must_use]
    pub fn with_some(self, key: impl Into<SmolStr>, value: Option<Expr>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Sets a key; a key that is there already is replaced in its place. Anything but an object becomes one.
    pub fn set(&mut self, key: impl Into<SmolStr>, value: Expr) {
        let key_place = value.origin.place;
        let key = key.into();
        if !matches!(self.data, Data::Object(_)) {
            *self = Self::object(&self.origin);
        }
        if let Data::Object(map) = &mut self.data {
            let map = Arc::make_mut(map);
            match map.entries.iter_mut().find(|entry| entry.key == key) {
                Some(entry) => entry.value = value,
                None => map.entries.push(Entry { key, key_place, value }),
            }
        }
    }

    /// Adds an entry with the place of its key kept; a key that is there already is replaced.
    pub fn set_entry(&mut self, entry: Entry) {
        let key_place = entry.key_place;
        let key = entry.key.clone();
        self.set(entry.key, entry.value);
        if let Data::Object(map) = &mut self.data
            && let Some(entry) = Arc::make_mut(map).entries.iter_mut().find(|candidate| candidate.key == key)
        {
            entry.key_place = key_place;
        }
    }

    /// Takes a key out and gives its value.
    pub fn remove(&mut self, key: &str) -> Option<Expr> {
        let Data::Object(map) = &mut self.data else { return None };
        let at = map.entries.iter().position(|entry| entry.key == key)?;
        Some(Arc::make_mut(map).entries.remove(at).value)
    }

    /// Adds an item to a list. Anything but a list becomes one.
    pub fn push(&mut self, item: Expr) {
        if !matches!(self.data, Data::List(_)) {
            *self = Self::list(Vec::new(), &self.origin);
        }
        if let Data::List(items) = &mut self.data {
            Arc::make_mut(items).push(item);
        }
    }

    /// The same object with its missing keys written in these mappings.
    #[must_use]
    pub fn in_containers(mut self, containers: Containers) -> Self {
        if let Data::Object(map) = &mut self.data {
            Arc::make_mut(map).containers = containers;
        }
        self
    }

    /// A mutable view of the value of a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Expr> {
        match &mut self.data {
            Data::Object(map) => Arc::make_mut(map)
                .entries
                .iter_mut()
                .find(|entry| entry.key == key)
                .map(|entry| &mut entry.value),
            _ => None,
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Expr> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value at a path of keys (`DeadLetterQueue.Type`).
    #[must_use]
    pub fn path(&self, path: &str) -> Option<&Expr> {
        path.split('.').try_fold(self, |at, key| at.get(key))
    }

    /// The entries of an object; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Object(map) => &map.entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Expr] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, number or boolean, as CloudFormation coerces it.
    #[must_use]
    pub fn as_scalar(&self) -> Option<SmolStr> {
        match &self.data {
            Data::String(text) | Data::Number(text) => Some(text.clone()),
            Data::Bool(value) => Some(SmolStr::new_static(if *value { "true" } else { "false" })),
            _ => None,
        }
    }

    /// The value of a boolean, or of the strings `true` and `false`.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Data::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The value of a whole number, or of a string that spells one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_scalar()?.parse().ok()
    }

    /// Whether it is an object (an intrinsic function counts).
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self.data, Data::Object(_))
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self.data, Data::List(_))
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The intrinsic function that it is, and its argument.
    #[must_use]
    pub fn intrinsic(&self) -> Option<(&str, &Expr)> {
        match self.entries() {
            [entry] if entry.key == "Ref" || entry.key == "Condition" => Some((&entry.key, &entry.value)),
            // A loop is no call: it adds entries to the object that holds it.
            [entry] if entry.key.starts_with("Fn::") && !entry.key.starts_with("Fn::ForEach::") => {
                Some((&entry.key, &entry.value))
            }
            _ => None,
        }
    }

    /// The name that a `Ref` refers to.
    #[must_use]
    pub fn as_reference(&self) -> Option<&str> {
        match self.intrinsic() {
            Some(("Ref", name)) => name.as_str(),
            _ => None,
        }
    }

    /// The resource and attribute of a `Fn::GetAtt`, whichever of its two forms it has.
    #[must_use]
    pub fn as_get_att(&self) -> Option<(&str, &str)> {
        let ("Fn::GetAtt", argument) = self.intrinsic()? else { return None };
        match (argument.as_str(), argument.items()) {
            (Some(text), _) => text.split_once('.'),
            (None, [resource, attribute]) => Some((resource.as_str()?, attribute.as_str()?)),
            _ => None,
        }
    }

    /// Whether it is `{"Ref": "AWS::NoValue"}`.
    #[must_use]
    pub fn is_no_value(&self) -> bool {
        self.as_reference() == Some("AWS::NoValue")
    }

    /// Adds a place to the origins of this value and everything in it.
    #[must_use]
    pub fn with_via(&self, kind: ViaKind, place: Place) -> Self {
        let origin = self.origin.with(kind, place);
        let data = match &self.data {
            Data::List(items) => {
                Data::List(Arc::new(items.iter().map(|item| item.with_via(kind, place)).collect()))
            }
            Data::Object(map) => Data::Object(Arc::new(Map {
                entries: map
                    .entries
                    .iter()
                    .map(|entry| Entry { value: entry.value.with_via(kind, place), ..entry.clone() })
                    .collect(),
                containers: map.containers.clone(),
            })),
            other => other.clone(),
        };
        Self { data, origin }
    }

    /// The expression as JSON, key order kept.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.data {
            Data::Null => Json::Null,
            Data::Bool(value) => Json::Bool(*value),
            Data::Number(number) => number
                .parse::<serde_json::Number>()
                .map_or_else(|_| Json::String(number.to_string()), Json::Number),
            Data::String(text) => Json::String(text.to_string()),
            Data::List(items) => Json::Array(items.iter().map(Expr::to_json).collect()),
            Data::Object(map) => {
                map.entries.iter().map(|entry| (entry.key.to_string(), entry.value.to_json())).collect()
            }
        }
    }

    /// The expression as a value that an edit or a rendering writes; null becomes an empty string, which no template
    /// that AWS takes contains.
    #[must_use]
    pub fn to_new(&self) -> New {
        match &self.data {
            Data::Null => New::string(""),
            Data::Bool(value) => New::Bool(*value),
            Data::Number(number) => New::Number(number.clone()),
            Data::String(text) => New::String(text.clone()),
            Data::List(items) => New::Sequence(items.iter().map(Expr::to_new).collect()),
            Data::Object(map) => New::Mapping(
                map.entries.iter().map(|entry| (entry.key.clone(), entry.value.to_new())).collect(),
            ),
        }
    }

    /// An expression of JSON data, every part with the same origin.
    #[must_use]
    pub fn from_json(json: &serde_json::Value, origin: &Origin) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::null(origin),
            Json::Bool(value) => Self::bool(*value, origin),
            Json::Number(number) => {
                Self { data: Data::Number(SmolStr::new(number.to_string())), origin: origin.clone() }
            }
            Json::String(text) => Self::string(text.as_str(), origin),
            Json::Array(items) => {
                Self::list(items.iter().map(|item| Self::from_json(item, origin)).collect(), origin)
            }
            Json::Object(entries) => entries.iter().fold(Self::object(origin), |object, (key, value)| {
                object.with(key.as_str(), Self::from_json(value, origin))
            }),
        }
    }
}
