//! The files that a deployment's templates include.

use crate::Files;
use camino::Utf8PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use stockade_cfn::{LoadError, Loader};
use stockade_syntax::{Document, FileId, Source};

/// Reads what templates include, and remembers which files that were, readable or not.
pub(crate) struct Fragments<'a> {
    files: &'a Files,
    paths: Mutex<Vec<Utf8PathBuf>>,
}

impl<'a> Fragments<'a> {
    pub fn new(files: &'a Files) -> Self {
        Self { files, paths: Mutex::default() }
    }

    pub fn into_paths(self) -> Vec<Utf8PathBuf> {
        self.paths.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loader for Fragments<'_> {
    fn load(&self, from: FileId, location: &str) -> Result<Arc<(Arc<Source>, Document)>, LoadError> {
        if let Ok(path) = self.files.resolve(from, location) {
            self.paths.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        }
        self.files.load(from, location)
    }
}
