//! Whether a resource policy lets someone in, asked of the policy engine.
//!
//! What a template leaves open is put in twice: so that the policy allows as much as it may, and as little. If both let
//! in, the policy does, and if the first does not, it does not; otherwise what was left open decides.

use super::possible_policy::{Extent, OWNER, PossiblePolicy};
use crate::Inventory;
use smol_str::SmolStr;
use stockade_iam::{
    Budget, CompiledPolicy, PolicyDocument, PolicyType, Proof, RequestPrincipal, Statement, Witness, grants,
    public,
};
use stockade_model::{Place, Symbol, Value};

/// What the engine says of a policy.
#[derive(Debug, Clone)]
pub enum Exposure {
    /// It lets the public in.
    Public(PublicAccess),
    /// It does not.
    NotPublic,
    /// It cannot be told.
    Unknown(Unsettled),
}

/// A request of the public that a policy allows.
#[derive(Debug, Clone)]
pub struct PublicAccess {
    /// Where the statement that allows it is written.
    pub place: Place,
    /// The index of that statement.
    pub statement: usize,
    /// The request, as a phrase: "`sqs:SendMessage` by anyone".
    pub request: String,
}

/// Why it cannot be told.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// Where the statement that may allow it is written, or the policy.
    pub place: Place,
    /// The symbol that decides, if one does.
    pub symbol: Option<Symbol>,
    /// What is to be known, as a phrase.
    pub phrase: String,
}

/// A policy that takes more steps than this is left unknown: what templates hold takes some hundreds.
pub(super) const STEPS: u64 = 200_000;

/// Who is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question<'q> {
    /// Someone whom the policy does not single out.
    Public,
    /// Whoever it is, for one of these actions.
    Anyone(&'q [SmolStr]),
}

impl Inventory {
    /// Whether a policy document lets in someone whom it does not single out ([`stockade_iam::public`]).
    #[must_use]
    pub fn exposure(&self, value: &Value) -> Exposure {
        self.ask(&PossiblePolicy::read(value), Question::Public)
    }

    /// As [`Inventory::exposure`], of one statement of the document beside those that deny.
    #[must_use]
    pub fn public_statement(&self, value: &Value, statement: usize) -> Exposure {
        self.ask(&PossiblePolicy::read(value).only(statement), Question::Public)
    }

    /// Whether a policy lets in whom a question asks for.
    pub(super) fn ask(&self, policy: &PossiblePolicy, question: Question) -> Exposure {
        let document = &policy.document;
        let public = matches!(question, Question::Public);
        let suspect = || match question {
            Question::Public => policy.for_anyone(self).next(),
            Question::Anyone(_) => document.statements.first(),
        };
        if document.open.is_none() && public && suspect().is_none() {
            return Exposure::NotPublic;
        }
        let unsettled = |symbol: Option<Symbol>, phrase: String| {
            let place = suspect().map_or(policy.place, |statement| statement.place);
            Exposure::Unknown(Unsettled { place, symbol, phrase })
        };
        if let Some(problem) = document.problem() {
            return unsettled(None, format!("a policy that AWS takes: {}", problem.message));
        }
        let (most, symbol) = policy.fill(self, Extent::Most);
        match prove(&most, question) {
            Proof::None if document.open.is_none() => return Exposure::NotPublic,
            Proof::Unknown(reason) => return unsettled(symbol, reason),
            _ => {}
        }
        let (least, further) = policy.fill(self, Extent::Least);
        let symbol = symbol.or(further);
        match (prove(&least, question), &document.open) {
            (Proof::Some(witness), None) => Exposure::Public(PublicAccess::of(document, &witness)),
            (Proof::Unknown(reason), _) => unsettled(symbol, reason),
            _ => {
                let phrase = symbol.as_ref().map(Symbol::settled_by).unwrap_or_default();
                unsettled(symbol, phrase)
            }
        }
    }
}

fn prove(document: &PolicyDocument, question: Question) -> Proof {
    let policy = match CompiledPolicy::new(document) {
        Ok(policy) => policy,
        Err(reason) => return Proof::Unknown(format!("a policy that AWS takes: {reason}")),
    };
    match question {
        Question::Public => public(&policy, None, Some(OWNER), None, Budget::new(STEPS)),
        Question::Anyone(actions) => grants(&policy, actions, &[], PolicyType::Resource, Budget::new(STEPS)),
    }
}

impl PublicAccess {
    fn of(document: &PolicyDocument, witness: &Witness) -> Self {
        let statement = witness.statements.first().copied().unwrap_or_default();
        let written = &document.statements[statement];
        Self { place: written.place, statement, request: phrase(written, witness) }
    }
}

/// The request in a few words, the action as the statement writes it.
fn phrase(statement: &Statement, witness: &Witness) -> String {
    let request = &witness.request;
    let covering = statement.actions.iter().find(|term| {
        let pattern = term.text.as_literal();
        pattern.is_some_and(|pattern| stockade_iam::glob::matches_ignoring_case(pattern, &request.action))
    });
    let action = covering.map_or_else(|| request.action.to_string(), |term| term.text.to_string());
    let who = match &request.principal {
        RequestPrincipal::Aws(_) => "any AWS account",
        _ => "anyone, without credentials",
    };
    let mut out = format!("`{action}` by {who}");
    let mut joint = " with";
    for (key, values) in request.context.iter() {
        let given = statement.conditions.iter().find(|condition| condition.key.eq_ignore_ascii_case(key));
        let Some(condition) = given else { continue };
        let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
        out.push_str(&format!("{joint} `{}` `{}`", condition.key, values.join(", ")));
        joint = " and";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{Origin, Text};

    #[test]
    fn the_short_form_of_an_api_is_of_that_api() {
        let statement = r#"{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*/*/*"}"#;
        assert!(matches!(exposure(statement), Exposure::Public(_)), "{:?}", exposure(statement));
    }

    fn exposure(statements: &str) -> Exposure {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let inventory = Inventory::new(Vec::new(), None, "us-east-1".into(), "aws".into());
        inventory.exposure(&Value::text(Text::literal(text), Origin::at(Place::default())))
    }

    #[test]
    fn a_policy_is_public_unless_it_names_who_or_whence() {
        let one = |effect: &str, principal: &str, condition: &str| {
            format!(
                r#"{{"Effect": "{effect}", "Principal": {{"AWS": "{principal}"}}, "Action": "s3:*", "Resource": "*",
                "Condition": {{{condition}}}}}"#
            )
        };
        let allow = |condition: &str| one("Allow", "*", condition);
        let deny = |condition: &str| one("Deny", "*", condition);
        let ip = r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#;
        let all = r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#;
        let not_ip = r#""NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#;
        let tls = r#""Bool": {"aws:SecureTransport": "false"}"#;
        let tag = r#""StringEquals": {"s3:ExistingObjectTag/public": "yes"}"#;
        for (statements, public) in [
            (allow(""), true),
            (allow(ip), false),
            (allow(all), true),
            (allow(tag), true),
            (format!("{},{}", allow(""), deny(not_ip)), false),
            (format!("{},{}", allow(""), deny(ip)), true),
            (format!("{},{}", allow(""), deny(tls)), true),
            (one("Allow", "arn:aws:iam::123456789012:root", ""), false),
            (String::new(), false),
        ] {
            match exposure(&statements) {
                Exposure::Public(_) => assert!(public, "{statements}"),
                Exposure::NotPublic => assert!(!public, "{statements}"),
                Exposure::Unknown(unsettled) => panic!("{statements}: {unsettled:?}"),
            }
        }
    }
}
