//! Slots and changes: how a fix finds its text.

use crate::Place;
use smol_str::SmolStr;
use stockade_syntax::{Document, Edit, FileId, New, Source};

/// A source place where a value is, or could be, written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The value's bytes, or those of the mapping that would hold it.
    pub place: Place,
    /// The keys below the mapping, in CloudFormation's words; none where the value itself is written.
    pub path: Vec<SmolStr>,
}

impl Slot {
    /// The slot of a value that is written there.
    #[must_use]
    pub fn value(place: Place) -> Self {
        Self { place, path: Vec::new() }
    }

    /// The slot of a value that could be written there, below `path`.
    #[must_use]
    pub fn entry(place: Place, path: Vec<SmolStr>) -> Self {
        Self { place, path }
    }
}

/// What a control asks for, in CloudFormation's words; intrinsics in their long form.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Give a property a value.
    Set {
        /// The resource's id in the deployment.
        resource: SmolStr,
        /// The property's path (`TracingConfig.Mode`).
        property: SmolStr,
        /// The value.
        value: New,
    },
    /// Take a property away.
    Remove {
        /// The resource's id in the deployment.
        resource: SmolStr,
        /// The property's path.
        property: SmolStr,
    },
    /// Add a resource beside another one.
    AddResource {
        /// The resource whose template gets the new one.
        beside: SmolStr,
        /// The new logical id.
        id: SmolStr,
        /// The new resource: `Type`, `Properties`.
        body: New,
    },
}

/// An edit of one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileEdit {
    /// The file.
    pub file: FileId,
    /// The edit.
    pub edit: Edit,
}

/// Why a change cannot be written at a slot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RaiseError {
    /// The source has no words for the property.
    #[error("`{0}` has no form in this source")]
    NoForm(SmolStr),
    /// The value comes from somewhere that must not be edited.
    #[error("the value is not written where it could be changed")]
    NotWritten,
    /// The text does not have the shape that the edit needs.
    #[error(transparent)]
    Edit(#[from] stockade_syntax::EditError),
}

/// Access to the parsed files of a run.
pub trait Documents {
    /// The file's text and tree, where it is of a format that has one.
    fn document(&self, file: FileId) -> Option<(&Source, &Document)>;

    /// The file's text.
    fn source(&self, file: FileId) -> Option<&Source>;
}
