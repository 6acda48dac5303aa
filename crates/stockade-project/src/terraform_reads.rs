//! What a root module reads while it is evaluated, beside the files of its modules.

use crate::Change;
use crate::terraform::{Modules, deep};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use stockade_syntax::Source;
use stockade_terraform::{Inputs, Module, Sources, evaluate, is_configuration};

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

/// Those of Terraform's files that a change may touch, told by their text alone, and those of modules that may call them:
/// parsing and evaluating all modules of a repository costs more than judging what changed. A module reads below its own
/// folder and that of its root, and as far above as its text says `..`; a called module that leads up from the folder of its
/// root is not told.
pub(crate) fn within_reach(
    terraform: &BTreeSet<Utf8PathBuf>,
    change: &Change,
    modules: &Modules<'_>,
) -> BTreeSet<Utf8PathBuf> {
    let changed: Vec<Utf8PathBuf> = change.paths().collect();
    let is_of_terraform = |path: &Utf8PathBuf| {
        path.file_name().is_some_and(|name| {
            name == crate::CONFIGURATION || name.contains(".tfvars") || is_configuration(name)
        })
    };
    if changed.iter().any(is_of_terraform) {
        return terraform.clone();
    }
    let mut folders: BTreeMap<&Utf8Path, Reach> = BTreeMap::new();
    for path in terraform {
        let (Some(folder), Ok(full)) = (path.parent(), modules.inside(path)) else {
            return terraform.clone();
        };
        let text = std::fs::read_to_string(&full).ok();
        let (Some(own), Some(text)) = (full.parent(), text) else { return terraform.clone() };
        let Some(steps) = steps_up(&text) else { return terraform.clone() };
        let top = own.ancestors().nth(steps).unwrap_or(own);
        let reach = folders.entry(folder).or_insert_with(|| Reach {
            own: own.to_owned(),
            top: own.to_owned(),
            calls: false,
        });
        reach.calls |= text.contains("module");
        if reach.top.starts_with(top) {
            reach.top = top.to_owned();
        }
    }
    let mut found: BTreeMap<&Utf8Path, &Reach> = BTreeMap::new();
    loop {
        let more: Vec<_> = folders
            .iter()
            .filter(|(folder, reach)| {
                let leads_to = |path: &Utf8Path| path.starts_with(&reach.top);
                !found.contains_key(*folder)
                    && (changed.iter().any(|path| leads_to(path))
                        || (reach.calls && found.values().any(|called| leads_to(&called.own))))
            })
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more.into_iter().map(|(folder, reach)| (*folder, reach)));
    }
    let is_found = |path: &&Utf8PathBuf| path.parent().is_some_and(|folder| found.contains_key(folder));
    terraform.iter().filter(is_found).cloned().collect()
}

/// How far what the files of a folder say leads.
struct Reach {
    /// The folder, in full.
    own: Utf8PathBuf,
    /// The folder that everything lies below.
    top: Utf8PathBuf,
    /// Whether they may call modules.
    calls: bool,
}

/// How many folders above its own a text leads at most, or `None` if that cannot be told.
fn steps_up(text: &str) -> Option<usize> {
    if text.contains("dirname(") {
        return None;
    }
    let (mut most, mut rest) = (0, text);
    while let Some(at) = rest.find("..") {
        rest = &rest[at..];
        let mut steps = 0;
        while let Some(after) = rest.strip_prefix("..") {
            steps += 1;
            rest = after.strip_prefix('/').unwrap_or(after);
        }
        most = most.max(steps);
    }
    Some(most)
}

#[cfg(test)]
mod tests {
    use super::steps_up;

    #[test]
    fn a_text_leads_as_far_up_as_it_says() {
        for (text, steps) in [
            (r#"file("policy.json")"#, Some(0)),
            (r#"file("${path.module}/../../policy.json")"#, Some(2)),
            (r#"source = "../m" # and file("../../../x")"#, Some(3)),
            (r#"file("${dirname(path.module)}/x")"#, None),
        ] {
            assert_eq!(steps_up(text), steps, "{text}");
        }
    }
}
