//! Edits on byte ranges, which keep comments and layout because they touch nothing else.

use crate::render::{self, New, TagSpelling};
use crate::tree::{Data, Document, Entry, Format, Node, Style};
use crate::{Source, Span};
use smol_str::SmolStr;

/// Replaces a range of a file's text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

/// Why an edit cannot be made or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The place is not in the document, or not of the kind that the edit needs.
    #[error("the place to edit is not a {0} of the document")]
    NoPlace(&'static str),
    /// Two edits touch the same bytes and differ.
    #[error("two edits touch the same text")]
    Overlap,
}

/// Applies edits to a text, equal ones once.
///
/// # Errors
/// [`EditError::Overlap`] if two different edits touch the same bytes, [`EditError::NoPlace`] if one lies outside
/// the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort();
    edits.dedup();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        if range.start < at {
            return Err(EditError::Overlap);
        }
        out.push_str(text.get(at..range.start).ok_or(EditError::NoPlace("range"))?);
        out.push_str(&edit.text);
        at = range.end;
    }
    out.push_str(text.get(at..).ok_or(EditError::NoPlace("range"))?);
    Ok(out)
}

/// Replaces the value that was written at `span`.
///
/// # Errors
/// [`EditError::NoPlace`] if no value was written there.
pub fn replace_value(
    document: &Document,
    source: &Source,
    span: Span,
    value: &New,
    tags: TagSpelling,
) -> Result<Edit, EditError> {
    let (node, entry) = find(&document.root, None, span).ok_or(EditError::NoPlace("value"))?;
    replace_entry(document, source, node, entry, value, tags)
}

/// The value below a path of keys.
fn nest(path: &[SmolStr], value: &New) -> New {
    path.iter().rev().fold(value.clone(), |inner, key| New::Mapping(vec![(key.clone(), inner)]))
}

fn replace_entry(
    document: &Document,
    source: &Source,
    node: &Node,
    entry: Option<&Entry>,
    value: &New,
    tags: TagSpelling,
) -> Result<Edit, EditError> {
    let span = node.span;
    let quoted = node.style == Style::Quoted;
    let text = match (document.format, value) {
        (Format::Yaml, New::String(text)) if quoted && source.slice(span).starts_with('"') => {
            render::json_string(text)
        }
        // A line break in single quotes would be folded to a space.
        (Format::Yaml, New::String(text)) if quoted && !text.contains(char::is_control) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        (Format::Yaml, _) if from_the_colon(document, node, entry, value) => {
            let entry = entry.ok_or(EditError::NoPlace("mapping's value"))?;
            let colon = colon_after(source, entry)?;
            let indent = column(source, entry.key_span.start);
            let text = render::yaml_after_colon(value, indent, tags);
            match text.strip_prefix(' ').filter(|_| !stands_below(node)) {
                Some(text) => text.to_owned(),
                None => return Ok(Edit { span: Span { start: colon, end: node.span.end.max(colon) }, text }),
            }
        }
        _ => render::flow(value, document.format, tags),
    };
    Ok(Edit { span, text })
}

/// Whether a block style is to go or to come, so that what stands between the colon and the value changes too.
fn from_the_colon(document: &Document, node: &Node, entry: Option<&Entry>, value: &New) -> bool {
    let goes = stands_below(node);
    let comes = matches!(value, New::Mapping(_) | New::Sequence(_));
    goes || (comes && entry.is_some() && !in_flow(document, node.span))
}

/// Whether a value stands on the lines below its key, or nowhere.
fn stands_below(node: &Node) -> bool {
    matches!(node.style, Style::Block | Style::BlockScalar) || node.data == Data::Null
}

