//! CloudFormation templates: what is written ([`Expr`], [`Template`]) and what a scenario makes of it.
//!
//! A [`Template`] keeps intrinsic functions as they are written; transforms (SAM, `AWS::Include`) turn templates
//! into templates.

mod expr;
mod include;
mod raise;
mod template;

pub use expr::{Data, Entry, Expr, Map};
pub use include::{LoadError, Loader, expand_includes};
pub use raise::{CLOUDFORMATION, CloudFormation, insert, remove, render_for, replace, short_tag};
pub use template::{Declaration, Parameter, Template, TemplateError, is_template, shows_template, tag_meaning};
