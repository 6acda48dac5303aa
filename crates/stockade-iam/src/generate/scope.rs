//! Which resources an action can act on.

use crate::lint::arn_parts;
use crate::{Catalogue, glob};
use std::collections::BTreeSet;

/// Names in ARN formats that hold no slash, so that what follows one is another type of resource (S3 User Guide, "Bucket
/// naming rules"; DynamoDB Developer Guide, "Naming rules").
const WITHOUT_SLASH: [&str; 2] = ["BucketName", "TableName"];

/// Whether an action, or all that a pattern matches, acts on no resource type.
pub(super) fn is_on_all_resources_only(action: &str, catalogue: &Catalogue) -> bool {
    let ids = catalogue.expand(action);
    let mut actions = ids.iter().filter_map(|id| catalogue.action_by_id(*id));
    !ids.is_empty() && actions.all(|action| action.is_on_all_resources_only())
}

/// Those of a need's resources that an action can act on: all of them, if the catalogue does not know the action or finds
/// none that fits, since what it does not know is not left out.
pub(super) fn resources_of_action(
    action: &str,
    resources: &[String],
    catalogue: &Catalogue,
) -> BTreeSet<String> {
    let all = || -> BTreeSet<String> { resources.iter().cloned().collect() };
    if resources.is_empty() || is_on_all_resources_only(action, catalogue) {
        return BTreeSet::from(["*".to_owned()]);
    }
    let actions = catalogue.expand(action);
    if actions.is_empty() {
        return all();
    }
    let formats: BTreeSet<&str> = actions
        .iter()
        .filter_map(|id| catalogue.action_by_id(*id))
        .flat_map(|action| action.resource_types())
        .map(|on| on.resource_type.arn_format())
        .collect();
    let fits = |resource: &&String| *resource == "*" || formats.iter().any(|format| can_be(resource, format));
    let fitting: BTreeSet<String> = resources.iter().filter(fits).cloned().collect();
    if fitting.is_empty() { all() } else { fitting }
}

/// Whether a pattern of ARNs can match one of a format.
pub(crate) fn can_be(resource: &str, format: &str) -> bool {
    let (resource, format) = (arn_parts(resource), arn_parts(format));
    let missing = ["*"].into_iter().cycle();
    let resource = resource.into_iter().chain(missing);
    format.into_iter().zip(resource).all(|(format, pattern)| overlap(&tokens(format), &tokens(pattern)))
}

/// A part of a pattern or format.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    Character(char),
    One,
    Many { slash: bool },
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        out.push(match character {
            '*' => Token::Many { slash: true },
            '?' => Token::One,
            '$' if rest.starts_with('{') => {
                let (name, behind) = rest[1..].split_once('}').unwrap_or((&rest[1..], ""));
                rest = behind;
                Token::Many { slash: !WITHOUT_SLASH.contains(&name) }
            }
            character => Token::Character(character),
        });
    }
    out
}

/// Whether some text matches both.
fn overlap(left: &[Token], right: &[Token]) -> bool {
    let width = right.len() + 1;
    let mut reached = vec![false; (left.len() + 1) * width];
    reached[0] = true;
    for at in 0..reached.len() {
        if !reached[at] {
            continue;
        }
        let (one, other) = (left.get(at / width), right.get(at % width));
        let (down, across) = (at + width, at + 1);
        // A `Many` may be over, or take what the other side has next.
        if let Some(Token::Many { slash }) = one {
            reached[down] = true;
            if other.is_some_and(|token| *slash || *token != Token::Character('/')) {
                reached[across] = true;
            }
        }
        if let Some(Token::Many { slash }) = other {
            reached[across] = true;
            if one.is_some_and(|token| *slash || *token != Token::Character('/')) {
                reached[down] = true;
            }
        }
        let same = match (one, other) {
            (Some(Token::Character(one)), Some(Token::Character(other))) => one == other,
            (Some(Token::One), Some(Token::Character(_) | Token::One))
            | (Some(Token::Character(_)), Some(Token::One)) => true,
            _ => false,
        };
        if same {
            reached[at + width + 1] = true;
        }
    }
    reached.last() == Some(&true)
}

/// Whether a pattern of ARNs matches all that another does, each part by itself.
pub(super) fn covers(wider: &str, resource: &str) -> bool {
    if wider == "*" || wider == resource {
        return true;
    }
    let (wider, resource) = (arn_parts(wider), arn_parts(resource));
    wider.len() == resource.len()
        && wider.into_iter().zip(resource).all(|(wider, resource)| {
            wider == resource || (!wider.contains(['?', '$']) && glob::matches(wider, resource))
        })
}

/// The resources that no other of them covers.
pub(super) fn without_covered(resources: &BTreeSet<String>) -> BTreeSet<String> {
    let covered =
        |resource: &String| resources.iter().any(|wider| wider != resource && covers(wider, resource));
    resources.iter().filter(|resource| !covered(resource)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_if_a_text_matches_both() {
        for (left, right, expected) in [
            ("a*", "*b", true),
            ("a*c", "ab*", true),
            ("a", "b", false),
            ("a*", "b*", false),
            ("?", "*", true),
            ("?", "", false),
            ("a?c", "a*", true),
            ("${BucketName}", "b/*", false),
            ("${BucketName}", "b*", true),
            ("${BucketName}/${ObjectName}", "b/*", true),
            ("${BucketName}/${ObjectName}", "b*", true),
            ("${BucketName}/${ObjectName}", "b", false),
            ("function:${FunctionName}", "layer:*", false),
            ("", "", true),
            ("", "*", true),
        ] {
            assert_eq!(overlap(&tokens(left), &tokens(right)), expected, "{left} {right}");
            assert_eq!(overlap(&tokens(right), &tokens(left)), expected, "{right} {left}");
        }
    }

    #[test]
    fn wider_patterns_cover() {
        assert!(covers("*", "arn:aws:s3:::a"));
        assert!(covers("arn:aws:s3:::a/*", "arn:aws:s3:::a/b/*"));
        assert!(!covers("arn:aws:s3:::a/*", "arn:aws:s3:::*"));
        assert!(!covers("arn:aws:sqs:*:*:a", "arn:aws:sqs:us-east-1:111122223333:b"));
        assert!(!covers("arn:aws:s3:::a?", "arn:aws:s3:::a*"));
    }
}
