//! How Python 2.7 orders and prints a body. AWS hashes that text into the logical id of an API's deployment, and
//! keeps doing so, so that unchanged APIs keep their deployments.
//!
//! A dictionary is printed in the order of its hash table, which depends on the history of insertions and copies. An
//! object's entries are kept in the order of the insertions since the last copy, and [`settle`] is called where the
//! translator copies. A string that came from the template prints with a `u` in front, a constant of the translator
//! does not: constants carry a place of kind [`ViaKind::Transform`], and a constant key has the place of its value.
//! A key that is taken out leaves a mark in the table, so [`remove`] leaves one here until [`settle`] or [`purge`].

use std::fmt::Write as _;
use std::sync::Arc;
use stockade_cfn::{Data, Entry, Expr};
use stockade_model::ViaKind;

/// What stands before a key that was taken out.
const REMOVED: char = '\0';

/// The hash of a string.
fn hash(text: &str) -> u64 {
    let Some(first) = text.chars().next() else { return 0 };
    let mut hash = u64::from(u32::from(first)) << 7;
    let mut length = 0_u64;
    for character in text.chars() {
        hash = hash.wrapping_mul(1_000_003) ^ u64::from(u32::from(character));
        length += 1;
    }
    hash ^ length
}

/// An open-addressing table of indices of keys.
struct Table<'a> {
    keys: Vec<&'a str>,
    slots: Vec<Option<usize>>,
    used: usize,
}

impl Table<'_> {
    fn add(&mut self, index: usize) {
        let mask = self.slots.len() as u64 - 1;
        let full = hash(self.keys[index]);
        let mut walker = full & mask;
        let mut perturb = full;
        let mut at = walker;
        // An index below the mask is always a slot; a table is never full, so the walk ends.
        while self.slots.get(slot(at)).is_some_and(Option::is_some) {
            walker = (walker << 2).wrapping_add(walker).wrapping_add(perturb).wrapping_add(1);
            at = walker & mask;
            perturb >>= 5;
        }
        self.slots[slot(at)] = Some(index);
        self.used += 1;
        if self.used * 3 >= self.slots.len() * 2 {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let wanted = self.used * if self.used > 50_000 { 2 } else { 4 };
        let mut size = 8;
        while size <= wanted {
            size <<= 1;
        }
        let old = std::mem::replace(&mut self.slots, vec![None; size]);
        self.used = 0;
        for index in old.into_iter().flatten() {
            self.add(index);
        }
    }
}

fn slot(at: u64) -> usize {
    usize::try_from(at).unwrap_or_default()
}

/// The entries of an object in the order in which Python iterates over them.
pub(crate) fn entries(object: &Expr) -> Vec<&Entry> {
    let written = object.entries();
    let keys = written.iter().map(|entry| entry.key.trim_start_matches(REMOVED)).collect();
    let mut table = Table { keys, slots: vec![None; 8], used: 0 };
    for index in 0..written.len() {
        table.add(index);
    }
    let all = table.slots.iter().flatten().filter_map(|index| written.get(*index));
    all.filter(|entry| !entry.key.starts_with(REMOVED)).collect()
}

/// Takes a key out of an object.
pub(crate) fn remove(object: &mut Expr, key: &str) {
    if let Data::Object(map) = &mut object.data
        && let Some(entry) = Arc::make_mut(map).entries.iter_mut().find(|entry| entry.key == key)
    {
        entry.key = smol_str::format_smolstr!("{REMOVED}{key}");
        entry.value = Expr::null(&entry.value.origin);
    }
}

/// Takes away the marks of what was taken out.
pub(crate) fn purge(value: &mut Expr) {
    match &mut value.data {
        Data::List(items) => Arc::make_mut(items).iter_mut().for_each(purge),
        Data::Object(map) => {
            let entries = &mut Arc::make_mut(map).entries;
            entries.retain(|entry| !entry.key.starts_with(REMOVED));
            entries.iter_mut().for_each(|entry| purge(&mut entry.value));
        }
        _ => {}
    }
}