/// Adds `path: value` to the mapping that was written at `container`; a path of several keys nests.
///
/// # Errors
/// [`EditError::NoPlace`] if no mapping (or empty value) was written there.
pub fn insert_entry(
    document: &Document,
    source: &Source,
    container: Span,
    path: &[SmolStr],
    value: &New,
    tags: TagSpelling,
) -> Result<Edit, EditError> {
    let (key, rest) = path.split_first().ok_or(EditError::NoPlace("key"))?;
    let (node, entry) = find(&document.root, None, container).ok_or(EditError::NoPlace("mapping"))?;
    if let Some(inner) = node.entry(key).filter(|inner| inner.value.alias.is_none()) {
        // A key stands once: what is there is replaced, or gets the rest of the path.
        return if rest.is_empty() || !matches!(inner.value.data, Data::Mapping(_) | Data::Null) {
            let nested = nest(rest, value);
            replace_entry(document, source, &inner.value, Some(inner), &nested, tags)
        } else {
            insert_entry(document, source, inner.value.span, rest, value, tags)
        };
    }
    let nested = nest(rest, value);
    match (&node.data, node.style) {
        (Data::Mapping(entries), Style::Block) => {
            let first = entries
                .iter()
                .find(|entry| entry.value.alias.is_none())
                .ok_or(EditError::NoPlace("mapping"))?;
            let indent = column(source, first.key_span.start);
            let text = render::yaml_entry(key, &nested, indent, tags);
            Ok(insert_line(source, node.span.end, indent, &text))
        }
        (Data::Mapping(entries), Style::Flow) => {
            Ok(insert_flow(document, source, node, entries, key, &nested, tags))
        }
        (Data::Null, _) => {
            let entry = entry.ok_or(EditError::NoPlace("mapping"))?;
            let colon = colon_after(source, entry)?;
            let indent = column(source, entry.key_span.start) + 2;
            let text = format!("\n{}{}", " ".repeat(indent), render::yaml_entry(key, &nested, indent, tags));
            Ok(Edit {
                span: Span { start: colon, end: node.span.end.max(colon).min(line_end(source, colon)) },
                text,
            })
        }
        _ => Err(EditError::NoPlace("mapping")),
    }
}

/// Removes the entry whose value was written at `value`, its key and its lines or comma included.
///
/// # Errors
/// [`EditError::NoPlace`] if no mapping holds such a value.
pub fn remove_entry(document: &Document, source: &Source, value: Span) -> Result<Edit, EditError> {
    let (entries, at) = find_among(&document.root, value).ok_or(EditError::NoPlace("mapping's value"))?;
    let entry = &entries[at];
    let end = entry_end(source, entry);
    if in_flow(document, entry.key_span) {
        let before = source.text[..entry.key_span.start as usize].trim_end();
        let after = &source.text[end as usize..];
        let trailing = after.len() - after.trim_start().len();
        let span = if before.ends_with(',') {
            Span { start: Span::new(before.len() - 1, 0).start, end }
        } else if after.trim_start().starts_with(',') {
            let comma = end as usize + trailing + 1;
            let rest = &source.text[comma..];
            Span::new(entry.key_span.start as usize, comma + rest.len() - rest.trim_start().len())
        } else {
            Span { start: entry.key_span.start, end }
        };
        return Ok(Edit { span, text: String::new() });
    }
    let key = entry.key_span.start;
    if entries.len() == 1 {
        // Without its last entry a block mapping would be null.
        return Ok(Edit { span: Span { start: key, end }, text: "{}".into() });
    }
    let start = source.text[..key as usize].rfind('\n').map_or(0, |at| at + 1);
    let indented = source.text[start..key as usize].trim_start_matches('\u{feff}').trim().is_empty();
    if let (false, Some(next)) = (indented, entries.get(at + 1)) {
        // What stands before the key is the dash of a list's item, which the next entry takes over.
        return Ok(Edit { span: Span { start: key, end: next.key_span.start }, text: String::new() });
    }
    let stop = line_end(source, end) as usize;
    // The line break before goes too, not that behind: something may be added there.
    let before = source.text[..start].strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    let span = match before {
        Some(before) => Span::new(before.len(), stop),
        None if source.text[stop..].starts_with("\r\n") => Span::new(start, stop + 2),
        None => Span::new(start, (stop + 1).min(source.text.len())),
    };
    Ok(Edit { span, text: String::new() })
}

fn insert_line(source: &Source, after: u32, indent: usize, text: &str) -> Edit {
    let at = line_end(source, after);
    let newline = newline(source);
    let pad = " ".repeat(indent);
    let text = format!("\n{pad}{text}").replace('\n', newline);
    Edit { span: Span { start: at, end: at }, text }
}

