//! Principals that stand for all.

use super::automaton::{Alphabet, LETTERS};
use super::budget::{Budget, Exceeded};
use super::classes::{FieldValue, FieldValues, arn_classes, text_classes};
use super::keys::arn_patterns_of_text;
use super::space::Scope;
use crate::arn::{ArnPattern, FIELDS};
use crate::compiled::{CompiledStatement, PrincipalPattern};
use crate::condition::{CompiledCondition, Operand};
use crate::pattern::{Pattern, Token};
use crate::request::{AwsPrincipal, AwsPrincipalKind, RequestPrincipal};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::Text;

const PRINCIPAL_ARN: FieldValues = [
    FieldValue::Fixed("arn"),
    FieldValue::Any(&["aws"]),
    FieldValue::Fixed("iam"),
    FieldValue::Fixed(""),
    FieldValue::Any(&["111122223333"]),
    FieldValue::Any(&["role/example", "user/example", "root"]),
];

/// A principal for every way to be named by the statements and to meet conditions on the keys that follow from it.
pub(crate) fn classes(
    statements: &[&CompiledStatement],
    conditions: &BTreeMap<&str, Vec<&CompiledCondition>>,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Vec<RequestPrincipal>, Exceeded> {
    let named: Vec<&PrincipalPattern> = statements
        .iter()
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|named| &named.patterns)
        .collect();
    let on = |key: &str| conditions.get(key).into_iter().flatten().copied();
    let mut out: Vec<RequestPrincipal> = Vec::new();

    let mut patterns: Vec<ArnPattern> = ["arn:*:iam::*:role/*", "arn:*:iam::*:user/*", "arn:*:iam::*:root"]
        .iter()
        .map(|text| ArnPattern::new(&Text::literal(*text), false))
        .collect();
    let mut direct: BTreeSet<&AwsPrincipal> = BTreeSet::new();
    for pattern in &named {
        match pattern {
            PrincipalPattern::Account(account) => {
                patterns.push(ArnPattern::new(&Text::literal(format!("arn:*:iam::{account}:*")), false));
            }
            PrincipalPattern::Aws(aws) => {
                direct.insert(aws);
                patterns.push(ArnPattern::new(&Text::literal(aws.principal_arn()), false));
            }
            _ => {}
        }
    }
    for operand in on("aws:principalarn").flat_map(|condition| &condition.operands) {
        match operand {
            Operand::Arn(pattern) => patterns.push(pattern.wide().into_owned()),
            Operand::Text(pattern) => patterns.extend(arn_patterns_of_text(&pattern.wide())),
            _ => {}
        }
    }
    for pattern in on("aws:principalaccount").flat_map(CompiledCondition::patterns) {
        patterns.push(in_fields(&[(4, &[], pattern)]));
    }
    for pattern in on("aws:username").flat_map(CompiledCondition::patterns) {
        patterns.push(in_fields(&[(5, &["user/"], pattern)]));
        patterns.push(in_fields(&[(5, &["user/*/"], pattern)]));
    }
    if let Some(account) = &scope.resource_account {
        patterns.push(ArnPattern::new(&Text::literal(format!("arn:*:iam::{account}:*")), false));
    }
    for key in ["aws:username", "aws:principalaccount", "aws:principalarn"] {
        if let Some(Some(values)) = scope.context.get(key) {
            for value in values {
                patterns.push(ArnPattern::new(
                    &Text::literal(match key {
                        "aws:username" => format!("arn:*:iam::*:user/{value}"),
                        "aws:principalaccount" => format!("arn:*:iam::{value}:*"),
                        _ => value.to_string(),
                    }),
                    false,
                ));
            }
        }
    }
    let patterns: Vec<&ArnPattern> = patterns.iter().collect();
    for arn in arn_classes(&patterns, &PRINCIPAL_ARN, budget)? {
        out.extend(AwsPrincipal::parse(&arn).map(RequestPrincipal::Aws));
    }
    for aws in direct {
        if matches!(aws.kind, AwsPrincipalKind::Session | AwsPrincipalKind::FederatedUser) {
            out.push(RequestPrincipal::Aws(aws.clone()));
        }
    }
    if scope.anyone || !named.is_empty() {
        out.push(RequestPrincipal::Anonymous);
        let literal = |take: fn(&PrincipalPattern) -> Option<&SmolStr>| -> Vec<SmolStr> {
            named.iter().filter_map(|pattern| take(pattern)).filter(|id| *id != "*").cloned().collect()
        };
        let services = literal(|pattern| match pattern {
            PrincipalPattern::Service(id) => Some(id),
            _ => None,
        });
        let federated = literal(|pattern| match pattern {
            PrincipalPattern::Federated(id) => Some(id),
            _ => None,
        });
        let canonical = literal(|pattern| match pattern {
            PrincipalPattern::CanonicalUser(id) => Some(id),
            _ => None,
        });
        let tested: Vec<&Pattern> =
            on("aws:principalservicename").flat_map(CompiledCondition::patterns).collect();
        let alphabet = Alphabet { colons: true, preferred: LETTERS };
        let tested = text_classes(&tested, alphabet, budget)?;
        out.extend(services.into_iter().map(RequestPrincipal::Service));
        out.extend(tested.into_iter().map(|name| RequestPrincipal::Service(name.into())));
        out.push(RequestPrincipal::Service("example.amazonaws.com".into()));
        out.extend(federated.into_iter().map(RequestPrincipal::Federated));
        out.push(RequestPrincipal::Federated("arn:aws:iam::111122223333:saml-provider/example".into()));
        out.extend(canonical.into_iter().map(RequestPrincipal::CanonicalUser));
        out.push(RequestPrincipal::CanonicalUser("0".repeat(64).into()));
    }
    let mut seen = BTreeSet::new();
    out.retain(|principal| seen.insert(principal.clone()));
    Ok(out)
}

/// A pattern of ARNs that asks something of some fields: a text before the pattern, in which `*` is a wildcard.
fn in_fields(asked: &[(usize, &[&str], &Pattern)]) -> ArnPattern {
    let mut fields: [Vec<Token>; FIELDS] = std::array::from_fn(|_| vec![Token::Many]);
    for (field, before, pattern) in asked {
        let mut tokens: Vec<Token> = before
            .iter()
            .flat_map(|text| text.chars())
            .map(|character| if character == '*' { Token::Many } else { Token::Char(character) })
            .collect();
        tokens.extend(pattern.tokens.iter().cloned());
        fields[*field] = tokens;
    }
    ArnPattern::Fields(Box::new(fields.map(|tokens| Pattern::of(tokens, false))))
}
