//! A resource as one scenario deploys it.

use crate::{Place, Raise, Value};
use camino::Utf8PathBuf;
use smol_str::SmolStr;
use std::sync::Arc;

/// A resource in CloudFormation's vocabulary, whatever source it came from.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The id in the deployment: the logical id, below its nested stack's path (`Child/Fn`).
    pub id: SmolStr,
    /// The type, `AWS::Lambda::Function`.
    pub type_name: SmolStr,
    /// The properties: an object, or unknown.
    pub properties: Value,
    /// Where the logical id that the user wrote stands; for a generated resource, that of what it came from.
    pub declared_at: Place,
    /// The logical id that the user wrote: for a generated resource, that of what it came from.
    pub declared_id: SmolStr,
    /// The mapping of resources that it was written in.
    pub resources_at: Place,
    /// Whether a transform made the resource, so that its logical id is nowhere in the source.
    pub generated: bool,
    /// The logical id that a loop made, if the resource is one of several instances of one source place or came from
    /// one: `AlphaFunction` for the role of a SAM function that `Fn::ForEach` makes.
    pub instance: Option<SmolStr>,
    /// The way back to the source.
    pub raise: &'static dyn Raise,
    /// The CDK construct that made the resource, if one did.
    pub construct: Option<Arc<Construct>>,
    /// The local code that is uploaded for the resource, if it is known.
    pub asset: Option<Arc<Asset>>,
}

/// A construct of a CDK application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Construct {
    /// Its path in the application's tree (`Prod/Api/Handler/Resource`).
    pub path: SmolStr,
    /// Where the path is written in the template.
    pub path_at: Option<Place>,
    /// Where the application makes the construct, in the user's own source.
    pub made_at: Option<Place>,
}

/// Local files that are uploaded when a resource is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The folder or archive; the folder of the Dockerfile for an image.
    pub path: Utf8PathBuf,
    /// What is made of it.
    pub kind: AssetKind,
}

/// What is made of an [`Asset`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetKind {
    /// The files as they are, zipped.
    Files,
    /// A container image.
    Image {
        /// The Dockerfile's name, if it is not `Dockerfile`.
        dockerfile: Option<SmolStr>,
    },
}

impl Resource {
    /// The nested stack's path, empty in the root.
    #[must_use]
    pub fn stack(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(stack, _)| stack)
    }

    /// The logical id without the nested stack's path.
    #[must_use]
    pub fn logical_id(&self) -> &str {
        self.id.rsplit_once('/').map_or(&self.id, |(_, id)| id)
    }
}
