//! Whether AWS takes a policy document, and what in it is likely a mistake.
//!
//! Errors are what the service rejects: the API that stores the policy answers `MalformedPolicyDocument` (or the like) to
//! it. Warnings are what it takes and what does nothing, or not what was meant. The rules are those of the IAM User Guide
//! ("Grammar of the IAM JSON policy language", "IAM JSON policy elements reference", "IAM and AWS STS quotas",
//! "Troubleshoot IAM policies"), of the AWS Organizations User Guide ("SCP syntax", "RCP syntax"), of the service's own
//! error messages, and of what AWS's managed policies show that it takes.

mod actions;
mod advice;
mod class;
mod conditions;
mod dates;
mod document;
mod principals;
mod resources;
mod statement;

pub use class::{ErrorClass, WarningClass};
pub(crate) use resources::arn_parts;

use crate::{Catalogue, PolicyType};
use serde_json::Value as Json;
use stockade_syntax::{Data, FileId, Node, Source, Span};

/// What was found in a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lint {
    /// Why the service does not take it, in the order written.
    pub errors: Vec<Flaw<ErrorClass>>,
    /// What it takes and is likely a mistake, in the order written.
    pub warnings: Vec<Flaw<WarningClass>>,
}

/// One thing that is wrong in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw<Class> {
    /// What kind of thing.
    pub class: Class,
    /// What is wrong and what would be right, lower case.
    pub message: String,
    /// Where in the text.
    pub span: Span,
    /// The line of it, from 1.
    pub line: u32,
}

impl Lint {
    /// Whether the service takes the document.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Lints a document in JSON text.
///
/// A document of [`PolicyType::Identity`] is taken for a customer managed policy: inline policies have other size limits
/// and may have the version `2008-10-17` ([`ErrorClass::is_of_managed_policies`]).
#[must_use]
pub fn lint(text: &str, policy_type: PolicyType, catalogue: &Catalogue) -> Lint {
    // The name makes the reader strict.
    let source = Source::new(FileId::default(), "policy.json", text);
    let mut linter = Linter { source: &source, policy_type, catalogue, lint: Lint::default() };
    linter.document();
    let mut lint = linter.lint;
    lint.errors.sort_by_key(|flaw| flaw.span.start);
    lint.warnings.sort_by_key(|flaw| flaw.span.start);
    lint
}

/// Lints a document that is already JSON. A string is read as the document's text; lines of anything else are those of the
/// document printed with an indentation of two.
#[must_use]
pub fn lint_json(document: &Json, policy_type: PolicyType, catalogue: &Catalogue) -> Lint {
    match document {
        Json::String(text) => lint(text, policy_type, catalogue),
        _ => lint(&format!("{document:#}"), policy_type, catalogue),
    }
}

/// One run over a document.
struct Linter<'a> {
    source: &'a Source,
    policy_type: PolicyType,
    catalogue: &'a Catalogue,
    lint: Lint,
}

impl Linter<'_> {
    fn error(&mut self, class: ErrorClass, span: Span, message: impl Into<String>) {
        let line = self.source.position(span.start).line;
        self.lint.errors.push(Flaw { class, message: message.into(), span, line });
    }

    fn warn(&mut self, class: WarningClass, span: Span, message: impl Into<String>) {
        let line = self.source.position(span.start).line;
        self.lint.warnings.push(Flaw { class, message: message.into(), span, line });
    }

    /// The texts of an element that is one text or a list of them; `None` after an error.
    fn texts<'n>(&mut self, node: &'n Node, element: &str) -> Option<Vec<(&'n str, Span)>> {
        let items = match &node.data {
            Data::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let Data::String(text) = &item.data else {
                self.error(
                    ErrorClass::Syntax,
                    item.span,
                    format!("`{element}` is a text or a list of texts, not {}", kind(item)),
                );
                return None;
            };
            out.push((text.as_str(), item.span));
        }
        Some(out)
    }
}

/// What a value is, for messages.
fn kind(node: &Node) -> &'static str {
    match node.data {
        Data::Null => "`null`",
        Data::Bool(_) => "a boolean",
        Data::Number(_) => "a number",
        Data::String(_) => "a text",
        Data::Sequence(_) => "a list",
        Data::Mapping(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
