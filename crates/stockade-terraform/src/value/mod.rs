//! Values of Terraform's type system: known, or a symbol, each with where it came from.

mod compare;
mod convert;
pub(crate) mod decimal;
mod model;
mod number;
mod types;
mod unify;

pub use convert::ConvertError;
pub use number::{Number, NumberError};
pub use types::{AttributeType, Type};

use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::{Origin, Piece, Place, Secrecy, Symbol, SymbolKind, Text};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it came from.
    pub origin: Origin,
    /// Whether Terraform hides it from its output.
    pub sensitive: bool,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Null, of that type; of [`Type::Any`] where it is a bare `null`.
    Null(Type),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, of which some pieces may be symbols but not all.
    String(Str),
    /// A tuple, list or set.
    Sequence(Sequence),
    /// An object or map.
    Mapping(Mapping),
    /// Not known, of that type as far as it is known.
    Unknown(Symbol, Type),
}

/// A string.
#[derive(Debug, Clone)]
pub struct Str {
    /// Its characters.
    pub text: Text,
    /// The value that it is the JSON of, if `jsonencode` or a policy document made it.
    pub json_of: Option<Arc<Value>>,
}

/// Which kind of sequence a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceKind {
    /// Items of types of their own: what `[…]` makes.
    Tuple,
    /// Items of one type.
    List,
    /// Items of one type, each once; those that are strings or numbers in order.
    Set,
}

/// A tuple, list or set. An open one may have more items than are known, anywhere between them: an index into it says
/// nothing.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// Which of them.
    pub kind: SequenceKind,
    /// The known items.
    pub items: Arc<Vec<Value>>,
    /// Set if there may be more: what stands for the rest.
    pub open: Option<Symbol>,
    /// The type of the items, where there are none to show it.
    pub(crate) of: Type,
    /// As [`Value::size`].
    pub(crate) size: usize,
}

/// Which kind of mapping a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingKind {
    /// Attributes of types of their own: what `{…}` makes.
    Object,
    /// Values of one type.
    Map,
}

/// An object or map, in the order of its keys. An open one may have more keys than are known.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Which of them.
    pub kind: MappingKind,
    /// The known entries.
    pub entries: Arc<BTreeMap<SmolStr, Entry>>,
    /// Set if there may be more: what stands for the rest.
    pub open: Option<Symbol>,
    /// The type of the values, where there are none to show it.
    pub(crate) of: Type,
    /// As [`Value::size`].
    pub(crate) size: usize,
}

/// A value in a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where its key was written.
    pub key_place: Place,
    /// The value.
    pub value: Value,
}

impl Value {
    /// A value of that kind and origin, not sensitive.
    #[must_use]
    pub fn new(kind: Kind, origin: Origin) -> Self {
        Self { kind, origin, sensitive: false }
    }

    /// Null of no type of its own.
    #[must_use]
    pub fn null(origin: Origin) -> Self {
        Self::new(Kind::Null(Type::Any), origin)
    }

    /// A boolean.
    #[must_use]
    pub fn bool(value: bool, origin: Origin) -> Self {
        Self::new(Kind::Bool(value), origin)
    }

    /// A number.
    #[must_use]
    pub fn number(value: Number, origin: Origin) -> Self {
        Self::new(Kind::Number(value), origin)
    }

    /// A whole number that something counted.
    #[must_use]
    pub fn int(value: i64, origin: Origin) -> Self {
        Self::new(Kind::Number(Number::counted(value)), origin)
    }

    /// A string that is known whole, in Unicode's normal form C as Terraform keeps all strings (go-cty's `StringVal`).
    pub fn string(value: impl Into<SmolStr>, origin: Origin) -> Self {
        Self::text(Text::literal(composed(value.into())), origin)
    }

    /// A string of pieces; one that is a symbol and nothing else is unknown.
    #[must_use]
    pub fn text(text: Text, origin: Origin) -> Self {
        let text = match text.as_literal() {
            Some(literal) if !literal.is_ascii() => Text::literal(composed(SmolStr::new(literal))),
            _ => text,
        };
        match text.as_symbol() {
            Some(symbol) => Self::unknown(symbol.clone(), Type::String, origin),
            None => Self::new(Kind::String(Str { text, json_of: None }), origin),
        }
    }

    /// A tuple of these items.
    #[must_use]
    pub fn tuple(items: Vec<Value>, origin: Origin) -> Self {
        Self::sequence(SequenceKind::Tuple, items, None, origin)
    }

    /// A list of these items, which are of one type.
    #[must_use]
    pub fn list(items: Vec<Value>, origin: Origin) -> Self {
        Self::sequence(SequenceKind::List, items, None, origin)
    }

