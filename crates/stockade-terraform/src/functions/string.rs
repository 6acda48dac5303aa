//! Functions over strings.
//!
//! A character is what a reader sees as one, an extended grapheme cluster, as Terraform counts them.

use super::trim::is_go_space;
use super::{Call, CallError, Function, Needs};
use crate::value::{Kind, SequenceKind, Type, Value, call_symbol};
use stockade_model::{Piece, Symbol, Text};
use unicode_segmentation::UnicodeSegmentation as _;

/// The most spaces that `indent` adds: far more than anybody asks for.
const MAX_INDENT: usize = 10_000;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::{Bool, Number, String};
    let list = || Type::List(Box::new(String));
    let of_one = |name, run| Function::new(name, &[String], String, run);
    let test = |name, run| Function::new(name, &[String, String], Bool, run).needing_at(0, Needs::Nothing);
    vec![
        of_one("lower", |call| by_piece(call, |text| text.chars().map(lower).collect()))
            .needing(Needs::Nothing),
        of_one("upper", |call| by_piece(call, |text| text.chars().map(upper).collect()))
            .needing(Needs::Nothing),
        of_one("title", title),
        of_one("strrev", |call| {
            call.string(call.str(0).graphemes(true).rev().collect::<std::string::String>())
        }),
        Function::new("substr", &[String, Number, Number], String, substr).needing_at(0, Needs::Nothing),
        Function::new("indent", &[Number, String], String, indent).needing_at(1, Needs::Nothing),
        Function::new("join", &[String], String, join).and_more(list()).needing(Needs::Nothing),
        Function::new("split", &[String, String], list(), split).needing_at(1, Needs::Nothing),
        test("startswith", |call| ends(call, true)),
        test("endswith", |call| ends(call, false)),
        test("strcontains", |call| {
            let Some(text) = call.text(0) else { return call.unknown(Bool) };
            let found = text
                .pieces()
                .iter()
                .any(|piece| matches!(piece, Piece::Literal(literal) if literal.contains(call.str(1))));
            match text.as_literal() {
                Some(literal) => call.bool(literal.contains(call.str(1))),
                None if found || call.str(1).is_empty() => call.bool(true),
                None => call.unknown(Bool),
            }
        }),
    ]
}

/// One character for one, as Go maps them.
fn lower(character: char) -> char {
    let mut mapped = character.to_lowercase();
    // Of all characters only `İ` becomes two; Go takes the first.
    mapped.next().unwrap_or(character)
}

/// Whether some of its characters have an upper case that is one in Unicode's simple mapping and several in its full
/// one, which is all that is at hand.
fn has_greek_extended(text: &str) -> bool {
    text.chars().any(|character| ('\u{1f80}'..='\u{1fff}').contains(&character))
}

/// The upper case that begins a title: of the four digraphs only the first letter's.
fn title_case(character: char) -> char {
    match character {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        character => upper(character),
    }
}

fn upper(character: char) -> char {
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

/// Maps known characters; each symbol becomes the symbol of what the function gives for it.
fn by_piece(call: &Call<'_>, map: fn(&str) -> String) -> Result<Value, CallError> {
    let Some(text) = call.text(0) else { return call.unknown(Type::String) };
    let mut out = Text::default();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) if has_greek_extended(literal) => {
                return Err(CallError::NotKnown(
                    "the other case of some of these letters is not known".to_owned(),
                ));
            }
            Piece::Literal(literal) => out.push_str(&map(literal)),
            Piece::Symbol(symbol) => out.push_symbol(mapped_symbol(call, symbol)),
        }
    }
    Ok(Value::text(out, call.origin.clone()))
}

fn mapped_symbol(call: &Call<'_>, symbol: &Symbol) -> Symbol {
    let argument = Value::unknown(symbol.clone(), Type::String, call.origin.clone());
    call_symbol(call.name, &[&argument])
}

/// The first letter of each word in upper case, by the rule of Go's `strings.Title`.
fn title(call: &Call<'_>) -> Result<Value, CallError> {
    if has_greek_extended(call.str(0)) {
        return Err(CallError::NotKnown("the upper case of some of these letters is not known".to_owned()));
    }
    let mut before = ' ';
    let mut out = String::new();
    for character in call.str(0).chars() {
        let separated = match before {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => false,
            before if before.is_ascii() => true,
            before if before.is_alphanumeric() => false,
            before => is_go_space(before),
        };
        out.push(if separated { title_case(character) } else { character });
        before = character;
    }
    call.string(out)
}

