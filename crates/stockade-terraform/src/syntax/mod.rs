//! What is written: bodies of attributes and blocks, and expressions, whether in HCL or in JSON.

mod hcl;
mod json;
mod nesting;
mod strip;

pub(crate) use hcl::template;

use crate::value::Number;
use smol_str::SmolStr;
use stockade_model::Place;
use stockade_syntax::{Source, SyntaxError};

/// Reads a file by its name: `.json` is the JSON form of the language.
///
/// # Errors
/// The first syntax error with its place.
pub(crate) fn parse(source: &Source) -> Result<Body, SyntaxError> {
    if source.path.extension() == Some("json") { json::parse(source) } else { hcl::parse(source) }
}

/// Attributes and blocks, each in the order written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    /// `name = value`.
    pub attributes: Vec<Attribute>,
    /// `kind "label" { … }`.
    pub blocks: Vec<Block>,
    /// The whole block that the body is of, or the whole file.
    pub place: Place,
}

/// `name = value`.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// The name.
    pub name: SmolStr,
    /// Where it was written.
    pub name_place: Place,
    /// The value.
    pub value: Expr,
}

/// `kind "label" { … }`.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The word that it begins with.
    pub kind: SmolStr,
    /// Where that was written.
    pub kind_place: Place,
    /// The labels.
    pub labels: Vec<Label>,
    /// What is in it.
    pub body: Body,
}

/// A label of a block.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// Its text.
    pub text: SmolStr,
    /// Where it was written.
    pub place: Place,
}

impl Body {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The blocks of a kind.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}

/// An expression and where it was written.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub place: Place,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(crate) enum ExprKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, quoted or a heredoc.
    Template(Vec<Part>),
    /// `[…]`.
    Tuple(Vec<Expr>),
    /// `{…}`.
    Object(Vec<Item>),
    /// A name at the head of a traversal: `var`, `each`, a loop's variable.
    Name(SmolStr),
    /// Steps from a value to a part of it.
    Traversal(Box<Expr>, Vec<Step>),
    /// `condition ? then : otherwise`.
    Conditional(Box<[Expr; 3]>),
    /// `name(arguments)`.
    Call {
        /// The function's name.
        name: SmolStr,
        /// The arguments.
        arguments: Vec<Expr>,
        /// Whether the last one is a list of arguments: `…` stands behind it.
        expand: bool,
    },
    /// `-x`.
    Negate(Box<Expr>),
    /// `!x`.
    Not(Box<Expr>),
    /// An operator between two.
    Binary(Operator, Box<[Expr; 2]>),
    /// `[for …]` or `{for …}`.
    For(Box<ForExpr>),
    /// `(x)`.
    Parenthesis(Box<Expr>),
}

/// An entry of `{…}`.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The key: a bare word is a template of one literal.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// A step of a traversal.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// `.name`.
    Attribute(SmolStr),
    /// `[index]`.
    Index(Expr),
    /// `[*]`: the steps behind it are taken from each item.
    FullSplat,
    /// `.*`: the attributes behind it are taken from each item.
    AttributeSplat,
}

/// `[for key, value in collection : result if condition]`.
#[derive(Debug, Clone)]
pub(crate) struct ForExpr {
    /// The variable of the key or index.
    pub key: Option<SmolStr>,
    /// The variable of the value.
    pub value: SmolStr,
    /// What is gone through.
    pub collection: Expr,
    /// The key of the result, if it is an object.
    pub result_key: Option<Expr>,
    /// The result.
    pub result: Expr,
    /// Whether results of one key are gathered in a list.
    pub group: bool,
    /// Which are taken.
    pub condition: Option<Expr>,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Characters.
    Literal(SmolStr),
    /// `${…}`.
    Interpolation(Expr),
    /// `%{if}`.
    If(Box<Expr>, Vec<Part>, Vec<Part>),
    /// `%{for}`.
    For {
        /// The variable of the key or index.
        key: Option<SmolStr>,
        /// The variable of the value.
        value: SmolStr,
        /// What is gone through.
        collection: Box<Expr>,
        /// What each gives.
        parts: Vec<Part>,
    },
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `&&`
    And,
    /// `||`
    Or,
}

impl Expr {
    /// The text of a string without interpolations.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Template(parts) => match parts.as_slice() {
                [] => Some(""),
                [Part::Literal(text)] => Some(text),
                _ => None,
            },
            ExprKind::Parenthesis(inner) => inner.as_str(),
            _ => None,
        }
    }

    /// The dotted name that a traversal of attributes alone spells: `aws.west`.
    pub fn as_path(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            ExprKind::Traversal(base, steps) => {
                let mut path = base.as_path()?;
                for step in steps {
                    let Step::Attribute(name) = step else { return None };
                    path.push('.');
                    path.push_str(name);
                }
                Some(path)
            }
            _ => None,
        }
    }
}
