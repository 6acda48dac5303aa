//! In which ways the policy of a function lets the public invoke it.

use super::exposure::Question;
use super::possible_policy::{PossiblePolicy, written};
use crate::{Exposure, Inventory, PublicAccess, ResourcePolicy};
use smol_str::SmolStr;
use std::sync::LazyLock;
use stockade_iam::{Effect, PolicyDocument};
use stockade_model::{Place, Symbol};

/// A way to invoke a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the API, signed by any AWS account.
    Direct,
    /// By its URL without credentials: `lambda:InvokeFunctionUrl`, which is one half of what that needs.
    Url,
    /// By its URL: `lambda:InvokeFunction`, which is the other half.
    ThroughUrl,
    /// By its URL, signed by any AWS account.
    SignedUrl,
}

/// How the public may invoke a function by a statement of its policy.
#[derive(Debug, Clone)]
pub struct PublicInvocation {
    /// The way.
    pub way: Way,
    /// The request that proves it.
    pub access: PublicAccess,
}

/// What is left of the requests is those of the way. A call of a URL carries `lambda:FunctionUrlAuthType`, and what is
/// asked of `lambda:InvokeFunction` through it carries `lambda:InvokedViaFunctionUrl` (Lambda developer guide, "Control
/// access to Lambda function URLs").
fn all_but(way: Way) -> &'static PolicyDocument {
    static DOCUMENTS: LazyLock<[PolicyDocument; 4]> =
        LazyLock::new(|| Way::ALL.map(|way| written(denying_all_but(way))));
    let at = Way::ALL.iter().position(|one| *one == way).unwrap_or_default();
    &DOCUMENTS[at]
}

const fn denying_all_but(way: Way) -> &'static str {
    match way {
        Way::Direct => {
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"Null": {"lambda:FunctionUrlAuthType": "false"}}},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}}]}"#
        }
        Way::Url => {
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "NotAction": "lambda:InvokeFunctionUrl", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"StringNotEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}]}"#
        }
        Way::ThroughUrl => {
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "NotAction": "lambda:InvokeFunction", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"Null": {"lambda:InvokedViaFunctionUrl": "true"}}},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "false"}}}]}"#
        }
        Way::SignedUrl => {
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "NotAction": "lambda:InvokeFunctionUrl", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"StringNotEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}}]}"#
        }
    }
}

/// Denies what a call of the function's URL asks for.
static THROUGH_URL: LazyLock<PolicyDocument> = LazyLock::new(|| {
    written(
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}}]}"#,
    )
});

impl Way {
    /// All ways, those that let in more first.
    pub const ALL: [Self; 4] = [Self::Direct, Self::Url, Self::ThroughUrl, Self::SignedUrl];
}

impl Inventory {
    /// The first of the ways in which a policy of a function lets the public invoke it.
    #[must_use]
    pub fn public_invocation(&self, policy: &ResourcePolicy, ways: &[Way]) -> Option<PublicInvocation> {
        let possible = PossiblePolicy::read(&policy.document);
        ways.iter().find_map(|way| match self.ask(&possible.clone().and(all_but(*way)), Question::Public) {
            Exposure::Public(access) => Some(PublicInvocation { way: *way, access }),
            _ => None,
        })
    }

    /// Whether a statement of a function's policy allows one of these actions to whomever it is for, without a call of
    /// the function's URL.
    #[must_use]
    pub fn allows_directly(
        &self,
        policy: &ResourcePolicy,
        statement: usize,
        actions: &[SmolStr],
    ) -> Exposure {
        let possible = PossiblePolicy::read(&policy.document).only(statement);
        self.ask(&possible.and(&THROUGH_URL), Question::Anyone(actions))
    }

    /// Where the statements stand that let the public go that way, and what keeps from knowing it of one that may.
    pub(super) fn public_statements(
        &self,
        policy: &ResourcePolicy,
        way: Way,
    ) -> (Vec<Place>, Option<Symbol>) {
        let (mut places, mut possible) = (Vec::new(), None);
        let whole = PossiblePolicy::read(&policy.document);
        if let Some(symbol) = &whole.document.open {
            possible = Some(symbol.clone());
        }
        for (at, statement) in whole.document.statements.iter().enumerate() {
            if statement.effect == Effect::Deny {
                continue;
            }
            match self.ask(&whole.only(at).and(all_but(way)), Question::Public) {
                Exposure::Public(_) => places.push(policy.place_of(statement)),
                Exposure::Unknown(unsettled) => possible = possible.or(unsettled.symbol),
                Exposure::NotPublic => {}
            }
        }
        (places, possible)
    }
}