/// Reorders every object in a value as a deep copy does.
pub(crate) fn settle(value: &mut Expr) {
    match &mut value.data {
        Data::List(items) => Arc::make_mut(items).iter_mut().for_each(settle),
        Data::Object(_) => {
            let ordered: Vec<Entry> = entries(value).into_iter().cloned().collect();
            if let Data::Object(map) = &mut value.data {
                let map = Arc::make_mut(map);
                map.entries = ordered;
                map.entries.iter_mut().for_each(|entry| settle(&mut entry.value));
            }
        }
        _ => {}
    }
}

/// The value as Python prints it.
pub(crate) fn text(value: &Expr) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Expr, out: &mut String) {
    match &value.data {
        Data::Null => out.push_str("None"),
        Data::Bool(true) => out.push_str("True"),
        Data::Bool(false) => out.push_str("False"),
        Data::Number(number) => out.push_str(number),
        Data::String(text) => write_string(text, is_written(value), out),
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_value(item, out);
            }
            out.push(']');
        }
        Data::Object(_) => {
            out.push('{');
            for (index, entry) in entries(value).into_iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_string(&entry.key, entry.key_place != entry.value.origin.place, out);
                out.push_str(": ");
                write_value(&entry.value, out);
            }
            out.push('}');
        }
    }
}

/// Whether the user wrote the value.
fn is_written(value: &Expr) -> bool {
    !value.origin.vias().any(|via| via.kind == ViaKind::Transform)
}

fn write_string(text: &str, written: bool, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    if written {
        out.push('u');
    }
    out.push(quote);
    for character in text.chars() {
        let _ = match character {
            '\\' => write!(out, "\\\\"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            other if other == quote => write!(out, "\\{other}"),
            ' '..='~' => write!(out, "{character}"),
            other if !written && u32::from(other) > 0xff => write!(out, "{other}"),
            other if u32::from(other) <= 0xff => write!(out, "\\x{:02x}", u32::from(other)),
            other if u32::from(other) <= 0xffff => write!(out, "\\u{:04x}", u32::from(other)),
            other => write!(out, "\\U{:08x}", u32::from(other)),
        };
    }
    out.push(quote);
}

/// The value as Python's `json.dumps` prints it with its default separators.
pub(crate) fn json(value: &Expr) -> String {
    match &value.data {
        Data::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Data::Object(_) => {
            let entry = |entry: &Entry| {
                let key = serde_json::Value::String(entry.key.to_string());
                format!("{}: {}", crate::logical_id::canonical_json(&key), json(&entry.value))
            };
            format!("{{{}}}", entries(value).into_iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        _ => crate::logical_id::canonical_json(&value.to_json()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{Origin, Place};
    use stockade_syntax::{FileId, Span};

    fn origin(at: usize) -> Origin {
        Origin::at(Place { file: FileId(0), span: Span::new(at, at + 1) })
    }

    #[test]
    fn constants_print_plain_and_written_text_as_unicode() {
        let made = origin(1).with(ViaKind::Transform, origin(9).place);
        let body = Expr::object(&made)
            .with("swagger", Expr::string("2.0", &made))
            .with("info", Expr::string("it's", &origin(4)))
            .with("paths", Expr::list(vec![Expr::bool(true, &made), Expr::null(&made)], &made));
        assert_eq!(text(&body), r#"{'info': u"it's", 'paths': [True, None], 'swagger': '2.0'}"#);
    }

    #[test]
    fn many_keys_grow_the_table() {
        let made = origin(1);
        let mut body = Expr::object(&made);
        for index in 0..100 {
            body.set(format!("key{index}"), Expr::number(index, &made));
        }
        settle(&mut body);
        assert_eq!(body.entries().len(), 100);
    }
}
