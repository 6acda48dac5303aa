//! JSON as `jsonencode` writes it and `jsondecode` reads it (go-cty's `json` package over Go's `encoding/json`).

use super::CallError;
use crate::value::{Entry, Kind, MappingKind, Number, SequenceKind, Type, Value, call_symbol};
use serde_json::Value as Json;
use smol_str::SmolStr;
use stockade_model::{Origin, Text};
use stockade_syntax::{Data, FileId, Node, Source};

/// The text of a value's JSON: each part that is not known is the symbol of its own JSON.
pub(super) fn encode(value: &Value) -> Result<Text, CallError> {
    let mut out = Text::default();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Text) -> Result<(), CallError> {
    let symbol = |out: &mut Text| out.push_symbol(call_symbol("jsonencode", &[value]));
    match &value.kind {
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.spell()),
        Kind::String(string) => match string.text.as_literal() {
            Some(literal) => out.push_str(&quoted(literal)?),
            None => symbol(out),
        },
        Kind::Unknown(..) => symbol(out),
        Kind::Sequence(sequence) => {
            let unordered = sequence.kind == SequenceKind::Set
                && sequence.items.len() > 1
                && !sequence.items.iter().all(Value::is_wholly_known);
            if sequence.open.is_some() || unordered {
                symbol(out);
                return Ok(());
            }
            out.push_str("[");
            for (at, item) in sequence.items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write(item, out)?;
            }
            out.push_str("]");
        }
        Kind::Mapping(mapping) => {
            if mapping.open.is_some() {
                symbol(out);
                return Ok(());
            }
            out.push_str("{");
            for (at, (key, entry)) in mapping.entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                out.push_str(&quoted(key)?);
                out.push_str(":");
                write(&entry.value, out)?;
            }
            out.push_str("}");
        }
    }
    Ok(())
}

/// A string in quotes, with the characters escaped that HTML gives a meaning.
pub(super) fn quoted(text: &str) -> Result<String, CallError> {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' | '\u{c}' => {
                return Err(CallError::NotKnown(
                    "how backspaces and form feeds are escaped differs between versions of Terraform"
                        .to_owned(),
                ));
            }
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    Ok(out)
}

/// The value of a JSON text: objects and tuples.
pub(super) fn decode(text: &str, origin: &Origin) -> Result<Value, CallError> {
    let json: Json =
        serde_json::from_str(text).map_err(|error| CallError::refused(format!("invalid JSON: {error}")))?;
    if has_long_number(text) { of_tree(text, origin) } else { value(&json, origin) }
}

/// The value of a valid JSON text by a reader that keeps all digits of numbers.
fn of_tree(text: &str, origin: &Origin) -> Result<Value, CallError> {
    let not_known = |why: String| CallError::NotKnown(format!("a JSON text of long numbers: {why}"));
    let source = Source::new(FileId(0), "inline.json", text.to_owned());
    let document = stockade_syntax::parse(&source, |_| None).map_err(|error| not_known(error.to_string()))?;
    match document.notices.first() {
        Some(notice) => Err(not_known(notice.message.clone())),
        None => of_node(&document.root, origin),
    }
}

fn of_node(node: &Node, origin: &Origin) -> Result<Value, CallError> {
    let origin = || origin.clone();
    Ok(match &node.data {
        Data::Null => Value::null(origin()),
        Data::Bool(value) => Value::bool(*value, origin()),
        Data::Number(digits) => {
            let unread = || CallError::NotKnown("a number in the JSON is too large".to_owned());
            Value::number(Number::parse(digits).ok_or_else(unread)?, origin())
        }
        Data::String(text) => Value::string(text.clone(), origin()),
        Data::Sequence(items) => {
            let items = items.iter().map(|item| of_node(item, &origin())).collect::<Result<_, _>>()?;
            Value::tuple(items, origin())
        }
        Data::Mapping(fields) => {
            let entry = |field: &stockade_syntax::Entry| {
                let value = of_node(&field.value, &origin())?;
                Ok((field.key.clone(), Entry { key_place: origin().place, value }))
            };
            Value::object(fields.iter().map(entry).collect::<Result<_, CallError>>()?, origin())
        }
    })
}

fn value(json: &Json, origin: &Origin) -> Result<Value, CallError> {
    let origin = || origin.clone();
    Ok(match json {
        Json::Null => Value::null(origin()),
        Json::Bool(value) => Value::bool(*value, origin()),
        Json::Number(number) => {
            let number = Number::parse(&number.to_string());
            let unread = || CallError::NotKnown("a number in the JSON is too large".to_owned());
            Value::number(number.ok_or_else(unread)?, origin())
        }
        Json::String(text) => Value::string(text.as_str(), origin()),
        Json::Array(items) => {
            let items = items.iter().map(|item| value(item, &origin())).collect::<Result<_, _>>()?;
            Value::tuple(items, origin())
        }
        Json::Object(fields) => {
            let entry = |(key, field): (&String, &Json)| {
                let value = value(field, &origin())?;
                Ok((SmolStr::new(key), Entry { key_place: origin().place, value }))
            };
            Value::object(fields.iter().map(entry).collect::<Result<_, CallError>>()?, origin())
        }
    })
}

/// Whether a number outside of strings has more digits than are kept: whole ones of 64 bits, others of 15 digits.
fn has_long_number(text: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let mut outside = String::new();
    for character in text.chars() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else {
            quoted = character == '"';
            outside.push(character);
        }
    }
    let numbers =
        outside.split(|character: char| !character.is_ascii_digit() && !"+-.eE".contains(character));
    let long = |number: &str| number.bytes().filter(u8::is_ascii_digit).count() > 15;
    numbers.into_iter().any(|number| long(number) && number.parse::<i64>().is_err())
}

/// What decoding gives for the JSON of a value: the same, of objects and tuples. `None` where the order of a set is
/// not known.
pub(super) fn round_trip(value: &Value) -> Option<Value> {
    let kind = match &value.kind {
        Kind::Sequence(sequence) => {
            if sequence.kind == SequenceKind::Set && !value.is_wholly_known() {
                return None;
            }
            let items = sequence.items.iter().map(round_trip).collect::<Option<_>>()?;
            let open = sequence.open.clone();
            return Some(Value::sequence(SequenceKind::Tuple, items, open, value.origin.clone()));
        }
        Kind::Mapping(mapping) => {
            let entry = |(key, entry): (&SmolStr, &Entry)| {
                Some((key.clone(), Entry { key_place: entry.key_place, value: round_trip(&entry.value)? }))
            };
            let entries = mapping.entries.iter().map(entry).collect::<Option<_>>()?;
            let open = mapping.open.clone();
            return Some(Value::mapping(MappingKind::Object, entries, open, value.origin.clone()));
        }
        // The type of a list or map that is not known changes.
        Kind::Unknown(symbol, Type::List(_) | Type::Set(_) | Type::Map(_)) => {
            Kind::Unknown(symbol.clone(), Type::Any)
        }
        kind => kind.clone(),
    };
    Some(Value { kind, ..value.clone() })
}
