//! What a root module reads while it is evaluated, beside the files of its modules.

use crate::terraform::{Modules, deep};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use stockade_syntax::Source;
use stockade_terraform::{Inputs, Module, Sources, evaluate};

/// The files that functions such as `file` and `templatefile` read, and the folders that `fileset` lists, by full path.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    files: BTreeSet<Utf8PathBuf>,
    folders: BTreeSet<Utf8PathBuf>,
}

impl Reads {
    /// Evaluates a root module, its variables at their defaults, for what it reads.
    pub fn of(root: &Utf8Path, modules: &Modules<'_>) -> Self {
        let recorder = Recorder { modules, reads: Mutex::default() };
        deep(|| drop(evaluate(root, &recorder, &Inputs::default())));
        recorder.reads.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a file is one of them, or in one of the folders.
    pub fn has(&self, path: &Utf8Path) -> bool {
        self.files.contains(path) || path.ancestors().skip(1).any(|folder| self.folders.contains(folder))
    }
}

/// Access to the project's files that writes down what is read.
struct Recorder<'m, 'f> {
    modules: &'m Modules<'f>,
    reads: Mutex<Reads>,
}

impl Recorder<'_, '_> {
    /// The full path, of a file that is not there by that of its folder.
    fn full(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        self.modules.inside(path).ok().or_else(|| {
            let folder = self.modules.inside(path.parent()?).ok()?;
            Some(folder.join(path.file_name()?))
        })
    }

    fn note(&self, path: &Utf8Path, put: impl Fn(&mut Reads) -> &mut BTreeSet<Utf8PathBuf>) {
        if let Some(full) = self.full(path) {
            put(&mut self.reads.lock().unwrap_or_else(PoisonError::into_inner)).insert(full);
        }
    }
}

impl Sources for Recorder<'_, '_> {
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String> {
        self.modules.list(folder)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        self.modules.source(path)
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        self.note(path, |reads| &mut reads.files);
        self.modules.bytes(path)
    }

    fn below(&self, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        self.note(folder, |reads| &mut reads.folders);
        self.modules.below(folder)
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        self.modules.module(folder)
    }
}