    /// A sequence. A set's items are put in order and twins are dropped.
    #[must_use]
    pub fn sequence(kind: SequenceKind, items: Vec<Value>, open: Option<Symbol>, origin: Origin) -> Self {
        let items = if kind == SequenceKind::Set { compare::as_set(items) } else { items };
        let size = items.iter().map(Value::size).fold(1, usize::saturating_add);
        Self::new(
            Kind::Sequence(Sequence { kind, items: Arc::new(items), open, of: Type::Any, size }),
            origin,
        )
    }

    /// An object of these attributes.
    #[must_use]
    pub fn object(entries: BTreeMap<SmolStr, Entry>, origin: Origin) -> Self {
        Self::mapping(MappingKind::Object, entries, None, origin)
    }

    /// A mapping.
    #[must_use]
    pub fn mapping(
        kind: MappingKind,
        entries: BTreeMap<SmolStr, Entry>,
        open: Option<Symbol>,
        origin: Origin,
    ) -> Self {
        let sizes = entries.iter().map(|(key, entry)| entry.value.size().saturating_add(bulk(key)));
        let size = sizes.fold(1, usize::saturating_add);
        Self::new(
            Kind::Mapping(Mapping { kind, entries: Arc::new(entries), open, of: Type::Any, size }),
            origin,
        )
    }

    /// The same list, set or map, of items of that type, which it shows where it is empty.
    #[must_use]
    pub(crate) fn of(mut self, ty: Type) -> Self {
        match &mut self.kind {
            Kind::Sequence(sequence) if sequence.items.is_empty() => sequence.of = ty,
            Kind::Mapping(mapping) if mapping.entries.is_empty() => mapping.of = ty,
            _ => {}
        }
        self
    }

    /// A value that is not known.
    #[must_use]
    pub fn unknown(symbol: Symbol, ty: Type, origin: Origin) -> Self {
        Self::new(Kind::Unknown(symbol, ty), origin)
    }

    /// The same value hidden, if `sensitive`; what is hidden stays so.
    #[must_use]
    pub fn hidden(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }

    /// How much work it is to go through: the values in it, those that are shared each time that they come up, and one
    /// more for each sixteen bytes of text.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.kind {
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(..) => 1,
            Kind::String(string) => {
                let piece = |piece: &Piece| match piece {
                    Piece::Literal(literal) => bulk(literal),
                    Piece::Symbol(_) => 1,
                };
                1 + string.text.pieces().iter().map(piece).sum::<usize>()
            }
            Kind::Sequence(sequence) => sequence.size,
            Kind::Mapping(mapping) => mapping.size,
        }
    }

    /// The symbol, if the whole value is unknown.
    #[must_use]
    pub fn symbol(&self) -> Option<&Symbol> {
        match &self.kind {
            Kind::Unknown(symbol, _) => Some(symbol),
            _ => None,
        }
    }

    /// Whether it is null, certainly.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// The string, if it is one that is known whole.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(string) => string.text.as_literal(),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The entry of a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.kind {
            Kind::Mapping(mapping) => mapping.entries.get(key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The known items of a sequence; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::Sequence(sequence) => &sequence.items,
            _ => &[],
        }
    }

    /// The known blocks of an argument: the items of a sequence, or the one object that the JSON form of the language takes
    /// in its stead.
    #[must_use]
    pub fn blocks(&self) -> &[Value] {
        match &self.kind {
            Kind::Mapping(_) => std::slice::from_ref(self),
            _ => self.items(),
        }
    }

    /// Whether nothing in it is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        self.first_symbol().is_none()
    }

    /// The first symbol in it, if there is one.
    #[must_use]
    pub fn first_symbol(&self) -> Option<&Symbol> {
        self.find_symbol(&|_| true)
    }

    /// The first symbol in it that is or shows a secret, if there is one.
    #[must_use]
    pub fn secret_symbol(&self) -> Option<&Symbol> {
        self.find_symbol(&|symbol| symbol.secrecy().is_some())
    }

    fn find_symbol(&self, test: &dyn Fn(&Symbol) -> bool) -> Option<&Symbol> {
        let taken = |symbol: &&Symbol| test(symbol);
        match &self.kind {
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => None,
            Kind::String(string) => string.text.symbols().find(taken),
            Kind::Sequence(sequence) => sequence
                .items
                .iter()
                .find_map(|item| item.find_symbol(test))
                .or_else(|| sequence.open.as_ref().filter(taken)),
            Kind::Mapping(mapping) => mapping
                .entries
                .values()
                .find_map(|entry| entry.value.find_symbol(test))
                .or_else(|| mapping.open.as_ref().filter(taken)),
            Kind::Unknown(symbol, _) => Some(symbol).filter(taken),
        }
    }

    /// Whether anything in it is hidden.
    #[must_use]
    pub fn holds_sensitive(&self) -> bool {
        self.sensitive
            || match &self.kind {
                Kind::Sequence(sequence) => sequence.items.iter().any(Value::holds_sensitive),
                Kind::Mapping(mapping) => mapping.entries.values().any(|entry| entry.value.holds_sensitive()),
                _ => false,
            }
    }

    /// What kind of value it is, as Terraform's messages call it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            Kind::Null(_) => "null",
            Kind::Bool(_) => "bool",
            Kind::Number(_) => "number",
            Kind::String(_) => "string",
            Kind::Sequence(sequence) => match sequence.kind {
                SequenceKind::Tuple => "tuple",
                SequenceKind::List => "list",
                SequenceKind::Set => "set",
            },
            Kind::Mapping(mapping) => match mapping.kind {
                MappingKind::Object => "object",
                MappingKind::Map => "map",
            },
            Kind::Unknown(..) => "unknown value",
        }
    }

    /// A spelling that equal values share and others do not, for the identity of what a function makes of it.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    fn write_canonical(&self, out: &mut String) {
        match &self.kind {
            Kind::Null(_) => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) => out.push_str(&number.ratio().to_string()),
            Kind::String(string) => {
                out.push('"');
                for piece in string.text.pieces() {
                    match piece {
                        Piece::Literal(literal) => out.push_str(&literal.escape_debug().to_string()),
                        Piece::Symbol(symbol) => write_symbol(symbol, out),
                    }
                }
                out.push('"');
            }
            Kind::Sequence(sequence) => {
                out.push('[');
                for item in sequence.items.iter() {
                    item.write_canonical(out);
                    out.push(',');
                }
                if let Some(symbol) = &sequence.open {
                    write_symbol(symbol, out);
                }
                out.push(']');
            }
            Kind::Mapping(mapping) => {
                out.push('{');
                for (key, entry) in mapping.entries.iter() {
                    out.push_str(&format!("{key:?}="));
                    entry.value.write_canonical(out);
                    out.push(',');
                }
                if let Some(symbol) = &mapping.open {
                    write_symbol(symbol, out);
                }
                out.push('}');
            }
            Kind::Unknown(symbol, _) => write_symbol(symbol, out),
        }
    }
}

