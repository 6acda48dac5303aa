//! A resource as one scenario deploys it.

use crate::{Place, Raise, Value};
use smol_str::SmolStr;

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
