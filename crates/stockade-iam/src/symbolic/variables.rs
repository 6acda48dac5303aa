//! Policy variables: a question is asked for each value that matters of the keys that they stand for.

use super::automaton::{Alphabet, LETTERS, fresh_character};
use super::budget::Budget;
use super::classes::text_classes;
use super::principals;
use super::space::{Failure, OF_PRINCIPAL, Scope, conditions_by_key, derived_context};
use crate::arn::{ArnPattern, FIELDS};
use crate::compiled::CompiledPolicy;
use crate::condition::Operand;
use crate::pattern::{Pattern, Token, Variable};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Keys and their values; `None` for a key that is absent.
pub(crate) type Assignment = BTreeMap<SmolStr, Option<Vec<SmolStr>>>;

/// A question with the variables replaced.
pub(crate) struct Case<'p> {
    pub(crate) policies: Vec<Cow<'p, CompiledPolicy>>,
    /// What the variables' keys are.
    pub(crate) given: Assignment,
}

/// What all cases together leave out, if something.
pub(crate) struct Cases<'p> {
    pub(crate) cases: Vec<Case<'p>>,
    pub(crate) gap: Option<String>,
}

const MOST_CASES: usize = 512;

/// The cases of a question about these policies; keys that the scope gives have the values that it gives.
pub(crate) fn cases<'p>(
    policies: &[&'p CompiledPolicy],
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Cases<'p>, Failure> {
    let given = &scope.context;
    if !policies.iter().any(|policy| policy.has_variables()) {
        let policies = policies.iter().map(|policy| Cow::Borrowed(*policy)).collect();
        return Ok(Cases { cases: vec![Case { policies, given: given.clone() }], gap: None });
    }
    let fields = fields(policies);
    let mut variables: BTreeSet<&Variable> = BTreeSet::new();
    for (_, patterns) in &fields {
        variables.extend(patterns.iter().flat_map(|pattern| pattern.variables()));
    }
    let keys: BTreeSet<&SmolStr> = variables.iter().map(|variable| &variable.key).collect();
    let mut gap = None;
    let mut assignments = vec![given.clone()];
    for key in keys {
        if given.contains_key(key) {
            continue;
        }
        let (values, why) = values_of(key, policies, &fields, scope, budget)?;
        gap = gap.or(why);
        let mut next = Vec::new();
        for assignment in &assignments {
            for value in &values {
                let mut further = assignment.clone();
                further.insert(key.clone(), value.clone().map(|value| vec![value]));
                next.push(further);
            }
        }
        assignments = next;
        if assignments.len() > MOST_CASES {
            return Err(Failure::Unknown(format!("`${{{key}}}` may take too many values that matter")));
        }
    }
    let cases = assignments
        .into_iter()
        .map(|given| Case {
            policies: policies.iter().map(|policy| Cow::Owned(substitute(policy, &given))).collect(),
            given,
        })
        .collect();
    Ok(Cases { cases, gap })
}

/// The patterns that meet in one place: a field of the resource, or a field or the whole of a key's value.
fn fields(policies: &[&CompiledPolicy]) -> Vec<(String, Vec<Pattern>)> {
    let mut out: BTreeMap<String, Vec<Pattern>> = BTreeMap::new();
    let mut add = |place: &str, pattern: &ArnPattern| {
        if let ArnPattern::Fields(fields) = pattern {
            for (at, pattern) in fields.iter().enumerate().take(FIELDS) {
                out.entry(format!("{place}:{at}")).or_default().push(pattern.clone());
            }
        }
    };
    let mut texts = Vec::new();
    for statement in policies.iter().flat_map(|policy| &policy.statements) {
        for pattern in statement.resources.iter().flat_map(|named| &named.patterns) {
            add("resource", pattern);
        }
        for condition in &statement.conditions {
            for operand in &condition.operands {
                match operand {
                    Operand::Arn(pattern) => add(&condition.key, pattern),
                    Operand::Text(pattern) => texts.push((condition.key.to_string(), pattern.clone())),
                    _ => {}
                }
            }
        }
    }
    for (key, pattern) in texts {
        out.entry(key).or_default().push(pattern);
    }
    out.into_iter().collect()
}

