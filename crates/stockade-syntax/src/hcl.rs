//! The comments of HCL: `#`, `//` and `/* */`, outside of strings and heredocs.

use crate::tree::{Comment, Data, Document, Format, Node, Style};
use crate::{Source, Span};
use smol_str::SmolStr;

/// Reads the comments of a file.
pub(crate) fn parse(source: &Source) -> Document {
    let root = Node {
        data: Data::Null,
        span: Span::new(source.content_offset(), source.text.len()),
        style: Style::Block,
        alias: None,
    };
    let comments = comments(source.content(), source.content_offset());
    Document { file: source.id, format: Format::Hcl, root, comments, notices: Vec::new() }
}

fn comments(text: &str, offset: usize) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut add = |start: usize, end: usize, mark: usize, tail: usize| {
        let text = SmolStr::new(text[start + mark..end - tail].trim());
        found.push(Comment { text, span: Span::new(offset + start, offset + end) });
    };
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |length| from + length);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with('#') || rest.starts_with("//") {
            let end = line_end(at);
            add(at, end, if rest.starts_with('#') { 1 } else { 2 }, 0);
            at = end;
        } else if let Some(inner) = rest.strip_prefix("/*") {
            let end = inner.find("*/").map_or(text.len(), |length| at + 2 + length + 2);
            add(at, end, 2, if text[..end].ends_with("*/") && end - at >= 4 { 2 } else { 0 });
            at = end;
        } else if rest.starts_with('"') {
            at += string(rest);
        } else if rest.starts_with("<<") {
            at = heredoc(text, at).unwrap_or(at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The length of the string that a text begins with. What is put in with `${…}` may hold strings itself.
fn string(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut inside) = (1, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if inside == 0 => at += 1,
            b'"' if inside == 0 => return at + 1,
            b'"' => {
                at += string(&text[at..]);
                continue;
            }
            b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') && bytes.get(at - 1) != Some(&bytes[at]) => {
                inside += 1;
                at += 1;
            }
            b'{' if inside > 0 => inside += 1,
            b'}' if inside > 0 => inside -= 1,
            b'\n' if inside == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Where the heredoc ends that begins there.
fn heredoc(text: &str, at: usize) -> Option<usize> {
    let (first, rest) = text[at + 2..].split_once('\n')?;
    let mark = first.strip_prefix('-').unwrap_or(first).trim();
    if mark.is_empty() || !mark.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let mut end = at + 2 + first.len() + 1;
    for line in rest.split_inclusive('\n') {
        end += line.len();
        if line.trim() == mark {
            return Some(end);
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        comments(text, 0).iter().map(|comment| comment.text.to_string()).collect()
    }

    #[test]
    fn comments_are_found_outside_of_strings() {
        let text = "# one\na = \"# no ${b(\"# no\")} \\\" # no\" // two\n/* three */ b = <<-E\n# no\nE\nc = 1 # four\n";
        assert_eq!(texts(text), ["one", "two", "three", "four"]);
        assert_eq!(texts("a = \"$${x\" # one\n/* open"), ["one", "open"]);
    }
}
