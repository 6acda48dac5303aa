//! One spelling for equal values: the identity of a call whose result is not known.

use smol_str::SmolStr;
use std::fmt::Write as _;
use stockade_model::{Kind, Piece, Symbol, SymbolKind, Text, Value};

/// The longest spelling of arguments that identifies a call.
const LONGEST_SPELLING: usize = 1 << 16;

/// A spelling of a value that is equal only for equal values; `None` if it is too long.
pub(crate) fn canonical(value: &Value) -> Option<SmolStr> {
    let mut out = String::new();
    write_canonical(value, &mut out)?;
    Some(out.into())
}

/// As [`canonical`], for a text.
pub(crate) fn canonical_text(text: &Text) -> Option<String> {
    let mut out = String::new();
    write_text(text, &mut out)?;
    Some(out)
}

fn write_canonical(value: &Value, out: &mut String) -> Option<()> {
    match &value.kind {
        Kind::Null | Kind::Absent(_) => out.push_str("null"),
        Kind::Text(text) => write_text(text, out)?,
        Kind::Unknown(symbol) => write_symbol(symbol, out)?,
        Kind::Bool(_) | Kind::Number(_) => write_text(&value.as_text().unwrap_or_default(), out)?,
        Kind::List(list) => {
            out.push('[');
            for item in &list.items {
                write_canonical(item, out)?;
                out.push(',');
            }
            if let Some(open) = &list.open {
                out.push('…');
                write_symbol(open, out)?;
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            for field in &object.fields {
                let _ = write!(out, "{:?}:", field.key);
                write_canonical(&field.value, out)?;
                out.push(',');
            }
            if let Some(open) = &object.open {
                out.push('…');
                write_symbol(open, out)?;
            }
            out.push('}');
        }
    }
    (out.len() <= LONGEST_SPELLING).then_some(())
}

fn write_text(text: &Text, out: &mut String) -> Option<()> {
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => {
                let _ = write!(out, "{literal:?}");
            }
            Piece::Symbol(symbol) => write_symbol(symbol, out)?,
        }
        if out.len() > LONGEST_SPELLING {
            return None;
        }
    }
    Some(())
}

fn write_symbol(symbol: &Symbol, out: &mut String) -> Option<()> {
    out.push('<');
    match symbol.kind() {
        // Its arguments are spelled in this way already: escaping them again would double at each nesting.
        SymbolKind::Call { function, arguments } => {
            let _ = write!(out, "{function:?}({arguments})");
        }
        SymbolKind::Import(name) => {
            out.push_str("import ");
            write_text(name, out)?;
        }
        kind => {
            let _ = write!(out, "{kind:?}");
        }
    }
    out.push('>');
    (out.len() <= LONGEST_SPELLING).then_some(())
}
