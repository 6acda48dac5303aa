//! Text to one spanned tree, and edits back to text.
//!
//! Two formats come in, one [`Node`] tree comes out: YAML (as CloudFormation reads it: YAML 1.1 scalars, short
//! tags for intrinsics) and JSON (strict). Every node and key knows the bytes that it was written in, comments
//! are kept, aliases and merge keys are expanded with both places kept, duplicate keys are kept with a notice.
//! The crate knows no AWS: what a short tag such as `!Sub` stands for is a function that the caller gives.

mod edit;
mod hcl;
mod json;
mod render;
mod scalar;
mod source;
mod tree;
mod yaml;

pub use edit::{Edit, EditError, apply, insert_entry, remove_entry, replace_value};
pub use render::{New, TagSpelling, to_yaml};
pub use source::{FileId, Position, Source, Span};
pub use tree::{Comment, Data, Document, Entry, Format, Node, Notice, NoticeKind, Style};

/// How deep collections may nest, in every format. CloudFormation's own bound on templates is far below it.
pub const MAX_DEPTH: usize = 128;

/// How many nodes a YAML document may hold once aliases are expanded: a bound against exponential expansion, far above
/// what fits into the 1 MB that CloudFormation takes.
pub const MAX_NODES: usize = 1_000_000;

/// Gives the mapping key that a short YAML tag stands for (`Sub` → `Fn::Sub`), or `None` for a tag that means
/// nothing to the caller.
pub type TagMeaning = fn(&str) -> Option<&'static str>;

/// Why a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The cause, in lower case, without the place.
    pub message: String,
    /// Where in the text parsing stopped.
    pub span: Span,
}

/// Parses `source` by its format: a `.json` name means strict JSON, one of Terraform or OpenTofu HCL, of which only the
/// comments are read; a text of another name that starts with `{`
/// is tried as JSON first and as YAML then; everything else is YAML.
///
/// # Errors
/// The first syntax error with its place; nesting beyond [`MAX_DEPTH`]; expansion beyond [`MAX_NODES`].
pub fn parse(source: &Source, tags: TagMeaning) -> Result<Document, SyntaxError> {
    if source.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return json::parse(source);
    }
    if matches!(source.path.extension(), Some("tf" | "tofu" | "tfvars")) {
        return Ok(hcl::parse(source));
    }
    if source.content().trim_start().starts_with('{')
        && let Ok(document) = json::parse(source)
    {
        return Ok(document);
    }
    yaml::parse(source, tags)
}
