//! Resources held back until the SAM resource that they come from has been found valid: one that AWS rejects
//! must leave nothing behind.

use crate::output::Output;
use crate::resource::SamResource;
use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::{Origin, Raise};

/// A resource to be added.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Its logical id.
    pub id: SmolStr,
    /// Its CloudFormation type.
    pub type_name: &'static str,
    /// Its properties.
    pub properties: Expr,
    /// The way back to the source.
    pub raise: &'static dyn Raise,
    /// Attributes besides those of the SAM resource that go over.
    pub attributes: Vec<(&'static str, Expr)>,
}

impl Piece {
    /// A resource without attributes of its own.
    pub fn new(
        id: impl Into<SmolStr>,
        type_name: &'static str,
        properties: Expr,
        raise: &'static dyn Raise,
    ) -> Self {
        Self { id: id.into(), type_name, properties, raise, attributes: Vec::new() }
    }

    /// The same with one more attribute.
    pub fn with(mut self, attribute: &'static str, value: Expr) -> Self {
        self.attributes.push((attribute, value));
        self
    }

    /// `{"Ref": …}` to it.
    pub fn reference(&self, origin: &Origin) -> Expr {
        Expr::reference(self.id.clone(), origin)
    }

    /// `{"Fn::GetAtt": […, "Arn"]}` of it.
    pub fn arn(&self, origin: &Origin) -> Expr {
        Expr::get_att(self.id.clone(), "Arn", origin)
    }

    /// Adds the resource with all attributes of `from`, as some types do for everything that they become.
    pub fn add_with_all(self, from: &SamResource, output: &mut Output) {
        output.add_main(self.id.clone(), self.type_name, self.properties, from, self.raise);
        if let Some(body) = output.body_mut(&self.id) {
            for (attribute, value) in self.attributes {
                body.set(attribute, value);
            }
        }
    }

    /// Adds the resource as one that `from` brings along.
    pub fn add(self, from: &SamResource, output: &mut Output) {
        output.add_generated(self.id.clone(), self.type_name, self.properties, from, self.raise);
        if let Some(body) = output.body_mut(&self.id) {
            for (attribute, value) in self.attributes {
                body.set(attribute, value);
            }
        }
    }
}

/// Adds all of them.
pub(crate) fn add_all(pieces: Vec<Piece>, from: &SamResource, output: &mut Output) {
    for piece in pieces {
        piece.add(from, output);
    }
}
