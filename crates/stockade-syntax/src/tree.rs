//! The one tree that every format becomes.

use crate::{FileId, Span};
use smol_str::SmolStr;

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// YAML's `null`, `~` or nothing at all; JSON's `null`.
    Null,
    /// A boolean, by YAML 1.1's words when plain (`yes`, `on`, …).
    Bool(bool),
    /// A number in JSON's decimal spelling (YAML's octal, underscores and base 60 are resolved).
    Number(SmolStr),
    /// A string, escapes and folding resolved.
    String(SmolStr),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in the order written, duplicate keys included.
    Mapping(Vec<Entry>),
}

/// How a node was spelled: what an edit has to respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes.
    Plain,
    /// A scalar in quotes.
    Quoted,
    /// A literal or folded block scalar.
    BlockScalar,
    /// A collection by indentation.
    Block,
    /// A collection in brackets or braces (JSON's are all of this kind).
    Flow,
    /// The one-entry mapping that a short tag stands for (`!Sub x`).
    Tag,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub data: Data,
    /// The bytes that it was written in. A node that came through an alias has the span of its definition.
    pub span: Span,
    /// How it was spelled.
    pub style: Style,
    /// The alias (`*name`) or merge (`<<`) that brought the node here, if one did.
    pub alias: Option<Span>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text, whatever scalar it was.
    pub key: SmolStr,
    /// Where the key was written; for a short tag, the tag.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entries of a mapping; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of that key, the last one where the key stands twice.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The value of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The smallest node that covers `span` exactly, searched from here down.
    #[must_use]
    pub fn at(&self, span: Span) -> Option<&Node> {
        if self.alias.is_none() && self.span == span && !matches!(self.style, Style::Tag) {
            return Some(self);
        }
        let children: Box<dyn Iterator<Item = &Node>> = match &self.data {
            Data::Sequence(items) => Box::new(items.iter()),
            Data::Mapping(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
            _ => return (self.span == span).then_some(self),
        };
        for child in children {
            if child.span.contains(span)
                && let Some(found) = child.at(span)
            {
                return Some(found);
            }
        }
        (self.span == span).then_some(self)
    }
}

/// Which grammar a document was read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML.
    Yaml,
    /// Strict JSON.
    Json,
    /// HCL, of which the tree holds the comments alone: `stockade-terraform` reads the rest.
    Hcl,
}

/// A comment as written, without its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`.
    pub text: SmolStr,
    /// The whole comment, `#` included.
    pub span: Span,
}

/// Something about the text that a reader should know and that does not stop it from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind of thing.
    pub kind: NoticeKind,
    /// The sentence for the reader, lower case.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The kinds of [`Notice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A key stands twice in one mapping; the last one counts.
    DuplicateKey,
    /// The text has more than one document; only the first counts.
    FurtherDocuments,
    /// An alias or a merge key, which CloudFormation itself does not take (the AWS CLI's `package` unrolls them).
    Alias,
}

impl NoticeKind {
    /// The kind's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DuplicateKey => "duplicate-key",
            Self::FurtherDocuments => "further-documents",
            Self::Alias => "alias",
        }
    }
}

/// A parsed text.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file that it was read from.
    pub file: FileId,
    /// By which grammar.
    pub format: Format,
    /// The tree.
    pub root: Node,
    /// Comments in the order written.
    pub comments: Vec<Comment>,
    /// What a reader should know.
    pub notices: Vec<Notice>,
}
