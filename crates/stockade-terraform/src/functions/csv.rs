//! CSV as `csvdecode` reads it.

use super::{Call, CallError};
use crate::value::{AttributeType, Entry, Type, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A list of objects, one a line, with the first line's names.
pub(super) fn decode(call: &Call<'_>) -> Result<Value, CallError> {
    let text = call.str(0);
    // What Go's reader refuses in quotes, the library takes.
    if text.contains('"') && !quotes_are_whole(text) {
        return Err(CallError::refused("a quote in the CSV stands where none can be"));
    }
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(true).flexible(false).from_reader(text.as_bytes());
    let invalid = |error: ::csv::Error| CallError::refused(format!("invalid CSV: {error}"));
    let names: Vec<SmolStr> = reader.headers().map_err(invalid)?.iter().map(SmolStr::new).collect();
    if names.is_empty() {
        return Err(CallError::refused("the first line of the CSV must name the columns"));
    }
    if let Some(twice) =
        names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name))
    {
        return Err(CallError::refused(format!("the column `{twice}` is there twice")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(invalid)?;
        let entry = |(name, field): (&SmolStr, &str)| {
            let value = Value::string(field.replace("\r\n", "\n"), call.origin.clone());
            (name.clone(), Entry { key_place: call.origin.place, value })
        };
        let entries: BTreeMap<_, _> = names.iter().zip(record.iter()).map(entry).collect();
        rows.push(Value::object(entries, call.origin.clone()));
    }
    let columns = names.into_iter().map(|name| (name, AttributeType::required(Type::String)));
    Ok(Value::list(rows, call.origin.clone()).of(Type::Object(columns.collect())))
}

/// Whether each quote opens a field, closes one, or is doubled within one.
fn quotes_are_whole(text: &str) -> bool {
    let (mut quoted, mut start) = (false, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, quoted) {
            ('"', true) => match characters.peek() {
                Some('"') => {
                    characters.next();
                }
                None | Some(',' | '\n' | '\r') => quoted = false,
                _ => return false,
            },
            ('"', false) if start => quoted = true,
            ('"', false) => return false,
            _ => {}
        }
        start = !quoted && matches!(character, ',' | '\n');
    }
    !quoted
}

/// The type of the result where the text is not known.
pub(super) fn result() -> Type {
    Type::List(Box::default())
}
