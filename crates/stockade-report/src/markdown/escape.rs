//! Text that Markdown shows as it is.

/// A message in which words of the user stand between backticks. Each part is a code span or is escaped, so that
/// nothing in it is taken for Markdown, HTML, a mention or a reference, however its backticks fall.
pub(super) fn prose(text: &str) -> String {
    let line = one_line(text);
    let parts: Vec<&str> = line.split('`').collect();
    let mut out = String::new();
    let mut parts = parts.as_slice();
    while let [plain, rest @ ..] = parts {
        out.push_str(&escaped(plain));
        match rest {
            [quoted, after @ ..] if !after.is_empty() => {
                if !quoted.is_empty() {
                    out.push_str(&code(quoted));
                }
                parts = after;
            }
            // A backtick without a partner.
            rest if !rest.is_empty() => {
                out.push_str("\\`");
                parts = rest;
            }
            rest => parts = rest,
        }
    }
    out
}

/// A code span.
pub(super) fn code(text: &str) -> String {
    let line = one_line(text);
    let fence = "`".repeat(longest_run(&line) + 1);
    if fence.len() == 1 && !line.starts_with(' ') && !line.ends_with(' ') {
        return format!("`{line}`");
    }
    format!("{fence} {line} {fence}")
}

/// A fenced block.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // GitHub looks for mentions and references in what is left after backslashes.
            '@' | '#' => {
                out.push(character);
                out.push_str("<!-- -->");
            }
            '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '+' | '!' | '|' | '~' | '&' | '$'
            | '/' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_between_backticks_is_code_and_the_rest_is_escaped() {
        for (text, shown) in [
            ("the role of `Fn`", "the role of `Fn`"),
            ("a*b* <script> [x](y) | ~~z~~", r"a\*b\* \<script\> \[x\](y) \| \~\~z\~\~"),
            ("`<b>` and <b>", r"`<b>` and \<b\>"),
            ("@team, #12 and https://a.b", r"@<!-- -->team, #<!-- -->12 and https:\/\/a.b"),
            ("`@team`", "`@team`"),
            ("one ` alone", r"one \` alone"),
            ("`a` and ` alone <i>", r"`a` and \` alone \<i\>"),
            ("`` empty", " empty"),
            ("two\nlines `a\r\nb`", "two lines `a  b`"),
            ("", ""),
        ] {
            assert_eq!(prose(text), shown, "{text}");
        }
    }

    #[test]
    fn fences_are_longer_than_what_they_hold() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(block("diff", "```\n"), "````diff\n```\n````\n");
        assert_eq!(block("diff", "+ a\n"), "```diff\n+ a\n```\n");
    }
}
