//! Edits of a text of HCL: arguments into blocks, entries into objects.

use super::row::Word;
use super::write::{expression, render};
use smol_str::SmolStr;
use stockade_model::{FileEdit, Place, RaiseError};
use stockade_syntax::{Edit, New, Source, Span};

/// That text in the place of those bytes.
pub(super) fn edit(place: Place, span: Span, text: String) -> FileEdit {
    FileEdit { file: place.file, edit: Edit { span, text } }
}

/// How deep the line of a place begins.
pub(super) fn indent(source: &Source, place: Place) -> usize {
    let start = source.text[..place.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    source.text[start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Writes arguments and blocks before the end of a block.
pub(super) fn insert(
    source: &Source,
    block: Place,
    arguments: impl FnOnce(usize) -> Result<String, RaiseError>,
) -> Result<FileEdit, RaiseError> {
    let text = source.slice(block.span);
    let indent = indent(source, block);
    let end = block.span.end as usize - 1;
    let mut out = String::new();
    let one_line = !text.contains('\n');
    // What stands between the last argument and the brace is kept.
    let trimmed = source.text[..end].trim_end_matches([' ', '\t']).len();
    let at = if one_line { end } else { trimmed };
    if one_line {
        out.push('\n');
    }
    out.push_str(&arguments(indent + 2)?);
    if one_line {
        out.push_str(&" ".repeat(indent));
    }
    Ok(edit(block, Span::new(at, at), out))
}

/// Writes over an argument of the block that is there and says `null`. One that says something else, which came to
/// nothing, is the user's.
pub(super) fn over_null(
    source: &Source,
    block: Place,
    words: &[Word],
    path: &str,
    value: &New,
) -> Result<Option<FileEdit>, RaiseError> {
    let Some(word) = words.iter().find(|word| word.property == path) else { return Ok(None) };
    let start = block.span.start as usize;
    let (mut at, mut depth) = (start, 0_usize);
    for line in source.slice(block.span).split_inclusive('\n') {
        let after = line.trim_start().strip_prefix(word.argument).map(str::trim_start);
        let value_at = after.and_then(|after| after.strip_prefix('=')).filter(|rest| !rest.starts_with('='));
        if let Some(written) = value_at.filter(|_| depth == 1) {
            let written = written.trim_start();
            let from = at + line.len() - written.len();
            let is_null = written.split(|c: char| !c.is_ascii_alphanumeric()).next() == Some("null");
            if !is_null {
                return Err(RaiseError::NotWritten);
            }
            let span = Span::new(from, from + "null".len());
            return Ok(Some(edit(block, span, expression(word, value, 0)?)));
        }
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
        at += line.len();
    }
    Ok(None)
}

/// Writes one entry more into an object that is written there. Several may be written at once: each is an insertion.
pub(super) fn entry(
    source: &Source,
    object: Place,
    path: &[SmolStr],
    value: &New,
) -> Result<FileEdit, RaiseError> {
    let text = source.slice(object.span);
    let Some((key, below)) = path.split_first() else { return Err(RaiseError::NotWritten) };
    let Some(inside) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Err(RaiseError::NotWritten);
    };
    // A `for` makes its own entries.
    if inside.trim_start().starts_with("for ") {
        return Err(RaiseError::NotWritten);
    }
    let inner = below.iter().rev().fold(value.clone(), |inner, key| New::mapping([(key.clone(), inner)]));
    let new = New::mapping([(key.clone(), inner)]);
    let before = source.text[..object.span.end as usize - 1].rfind('\n').map_or(0, |at| at + 1);
    let last = &source.text[before..object.span.end as usize - 1];
    let is_open = inside.contains('\n') && last.trim().is_empty();
    let depth = if is_open { last.len() } else { 0 };
    let rendered = render(&new, depth)?;
    // Without the braces of the object around it.
    let lines = rendered.trim_start_matches("{\n").trim_end_matches('}').trim_end();
    let start = object.span.start as usize + 1;
    let (at, text) = match (is_open, inside.trim_end()) {
        (true, _) => (before, format!("{lines}\n")),
        (false, "") => (start, format!("\n{lines}\n")),
        (false, kept) if kept.ends_with(',') => (start + kept.len(), format!(" {},", lines.trim_start())),
        (false, kept) => (start + kept.len(), format!(", {}", lines.trim_start())),
    };
    Ok(edit(object, Span::new(at, at), text))
}
