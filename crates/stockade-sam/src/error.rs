//! What AWS would reject.

use smol_str::SmolStr;
use stockade_model::Place;

/// A resource that the transform rejects, as AWS would.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("resource `{resource}` is not valid SAM: {message}")]
pub struct SamError {
    /// The logical id of the resource.
    pub resource: SmolStr,
    /// The cause, lower case.
    pub message: String,
    /// Where the cause is written.
    pub place: Place,
}
