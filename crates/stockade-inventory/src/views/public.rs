//! Whether a resource policy lets the public in.
//!
//! Only what is certain is said: conditions that name where a request comes from are understood, others are not.

use stockade_iam::{Condition, Effect, PolicyDocument, Statement};
use stockade_model::{Kleene, Symbol, Text};

/// Keys of the request that fix where it comes from.
const ORIGINS: [&str; 8] = [
    "aws:sourceip",
    "aws:sourcevpce",
    "aws:sourcevpc",
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:principalarn",
];

/// Keys that say how a request is made, not by whom.
const MANNERS: [&str; 4] = [
    "aws:securetransport",
    "s3:tlsversion",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

const POSITIVE: [&str; 6] =
    ["stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "ipaddress"];

const NEGATIVE: [&str; 6] = [
    "stringnotequals",
    "stringnotlike",
    "stringnotequalsignorecase",
    "arnnotequals",
    "arnnotlike",
    "notipaddress",
];

/// Whether a policy lets anyone in: a statement allows it, and none denies all who do not come from named places.
pub(crate) fn lets_the_public_in(document: &PolicyDocument) -> Kleene {
    let may_have_more = Kleene::from(document.open.is_some()).and(Kleene::Unknown);
    let mut public = may_have_more;
    let mut denied = may_have_more;
    for statement in &document.statements {
        match statement.effect {
            Effect::Allow => public = public.or(is_public(statement)),
            Effect::Deny => denied = denied.or(denies_others(statement)),
            Effect::Unknown(_) => {
                public = public.or(Kleene::Unknown);
                denied = denied.or(Kleene::Unknown);
            }
        }
    }
    public.and(!denied)
}

/// Whether a statement that allows something is for anyone.
pub(crate) fn is_public(statement: &Statement) -> Kleene {
    let anyone = if statement.is_for_anyone() {
        Kleene::True
    } else {
        let whole =
            statement.principals.iter().any(|principal| principal.id.as_symbol().is_some_and(may_be_anyone));
        Kleene::from(whole || statement.open.is_some()).and(Kleene::Unknown)
    };
    let open = Kleene::from(statement.open.is_some()).and(Kleene::Unknown);
    let narrowed =
        statement.conditions.iter().fold(open, |narrowed, condition| narrowed.or(narrows(condition)));
    anyone.and(!narrowed)
}

fn may_be_anyone(symbol: &Symbol) -> bool {
    !symbol.has_known_shape() && symbol.may_be("*")
}

/// Whether a condition leaves only requests from named places; one that is not understood may.
fn narrows(condition: &Condition) -> Kleene {
    let key = condition.key.to_ascii_lowercase();
    if MANNERS.contains(&key.as_str()) {
        return Kleene::False;
    }
    let understood = POSITIVE.contains(&condition.operator.to_ascii_lowercase().as_str());
    if understood && ORIGINS.contains(&key.as_str()) { names_places(condition) } else { Kleene::Unknown }
}

/// Whether a statement denies everyone who does not come from named places.
fn denies_others(statement: &Statement) -> Kleene {
    if statement.open.is_some() {
        return Kleene::Unknown;
    }
    if !statement.is_for_anyone() {
        return Kleene::False;
    }
    let [condition] = statement.conditions.as_slice() else { return Kleene::Unknown };
    let (key, operator) = (condition.key.to_ascii_lowercase(), condition.operator.to_ascii_lowercase());
    if MANNERS.contains(&key.as_str()) || operator == "ipaddress" {
        // Some requests are kept out; those of all others come in.
        return Kleene::False;
    }
    let others = NEGATIVE.contains(&operator.as_str()) && ORIGINS.contains(&key.as_str());
    if others { names_places(condition) } else { Kleene::Unknown }
}

fn names_places(condition: &Condition) -> Kleene {
    let place = |text: &Text| match text.as_literal() {
        Some(literal) => Kleene::from(literal != "*" && !literal.ends_with("/0")),
        None if text.symbols().all(Symbol::has_known_shape) => Kleene::True,
        None => Kleene::Unknown,
    };
    if condition.values.is_empty() {
        return Kleene::Unknown;
    }
    condition.values.iter().map(|value| place(&value.text)).fold(Kleene::True, Kleene::and)
}

#[cfg(test)]
mod tests {
    use super::*;
    use smol_str::SmolStr;
    use stockade_model::Place;

    fn statement(effect: Effect, principal: &str, condition: Option<(&str, &str, &str)>) -> Statement {
        Statement {
            place: Place::default(),
            sid: None,
            effect,
            principals: vec![stockade_iam::Principal {
                kind: "AWS".into(),
                id: Text::literal(principal),
                place: Place::default(),
            }],
            not_principals: Vec::new(),
            actions: Vec::new(),
            not_actions: Vec::new(),
            resources: Vec::new(),
            not_resources: Vec::new(),
            conditions: condition
                .into_iter()
                .map(|(operator, key, value)| Condition {
                    operator: SmolStr::new(operator),
                    key: SmolStr::new(key),
                    values: vec![value.into()],
                    place: Place::default(),
                })
                .collect(),
            keys: Vec::new(),
            open: None,
        }
    }

    #[test]
    fn a_policy_is_public_unless_it_names_who_or_whence() {
        let allow = |condition| statement(Effect::Allow, "*", condition);
        let deny = |condition| statement(Effect::Deny, "*", condition);
        let document = |statements| PolicyDocument { statements, ..PolicyDocument::default() };
        let ip = ("IpAddress", "aws:SourceIp", "192.0.2.0/24");
        let all = ("IpAddress", "aws:SourceIp", "0.0.0.0/0");
        let not_ip = ("NotIpAddress", "aws:SourceIp", "192.0.2.0/24");
        let tls = ("Bool", "aws:SecureTransport", "false");
        let tag = ("StringEquals", "s3:ExistingObjectTag/public", "yes");
        for (statements, expected) in [
            (vec![allow(None)], Kleene::True),
            (vec![allow(Some(ip))], Kleene::False),
            (vec![allow(Some(all))], Kleene::True),
            (vec![allow(Some(tag))], Kleene::Unknown),
            (vec![allow(None), deny(Some(not_ip))], Kleene::False),
            (vec![allow(None), deny(Some(ip))], Kleene::True),
            (vec![allow(None), deny(Some(tls))], Kleene::True),
            (vec![statement(Effect::Allow, "arn:aws:iam::123456789012:root", None)], Kleene::False),
            (vec![], Kleene::False),
        ] {
            assert_eq!(lets_the_public_in(&document(statements.clone())), expected, "{statements:?}");
        }
    }
}
