//! IAM's wildcards: `*` stands for any characters, `?` for one.

/// Whether `text` matches a pattern of `*` (anything) and `?` (one character). Linear in practice: only the last `*`
/// is ever retried.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    if pattern.is_ascii() && text.is_ascii() {
        match_units(pattern.as_bytes(), text.as_bytes(), b'*', b'?', |a, b| a == b)
    } else {
        let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        match_units(&pattern, &text, '*', '?', |a, b| a == b)
    }
}

/// As [`matches`], without regard to ASCII case.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    if pattern.is_ascii() && text.is_ascii() {
        match_units(pattern.as_bytes(), text.as_bytes(), b'*', b'?', |a: u8, b: u8| {
            a.eq_ignore_ascii_case(&b)
        })
    } else {
        let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        match_units(&pattern, &text, '*', '?', |a: char, b: char| a.eq_ignore_ascii_case(&b))
    }
}

fn match_units<T: Copy + PartialEq>(
    pattern: &[T],
    text: &[T],
    any: T,
    one: T,
    same: impl Fn(T, T) -> bool,
) -> bool {
    let (mut at, mut from, mut star, mut mark) = (0, 0, None, 0);
    while at < text.len() {
        match pattern.get(from) {
            Some(unit) if *unit == any => {
                star = Some(from);
                mark = at;
                from += 1;
            }
            Some(unit) if *unit == one || same(*unit, text[at]) => {
                from += 1;
                at += 1;
            }
            _ => match star {
                Some(star) => {
                    from = star + 1;
                    mark += 1;
                    at = mark;
                }
                None => return false,
            },
        }
    }
    pattern[from..].iter().all(|unit| *unit == any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_iam_does() {
        for (pattern, text, expected) in [
            ("lambda:*", "lambda:InvokeFunction", true),
            ("lambda:Invoke*", "lambda:InvokeFunctionUrl", true),
            ("LAMBDA:invokefunction", "lambda:InvokeFunction", true),
            ("lambda:Get?unction", "lambda:GetFunction", true),
            ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", false),
            ("*:*Url", "lambda:InvokeFunctionUrl", true),
            ("", "lambda:InvokeFunction", false),
            ("*", "", true),
            ("?", "é", true),
        ] {
            assert_eq!(matches_ignoring_case(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!matches("A*", "ab"));
        assert!(matches("a*", "ab"));
    }
}
