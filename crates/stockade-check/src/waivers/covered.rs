//! Which part of a template something stands for.

use stockade_syntax::{Node, Source, Span};

/// The line that begins at or before `at`, or the next one with content if nothing but comments stands on it, and
/// everything that is indented below it.
pub(super) fn block(source: &Source, at: u32) -> Span {
    let text = &source.text;
    let at = at as usize;
    let mut start = text[..at].rfind('\n').map_or(source.content_offset(), |newline| newline + 1);
    let is_empty = |line: &str| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#') || line.starts_with("//")
    };
    loop {
        let line = text[start..].split_inclusive('\n').next().unwrap_or_default();
        if line.is_empty() || !is_empty(line) {
            break;
        }
        start += line.len();
    }
    let first = text[start..].split_inclusive('\n').next().unwrap_or_default();
    let indent = indentation(first);
    let is_item = first.trim_start().starts_with("- ");
    let mut end = start + first.len();
    for line in text[end..].split_inclusive('\n') {
        let below = indentation(line) > indent
            // The items of a list may stand under their key.
            || (!is_item && indentation(line) == indent && line.trim_start().starts_with("- "));
        if !is_empty(line) && !below {
            break;
        }
        end += line.len();
    }
    Span::new(start, end)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The block of HCL at the top of a file that a place lies in.
pub(super) fn top_block(source: &Source, at: u32) -> Option<Span> {
    let text = &source.text;
    let before = text.get(..at as usize)?;
    let is_top = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let mut start = None;
    let mut offset = 0;
    for line in before.split_inclusive('\n') {
        if is_top(line) {
            start = Some(offset);
        } else if line.starts_with('}') {
            start = None;
        }
        offset += line.len();
    }
    let start = start?;
    let end = text[start..].find("\n}").map_or(text.len(), |length| start + length + 2);
    Some(Span::new(start, end))
}

/// The resource that a place lies in: its id and everything up to the next one's.
pub(super) fn resource(root: &Node, source: &Source, at: u32) -> Option<Span> {
    let resources = root.get("Resources")?;
    let entries = resources.entries();
    let mut ends = entries.iter().skip(1).map(|entry| entry.key_span.start).collect::<Vec<_>>();
    ends.push(resources.span.end.max(next_section(root, source, resources.span.start)));
    entries
        .iter()
        .zip(ends)
        .map(|(entry, end)| Span { start: entry.key_span.start, end })
        .find(|span| span.start <= at && at < span.end)
}

/// Where the section of the template after `at` begins, or the end of the text.
fn next_section(root: &Node, source: &Source, at: u32) -> u32 {
    let starts = root.entries().iter().map(|entry| entry.key_span.start);
    let end = Span::new(0, source.text.len()).end;
    starts.filter(|start| *start > at).min().unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::FileId;

    #[test]
    fn a_block_is_a_line_and_what_is_indented_below() {
        let text = "A:\n  # waive\n\n  B:\n    C: 1\n    # more\n    D:\n    - 2\n  E: 3\n";
        let source = Source::new(FileId(0), "t.yaml", text);
        let of = |needle: &str| source.slice(block(&source, text.find(needle).unwrap() as u32)).to_owned();
        assert_eq!(of("# waive"), "  B:\n    C: 1\n    # more\n    D:\n    - 2\n");
        assert_eq!(of("# more"), "    D:\n    - 2\n");
        assert_eq!(of("C: 1"), "    C: 1\n    # more\n");
        assert_eq!(of("E: 3"), "  E: 3\n");
        assert_eq!(of("A:"), text);
    }

    #[test]
    fn a_block_of_hcl_ends_with_its_brace() {
        let text = "a {\n  # one\n  b {\n    # two\n  }\n}\n# three\nc {\n}\n";
        let source = Source::new(FileId(0), "t.tf", text);
        let of = |needle: &str| {
            top_block(&source, text.find(needle).unwrap() as u32).map(|span| source.slice(span).to_owned())
        };
        assert_eq!(of("# two").as_deref(), Some("a {\n  # one\n  b {\n    # two\n  }\n}"));
        assert_eq!(of("# three"), None);
    }
}
