//! How deep HCL is nested, found without recursion: the parser calls itself for each level, and so does everything that
//! walks what it gives.

/// How many levels are read: brackets, templates in strings, and operators, each of which holds what stands before it.
pub(super) const MAX_NESTING: usize = 250;

/// What the text is in the middle of.
enum Within<'t> {
    /// `{…}`, or the file itself: a line break ends an expression.
    Braces,
    /// `(…)`, `[…]`, `${…}`, `%{…}`: a line break means nothing.
    Brackets,
    /// A quoted string.
    Quotes,
    /// A heredoc with that marker.
    Heredoc(&'t str),
}

/// One level, and how many operators its present expression has.
struct Level<'t> {
    within: Within<'t>,
    operators: usize,
}

/// Where a file is nested too deep, if it is.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    scan(text, Within::Braces)
}

/// Where a template is nested too deep, if it is.
pub(super) fn template_too_deep(text: &str) -> Option<usize> {
    // No line is the marker.
    scan(text, Within::Heredoc("\0"))
}

fn scan<'t>(text: &'t str, within: Within<'t>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut levels = vec![Level { within, operators: 0 }];
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let top = levels.last_mut()?;
        let mut step = 1;
        let mut opened = None;
        let mut closed = false;
        match (&top.within, byte) {
            (Within::Quotes, b'\\') => step = 2,
            (Within::Quotes, b'"') => closed = true,
            (Within::Quotes | Within::Heredoc(_), b'$' | b'%') if rest.get(1) == Some(&byte) => step = 2,
            (Within::Quotes | Within::Heredoc(_), b'$' | b'%') if rest.get(1) == Some(&b'{') => {
                (opened, step) = (Some(Within::Brackets), 2);
            }
            (Within::Heredoc(marker), b'\n') => {
                let line = text[at + 1..].lines().next().unwrap_or_default();
                closed = line.trim() == *marker;
                step = if closed { 1 + line.len() } else { 1 };
            }
            (Within::Quotes | Within::Heredoc(_), _) => {}
            (_, b'"') => opened = Some(Within::Quotes),
            (_, b'#') => step = line_length(rest),
            (_, b'/') if rest.starts_with(b"//") => step = line_length(rest),
            (_, b'/') if rest.starts_with(b"/*") => {
                step = text[at..].find("*/").map_or(rest.len(), |end| end + 2);
            }
            (_, b'<') if rest.starts_with(b"<<") => {
                let line = text[at + 2..].lines().next().unwrap_or_default();
                opened = Some(Within::Heredoc(line.trim_start_matches('-').trim()));
                step = 2 + line.len();
            }
            (_, b'{') => opened = Some(Within::Braces),
            (_, b'(' | b'[') => opened = Some(Within::Brackets),
            (_, b')' | b']' | b'}') => closed = true,
            (_, b',') | (Within::Braces, b'\n') => depth -= std::mem::take(&mut top.operators),
            (_, b'!' | b'-' | b'+' | b'*' | b'/' | b'%' | b'?' | b'&' | b'|' | b'<' | b'>' | b'=' | b'.') => {
                top.operators += 1;
                depth += 1;
            }
            _ => {}
        }
        if let Some(within) = opened {
            levels.push(Level { within, operators: 0 });
            depth += 1;
        } else if closed && levels.len() > 1 {
            depth -= 1 + levels.pop().map_or(0, |level| level.operators);
        }
        if depth > MAX_NESTING {
            return Some(at);
        }
        at += step;
    }
    None
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_is_found_wherever_it_stands() {
        let many = |text: &str| text.repeat(MAX_NESTING + 1);
        for deep in [
            format!("a = {}1", many("(")),
            format!("a = {}", many("[\n")),
            format!("a = {}", many("{ a = ")),
            format!("a = {}1", many("!")),
            format!("a = (1{})", many(" +\n1")),
            format!("a = {}", many("\"${")),
            format!("a = <<X\n{}", many("%{ if true }${(")),
            format!("a = {}x", many("b ? c : ")),
            many("b {\n"),
        ] {
            assert!(too_deep(&deep).is_some(), "{deep}");
        }
        assert!(template_too_deep(&format!("x${{{}", many("("))).is_some());
    }

    #[test]
    fn what_only_looks_nested_is_not() {
        let many = |text: &str| text.repeat(MAX_NESTING * 2);
        for flat in [
            many("a = 1 + 1 - (2)\n"),
            format!("a = \"{}\"", many("(/+=\\\"")),
            format!("# {}\n/* {} */\n// {}\n", many("("), many("[\n"), many("{")),
            format!("a = <<-EOT\n{}\n  EOT\nb = 1\n", many("((\n$${ %%{ \"")),
            format!("a = [{}]", many("1 + 2, \"x${(1)}\", ")),
            many("b \"x\" {\n c = [for v in x : v]\n}\n"),
        ] {
            assert_eq!(too_deep(&flat), None, "{flat}");
        }
    }
}
