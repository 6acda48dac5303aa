//! IAM policy documents: the statements of a policy, with what is not known kept as symbols.
//!
//! Names are those of the policy grammar (IAM User Guide, "Grammar of the IAM JSON policy language"). The crate
//! knows no templates: it reads a [`Value`], wherever that came from.

mod document;

pub use document::{Condition, Effect, PolicyDocument, Principal, Statement};
