//! A SAM resource as the transform works on it.

use crate::SamError;
use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::{Containers, Origin, Place};

/// A SAM resource, its properties merged with `Globals`.
#[derive(Debug, Clone)]
pub(crate) struct SamResource {
    /// The logical id.
    pub id: SmolStr,
    /// `AWS::Serverless::Function`, ….
    pub type_name: SmolStr,
    /// Where the logical id is written; for an implicit API, where the event that made it is.
    pub id_at: Place,
    /// The logical id that the user wrote for it (an implicit API has that of its first function).
    pub declared_id: SmolStr,
    /// The logical id that a loop made, if it is one.
    pub instance: Option<SmolStr>,
    /// The whole resource as written: `Condition`, `DependsOn`, `Metadata`, ….
    pub body: Expr,
    /// The properties, `Globals` merged in.
    pub properties: Expr,
    /// Where a missing property could be written: the resource's `Properties`, then `Globals`.
    pub containers: Containers,
}

impl SamResource {
    /// A property; one that is `{"Ref": "AWS::NoValue"}` counts as absent.
    pub fn get(&self, name: &str) -> Option<&Expr> {
        self.properties.path(name).filter(|value| !value.is_no_value())
    }

    /// The origin for what the transform makes of the resource as a whole: its logical id.
    pub fn origin(&self) -> Origin {
        Origin::at(self.id_at)
    }

    /// `Condition`, if the resource has one.
    pub fn condition(&self) -> Option<&Expr> {
        self.body.get("Condition")
    }

    /// An error of this resource.
    pub fn error(&self, message: impl Into<String>, place: Place) -> SamError {
        SamError { resource: self.id.clone(), message: message.into(), place }
    }
}
