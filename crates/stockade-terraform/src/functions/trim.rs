//! Functions that cut characters from the ends of a string.

use super::{Call, CallError, Function, Needs};
use crate::value::{Type, Value};
use stockade_model::{Piece, Text};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let of_one = |name, run| Function::new(name, &[Type::String], Type::String, run).needing(Needs::Nothing);
    let of_two = |name, run| {
        Function::new(name, &[Type::String, Type::String], Type::String, run).needing_at(0, Needs::Nothing)
    };
    vec![
        of_one("chomp", |call| trimmed(call, false, true, |character| matches!(character, '\r' | '\n'))),
        of_one("trimspace", |call| trimmed(call, true, true, is_go_space)),
        of_two("trim", |call| trimmed(call, true, true, |character| call.str(1).contains(character))),
        of_two("trimprefix", |call| {
            affix(call, true, |text, prefix| text.strip_prefix(prefix).unwrap_or(text))
        }),
        of_two("trimsuffix", |call| {
            affix(call, false, |text, suffix| text.strip_suffix(suffix).unwrap_or(text))
        }),
    ]
}

/// White space as Go's `unicode.IsSpace` has it.
pub(super) fn is_go_space(character: char) -> bool {
    matches!(character, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Cuts characters at the ends. An end that is a symbol may hide more of them, so the whole is not known then.
fn trimmed(call: &Call<'_>, front: bool, back: bool, cut: impl Fn(char) -> bool) -> Result<Value, CallError> {
    let Some(text) = call.text(0) else { return call.unknown(Type::String) };
    let pieces = text.pieces();
    if let Some(literal) = text.as_literal() {
        let literal = if front { literal.trim_start_matches(&cut) } else { literal };
        return call.string(if back { literal.trim_end_matches(&cut) } else { literal });
    }
    // Known characters that stay shield the symbols behind them.
    let stays = |piece: Option<&Piece>| matches!(piece, Some(Piece::Literal(literal)) if literal.chars().any(|character| !cut(character)));
    if front && !stays(pieces.first()) || back && !stays(pieces.last()) {
        return call.unknown(Type::String);
    }
    let last = pieces.len() - 1;
    let mut out = Text::default();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => {
                let mut literal = literal.as_str();
                if front && at == 0 {
                    literal = literal.trim_start_matches(&cut);
                }
                if back && at == last {
                    literal = literal.trim_end_matches(&cut);
                }
                out.push_str(literal);
            }
            Piece::Symbol(symbol) => out.push_symbol(symbol.clone()),
        }
    }
    Ok(Value::text(out, call.origin.clone()))
}

/// Cuts a prefix or suffix that is known, if the characters at that end are known far enough.
fn affix(
    call: &Call<'_>,
    front: bool,
    cut: impl for<'a> Fn(&'a str, &str) -> &'a str,
) -> Result<Value, CallError> {
    let Some(text) = call.text(0) else { return call.unknown(Type::String) };
    let affix = call.str(1);
    if let Some(literal) = text.as_literal() {
        return call.string(cut(literal, affix));
    }
    let pieces = text.pieces();
    let end = if front { pieces.first() } else { pieces.last() };
    let decided = match end {
        Some(Piece::Literal(literal)) => {
            let shared = literal.len().min(affix.len());
            let (literal, affix) = (literal.as_bytes(), affix.as_bytes());
            literal.len() >= affix.len()
                || if front {
                    literal[..shared] != affix[..shared]
                } else {
                    literal[literal.len() - shared..] != affix[affix.len() - shared..]
                }
        }
        _ => affix.is_empty(),
    };
    if !decided {
        return call.unknown(Type::String);
    }
    let last = pieces.len() - 1;
    let mut out = Text::default();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(literal) if at == if front { 0 } else { last } => {
                out.push_str(cut(literal, affix))
            }
            Piece::Literal(literal) => out.push_str(literal),
            Piece::Symbol(symbol) => out.push_symbol(symbol.clone()),
        }
    }
    Ok(Value::text(out, call.origin.clone()))
}