fn insert_flow(
    document: &Document,
    source: &Source,
    node: &Node,
    entries: &[Entry],
    key: &str,
    value: &New,
    tags: TagSpelling,
) -> Edit {
    let multiline = entries
        .first()
        .filter(|first| source.text[node.span.start as usize..first.key_span.start as usize].contains('\n'));
    let key_text = match document.format {
        Format::Json => render::json_string(key),
        Format::Yaml | Format::Hcl => render::yaml_string(key),
    };
    let entry_text = |indent| match document.format {
        Format::Json => format!("{key_text}: {}", render::json(value, indent)),
        Format::Yaml | Format::Hcl => format!("{key_text}: {}", render::yaml_flow(value, tags)),
    };
    match (entries.last(), multiline) {
        (None, _) => Edit { span: node.span, text: format!("{{{}}}", entry_text(None)) },
        (Some(last), Some(first)) => {
            let indent = column(source, first.key_span.start);
            let pad = format!(",{}{}", newline(source), " ".repeat(indent));
            let at = last.value.span.end;
            Edit { span: Span { start: at, end: at }, text: format!("{pad}{}", entry_text(Some(indent))) }
        }
        (Some(last), None) => {
            let at = last.value.span.end;
            Edit { span: Span { start: at, end: at }, text: format!(", {}", entry_text(None)) }
        }
    }
}

/// The node written at `span`, with the entry that holds it.
fn find<'a>(node: &'a Node, entry: Option<&'a Entry>, span: Span) -> Option<(&'a Node, Option<&'a Entry>)> {
    if node.alias.is_some() {
        return None;
    }
    let inner = match &node.data {
        Data::Sequence(items) => {
            items.iter().filter(|item| item.span.contains(span)).find_map(|item| find(item, None, span))
        }
        Data::Mapping(entries) => entries
            .iter()
            .filter(|entry| entry.value.span.contains(span))
            .find_map(|entry| find(&entry.value, Some(entry), span)),
        _ => None,
    };
    // The outermost node of that span: a tag's inner scalar shares nothing with it, a null may share all.
    if node.span == span { Some((node, entry)) } else { inner }
}

/// The entries of the mapping that holds the value written at `span`, and which of them it is.
fn find_among(node: &Node, span: Span) -> Option<(&[Entry], usize)> {
    if node.alias.is_some() {
        return None;
    }
    match &node.data {
        Data::Sequence(items) => {
            items.iter().filter(|item| item.span.contains(span)).find_map(|item| find_among(item, span))
        }
        Data::Mapping(entries) => {
            let own =
                entries.iter().position(|entry| entry.value.span == span && entry.value.alias.is_none());
            let own = own.filter(|_| node.style != Style::Tag).map(|at| (entries.as_slice(), at));
            let mut inner = entries.iter().filter(|entry| entry.value.span.contains(span));
            own.or_else(|| inner.find_map(|entry| find_among(&entry.value, span)))
        }
        _ => None,
    }
}

/// Where an entry ends; one without a value ends with its colon.
fn entry_end(source: &Source, entry: &Entry) -> u32 {
    let key_end = entry.key_span.end;
    let rest = source.text.get(key_end as usize..).unwrap_or("");
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let colon =
        if rest[blank..].starts_with(':') { Span::new(0, key_end as usize + blank + 1).end } else { key_end };
    entry.value.span.end.max(colon)
}

fn in_flow(document: &Document, span: Span) -> bool {
    fn search(node: &Node, span: Span, flow: bool) -> bool {
        if node.span == span {
            return flow;
        }
        let flow = flow || node.style == Style::Flow;
        match &node.data {
            Data::Sequence(items) => {
                items.iter().filter(|item| item.span.contains(span)).any(|item| search(item, span, flow))
            }
            Data::Mapping(entries) => entries.iter().any(|entry| {
                (entry.key_span == span && flow)
                    || (entry.value.span.contains(span) && search(&entry.value, span, flow))
            }),
            _ => false,
        }
    }
    document.format == Format::Json || search(&document.root, span, false)
}

