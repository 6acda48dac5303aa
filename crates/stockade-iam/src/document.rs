//! The model of a policy document.

mod json;
mod read;

pub(crate) use read::STATEMENT_KEYS;

use crate::glob;
use smol_str::SmolStr;
use stockade_model::{Place, Symbol, Text};

/// A policy document.
///
/// Nothing that was written is left out: what is not known is a symbol (`open`, or within a [`Text`]), what does not
/// follow the grammar is a [`Problem`]. Whoever reasons about a document asks [`PolicyDocument::problem`] first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolicyDocument {
    /// Where it was written.
    pub place: Place,
    /// `Version`, if it is written.
    pub version: Option<Term>,
    /// `Id`.
    pub id: Option<Term>,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// The keys of the document, in the order written.
    pub keys: Vec<Key>,
    /// Set if there may be more statements than are known.
    pub open: Option<Symbol>,
    /// What does not follow the grammar, in the order written.
    pub problems: Vec<Problem>,
}

/// A text and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The text.
    pub text: Text,
    /// Where it was written.
    pub place: Place,
}

/// A key of an object and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: SmolStr,
    /// Where it was written.
    pub place: Place,
}

/// A part of a document that has not the shape that the grammar asks for, and is not in the model otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, lower case.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// `Effect`.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`, and anything else: what is not `Allow` grants nothing.
    Deny,
    /// Not known.
    Unknown(Symbol),
}

/// A statement. What is not known of a list is in its `open` symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Where it was written.
    pub place: Place,
    /// `Sid`.
    pub sid: Option<SmolStr>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal`.
    pub principals: Vec<Principal>,
    /// `NotPrincipal`.
    pub not_principals: Vec<Principal>,
    /// `Action`.
    pub actions: Vec<Term>,
    /// `NotAction`.
    pub not_actions: Vec<Term>,
    /// `Resource`.
    pub resources: Vec<Term>,
    /// `NotResource`.
    pub not_resources: Vec<Term>,
    /// `Condition`, one entry per operator and key.
    pub conditions: Vec<Condition>,
    /// The keys of the statement, in the order written: `Action: []` is there and has no action.
    pub keys: Vec<Key>,
    /// Set if a part of the statement is not known.
    pub open: Option<Symbol>,
}

/// What a statement is called, and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementName {
    /// For people: its `Sid`, else its principals and actions, the first few of many.
    pub label: SmolStr,
    /// What tells it from others, wherever in the list it stands and whatever it is called: its principals and actions.
    pub identity: SmolStr,
}

impl Statement {
    /// Its name among those that stand before it: the second of the same has a number behind it.
    #[must_use]
    pub fn name_after<'a>(&self, before: impl Iterator<Item = &'a Self>) -> StatementName {
        let (label, identity) = (self.label(), self.identity());
        let (mut labels, mut identities) = (1, 1);
        for other in before {
            labels += usize::from(other.label() == label);
            identities += usize::from(other.identity() == identity);
        }
        let nth = |name: SmolStr, count: usize| {
            if count == 1 { name } else { smol_str::format_smolstr!("{name} #{count}") }
        };
        StatementName { label: nth(label, labels), identity: nth(identity.into(), identities) }
    }

    fn identity(&self) -> String {
        let (principals, actions) = self.words();
        format!("{principals}{}", actions.join(","))
    }

    fn label(&self) -> SmolStr {
        const SHOWN: usize = 3;
        if let Some(sid) = &self.sid {
            return sid.clone();
        }
        let (principals, actions) = self.words();
        let shown = actions[..actions.len().min(SHOWN)].join(",");
        match actions.len().saturating_sub(SHOWN) {
            0 => format!("{principals}{shown}").into(),
            more => smol_str::format_smolstr!("{principals}{shown} and {more} more"),
        }
    }

    /// Its principals and its actions, in the order of the alphabet.
    fn words(&self) -> (String, Vec<String>) {
        let mut principals: Vec<String> = self.principals.iter().map(|one| one.id.to_string()).collect();
        let mut actions: Vec<String> = self.actions.iter().map(|action| action.text.to_string()).collect();
        principals.extend(self.not_principals.iter().map(|one| format!("not {}", one.id)));
        actions.extend(self.not_actions.iter().map(|action| format!("not {}", action.text)));
        principals.sort_unstable();
        actions.sort_unstable();
        let principals = if principals.is_empty() { String::new() } else { principals.join(",") + ": " };
        (principals, actions)
    }
}

/// A principal: `{"Service": "lambda.amazonaws.com"}` is of kind `Service`; `"*"` is of kind `*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`.
    pub kind: SmolStr,
    /// The identifier.
    pub id: Text,
    /// Where it was written.
    pub place: Place,
}

/// One operator on one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// `StringEquals`, ….
    pub operator: SmolStr,
    /// `aws:SourceAccount`, ….
    pub key: SmolStr,
    /// The values, of which one must match.
    pub values: Vec<Term>,
    /// Where the key was written.
    pub place: Place,
}

impl PolicyDocument {
    /// Why nothing can be said of the document: the first part of it that does not follow the grammar.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.problems.first()
    }

    /// Whether `${…}` in it are policy variables: those of the version `2012-10-17` alone (IAM User Guide, "IAM JSON
    /// policy elements: Version").
    #[must_use]
    pub fn has_variables(&self) -> bool {
        self.version.as_ref().is_some_and(|version| version.text.as_literal() != Some("2008-10-17"))
    }
}

impl Statement {
    /// Whether a key is written, even with nothing in it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|written| written.name == key)
    }

    /// Whether an action is among `Action`, by IAM's wildcards and without regard to case. `NotAction` counts for
    /// every action that it does not name.
    #[must_use]
    pub fn covers_action(&self, action: &str) -> bool {
        let matches = |patterns: &[Term]| {
            let mut literals = patterns.iter().filter_map(|term| term.text.as_literal());
            literals.any(|pattern| glob::matches_ignoring_case(pattern, action))
        };
        matches(&self.actions) || (!self.not_actions.is_empty() && !matches(&self.not_actions))
    }

    /// Whether anyone is a principal of it: `*`, or `AWS: *`.
    #[must_use]
    pub fn is_for_anyone(&self) -> bool {
        self.principals.iter().any(|principal| {
            matches!(principal.kind.as_str(), "*" | "AWS") && principal.id.as_literal() == Some("*")
        })
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Self { text: Text::literal(text), place: Place::default() }
    }
}
