//! YAML as `yamlencode` writes it: go-cty-yaml, which emits as LibYAML does. Strings stand in double quotes, those of several
//! lines as literal blocks where YAML allows it, everything else plain.

use super::CallError;
use crate::value::{Kind, Value};

/// The column past which a text breaks at a space.
const WIDTH: usize = 80;

/// Spaces of one level.
const INDENT: usize = 2;

/// The longest key, in bytes, that stands before its value without a mark of its own.
const MAX_KEY: usize = 128;

/// The YAML of a value that is known whole.
pub(super) fn encode(value: &Value) -> Result<String, CallError> {
    let mut emitter = Emitter::default();
    emitter.node(value, Place::Root)?;
    if emitter.column > 0 {
        emitter.line(0);
    }
    // A plain scalar alone could go on.
    if matches!(value.kind, Kind::Null(_) | Kind::Bool(_) | Kind::Number(_)) {
        emitter.out.push_str("...\n");
    }
    Ok(emitter.out)
}

/// Where a node stands.
#[derive(Clone, Copy)]
enum Place {
    Root,
    /// An item of a list that begins in that column.
    Item(usize),
    /// The value behind a key of a mapping that begins in that column.
    Value(usize),
    /// A key or value of such a mapping with a mark of its own, since the key is long or of several lines.
    Marked(usize),
}