/// A text in Unicode's normal form C.
fn composed(text: SmolStr) -> SmolStr {
    if text.is_ascii() || is_nfc(&text) { text } else { text.nfc().collect() }
}

fn write_symbol(symbol: &Symbol, out: &mut String) {
    out.push_str(&format!("${{{:?}}}", symbol.kind()));
}

/// What text adds to a size.
fn bulk(text: &str) -> usize {
    text.len() / 16
}

/// The longest spelling of arguments that a symbol keeps. Calls of calls double it at each step.
const MAX_SPELLING: usize = 1_000;

/// The functions and operators of which the result does not show what was given: digests, sizes, answers to questions.
const CONCEALING: &[&str] = &[
    "!",
    "!=",
    "&&",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "||",
    "alltrue",
    "anytrue",
    "base64sha256",
    "base64sha512",
    "bcrypt",
    "can",
    "contains",
    "endswith",
    "index",
    "issensitive",
    "length",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "startswith",
    "strcontains",
    "uuidv5",
];

/// The symbol of what a function gives for arguments that are not all known.
#[must_use]
pub fn call_symbol(function: &str, arguments: &[&Value]) -> Symbol {
    let symbol = symbol_of_call(function, arguments);
    match arguments.iter().find_map(|argument| argument.first_symbol()) {
        Some(cause) => symbol.following_from(cause.clone()),
        None => symbol,
    }
}

fn symbol_of_call(function: &str, arguments: &[&Value]) -> Symbol {
    let spelled: Vec<String> = arguments.iter().map(|argument| argument.canonical()).collect();
    let mut spelled = spelled.join(", ");
    if spelled.len() > MAX_SPELLING {
        let digest = Sha256::digest(&spelled);
        spelled = digest.iter().fold("sha256:".to_owned(), |out, byte| format!("{out}{byte:02x}"));
    }
    let kind = SymbolKind::Call { function: function.into(), arguments: spelled.into() };
    // What decides between two values shows itself in neither.
    let shown = if function == "conditional" { arguments.get(1..).unwrap_or_default() } else { arguments };
    let secret = shown.iter().find_map(|argument| argument.secret_symbol());
    let Some((secret, secrecy)) = secret.and_then(|secret| Some((secret, secret.secrecy()?))) else {
        return Symbol::new(kind);
    };
    match (function, secrecy) {
        (name, _) if CONCEALING.contains(&name) => Symbol::new(kind),
        ("conditional", Secrecy::Typed) => Symbol::new(kind),
        ("conditional", _) => Symbol::made_of_secret(kind, Secrecy::PerhapsResolved, secret.clone()),
        _ => Symbol::made_of_secret(kind, secrecy, secret.clone()),
    }
}
