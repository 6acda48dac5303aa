//! Policy variables: a question is asked for each value that matters of the keys that they stand for.

use super::automaton::{Alphabet, LETTERS, fresh_character, progressions};
use super::budget::Budget;
use super::classes::text_classes;
use super::principals;
use super::space::{Failure, OF_PRINCIPAL, Scope, conditions_by_key, derived_context};
use crate::arn::{Arn, ArnPattern, FIELDS};
use crate::compiled::CompiledPolicy;
use crate::condition::Operand;
use crate::pattern::{Pattern, Reading, Token};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::Text;

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

/// Of the ways in which a value may move patterns on, more than these are not followed.
const MOST_PROGRESSIONS: usize = 96;

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
    let mut gap = None;
    let mut assignments = vec![given.clone()];
    for key in keys_in_order(policies) {
        if given.contains_key(&key) {
            continue;
        }
        if scope.closed {
            assignments.iter_mut().for_each(|assignment| _ = assignment.insert(key.clone(), None));
            continue;
        }
        let mut next = Vec::new();
        for assignment in &assignments {
            // What stands for the keys before it is known: only values of this one are looked for.
            let known: Vec<CompiledPolicy> =
                policies.iter().map(|policy| substitute(policy, assignment)).collect();
            let known: Vec<&CompiledPolicy> = known.iter().collect();
            let fields = fields(&known, assignment, scope.resource.as_deref());
            let (values, why) = values_of(&key, &known, &fields, scope, budget)?;
            gap = gap.or(why);
            for value in values {
                let mut further = assignment.clone();
                further.insert(key.clone(), value.map(|value| vec![value]));
                next.push(further);
            }
            if next.len() > MOST_CASES {
                return Err(Failure::Unknown(format!("`${{{key}}}` may take too many values that matter")));
            }
        }
        assignments = next;
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

/// The keys of the variables, those first that stand before others: what comes before a variable is known when its values
/// are looked for.
fn keys_in_order(policies: &[&CompiledPolicy]) -> Vec<SmolStr> {
    let mut before: BTreeMap<SmolStr, usize> = BTreeMap::new();
    for pattern in policies.iter().flat_map(|policy| policy.patterns()) {
        for (at, variable) in pattern.variables().enumerate() {
            let most = before.entry(variable.key.clone()).or_default();
            *most = at.max(*most);
        }
    }
    let mut keys: Vec<(usize, SmolStr)> = before.into_iter().map(|(key, before)| (before, key)).collect();
    keys.sort();
    keys.into_iter().map(|(_, key)| key).collect()
}

/// The patterns that meet in one place: a field of the resource, or a field or the whole of a key's value. What is given
/// is a pattern like others.
fn fields(
    policies: &[&CompiledPolicy],
    given: &Assignment,
    resource: Option<&str>,
) -> Vec<(String, Vec<Pattern>)> {
    let mut out: BTreeMap<String, Vec<Pattern>> = BTreeMap::new();
    // A variable that is known to have no value makes a pattern of nothing.
    let matches = |pattern: &Pattern| {
        !pattern.variables().any(|variable| variable.default.is_none() && given.contains_key(&variable.key))
    };
    let mut add = |place: &str, pattern: &ArnPattern| {
        if let ArnPattern::Fields(fields) = pattern
            && fields.iter().all(matches)
        {
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
    let reading = Reading { wildcards: false, variables: false, fold: false };
    let mut add_given = |place: &str, text: &str| {
        texts.push((place.to_owned(), Pattern::new(&Text::literal(text), reading)));
        if let Some(arn) = Arn::parse(text) {
            let field = |at: usize| Pattern::new(&Text::literal(arn.fields[at]), reading);
            add(place, &ArnPattern::Fields(Box::new(std::array::from_fn(field))));
        }
    };
    resource.into_iter().for_each(|resource| add_given("resource", resource));
    for (key, values) in given {
        values.iter().flatten().for_each(|value| add_given(key, value));
    }
    for (key, pattern) in texts.into_iter().filter(|(_, pattern)| matches(pattern)) {
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
    let mut ways: Vec<(String, &Pattern)> = Vec::new();
    let mut simple = true;
    for (_, patterns) in fields {
        for holder in
            patterns.iter().filter(|pattern| pattern.variables().any(|variable| variable.key == *key))
        {
            for other in patterns.iter().filter(|other| *other != holder && !other.is_any()) {
                match meets(holder, other, key) {
                    Meets::Alike => {}
                    Meets::After(text) => {
                        simple &= super::classes::is_simple(other);
                        if !ways.contains(&(text.clone(), other)) {
                            ways.push((text, other));
                        }
                    }
                    Meets::Somewhere if super::classes::is_simple(other) => {}
                    Meets::Somewhere => {
                        gap.get_or_insert_with(|| {
                            format!("`${{{key}}}` stands beside a pattern that may match parts of its value")
                        });
                    }
                }
                values.extend(aligned(holder, other, key, fresh).into_iter().map(SmolStr::from));
            }
        }
    }
    // Of literals and beginnings the texts above are all that matter.
    if !simple {
        match progressions(&ways, alphabet, MOST_PROGRESSIONS, budget)? {
            Some(texts) => values.extend(texts.into_iter().map(SmolStr::from)),
            None => {
                gap.get_or_insert_with(|| {
                    format!("`${{{key}}}` stands beside patterns that may match parts of its value in too many ways")
                });
            }
        }
    }
    values.remove("");
    let values = std::iter::once(None).chain(values.into_iter().map(Some)).collect();
    Ok((values, gap))
}

/// How a pattern with a variable meets another in one place.
enum Meets {
    /// They begin alike up to the variable and with it: its value tells nothing apart.
    Alike,
    /// The variable comes after this text, and the other has no variable.
    After(String),
    /// Otherwise.
    Somewhere,
}

fn meets(holder: &Pattern, other: &Pattern, key: &str) -> Meets {
    let is_it = |token: &Token| matches!(token, Token::Variable(variable) if variable.key == key);
    let mut places = holder.tokens.iter().enumerate().filter(|(_, token)| is_it(token)).map(|(at, _)| at);
    let (Some(at), None) = (places.next(), places.next()) else { return Meets::Somewhere };
    let same = |(a, b): (&Token, &Token)| match (a, b) {
        (Token::Variable(a), Token::Variable(b)) => a.key == b.key,
        (Token::Char(_), _) => a == b,
        _ => false,
    };
    if other.tokens.len() > at
        && holder.tokens[..=at].iter().zip(&other.tokens[..=at]).all(same)
        && !other.tokens[at + 1..].iter().any(is_it)
    {
        return Meets::Alike;
    }
    let character = |token: &Token| match token {
        Token::Char(character) => Some(*character),
        _ => None,
    };
    match holder.tokens[..at].iter().map(character).collect() {
        Some(before) if other.variables().next().is_none() => Meets::After(before),
        _ => Meets::Somewhere,
    }
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