#[derive(Default)]
struct Emitter {
    out: String,
    /// Characters of the line so far.
    column: usize,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    /// Begins a line that is indented so far.
    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.column = 0;
        self.pad(indent);
    }

    fn pad(&mut self, indent: usize) {
        let missing = indent.saturating_sub(self.column);
        self.put(&" ".repeat(missing));
    }

    /// Goes to that column: of this line if it has come no further, of the next otherwise.
    fn begin(&mut self, indent: usize, go_on: bool) {
        if self.column > indent || !go_on && self.column > 0 {
            self.line(indent);
        } else {
            self.pad(indent);
        }
    }

    fn node(&mut self, value: &Value, place: Place) -> Result<(), CallError> {
        match &value.kind {
            Kind::Sequence(sequence) if !sequence.items.is_empty() => {
                // Items stand below their key, not further in.
                let (indent, go_on) = match place {
                    Place::Root => (0, true),
                    Place::Item(indent) | Place::Marked(indent) => (indent + INDENT, true),
                    Place::Value(indent) => (indent, false),
                };
                for (at, item) in sequence.items.iter().enumerate() {
                    self.begin(indent, go_on && at == 0);
                    self.put("-");
                    self.node(item, Place::Item(indent))?;
                }
                Ok(())
            }
            Kind::Mapping(mapping) if !mapping.entries.is_empty() => {
                let (indent, go_on) = match place {
                    Place::Root => (0, true),
                    Place::Item(indent) | Place::Marked(indent) => (indent + INDENT, true),
                    Place::Value(indent) => (indent + INDENT, false),
                };
                for (at, (key, entry)) in mapping.entries.iter().enumerate() {
                    self.begin(indent, go_on && at == 0);
                    if key.len() <= MAX_KEY && !key.contains(is_break) {
                        self.double_quoted(key, None);
                        self.put(":");
                        self.node(&entry.value, Place::Value(indent))?;
                    } else {
                        self.put("? ");
                        self.string(key, indent + INDENT);
                        self.begin(indent, false);
                        self.put(":");
                        self.node(&entry.value, Place::Marked(indent))?;
                    }
                }
                Ok(())
            }
            _ => {
                let indent = match place {
                    Place::Root => INDENT,
                    Place::Item(indent) | Place::Value(indent) | Place::Marked(indent) => {
                        self.put(" ");
                        indent + INDENT
                    }
                };
                self.scalar(value, indent)
            }
        }
    }

    /// A scalar or an empty collection, of which further lines are indented so far.
    fn scalar(&mut self, value: &Value, indent: usize) -> Result<(), CallError> {
        let not_known = || CallError::NotKnown("a part of the YAML is not known".to_owned());
        match &value.kind {
            Kind::Null(_) => self.put("null"),
            Kind::Bool(value) => self.put(if *value { "true" } else { "false" }),
            Kind::Number(number) => self.put(&number.spell()),
            Kind::Sequence(_) => self.put("[]"),
            Kind::Mapping(_) => self.put("{}"),
            Kind::Unknown(..) => return Err(not_known()),
            Kind::String(string) => {
                let text = string.text.as_literal().ok_or_else(not_known)?;
                if text.starts_with('\u{feff}') {
                    let message = "how YAML escapes text behind a byte order mark is not known";
                    return Err(CallError::NotKnown(message.to_owned()));
                }
                self.string(text, indent);
            }
        }
        Ok(())
    }

    fn string(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && may_be_literal(text) {
            self.literal(text, indent);
        } else {
            self.double_quoted(text, Some(indent));
        }
    }

    /// Text of several lines as it stands, behind a mark that says how it begins and ends.
    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with(|first: char| first == ' ' || is_break(first)) {
            self.put(&INDENT.to_string());
        }
        let mut last = text.chars().rev();
        match (last.next().is_some_and(is_break), last.next().is_none_or(is_break)) {
            (false, _) => self.put("-"),
            (true, true) => self.put("+"),
            (true, false) => {}
        }
        self.line(0);
        for character in text.chars() {
            if is_break(character) {
                self.out.push(character);
                self.column = 0;
            } else {
                if self.column == 0 {
                    self.pad(indent);
                }
                self.put(character.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// Text in double quotes; one that may break does so at spaces past the width, into lines indented so far.
    fn double_quoted(&mut self, text: &str, indent: Option<usize>) {
        self.put("\"");
        let (mut at_space, count) = (false, text.chars().count());
        let mut characters = text.chars().enumerate().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            match (character, indent) {
                (' ', Some(indent)) if !at_space && self.column > WIDTH && at > 0 && at + 1 < count => {
                    self.line(indent);
                    if next == Some(' ') {
                        self.put("\\");
                    }
                    at_space = true;
                }
                (' ', _) => {
                    self.put(" ");
                    at_space = true;
                }
                _ => {
                    at_space = false;
                    match escaped(character) {
                        Some(escaped) => self.put(&escaped),
                        None => self.put(character.encode_utf8(&mut [0; 4])),
                    }
                }
            }
        }
        self.put("\"");
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether YAML has the character as it is. LibYAML takes none beyond the basic plane for printable, and no tabs.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && character != '\u{feff}'
}

/// A literal block keeps no spaces at the end of a line, and has no escapes.
fn may_be_literal(text: &str) -> bool {
    let spaces_end = text
        .chars()
        .zip(text.chars().skip(1).chain(['\n']))
        .any(|(character, next)| character == ' ' && is_break(next));
    !spaces_end && text.chars().all(is_printable)
}

/// The escape of a character that cannot stand in quotes as it is.
fn escaped(character: char) -> Option<String> {
    if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
        return None;
    }
    let short = match character {
        '\0' => "0",
        '\u{7}' => "a",
        '\u{8}' => "b",
        '\t' => "t",
        '\n' => "n",
        '\u{b}' => "v",
        '\u{c}' => "f",
        '\r' => "r",
        '\u{1b}' => "e",
        '"' => "\"",
        '\\' => "\\",
        '\u{85}' => "N",
        '\u{2028}' => "L",
        '\u{2029}' => "P",
        _ => {
            let code = u32::from(character);
            return Some(match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            });
        }
    };
    Some(format!("\\{short}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Entry, Number};
    use stockade_model::{Origin, Place as At};

    fn text(text: &str) -> Value {
        Value::string(text, Origin::at(At::default()))
    }

    fn object(entries: &[(&str, Value)]) -> Value {
        let entry = |(key, value): &(&str, Value)| {
            ((*key).into(), Entry { key_place: At::default(), value: value.clone() })
        };
        Value::object(entries.iter().map(entry).collect(), Origin::at(At::default()))
    }

    fn tuple(items: &[Value]) -> Value {
        Value::tuple(items.to_vec(), Origin::at(At::default()))
    }

    fn encoded(value: &Value) -> String {
        encode(value).unwrap()
    }

    /// What Terraform 1.0.3 writes; the end mark also stands in the tests of later versions.
    #[test]
    fn scalars_alone() {
        let origin = || Origin::at(At::default());
        assert_eq!(encoded(&Value::bool(true, origin())), "true\n...\n");
        assert_eq!(encoded(&Value::null(origin())), "null\n...\n");
        assert_eq!(encoded(&Value::number(Number::parse("1.5").unwrap(), origin())), "1.5\n...\n");
        assert_eq!(encoded(&text("x")), "\"x\"\n");
        assert_eq!(encoded(&text("a\n")), "|\n  a\n");
        assert_eq!(encoded(&text("a\n\n")), "|+\n  a\n\n");
        assert_eq!(encoded(&text("a\nb")), "|-\n  a\n  b\n");
        assert_eq!(encoded(&text("a\tb\n")), "\"a\\tb\\n\"\n");
        assert_eq!(encoded(&text("🙂\u{a0}")), "\"\\U0001F642\u{a0}\"\n");
        assert_eq!(encoded(&tuple(&[])), "[]\n");
        assert_eq!(encoded(&object(&[])), "{}\n");
    }

    #[test]
    fn collections_within_each_other() {
        let inner = object(&[("k", text("v")), ("l", tuple(&[text("x"), tuple(&[])]))]);
        assert_eq!(
            encoded(&tuple(&[inner.clone(), tuple(&[text("y"), inner.clone()])])),
            concat!(
                "- \"k\": \"v\"\n  \"l\":\n  - \"x\"\n  - []\n",
                "- - \"y\"\n  - \"k\": \"v\"\n    \"l\":\n    - \"x\"\n    - []\n",
            )
        );
        assert_eq!(
            encoded(&object(&[("a", inner), ("t", text("1\n2\n")), ("z", object(&[]))])),
            "\"a\":\n  \"k\": \"v\"\n  \"l\":\n  - \"x\"\n  - []\n\"t\": |\n  1\n  2\n\"z\": {}\n"
        );
    }
}
