//! Questions about all requests at once.
//!
//! The requests are cut into finitely many classes by everything that the policies test ([`space`]), a statement is then
//! a product of sets of classes ([`boxes`]), and a question is whether a difference of such products is empty. Answers
//! are exact: a request that proves one is replayed by the evaluator first, and what the procedure does not decide, or
//! not within its [`Budget`], is unknown with the reason.
//!
//! How requests are taken to be, beyond what the documentation says (each changes answers):
//!
//! - Wildcards in ARNs stay within their colon-separated field; requests have well-formed ARNs.
//! - Actions are any texts with a colon: no catalogue of actions is assumed, but by [`compare_typed`].
//! - `Principal: "*"` is everyone: those who do not sign, services and identity providers too.
//! - A key may be absent. [`public`], [`grants`] and [`findings`] take the keys that every request has
//!   (`aws:CurrentTime`, `aws:EpochTime`, `aws:SecureTransport`) as present; [`compare`] does not, as Access Analyzer
//!   does not.
//! - `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:PrincipalServiceName` and
//!   `aws:PrincipalIsAWSService` follow from the principal; `aws:EpochTime` is `aws:CurrentTime`.
//! - [`can`], [`grants`] and [`public`] know keys that exclude each other ([`linked`]): a request through a VPC endpoint has
//!   no `aws:SourceIp`, only principals of accounts have an organisation or tags, and no request is made before the
//!   catalogue of actions was. [`compare`] and [`findings`] do not, as Access Analyzer does not.

mod automaton;
mod boxes;
mod budget;
mod can;
mod classes;
mod compare;
mod findings;
mod grants;
mod keys;
mod linked;
mod principals;
mod public;
pub(crate) mod space;
mod typed_actions;
mod variables;

pub use budget::{Budget, DEFAULT_STEPS};
pub use can::can;
pub use compare::{compare, compare_typed};
pub use findings::{Finding, findings};
pub use grants::grants;
pub use public::public;

use crate::request::Request;
use space::Failure;

/// The answer to a symbolic question.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// No request does what was asked.
    None,
    /// This request does; the evaluator agrees.
    Some(Box<Witness>),
    /// It is not decided, for this reason.
    Unknown(String),
}

/// A request that proves an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The request.
    pub request: Request,
    /// The indexes of the statements that allow it.
    pub statements: Vec<usize>,
}

impl From<Failure> for Proof {
    fn from(failure: Failure) -> Self {
        Self::Unknown(reason(failure))
    }
}

pub(crate) fn reason(failure: Failure) -> String {
    match failure {
        Failure::Exceeded => "the question takes more steps than its budget".into(),
        Failure::Unknown(reason) => reason,
    }
}

/// ARNs that stand for all that these patterns tell apart; none past the budget.
pub(crate) fn arn_classes_of(patterns: &[&crate::arn::ArnPattern], budget: &mut Budget) -> Vec<String> {
    classes::arn_classes(patterns, &classes::ANY_ARN, budget).unwrap_or_default()
}
