//! Where modules are read from, and what is told of them.

use crate::Module;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use stockade_model::Place;
use stockade_syntax::Source;

/// Access to files, within the project alone.
pub trait Sources {
    /// The names of the files in a folder, in order; folders are left out.
    ///
    /// # Errors
    /// A phrase that says why it cannot be read.
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String>;

    /// A file's text, as it takes part in findings.
    ///
    /// # Errors
    /// As for [`Sources::list`].
    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String>;

    /// A file's bytes.
    ///
    /// # Errors
    /// As for [`Sources::list`].
    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String>;

    /// The files below a folder, relative to it, in order.
    ///
    /// # Errors
    /// As for [`Sources::list`].
    fn below(&self, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String>;

    /// The module of a folder; one that is asked for again may be kept.
    fn module(&self, folder: &Utf8Path) -> Arc<Module>;
}

/// No files at all.
pub(crate) struct NoSources;

impl Sources for NoSources {
    fn list(&self, _: &Utf8Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    fn source(&self, _: &Utf8Path) -> Result<Arc<Source>, String> {
        Err("there are no files".into())
    }

    fn bytes(&self, _: &Utf8Path) -> Result<Vec<u8>, String> {
        Err("there are no files".into())
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }

    fn module(&self, _: &Utf8Path) -> Arc<Module> {
        Arc::default()
    }
}

/// What kind of thing a [`Diagnostic`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiagnosticKind {
    /// The input cannot be read, or Terraform would refuse it.
    Error,
    /// Something has no value here, and why.
    NotEvaluated,
    /// A module is called that is not there.
    MissingModule,
    /// A part of a resource that is declared elsewhere.
    NotJoined,
    /// The source has something that the plan made of it does not have.
    NotPlanned,
}

/// Something that a reader should know of the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic {
    /// What kind of thing.
    pub kind: DiagnosticKind,
    /// The file or folder, where there is no place.
    pub path: Option<Utf8PathBuf>,
    /// Where.
    pub place: Option<Place>,
    /// The sentence, in lower case.
    pub message: String,
}

impl Diagnostic {
    pub(crate) fn of_path(path: &Utf8Path, message: impl Into<String>) -> Self {
        Self {
            kind: DiagnosticKind::Error,
            path: Some(path.to_owned()),
            place: None,
            message: message.into(),
        }
    }

    pub(crate) fn error(place: Place, message: impl Into<String>) -> Self {
        Self { kind: DiagnosticKind::Error, path: None, place: Some(place), message: message.into() }
    }
}
