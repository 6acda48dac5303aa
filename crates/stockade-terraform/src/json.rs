//! The value behind a string of JSON: what `jsonencode` made it of, or what it reads as.

use crate::heredoc::Lines;
use crate::value::{Entry, Kind, Number, Type, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::{Origin, Piece, Symbol, Text};
use stockade_syntax::{Data, FileId, Node, Source};

/// Stands for a symbol while the text around it is parsed: characters of a private use area, one a symbol.
const FIRST_MARK: u32 = 0xF_0000;

/// The value that a string is the JSON of; `None` if it is none, or not known.
pub(crate) fn behind(value: &Value) -> Option<Value> {
    let Kind::String(string) = &value.kind else { return None };
    if let Some(of) = &string.json_of {
        return Some(Value::clone(of).hidden(value.sensitive));
    }
    let (text, symbols) = marked(&string.text)?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(read(&json, &symbols, &value.origin).hidden(value.sensitive))
}

/// As [`behind`], with places of its own for what stands within. `places` gives them for a range of bytes of the text, in
/// which each symbol is a character, in quotes where it is not in a string.
pub(crate) fn behind_at(value: &Value, places: impl Fn(&str) -> Option<Lines>) -> Option<Value> {
    let Kind::String(string) = &value.kind else { return None };
    let (text, symbols) = marked(&string.text)?;
    serde_json::from_str::<serde_json::Value>(&text).ok()?;
    let lines = places(&text)?;
    let source = Source::new(FileId::default(), "value.json", text);
    let document = stockade_syntax::parse(&source, |_| None).ok()?;
    let inner = placed(&document.root, &symbols, &lines);
    Some(Value { origin: value.origin.clone(), ..inner }.hidden(value.sensitive))
}

fn placed(node: &Node, symbols: &[&Symbol], lines: &Lines) -> Value {
    let origin = Origin::at(lines.place(node.span));
    match &node.data {
        Data::Null => Value::null(origin),
        Data::Bool(value) => Value::bool(*value, origin),
        Data::Number(text) => match Number::parse(text) {
            Some(number) => Value::number(number, origin),
            None => Value::string(text.clone(), origin),
        },
        Data::String(text) => Value::text(restored(text, symbols), origin),
        Data::Sequence(items) => {
            Value::tuple(items.iter().map(|item| placed(item, symbols, lines)).collect(), origin)
        }
        Data::Mapping(fields) => {
            let mut entries = BTreeMap::new();
            let mut open = None;
            for field in fields {
                let key = restored(&field.key, symbols);
                match key.as_literal() {
                    Some(key) => {
                        let value = placed(&field.value, symbols, lines);
                        let key_place = lines.place(field.key_span);
                        entries.insert(SmolStr::new(key), Entry { key_place, value });
                    }
                    None => open = key.symbols().next().cloned(),
                }
            }
            Value::mapping(crate::value::MappingKind::Object, entries, open, origin)
        }
    }
}

/// The text with a character for each symbol, and the symbols.
fn marked(of: &Text) -> Option<(String, Vec<&Symbol>)> {
    let mut symbols: Vec<&Symbol> = Vec::new();
    let mut text = String::new();
    for piece in of.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Symbol(symbol) => {
                let mark = mark(symbols.len())?;
                // Outside of quotes a symbol stands for a whole value.
                let quoted = in_string(&text);
                if !quoted {
                    text.push('"');
                }
                text.push(mark);
                if !quoted {
                    text.push('"');
                }
                symbols.push(symbol);
            }
        }
    }
    Some((text, symbols))
}

fn mark(at: usize) -> Option<char> {
    char::from_u32(FIRST_MARK + u32::try_from(at).ok().filter(|at| *at < 0x8000)?)
}

/// Whether a text that begins as JSON ends within a string.
fn in_string(text: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

fn read(json: &serde_json::Value, symbols: &[&Symbol], origin: &Origin) -> Value {
    match json {
        serde_json::Value::Null => Value::null(origin.clone()),
        serde_json::Value::Bool(value) => Value::bool(*value, origin.clone()),
        serde_json::Value::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => Value::number(number, origin.clone()),
            None => Value::string(number.to_string(), origin.clone()),
        },
        serde_json::Value::String(text) => Value::text(restored(text, symbols), origin.clone()),
        serde_json::Value::Array(items) => {
            Value::tuple(items.iter().map(|item| read(item, symbols, origin)).collect(), origin.clone())
        }
        serde_json::Value::Object(fields) => {
            let mut entries = BTreeMap::new();
            let mut open = None;
            for (key, value) in fields {
                let key = restored(key, symbols);
                match key.as_literal() {
                    Some(key) => {
                        let value = read(value, symbols, origin);
                        entries.insert(SmolStr::new(key), Entry { key_place: origin.place, value });
                    }
                    None => open = key.symbols().next().cloned(),
                }
            }
            Value::mapping(crate::value::MappingKind::Object, entries, open, origin.clone())
        }
    }
}

/// A text with the symbols back where their marks are.
fn restored(text: &str, symbols: &[&Symbol]) -> Text {
    let mut out = Text::default();
    let mut literal = String::new();
    for character in text.chars() {
        let at = u32::from(character).checked_sub(FIRST_MARK).and_then(|at| usize::try_from(at).ok());
        match at.and_then(|at| symbols.get(at)) {
            Some(symbol) => {
                out.push_str(&literal);
                literal.clear();
                out.push_symbol(Symbol::clone(symbol));
            }
            None => literal.push(character),
        }
    }
    out.push_str(&literal);
    out
}

/// The value behind a string of JSON where it is known, a symbol where the string is one, and the string as it is
/// where it is no JSON.
pub(crate) fn decoded(value: &Value) -> Value {
    match (&value.kind, behind(value)) {
        (_, Some(inner)) => Value { origin: inner.origin.clone(), ..inner },
        (Kind::String(string), None) => match string.text.symbols().next() {
            Some(symbol) => Value::unknown(symbol.clone(), Type::Any, value.origin.clone()),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}