/// The values of a variable's key that matter, and why others could.
fn values_of(
    key: &SmolStr,
    policies: &[&CompiledPolicy],
    fields: &[(String, Vec<Pattern>)],
    scope: &Scope,
    budget: &mut Budget,
) -> Result<(Vec<Option<SmolStr>>, Option<String>), Failure> {
    let mut gap = None;
    let mut values: BTreeSet<SmolStr> = BTreeSet::new();
    let own: Vec<&Pattern> = policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions)
        .filter(|condition| condition.key == *key)
        .flat_map(|condition| condition.patterns())
        .filter(|pattern| pattern.variables().next().is_none())
        .collect();
    let all: Vec<&Pattern> = fields.iter().flat_map(|(_, patterns)| patterns).collect();
    let alphabet = Alphabet { colons: true, preferred: LETTERS };
    let fresh = fresh_character(all.iter().copied(), alphabet);
    values.extend(text_classes(&own, alphabet, budget)?.into_iter().map(SmolStr::from));
    values.insert(format!("{fresh}{fresh}").into());
    if OF_PRINCIPAL.contains(&key.as_str()) {
        values.extend(of_principals(key, policies, scope, budget)?);
    }
    for (_, patterns) in fields {
        for holder in
            patterns.iter().filter(|pattern| pattern.variables().any(|variable| variable.key == *key))
        {
            for other in patterns.iter().filter(|other| *other != holder) {
                if !super::classes::is_simple(other) && !other.is_any() {
                    gap.get_or_insert_with(|| {
                        format!("`${{{key}}}` stands beside a pattern that may match parts of its value")
                    });
                }
                values.extend(aligned(holder, other, key, fresh).into_iter().map(SmolStr::from));
            }
        }
    }
    values.remove("");
    let values = std::iter::once(None).chain(values.into_iter().map(Some)).collect();
    Ok((values, gap))
}

/// The values that a key has for the principals that policies tell apart.
fn of_principals(
    key: &str,
    policies: &[&CompiledPolicy],
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Vec<SmolStr>, Failure> {
    let statements: Vec<_> = policies.iter().flat_map(|policy| &policy.statements).collect();
    let conditions = conditions_by_key(&statements);
    let mut out = Vec::new();
    for principal in principals::classes(&statements, &conditions, scope, budget)? {
        let context = derived_context(&principal, scope);
        out.extend(context.get(key).unwrap_or_default().iter().cloned());
    }
    Ok(out)
}

/// The values of the variable with which `holder` could spell what `other` does.
fn aligned(holder: &Pattern, other: &Pattern, key: &str, fresh: char) -> Vec<String> {
    let Some(at) = holder
        .tokens
        .iter()
        .position(|token| matches!(token, Token::Variable(variable) if variable.key == key))
    else {
        return Vec::new();
    };
    let rest = match holder.tokens[..at].contains(&Token::Many) {
        true => &other.tokens[..],
        false => match other.tokens.get(..at) {
            Some(before) if *before == holder.tokens[..at] => &other.tokens[at..],
            // What comes before ends in a wildcard of the other, or differs.
            _ => return Vec::new(),
        },
    };
    let next = match holder.tokens.get(at + 1) {
        Some(Token::Char(character)) => Some(*character),
        _ => None,
    };
    let mut out = Vec::new();
    let mut text = String::new();
    for token in rest {
        match token {
            Token::Char(character) => {
                if Some(*character) == next {
                    out.push(text.clone());
                }
                text.push(*character);
            }
            Token::One => text.push(fresh),
            Token::Many => {
                out.push(text.clone());
                text.push(fresh);
            }
            Token::Variable(_) | Token::Unknown(_) => break,
        }
    }
    out.push(text);
    out
}

fn substitute(policy: &CompiledPolicy, given: &Assignment) -> CompiledPolicy {
    let lookup = |key: &str| match given.get(key)?.as_deref()? {
        [value] => Some(value.clone()),
        _ => None,
    };
    let mut policy = policy.clone();
    for statement in &mut policy.statements {
        // A pattern with a variable that has no value stays as it is: it matches nothing, and what it could match is
        // not known to differ from it.
        for pattern in statement.resources.iter_mut().flat_map(|named| &mut named.patterns) {
            if let Some(substituted) = substituted(pattern, &lookup) {
                *pattern = substituted;
            }
        }
        for operand in statement.conditions.iter_mut().flat_map(|condition| &mut condition.operands) {
            let substituted = match &*operand {
                Operand::Text(pattern) => pattern.with_variables(&lookup).map(Operand::Text),
                Operand::Arn(pattern) => substituted(pattern, &lookup).map(Operand::Arn),
                _ => None,
            };
            if let Some(substituted) = substituted {
                *operand = substituted;
            }
        }
    }
    policy
}

fn substituted(pattern: &ArnPattern, lookup: &dyn Fn(&str) -> Option<SmolStr>) -> Option<ArnPattern> {
    Some(match pattern {
        ArnPattern::Fields(fields) => {
            let mut out = fields.clone();
            for field in out.iter_mut() {
                *field = field.with_variables(lookup)?;
            }
            ArnPattern::Fields(out)
        }
        ArnPattern::Text(pattern) => ArnPattern::Text(pattern.with_variables(lookup)?),
        other => other.clone(),
    })
}

/// Adds to a request what its case gives.
pub(crate) fn complete(request: &mut crate::request::Request, given: &Assignment) {
    for (key, values) in given {
        if let Some(values) = values
            && !OF_PRINCIPAL.contains(&key.as_str())
        {
            request.context.set(key, values.clone());
        }
    }
}
