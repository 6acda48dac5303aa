//! Finitely many values that stand for all: for every combination of tests that some value passes, a value that does.

use super::automaton::{Alphabet, DIGITS, LETTERS, fresh_character, witnesses};
use super::budget::{Budget, Exceeded};
use crate::arn::{ArnPattern, FIELDS};
use crate::condition::IpRange;
use crate::pattern::{Pattern, Token};
use foldhash::HashSet;
use std::net::IpAddr;

/// Values of texts, for tests by these patterns.
pub(crate) fn text_classes(
    patterns: &[&Pattern],
    alphabet: Alphabet,
    budget: &mut Budget,
) -> Result<Vec<String>, Exceeded> {
    let mut unique: Vec<&Pattern> = Vec::new();
    let mut seen = HashSet::default();
    for pattern in patterns {
        budget.spend(1)?;
        if !pattern.is_any() && seen.insert((spelling(pattern), pattern.folds())) {
            unique.push(pattern);
        }
    }
    let mixed_case =
        unique.iter().any(|pattern| pattern.folds()) && unique.iter().any(|pattern| !pattern.folds());
    let (literals, others): (Vec<&Pattern>, Vec<&Pattern>) =
        unique.iter().partition(|pattern| pattern.literal().is_some());
    if mixed_case {
        return witnesses(&unique, alphabet, budget);
    }
    let admissible = |text: &str| alphabet.colons || !text.contains(':');
    let mut out: Vec<String> = Vec::new();
    if others.iter().all(|pattern| prefix(pattern).is_some()) {
        // A text that is none of the literals is told by the longest prefix that it begins with.
        let fresh = fresh_character(unique.iter().copied(), alphabet);
        out.push(fresh.to_string());
        out.extend(
            others.iter().filter_map(|pattern| prefix(pattern)).map(|prefix| format!("{prefix}{fresh}")),
        );
    } else {
        let found = witnesses(&others, alphabet, budget)?;
        let is_literal =
            |text: &String| literals.iter().any(|pattern| pattern.matches(text, &|_| None).is_true());
        // What stands for the texts that are no literal must be none itself.
        if found.iter().any(is_literal) {
            return witnesses(&unique, alphabet, budget);
        }
        out.extend(found);
    }
    out.extend(literals.iter().filter_map(|pattern| pattern.literal()).map(str::to_owned));
    out.retain(|text| admissible(text));
    Ok(out)
}

fn spelling(pattern: &Pattern) -> String {
    pattern
        .tokens
        .iter()
        .map(|token| match token {
            Token::Char('*') => '\u{1}',
            Token::Char('?') => '\u{2}',
            Token::Char(character) => *character,
            Token::One => '?',
            _ => '*',
        })
        .collect()
}

/// Whether it is a literal, or one that a star follows.
pub(crate) fn is_simple(pattern: &Pattern) -> bool {
    pattern.literal().is_some() || prefix(pattern).is_some()
}

/// The text before the one star at the end.
fn prefix(pattern: &Pattern) -> Option<String> {
    let [before @ .., Token::Many] = &*pattern.tokens else { return None };
    before
        .iter()
        .map(|token| match token {
            Token::Char(character) => Some(*character),
            _ => None,
        })
        .collect()
}

/// ARNs, for tests by these patterns. `preferred` gives for each field what to take where any does.
pub(crate) fn arn_classes(
    patterns: &[&ArnPattern],
    fields: &FieldValues,
    budget: &mut Budget,
) -> Result<Vec<String>, Exceeded> {
    let fielded: Vec<&[Pattern; FIELDS]> = patterns
        .iter()
        .filter_map(|pattern| match pattern {
            ArnPattern::Fields(fields) => Some(&**fields),
            _ => None,
        })
        .collect();
    let words = fielded.len().div_ceil(64).max(1);
    let mut all = vec![u64::MAX; words];
    if !fielded.len().is_multiple_of(64) {
        all[words - 1] = (1 << (fielded.len() % 64)) - 1;
    } else if fielded.is_empty() {
        all[0] = 0;
    }
    // The patterns that still match, with the fields that make it so.
    let mut states: Vec<(Vec<u64>, String)> = vec![(all, String::new())];
    for at in 0..FIELDS {
        let of_field: Vec<&Pattern> = fielded.iter().map(|pattern| &pattern[at]).collect();
        let values = match &fields[at] {
            FieldValue::Fixed(value) => vec![(*value).to_owned()],
            FieldValue::Any(preferred) => {
                let alphabet =
                    Alphabet { colons: at + 1 == FIELDS, preferred: if at == 4 { DIGITS } else { LETTERS } };
                let mut values: Vec<String> = preferred.iter().map(|text| (*text).to_owned()).collect();
                values.extend(text_classes(&of_field, alphabet, budget)?);
                values
            }
        };
        let mut signatures: Vec<(Vec<u64>, String)> = Vec::new();
        let mut seen = HashSet::default();
        for value in values {
            budget.spend(of_field.len() as u64 / 8 + 1)?;
            let mut signature = vec![0; words];
            for (index, pattern) in of_field.iter().enumerate() {
                if pattern.matches(&value, &|_| None).is_true() {
                    signature[index / 64] |= 1 << (index % 64);
                }
            }
            if seen.insert(signature.clone()) {
                signatures.push((signature, value));
            }
        }
        let mut next: Vec<(Vec<u64>, String)> = Vec::new();
        let mut seen = HashSet::default();
        for (alive, text) in &states {
            for (signature, value) in &signatures {
                budget.spend(words as u64)?;
                let both: Vec<u64> = alive.iter().zip(signature).map(|(a, b)| a & b).collect();
                if seen.insert(both.clone()) {
                    let colon = if at == 0 { "" } else { ":" };
                    next.push((both, format!("{text}{colon}{value}")));
                }
            }
        }
        states = next;
    }
    Ok(states.into_iter().map(|(_, text)| text).collect())
}

