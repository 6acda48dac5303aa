//! Logical ids with a hash of what they stand for, so that a change makes a new resource.

use sha1::{Digest, Sha1};
use std::fmt::Write as _;

/// The first `digits` hex digits of the SHA-1 of `data`.
pub(crate) fn hash(data: &str, digits: usize) -> String {
    let mut text = String::new();
    for byte in Sha1::digest(data.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text.truncate(digits);
    text
}

/// JSON as Python's `json.dumps(data, separators=(",", ":"), sort_keys=True)` prints it: what the translator
/// hashes.
pub(crate) fn canonical_json(value: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match value {
        Json::String(text) => python_string(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical_json).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(entries) => {
            let mut keys: Vec<&String> = entries.keys().collect();
            keys.sort();
            let entries: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", python_string(key), canonical_json(&entries[key])))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        other => other.to_string(),
    }
}

/// A string in JSON with everything outside ASCII escaped, as Python does by default.
fn python_string(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}
