//! IAM policies: documents, what they allow, and what that leads to.
//!
//! Names are those of the policy grammar (IAM User Guide, "Grammar of the IAM JSON policy language"). The crate
//! knows no templates: it reads JSON text, or a [`stockade_model::Value`] wherever that came from, with what is not known
//! kept as symbols.

mod arn;
pub mod catalogue;
mod compiled;
mod condition;
mod document;
mod estate;
mod evaluate;
mod event_action;
mod generate;
pub mod glob;
pub mod lint;
mod operator;
mod pattern;
mod policy_type;
mod request;
mod services;
mod symbolic;

pub use catalogue::{ActionId, Catalogue, CatalogueError, ManagedPolicy, POLICY_ARN};
pub use compiled::CompiledPolicy;
pub use document::{
    Condition, Effect, Key, PolicyDocument, Principal, Problem, Statement, StatementName, Term,
};
pub use estate::{
    Admin, Escalation, Estate, GrantingStatement, Path, Radius, Role, ServiceAccess, Step, Unanswered,
};
pub use evaluate::{Answer, DecidingStatement, Decision, PolicySet, evaluate};
pub use event_action::{EventAction, event_action};
pub use generate::{Excess, Need, excess, generate};
pub use lint::{lint, lint_json};
pub use operator::{Comparison, Operator, Quantifier};
pub use policy_type::PolicyType;
pub use request::{AwsPrincipal, AwsPrincipalKind, Context, Request, RequestPrincipal};
pub use symbolic::{
    Budget, DEFAULT_STEPS, Finding, Proof, Witness, can, compare, compare_typed, findings, grants, public,
};
