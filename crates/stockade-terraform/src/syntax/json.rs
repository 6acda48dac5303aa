//! The JSON form of the language: the structure is the same, strings are templates.
//!
//! Which keys are blocks follows from where they stand: at the top, those of the language; below, `dynamic`, `lifecycle`
//! and `provisioner`. Everything else in a resource is read as an attribute, for only the provider knows which keys are blocks;
//! a list of objects says the same in both.

use super::{Attribute, Block, Body, Expr, ExprKind, Item, Label, Part, hcl};
use crate::value::Number;
use smol_str::SmolStr;
use stockade_model::Place;
use stockade_syntax::{Data, FileId, Node, Source, SyntaxError};

/// The blocks of the language with the number of their labels.
const BLOCKS: [(&str, usize); 14] = [
    ("terraform", 0),
    ("locals", 0),
    ("provider", 1),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("check", 1),
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("moved", 0),
    ("removed", 0),
    ("import", 0),
    ("backend", 1),
];

/// The blocks in those, with the number of their labels.
const INNER: [(&str, usize); 4] = [("dynamic", 1), ("lifecycle", 0), ("content", 0), ("provisioner", 1)];

/// Reads a file.
pub(super) fn parse(source: &Source) -> Result<Body, SyntaxError> {
    let document = stockade_syntax::parse(source, |_| None)?;
    let reader = Reader { file: source.id };
    reader.body(&document.root, &BLOCKS)
}

struct Reader {
    file: FileId,
}

impl Reader {
    fn place(&self, span: stockade_syntax::Span) -> Place {
        Place { file: self.file, span }
    }

    fn body(&self, node: &Node, blocks: &[(&str, usize)]) -> Result<Body, SyntaxError> {
        let mut out = Body { place: self.place(node.span), ..Body::default() };
        for entry in node.entries() {
            // A key of this name is a comment.
            if entry.key == "//" {
                continue;
            }
            let place = self.place(entry.key_span);
            match blocks.iter().find(|(kind, _)| *kind == entry.key) {
                Some((kind, labels)) => {
                    self.blocks(kind, place, *labels, Vec::new(), &entry.value, &mut out.blocks)?;
                }
                None => out.attributes.push(Attribute {
                    name: entry.key.clone(),
                    name_place: place,
                    value: self.expr(&entry.value)?,
                }),
            }
        }
        Ok(out)
    }

    /// The blocks below a key: an object for each label, and a list where there are several.
    fn blocks(
        &self,
        kind: &str,
        kind_place: Place,
        labels: usize,
        given: Vec<Label>,
        node: &Node,
        out: &mut Vec<Block>,
    ) -> Result<(), SyntaxError> {
        if let Data::Sequence(items) = &node.data {
            for item in items {
                self.blocks(kind, kind_place, labels, given.clone(), item, out)?;
            }
            return Ok(());
        }
        if labels > 0 {
            for entry in node.entries() {
                let label = Label { text: entry.key.clone(), place: self.place(entry.key_span) };
                let given = given.iter().cloned().chain([label]).collect();
                self.blocks(kind, kind_place, labels - 1, given, &entry.value, out)?;
            }
            return Ok(());
        }
        let body = self.body(node, if kind == "terraform" { &BLOCKS } else { &INNER })?;
        out.push(Block { kind: SmolStr::new(kind), kind_place, labels: given, body });
        Ok(())
    }

    fn expr(&self, node: &Node) -> Result<Expr, SyntaxError> {
        let place = self.place(node.span);
        let kind = match &node.data {
            Data::Null => ExprKind::Null,
            Data::Bool(value) => ExprKind::Bool(*value),
            Data::Number(number) => Number::parse(number).map_or(ExprKind::Null, ExprKind::Number),
            Data::String(text) => {
                let parts = hcl::template(text, place)?;
                // A string that is one interpolation has the type of what it interpolates.
                match <[Part; 1]>::try_from(parts) {
                    Ok([Part::Interpolation(inner)]) => inner.kind,
                    Ok([part]) => ExprKind::Template(vec![part]),
                    Err(parts) => ExprKind::Template(parts),
                }
            }
            Data::Sequence(items) => {
                ExprKind::Tuple(items.iter().map(|item| self.expr(item)).collect::<Result<_, _>>()?)
            }
            Data::Mapping(entries) => {
                let items = entries.iter().map(|entry| {
                    let key_place = self.place(entry.key_span);
                    let key = ExprKind::Template(hcl::template(&entry.key, key_place)?);
                    Ok(Item { key: Expr { kind: key, place: key_place }, value: self.expr(&entry.value)? })
                });
                ExprKind::Object(items.collect::<Result<_, SyntaxError>>()?)
            }
        };
        Ok(Expr { kind, place })
    }
}
