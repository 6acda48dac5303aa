//! YAML as `yamldecode` reads it (go-cty-yaml).

use super::CallError;
use crate::value::{Entry, Number, Type, Value};
use smol_str::SmolStr;
use stockade_model::Origin;
use stockade_syntax::{Data, FileId, Node, NoticeKind, Source, Style};

fn not_known(why: &str) -> CallError {
    CallError::NotKnown(why.to_owned())
}

/// The value of a YAML document: objects and tuples.
pub(super) fn decode(text: &str, origin: &Origin) -> Result<Value, CallError> {
    if text.contains('!') || text.contains('%') && text.starts_with('%') {
        return Err(not_known("tags and directives of YAML are not read by this version"));
    }
    if text.trim().is_empty() {
        return Err(not_known("an empty YAML document is not read by this version"));
    }
    let source = Source::new(FileId(0), "inline.yaml", text.to_owned());
    let document = stockade_syntax::parse(&source, |_| None)
        .map_err(|error| CallError::NotKnown(format!("the text is not read as YAML: {error}")))?;
    if document.notices.iter().any(|notice| notice.kind == NoticeKind::FurtherDocuments) {
        return Err(CallError::refused("the text holds more than one YAML document"));
    }
    if !document.notices.is_empty() {
        return Err(not_known("the YAML holds what is not read by this version"));
    }
    value(&document.root, &source, origin)
}

fn value(node: &Node, source: &Source, origin: &Origin) -> Result<Value, CallError> {
    let origin = || origin.clone();
    if node.alias.is_some() {
        return Err(not_known("aliases of YAML are not read by this version"));
    }
    Ok(match &node.data {
        Data::Sequence(items) => {
            let items = items.iter().map(|item| value(item, source, &origin())).collect::<Result<_, _>>()?;
            Value::tuple(items, origin())
        }
        Data::Mapping(fields) => {
            let entry = |field: &stockade_syntax::Entry| {
                let value = value(&field.value, source, &origin())?;
                Ok((key(field, source, &origin())?, Entry { key_place: origin().place, value }))
            };
            Value::object(fields.iter().map(entry).collect::<Result<_, CallError>>()?, origin())
        }
        _ if node.style == Style::Plain => {
            let written = source.text.get(node.span.range()).unwrap_or_default();
            match &node.data {
                // A text of several lines is folded.
                Data::String(text) if written.contains('\n') => Value::string(text.clone(), origin()),
                _ => plain(written.trim(), origin())?,
            }
        }
        Data::String(text) => Value::string(text.clone(), origin()),
        _ => return Err(not_known("the YAML holds what is not read by this version")),
    })
}

/// A key: a plain one is read as a scalar and becomes a string again.
fn key(field: &stockade_syntax::Entry, source: &Source, origin: &Origin) -> Result<SmolStr, CallError> {
    let written = source.text.get(field.key_span.range()).unwrap_or_default().trim();
    if written.starts_with(['"', '\'', '|', '>']) {
        return Ok(field.key.clone());
    }
    let key = plain(written, origin.clone())?.convert(&Type::String)?;
    key.as_str().map(SmolStr::new).ok_or_else(|| not_known("a key of the YAML is null"))
}

/// What a plain scalar means to go-cty-yaml: YAML 1.1's words, decimal numbers, timestamps.
fn plain(text: &str, origin: Origin) -> Result<Value, CallError> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::null(origin)),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(Value::bool(true, origin));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(Value::bool(false, origin));
        }
        _ => {}
    }
    let numeric = text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.'));
    if !numeric {
        return Ok(Value::string(text, origin));
    }
    if let Some(day) = midnight(text) {
        return Ok(Value::string(day, origin));
    }
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    let digits = if text.starts_with('.') { text.to_owned() } else { digits };
    let hexadecimal = text.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok());
    if let Some(number) = hexadecimal.map(Number::counted).or_else(|| Number::parse(&digits)) {
        return Ok(Value::number(number, origin));
    }
    let unsure =
        text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.:_TtZz xXoObBeEaAcCdDfFpPiInN".contains(&byte));
    match unsure && text.bytes().any(|byte| byte.is_ascii_digit())
        || text.to_ascii_lowercase().contains("inf")
    {
        // Timestamps, other bases: their reading differs between versions.
        true if !is_plainly_text(text) => {
            Err(not_known("a timestamp or number of the YAML is not read by this version"))
        }
        _ => Ok(Value::string(text, origin)),
    }
}

/// A day as the time when it begins, in which form YAML's timestamps are read: `2012-10-17`.
fn midnight(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u8>().ok());
    let (month, day) = (number(month)??, number(day)??);
    let year: i32 = year.parse().ok().filter(|_| year.len() == 4)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => return None,
    };
    let written = |part: &str| (1..=2).contains(&part.len());
    ((1..=last).contains(&day) && written(parts[1]) && written(parts[2]))
        .then(|| format!("{year:04}-{month:02}-{day:02}T00:00:00Z"))
}

/// Versions, addresses and times of day are text to every version.
fn is_plainly_text(text: &str) -> bool {
    let parts = |separator| text.split(separator).count();
    let only =
        |separator: char| text.chars().all(|character| character.is_ascii_digit() || character == separator);
    only('.') && parts('.') > 2 || only(':') && parts(':') > 1
}