/// What a field of an ARN may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldValue {
    /// This alone.
    Fixed(&'static str),
    /// Anything, these by preference.
    Any(&'static [&'static str]),
}

/// What the fields of ARNs may be.
pub(crate) type FieldValues = [FieldValue; FIELDS];

/// Any resource's ARN.
pub(crate) const ANY_ARN: FieldValues = [
    FieldValue::Fixed("arn"),
    FieldValue::Any(&["aws"]),
    FieldValue::Any(&["s3"]),
    FieldValue::Any(&["us-east-1"]),
    FieldValue::Any(&["111122223333"]),
    FieldValue::Any(&["example"]),
];

/// Numbers, for comparisons with these bounds.
pub(crate) fn number_classes(bounds: &[f64]) -> Vec<String> {
    let mut sorted: Vec<f64> = bounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let mut out = Vec::new();
    if let (Some(first), Some(last)) = (sorted.first(), sorted.last()) {
        out.push(first - 1.0);
        out.push(last + 1.0);
    } else {
        out.push(1.0);
    }
    out.extend(sorted.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])));
    out.extend(sorted);
    out.into_iter().map(|number| number.to_string()).collect()
}

/// Addresses, for tests by these ranges.
pub(crate) fn address_classes(ranges: &[IpRange]) -> Vec<String> {
    let (mut v4, mut v6): (Vec<u32>, Vec<u128>) = (vec![0], vec![0]);
    for range in ranges {
        match (range.first, range.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                v4.push(first.into());
                v4.extend(u32::from(last).checked_add(1));
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                v6.push(first.into());
                v6.extend(u128::from(last).checked_add(1));
            }
            _ => {}
        }
    }
    let address_4 = |bits: &u32| IpAddr::V4((*bits).into()).to_string();
    let address_6 = |bits: &u128| IpAddr::V6((*bits).into()).to_string();
    for_sorted(v4, address_4).chain(for_sorted(v6, address_6)).collect()
}

fn for_sorted<T: Ord, O>(mut items: Vec<T>, spell: impl Fn(&T) -> O) -> impl Iterator<Item = O> {
    items.sort_unstable();
    items.dedup();
    items.into_iter().map(move |item| spell(&item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Reading;
    use proptest::prelude::*;
    use stockade_model::Text;

    fn pattern(text: &str, fold: bool) -> Pattern {
        Pattern::new(&Text::literal(text), Reading { wildcards: true, variables: false, fold })
    }

    proptest! {
        /// Every combination that a short text has is one that a witness has.
        #[test]
        fn no_combination_is_missed(
            written in proptest::collection::vec("[ab*?]{0,4}", 1..5),
            folded in "[aB*]{0,3}",
            text in "[abAc]{0,5}",
            with_fold in any::<bool>(),
        ) {
            let mut patterns: Vec<Pattern> = written.iter().map(|text| pattern(text, false)).collect();
            if with_fold {
                patterns.push(pattern(&folded, true));
            }
            let all: Vec<&Pattern> = patterns.iter().collect();
            let alphabet = Alphabet { colons: true, preferred: LETTERS };
            let found = text_classes(&all, alphabet, &mut Budget::default()).unwrap();
            let signature = |text: &str| -> Vec<bool> {
                patterns.iter().map(|pattern| pattern.matches(text, &|_| None).is_true()).collect()
            };
            let wanted = signature(&text);
            prop_assert!(found.iter().any(|witness| signature(witness) == wanted), "{text:?} {found:?}");
        }
    }
}
