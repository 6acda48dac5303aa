//! Where blocks and arguments stand in a text of HCL.

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Body, Structure};
use std::ops::Range;

/// A block, with where it stands.
pub struct Block {
    /// The word that it begins with.
    pub kind: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// All of it.
    pub span: Range<usize>,
    /// Which of the blocks it stands in.
    pub within: Option<usize>,
}

/// An argument, with where it stands.
pub struct Argument {
    /// Its name.
    pub name: String,
    /// All of it, from the name.
    pub span: Range<usize>,
    /// Its value.
    pub value: Range<usize>,
    /// Which of the blocks it stands in.
    pub within: Option<usize>,
}

/// What a text is made of, in the order written; blocks before what is in them.
#[derive(Default)]
pub struct Structured {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

impl Structured {
    /// Reads a text; none if it is no HCL.
    pub fn of(text: &str) -> Option<Self> {
        let mut out = Self::default();
        out.add(&text.parse::<Body>().ok()?, None)?;
        Some(out)
    }

    fn add(&mut self, body: &Body, within: Option<usize>) -> Option<()> {
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => {
                    let value = span_of(&attribute.value)?;
                    let name = attribute.key.span()?;
                    self.arguments.push(Argument {
                        name: attribute.key.as_str().to_owned(),
                        span: name.start..value.end,
                        value,
                        within,
                    });
                }
                Structure::Block(block) => {
                    let at = self.blocks.len();
                    self.blocks.push(Block {
                        kind: block.ident.as_str().to_owned(),
                        labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
                        span: block.span()?,
                        within,
                    });
                    self.add(&block.body, Some(at))?;
                }
            }
        }
        Some(())
    }

    /// The innermost block around those bytes.
    pub fn innermost(&self, span: &Range<usize>) -> Option<&Block> {
        let around = |block: &&Block| block.span.start <= span.start && span.end <= block.span.end;
        self.blocks.iter().rfind(around)
    }

    /// The block at the top of the file around those bytes.
    pub fn outermost(&self, span: &Range<usize>) -> Option<&Block> {
        let around = |block: &&Block| block.span.start <= span.start && span.end <= block.span.end;
        self.blocks.iter().find(around)
    }

    /// The block that one stands in.
    pub fn parent(&self, block: &Block) -> Option<&Block> {
        block.within.and_then(|at| self.blocks.get(at))
    }
}

impl Block {
    /// The address of a resource: its type and name.
    pub fn address(&self) -> Option<String> {
        (self.kind == "resource").then(|| self.labels.join("."))
    }
}

/// Where an expression stands, without the blanks around it.
pub fn span_of(expression: &Expression) -> Option<Range<usize>> {
    expression.span()
}
