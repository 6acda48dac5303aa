//! Values of condition keys that stand for all.

use super::automaton::{Alphabet, LETTERS};
use super::budget::Budget;
use super::classes::{ANY_ARN, address_classes, arn_classes, number_classes, text_classes};
use super::space::Failure;
use crate::arn::{Arn, ArnPattern, FIELDS};
use crate::condition::{CompiledCondition, IpRange, Operand};
use crate::pattern::{Pattern, Token};
use smol_str::SmolStr;
use std::borrow::Cow;
use stockade_model::Kleene;

/// Values of a key.
pub(crate) struct KeyClasses {
    /// Each with one value, or several for a key that sets are asked of.
    pub(crate) values: Vec<Vec<SmolStr>>,
    /// Why some value may be like none of them.
    pub(crate) gap: Option<String>,
}

/// How many sets of values may stand for all.
const MOST_SETS: usize = 4096;

/// A value for every way to meet the conditions on a key; of times, only those that are not before one.
pub(crate) fn classes(
    key: &str,
    conditions: &[&CompiledCondition],
    not_before: Option<f64>,
    budget: &mut Budget,
) -> Result<KeyClasses, Failure> {
    let mut texts: Vec<Cow<Pattern>> = Vec::new();
    let mut arns: Vec<ArnPattern> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    let mut ranges: Vec<IpRange> = Vec::new();
    let mut singles: Vec<SmolStr> = Vec::new();
    let mut families = std::collections::BTreeSet::new();
    for operand in conditions.iter().flat_map(|condition| &condition.operands) {
        match operand {
            Operand::Text(pattern) => texts.push(pattern.wide()),
            Operand::Arn(pattern) => arns.push(pattern.wide().into_owned()),
            Operand::Number(bound) | Operand::Time(bound) => numbers.push(*bound),
            Operand::Ip(range) => ranges.push(*range),
            Operand::Bool(_) => {}
            Operand::Bytes(bytes) => {
                use base64::Engine as _;
                singles.push(base64::engine::general_purpose::STANDARD.encode(bytes).into());
            }
            Operand::Never | Operand::Unknown(_) => {}
        }
    }
    for condition in conditions {
        use crate::operator::Comparison;
        match condition.operator.comparison {
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike => {
                families.insert("text");
            }
            Comparison::ArnLike => {
                families.insert("arn");
            }
            Comparison::Bool => {
                families.insert("bool");
                singles.extend(["true".into(), "false".into()]);
            }
            Comparison::BinaryEquals => {
                families.insert("binary");
                singles.push("c3RvY2thZGU=".into());
            }
            Comparison::IpAddress => {
                families.insert("address");
            }
            Comparison::Null => {}
            _ => {
                families.insert("number");
            }
        }
    }
    let texts: Vec<&Pattern> = texts.iter().map(|pattern| &**pattern).collect();
    let alphabet = Alphabet { colons: true, preferred: LETTERS };
    if families.contains("arn") {
        let mut patterns = arns;
        patterns.extend(texts.iter().flat_map(|pattern| arn_patterns_of_text(pattern)));
        let of_text: Vec<Pattern> = patterns
            .iter()
            .filter_map(|pattern| match pattern {
                ArnPattern::Text(pattern) => Some(pattern.clone()),
                _ => None,
            })
            .collect();
        let all: Vec<&ArnPattern> = patterns.iter().collect();
        singles.extend(arn_classes(&all, &ANY_ARN, budget)?.into_iter().map(SmolStr::from));
        if !key.ends_with("arn") {
            let all: Vec<&Pattern> = texts.iter().copied().chain(&of_text).collect();
            let found = text_classes(&all, alphabet, budget)?;
            singles.extend(found.into_iter().filter(|text| Arn::parse(text).is_none()).map(SmolStr::from));
        }
    } else if families.contains("text") {
        singles.extend(text_classes(&texts, alphabet, budget)?.into_iter().map(SmolStr::from));
    }
    if families.contains("number") {
        numbers.extend(not_before);
        singles.extend(number_classes(&numbers).into_iter().map(SmolStr::from));
    }
    if families.contains("address") {
        singles.extend(address_classes(&ranges).into_iter().map(SmolStr::from));
    }
    if families.is_empty() {
        singles.push("any".into());
    }
    if let Some(first) = not_before {
        singles.retain(|value| value.parse::<f64>().map_or(true, |time| time >= first));
    }
    let mut seen = std::collections::BTreeSet::new();
    singles.retain(|value| !value.is_empty() && seen.insert(value.clone()));
    let others = families.iter().filter(|family| !matches!(**family, "text" | "arn")).count();
    let text_too = families.contains("text") || families.contains("arn");
    let literal = texts.iter().all(|pattern| pattern.literal().is_some());
    // Literals beside values of another type are values like others.
    let text_is_literal = literal && !families.contains("arn");
    let mixed = others > 1 || (others == 1 && text_too && !text_is_literal);
    let mut gap = mixed.then(|| format!("`{key}` is compared as values of several types"));

    let quantified = conditions.iter().filter(|condition| condition.operator.quantifier.is_some()).count();
    let one = |value: &SmolStr| vec![value.clone()];
    let mut values: Vec<Vec<SmolStr>> = singles.iter().map(one).collect();
    if quantified > 0 {
        let distinct = distinguish(conditions, &singles, budget)?;
        values = distinct.iter().map(one).collect();
        // A set needs at most one witness for each condition that asks for some value.
        let most = quantified.min(distinct.len());
        let mut last: Vec<Vec<usize>> = (0..distinct.len()).map(|at| vec![at]).collect();
        for _ in 1..most {
            let mut next = Vec::new();
            for set in &last {
                let from = set.last().map_or(0, |at| at + 1);
                for at in from..distinct.len() {
                    let mut larger = set.clone();
                    larger.push(at);
                    next.push(larger);
                }
                if values.len() + next.len() > MOST_SETS {
                    gap.get_or_insert_with(|| format!("`{key}` may hold too many combinations of values"));
                    next.clear();
                    break;
                }
            }
            values.extend(next.iter().map(|set| set.iter().map(|at| distinct[*at].clone()).collect()));
            last = next;
        }
    }
    Ok(KeyClasses { values, gap })
}

