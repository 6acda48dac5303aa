//! YAML as `yamlencode` writes it and `yamldecode` reads it (go-cty-yaml).

use super::CallError;
use super::json::quoted;
use crate::value::{Entry, Kind, Number, Type, Value};
use smol_str::SmolStr;
use stockade_model::Origin;
use stockade_syntax::{Data, FileId, Node, NoticeKind, Source, Style};

/// The width past which Terraform breaks lines of text at spaces.
const WIDTH: usize = 80;

fn not_known(why: &str) -> CallError {
    CallError::NotKnown(why.to_owned())
}

/// The YAML of a value that is known whole.
pub(super) fn encode(value: &Value) -> Result<String, CallError> {
    // Older releases mark the end of such a document.
    if matches!(value.kind, Kind::Null(_) | Kind::Bool(_) | Kind::Number(_)) {
        return Err(not_known(
            "how a document of one plain scalar ends differs between versions of Terraform",
        ));
    }
    let mut out = String::new();
    block(value, 0, &mut out)?;
    Ok(out)
}

/// Writes a value from where the line stands: after an indicator or at the margin.
fn block(value: &Value, indent: usize, out: &mut String) -> Result<(), CallError> {
    match &value.kind {
        Kind::Sequence(sequence) if !sequence.items.is_empty() => {
            for (at, item) in sequence.items.iter().enumerate() {
                if at > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str("- ");
                block(item, indent + 2, out)?;
            }
            Ok(())
        }
        Kind::Mapping(mapping) if !mapping.entries.is_empty() => {
            for (at, (key, entry)) in mapping.entries.iter().enumerate() {
                if at > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                if key.contains('\n') || key.len() > 100 {
                    return Err(not_known("keys of several lines are not written as YAML by this version"));
                }
                let key = double_quoted(key)?;
                out.push_str(&key);
                out.push(':');
                match &entry.value.kind {
                    // Items of a list stand below their key, not further in.
                    Kind::Sequence(sequence) if !sequence.items.is_empty() => {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent));
                        block(&entry.value, indent, out)?;
                    }
                    Kind::Mapping(mapping) if !mapping.entries.is_empty() => {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent + 2));
                        block(&entry.value, indent + 2, out)?;
                    }
                    _ => {
                        out.push(' ');
                        scalar(&entry.value, indent, key.chars().count() + 2, out)?;
                    }
                }
            }
            Ok(())
        }
        _ => scalar(value, indent.saturating_sub(2), 0, out),
    }
}

fn scalar(value: &Value, indent: usize, column: usize, out: &mut String) -> Result<(), CallError> {
    match &value.kind {
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.spell()),
        Kind::Sequence(_) => out.push_str("[]"),
        Kind::Mapping(_) => out.push_str("{}"),
        Kind::Unknown(..) => return Err(not_known("a part is not known")),
        Kind::String(string) => {
            let text = string.text.as_literal().ok_or_else(|| not_known("a part is not known"))?;
            if text.contains('\n') {
                return literal(text, indent, out);
            }
            let quoted = double_quoted(text)?;
            if text.contains(' ') && indent + 2 + column + quoted.chars().count() > WIDTH {
                return Err(not_known(
                    "where long lines of YAML break differs between versions of Terraform",
                ));
            }
            out.push_str(&quoted);
        }
    }
    out.push('\n');
    Ok(())
}

/// Text of several lines, as it stands.
fn literal(text: &str, indent: usize, out: &mut String) -> Result<(), CallError> {
    let body = text.trim_end_matches('\n');
    let plain = |character: char| character == '\n' || character == '\t' || matches!(character, ' '..='~');
    let first = body.chars().next();
    let spaces_end = body.ends_with(' ') || body.contains(" \n");
    if body.is_empty()
        || matches!(first, None | Some(' ' | '\t' | '\n'))
        || spaces_end
        || !text.chars().all(plain)
    {
        return Err(not_known("this text of several lines is not written as YAML by this version"));
    }
    out.push_str(match text.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent + 2));
            out.push_str(line);
        }
    }
    out.push_str(&"\n".repeat((text.len() - body.len()).max(1)));
    Ok(())
}

fn double_quoted(text: &str) -> Result<String, CallError> {
    let common = |character: char| {
        matches!(character, ' '..='~' | '\t' | '\r') || character.is_alphabetic() && character >= '\u{a1}'
    };
    if !text.chars().all(common) {
        return Err(not_known("how YAML escapes these characters is not known to this version"));
    }
    // JSON's escapes for HTML are none of YAML's.
    let quoted = quoted(text)?;
    Ok(quoted.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&"))
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

/// Versions, addresses and times of day are text to every version.
fn is_plainly_text(text: &str) -> bool {
    let parts = |separator| text.split(separator).count();
    let only =
        |separator: char| text.chars().all(|character| character.is_ascii_digit() || character == separator);
    only('.') && parts('.') > 2 || only(':') && parts(':') > 1
}
