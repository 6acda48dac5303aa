//! New values in a document's own style.

use crate::tree::Format;
use crate::{Data, scalar};
use smol_str::SmolStr;

/// A value that an edit writes.
#[derive(Debug, Clone, PartialEq)]
pub enum New {
    /// A boolean.
    Bool(bool),
    /// A number in decimal spelling.
    Number(SmolStr),
    /// A string.
    String(SmolStr),
    /// A sequence.
    Sequence(Vec<New>),
    /// A mapping.
    Mapping(Vec<(SmolStr, New)>),
}

impl New {
    /// A string.
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self::String(text.into())
    }

    /// A mapping of the given entries.
    pub fn mapping<K: Into<SmolStr>>(entries: impl IntoIterator<Item = (K, New)>) -> Self {
        Self::Mapping(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

/// Gives the short YAML tag for a one-entry mapping's key (`Fn::Sub` → `Sub`), if it has one.
pub type TagSpelling = fn(&str) -> Option<&str>;

/// Renders `key: value` for a block mapping whose keys stand at `indent`; lines after the first carry it.
pub(crate) fn yaml_entry(key: &str, value: &New, indent: usize, tags: TagSpelling) -> String {
    format!("{}:{}", yaml_string(key), yaml_after_colon(value, indent, tags))
}

/// Renders what follows `key:`, the leading space or line break included.
pub(crate) fn yaml_after_colon(value: &New, indent: usize, tags: TagSpelling) -> String {
    let pad = " ".repeat(indent + 2);
    match value {
        New::Mapping(entries) if entries.is_empty() => " {}".into(),
        New::Sequence(items) if items.is_empty() => " []".into(),
        New::Mapping(entries) => {
            if let [(key, inner)] = entries.as_slice()
                && let Some(tag) = short_tag(key, inner, tags)
            {
                return format!(" !{tag}{}", yaml_after_colon(inner, indent, tags));
            }
            let lines = entries
                .iter()
                .map(|(key, value)| format!("\n{pad}{}", yaml_entry(key, value, indent + 2, tags)));
            lines.collect()
        }
        New::Sequence(items) => {
            let lines = items.iter().map(|item| format!("\n{pad}-{}", yaml_item(item, indent + 2, tags)));
            lines.collect()
        }
        scalar => format!(" {}", yaml_flow(scalar, tags)),
    }
}

/// The short tag for a one-entry mapping. Only one may stand before a value, and a scalar behind it is read as text.
fn short_tag<'a>(key: &'a str, inner: &New, tags: TagSpelling) -> Option<&'a str> {
    let fits = match inner {
        New::Bool(_) | New::Number(_) => false,
        New::Mapping(entries) => !matches!(entries.as_slice(), [(key, _)] if tags(key).is_some()),
        New::String(_) | New::Sequence(_) => true,
    };
    tags(key).filter(|_| fits)
}

/// A sequence item, the dash already written at `indent`.
fn yaml_item(item: &New, indent: usize, tags: TagSpelling) -> String {
    match item {
        New::Mapping(entries)
            if entries.len() > 1
                || entries.first().is_some_and(|(key, inner)| short_tag(key, inner, tags).is_none()) =>
        {
            let inner = indent + 2;
            let pad = format!("\n{}", " ".repeat(inner));
            let lines: Vec<String> =
                entries.iter().map(|(key, value)| yaml_entry(key, value, inner, tags)).collect();
            format!(" {}", lines.join(&pad))
        }
        New::Sequence(items) if !items.is_empty() => {
            let inner = indent + 2;
            let pad = format!("\n{}", " ".repeat(inner));
            let lines: Vec<String> =
                items.iter().map(|item| format!("-{}", yaml_item(item, inner, tags))).collect();
            format!(" {}", lines.join(&pad))
        }
        other => yaml_after_colon(other, indent, tags),
    }
}

/// Renders a value on one line, in flow style.
pub(crate) fn yaml_flow(value: &New, tags: TagSpelling) -> String {
    match value {
        New::Bool(value) => value.to_string(),
        New::Number(number) => number.to_string(),
        New::String(text) => yaml_string(text),
        New::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| yaml_flow(item, tags)).collect();
            format!("[{}]", items.join(", "))
        }
        New::Mapping(entries) => {
            if let [(key, inner)] = entries.as_slice()
                && let Some(tag) = short_tag(key, inner, tags)
            {
                return format!("!{tag} {}", yaml_flow(inner, tags));
            }
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", yaml_string(key), yaml_flow(value, tags)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// A string as a plain scalar where that reads back as the same string, else in quotes.
pub(crate) fn yaml_string(text: &str) -> String {
    let plain = matches!(scalar::resolve(text), Data::String(_))
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !text.starts_with([
            '!', '&', '*', '-', '?', '{', '}', '[', ']', ',', '#', '|', '>', '@', '`', '"', '\'', '%', ' ',
            '=',
        ])
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['{', '}', '[', ']', ','])
        && !looks_like_date(text)
        && text != "<<";
    if plain {
        text.to_owned()
    } else if text.chars().all(|character| !character.is_control()) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        json_string(text)
    }
}

/// Whether other readers of YAML 1.1 take the text for a timestamp.
fn looks_like_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let year =
        parts.next().is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    year && parts.next().is_some_and(|month| matches!(month.len(), 1 | 2)) && parts.next().is_some()
}

/// A string in JSON's quotes, which YAML's double quotes read the same way.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Renders JSON; `indent` is that of the line the value starts on, `None` for one line.
pub(crate) fn json(value: &New, indent: Option<usize>) -> String {
    let (open, close, parts): (char, char, Vec<String>) = match value {
        New::Bool(value) => return value.to_string(),
        New::Number(number) => return number.to_string(),
        New::String(text) => return json_string(text),
        New::Sequence(items) => {
            ('[', ']', items.iter().map(|item| json(item, indent.map(|indent| indent + 2))).collect())
        }
        New::Mapping(entries) => {
            let entry = |(key, value): &(SmolStr, New)| {
                format!("{}: {}", json_string(key), json(value, indent.map(|indent| indent + 2)))
            };
            ('{', '}', entries.iter().map(entry).collect())
        }
    };
    match indent {
        _ if parts.is_empty() => format!("{open}{close}"),
        Some(indent) => {
            let pad = format!("\n{}", " ".repeat(indent + 2));
            format!("{open}{pad}{}\n{}{close}", parts.join(&format!(",{pad}")), " ".repeat(indent))
        }
        None => format!("{open}{}{close}", parts.join(", ")),
    }
}

/// Renders a value on one line in the format's flow style.
pub(crate) fn flow(value: &New, format: Format, tags: TagSpelling) -> String {
    match format {
        Format::Json => json(value, None),
        Format::Yaml | Format::Hcl => yaml_flow(value, tags),
    }
}

/// A whole document in YAML's block style.
#[must_use]
pub fn to_yaml(value: &New, tags: TagSpelling) -> String {
    let mut text = match value {
        New::Mapping(entries) if !entries.is_empty() => {
            let lines: Vec<String> =
                entries.iter().map(|(key, value)| yaml_entry(key, value, 0, tags)).collect();
            lines.join("\n")
        }
        other => yaml_flow(other, tags),
    };
    text.push('\n');
    text
}
