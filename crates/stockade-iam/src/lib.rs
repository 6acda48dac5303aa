//! IAM policies: documents, what they allow, and what that leads to.
//!
//! Names are those of the policy grammar (IAM User Guide, "Grammar of the IAM JSON policy language"). The crate
//! knows no templates: it reads JSON text, or a [`stockade_model::Value`] wherever that came from, with what is not known
//! kept as symbols.

pub mod catalogue;
mod document;
mod event_action;
pub mod glob;
pub mod lint;
mod operator;
mod policy_type;

pub use catalogue::{ActionId, Catalogue, CatalogueError, ManagedPolicy, POLICY_ARN};
pub use document::{Condition, Effect, Key, PolicyDocument, Principal, Problem, Statement, Term};
pub use event_action::{EventAction, event_action};
pub use lint::{lint, lint_json};
pub use operator::{Comparison, Operator, Quantifier};
pub use policy_type::PolicyType;