/// One value for each combination of operands that a single value matches: findings tell these apart too.
fn distinguish(
    conditions: &[&CompiledCondition],
    singles: &[SmolStr],
    budget: &mut Budget,
) -> Result<Vec<SmolStr>, Failure> {
    let mut seen = foldhash::HashSet::default();
    let mut out = Vec::new();
    for value in singles {
        budget.spend(conditions.len() as u64)?;
        let signature: Vec<Kleene> =
            conditions.iter().flat_map(|condition| condition.compares_each(value)).collect();
        if seen.insert(signature) {
            out.push(value.clone());
        }
    }
    Ok(out)
}

/// Patterns that together match the same ARNs as a pattern of texts, whose wildcards run past colons.
pub(crate) fn arn_patterns_of_text(pattern: &Pattern) -> Vec<ArnPattern> {
    let mut out = Vec::new();
    split(&pattern.tokens, vec![Vec::new()], pattern.folds(), &mut out);
    out
}

/// More ways than this to put a pattern's wildcards over the colons are not followed.
const MOST_WAYS: usize = 64;

fn split(tokens: &[Token], mut fields: Vec<Vec<Token>>, fold: bool, out: &mut Vec<ArnPattern>) {
    if out.len() >= MOST_WAYS {
        return;
    }
    for (at, token) in tokens.iter().enumerate() {
        let splits = fields.len() < FIELDS;
        if splits && *token == Token::Char(':') {
            fields.push(Vec::new());
            continue;
        }
        if let Some(field) = fields.last_mut() {
            field.push(token.clone());
        }
        if splits && matches!(token, Token::Many | Token::One) {
            // The wildcard takes a colon.
            let mut further = fields.clone();
            if *token == Token::One
                && let Some(field) = further.last_mut()
            {
                field.pop();
            }
            further.push(Vec::new());
            let rest = if *token == Token::Many { &tokens[at..] } else { &tokens[at + 1..] };
            split(rest, further, fold, out);
        }
    }
    if let Ok(fields) = <[Vec<Token>; FIELDS]>::try_from(fields) {
        out.push(ArnPattern::Fields(Box::new(fields.map(|tokens| Pattern::of(tokens, fold)))));
    }
}