fn substr(call: &Call<'_>) -> Result<Value, CallError> {
    let (offset, length) = (call.int(1)?, call.int(2)?);
    let Some(text) = call.text(0) else { return call.unknown(Type::String) };
    let cut = |characters: &[&str]| {
        let total = i64::try_from(characters.len()).unwrap_or(i64::MAX);
        let start = if offset < 0 { offset + total } else { offset };
        if length == 0 && offset >= 0 {
            return String::new();
        }
        let start = usize::try_from(start.max(0)).unwrap_or(usize::MAX).min(characters.len());
        // From a negative offset a length of zero takes all: Terraform never meets the end that it looks for.
        let count = usize::try_from(length).ok().filter(|count| *count > 0);
        let end = count.map_or(characters.len(), |count| start.saturating_add(count).min(characters.len()));
        characters[start..end].concat()
    };
    if let Some(literal) = text.as_literal() {
        return call.string(cut(&literal.graphemes(true).collect::<Vec<_>>()));
    }
    // The beginning is known as far as its characters reach; the last one may go on in the symbol.
    if let Some(Piece::Literal(literal)) = text.pieces().first()
        && literal.is_ascii()
        && offset >= 0
        && length >= 0
        && usize::try_from(offset.saturating_add(length)).is_ok_and(|end| end < literal.len())
    {
        return call.string(cut(&literal.graphemes(true).collect::<Vec<_>>()));
    }
    call.unknown(Type::String)
}

fn indent(call: &Call<'_>) -> Result<Value, CallError> {
    let spaces = usize::try_from(call.int(0)?)
        .map_err(|_| CallError::refused("the count of spaces must not be negative"))?;
    if spaces > MAX_INDENT {
        return Err(CallError::NotKnown(format!("more than {MAX_INDENT} spaces are not added")));
    }
    let Some(text) = call.text(1) else { return call.unknown(Type::String) };
    let Some(literal) = text.as_literal() else { return call.unknown(Type::String) };
    call.string(literal.replace('\n', &format!("\n{}", " ".repeat(spaces))))
}

fn join(call: &Call<'_>) -> Result<Value, CallError> {
    if call.arguments.len() < 2 {
        return Err(CallError::refused("at least one list is required"));
    }
    let Some(separator) = call.text(0) else { return call.unknown(Type::String) };
    let (mut out, mut first, mut open) = (Text::default(), true, false);
    for list in &call.arguments[1..] {
        let Kind::Sequence(sequence) = &list.kind else {
            open = true;
            continue;
        };
        for item in sequence.items.iter() {
            if item.is_null() {
                return Err(CallError::refused("a list to join must not hold null"));
            }
            let Some(text) = item.to_text() else { return call.unknown(Type::String) };
            if !first {
                out.push(&separator);
            }
            first = false;
            out.push(&text);
        }
        open |= sequence.open.is_some() || sequence.kind == SequenceKind::Set && !list.is_wholly_known();
    }
    if open { call.unknown(Type::String) } else { Ok(Value::text(out, call.origin.clone())) }
}

fn split(call: &Call<'_>) -> Result<Value, CallError> {
    let separator = call.str(0);
    let list = Type::List(Box::new(Type::String));
    let Some(text) = call.text(1) else { return call.unknown(list) };
    let Some(literal) = text.as_literal() else { return call.unknown(list) };
    let parts: Vec<&str> = if separator.is_empty() {
        let mut parts: Vec<&str> = literal.split("").collect();
        // Go splits into characters, without the empty strings at the ends.
        parts.pop();
        if !parts.is_empty() {
            parts.remove(0);
        }
        parts
    } else {
        literal.split(separator).collect()
    };
    let items = parts.into_iter().map(|part| Value::string(part, call.origin.clone())).collect();
    Ok(Value::list(items, call.origin.clone()))
}

/// Whether the string begins, or ends, so; decided by known characters at that end.
fn ends(call: &Call<'_>, front: bool) -> Result<Value, CallError> {
    let Some(text) = call.text(0) else { return call.unknown(Type::Bool) };
    let affix = call.str(1);
    let matches = |literal: &str| if front { literal.starts_with(affix) } else { literal.ends_with(affix) };
    if let Some(literal) = text.as_literal() {
        return call.bool(matches(literal));
    }
    let end = if front { text.pieces().first() } else { text.pieces().last() };
    let literal = match end {
        Some(Piece::Literal(literal)) => literal.as_str(),
        _ => "",
    };
    let shared = literal.len().min(affix.len());
    let (known, asked) = (literal.as_bytes(), affix.as_bytes());
    let clash = if front {
        known[..shared] != asked[..shared]
    } else {
        known[known.len() - shared..] != asked[asked.len() - shared..]
    };
    if clash {
        call.bool(false)
    } else if literal.len() >= affix.len() {
        call.bool(true)
    } else {
        call.unknown(Type::Bool)
    }
}
