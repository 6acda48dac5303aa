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
    /// The file's text and tree.
    fn document(&self, file: FileId) -> Option<(&Source, &Document)>;
}

/// The way back from a change in CloudFormation's words to edits in the source's own words. It stands beside the
/// lowering that made the resource.
pub trait Raise: std::fmt::Debug + Send + Sync {
    /// Writes a value at a slot.
    ///
    /// # Errors
    /// [`RaiseError`] if the source has no form for it or the text cannot take it.
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError>;

    /// Takes away the value that is written at a slot.
    ///
    /// # Errors
    /// As for [`Raise::set`].
    fn remove(&self, slot: &Slot, property: &str, documents: &dyn Documents) -> Result<FileEdit, RaiseError>;

    /// Adds a resource to the template whose `Resources` mapping was written at `resources`.
    ///
    /// # Errors
    /// As for [`Raise::set`].
    fn add_resource(
        &self,
        resources: Place,
        id: &str,
        body: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError>;

    /// The property in the source's own words, for messages: `Tracing` for `TracingConfig.Mode` of a SAM function.
    fn spell(&self, property: &str) -> SmolStr;
}