fn colon_after(source: &Source, entry: &Entry) -> Result<u32, EditError> {
    let from = entry.key_span.end as usize;
    let at = source
        .text
        .get(from..)
        .and_then(|rest| rest.find(':'))
        .ok_or(EditError::NoPlace("mapping's value"))?;
    Ok(Span::new(0, from + at + 1).end)
}

fn line_end(source: &Source, offset: u32) -> u32 {
    let from = offset as usize;
    let rest = source.text.get(from..).unwrap_or("");
    let length = rest.find('\n').unwrap_or(rest.len());
    let length = if rest[..length].ends_with('\r') { length - 1 } else { length };
    Span::new(0, from + length).end
}

fn column(source: &Source, offset: u32) -> usize {
    source.position(offset).column as usize - 1
}

fn newline(source: &Source) -> &'static str {
    // The first line tells: to look through a large file for each of its edits takes the square of its size.
    let first = source.text.split_once('\n').map(|(line, _)| line);
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, parse};

    fn tags(key: &str) -> Option<&str> {
        key.strip_prefix("Fn::").or((key == "Ref").then_some("Ref"))
    }

    fn edited(path: &str, text: &str, edit: impl Fn(&Document, &Source) -> Edit) -> String {
        let source = Source::new(FileId(0), path, text);
        let document = parse(&source, |tag| (tag == "Sub").then_some("Fn::Sub")).unwrap();
        apply(text, &[edit(&document, &source)]).unwrap()
    }

    fn insert(path: &str, text: &str, at: &[&str], keys: &[&str], value: New) -> String {
        let keys: Vec<SmolStr> = keys.iter().map(SmolStr::new).collect();
        edited(path, text, |document, source| {
            let node = at.iter().fold(&document.root, |node, key| node.get(key).unwrap());
            insert_entry(document, source, node.span, &keys, &value, tags).unwrap()
        })
    }

    #[test]
    fn inserts_into_block_flow_null_and_json() {
        let yaml = "A:\n  B: 1 # one\n\nC: 2\n";
        assert_eq!(
            insert("a.yaml", yaml, &["A"], &["D", "E"], New::string("yes")),
            "A:\n  B: 1 # one\n  D:\n    E: 'yes'\n\nC: 2\n"
        );
        assert_eq!(insert("a.yaml", "A: {B: 1}\n", &["A"], &["C"], New::Bool(true)), "A: {B: 1, C: true}\n");
        assert_eq!(insert("a.yaml", "A: {}\n", &["A"], &["C"], New::Bool(true)), "A: {C: true}\n");
        assert_eq!(insert("a.yaml", "A:\nB: 1\n", &["A"], &["C"], New::Bool(true)), "A:\n  C: true\nB: 1\n");
        let sub = New::mapping([("Fn::Sub", New::string("/aws/${X}"))]);
        assert_eq!(
            insert("a.json", "{\n  \"A\": {\n    \"B\": 1\n  }\n}", &["A"], &["C"], sub),
            "{\n  \"A\": {\n    \"B\": 1,\n    \"C\": {\n      \"Fn::Sub\": \"/aws/${X}\"\n    }\n  }\n}"
        );
    }

    #[test]
    fn what_follows_a_block_scalar_stays_where_it_is() {
        let added = |text: &str| insert("a.yaml", text, &["A"], &["C"], New::Bool(true));
        assert_eq!(added("A:\n  B: |\n    x\nD: 1\n"), "A:\n  B: |\n    x\n  C: true\nD: 1\n");
        assert_eq!(added("A:\n  B: |\n    x\n\n\nD: 1\n"), "A:\n  B: |\n    x\n\n\n  C: true\nD: 1\n");
        assert_eq!(
            added("A:\r\n  B: >-\r\n    x\r\n\r\nD: 1\r\n"),
            "A:\r\n  B: >-\r\n    x\r\n\r\n  C: true\r\nD: 1\r\n"
        );
        assert_eq!(added("A:\n  B: |\n    x\n"), "A:\n  B: |\n    x\n  C: true\n");
        assert_eq!(added("A:\n  B: |\n    x"), "A:\n  B: |\n    x\n  C: true");
        assert_eq!(
            added("Z:\n  A:\n    B: |\n      x\n\n  D: 1\nA:\n  E: 1\n"),
            "Z:\n  A:\n    B: |\n      x\n\n  D: 1\nA:\n  E: 1\n  C: true\n"
        );
        let removed = edited("a.yaml", "A:\n  B: |\n    x\n\n  C: 1\nD: 1\n", |document, source| {
            let value = document.root.get("A").unwrap().get("B").unwrap().span;
            remove_entry(document, source, value).unwrap()
        });
        assert_eq!(removed, "A:\n  C: 1\nD: 1\n");
    }

    #[test]
    fn something_can_be_added_behind_what_is_removed() {
        for (text, expected) in [
            ("A:\n  B: 1\n  C: 2\n", "A:\n  B: 1\nD: true\n"),
            ("A:\r\n  B: 1\r\n  C: 2", "A:\r\n  B: 1\r\nD: true"),
            ("A:\n  C: 2 # two\n  B: 1\n", "A:\n  B: 1\nD: true\n"),
        ] {
            let source = Source::new(FileId(0), "a.yaml", text);
            let document = parse(&source, |_| None).unwrap();
            let value = document.root.get("A").unwrap().get("C").unwrap().span;
            let removed = remove_entry(&document, &source, value).unwrap();
            let root = document.root.span;
            let added =
                insert_entry(&document, &source, root, &["D".into()], &New::Bool(true), tags).unwrap();
            assert_eq!(apply(text, &[removed, added]).unwrap(), expected);
        }
    }

    #[test]
    fn a_key_that_is_there_is_not_written_twice() {
        assert_eq!(insert("a.yaml", "A:\n  B: 1\n", &["A"], &["B"], New::Number("2".into())), "A:\n  B: 2\n");
        assert_eq!(
            insert("a.yaml", "A:\n  B: Disabled\n", &["A"], &["B", "C"], New::Bool(true)),
            "A:\n  B:\n    C: true\n"
        );
        assert_eq!(insert("a.yaml", "A:\n  B:\n", &["A"], &["B"], New::Bool(true)), "A:\n  B: true\n");
    }

    #[test]
    fn keeps_windows_line_ends() {
        assert_eq!(
            insert("a.yaml", "A:\r\n  B: 1\r\n", &["A"], &["C"], New::Number("2".into())),
            "A:\r\n  B: 1\r\n  C: 2\r\n"
        );
    }

    #[test]
    fn replaces_in_the_style_that_was_there() {
        let replace = |text: &str, value: New| {
            edited("a.yaml", text, |document, source| {
                replace_value(document, source, document.root.get("A").unwrap().span, &value, tags).unwrap()
            })
        };
        assert_eq!(replace("A: \"NONE\" # c\n", New::string("AWS_IAM")), "A: \"AWS_IAM\" # c\n");
        assert_eq!(replace("A: !Sub x\n", New::string("y")), "A: y\n");
        assert_eq!(replace("A:\n  B: 1\nC: 2\n", New::string("y")), "A: y\nC: 2\n");
        assert_eq!(replace("A: 1\n", New::mapping([("Ref", New::string("X"))])), "A: !Ref X\n");
    }

    #[test]
    fn removes_lines_and_commas() {
        let remove = |path: &str, text: &str, key: &str| {
            edited(path, text, |document, source| {
                remove_entry(document, source, document.root.get(key).unwrap().span).unwrap()
            })
        };
        assert_eq!(remove("a.yaml", "A: 1 # x\nB:\n  C: 1\nD: 2\n", "B"), "A: 1 # x\nD: 2\n");
        assert_eq!(remove("a.json", "{\"A\": 1, \"B\": 2}", "A"), "{\"B\": 2}");
        assert_eq!(remove("a.json", "{\"A\": 1, \"B\": 2}", "B"), "{\"A\": 1}");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let edit = |start, end| Edit { span: Span { start, end }, text: "x".into() };
        assert_eq!(apply("abcdef", &[edit(0, 3), edit(2, 4)]), Err(EditError::Overlap));
        assert_eq!(apply("abcdef", &[edit(0, 1), edit(0, 1)]), Ok("xbcdef".into()));
    }
}
