//! Which files to look at.

use crate::cdk_app::{OUTPUT, cdk_app};
use crate::configuration::CONFIGURATION;
use crate::stage::{MANIFEST, is_assembly_folder};
use crate::{Change, Notice, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Folders of other people's code, whether or not git ignores them.
pub(crate) const FOREIGN: [&str; 3] = ["node_modules", ".git", ".aws-sam"];

/// A file that may be a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Its path.
    pub path: Utf8PathBuf,
    /// Whether the user named it, so that it must be a template.
    pub named: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files that may be templates, by path, each once.
    pub candidates: Vec<Candidate>,
    /// Folders with a cloud assembly, each once. They are found although git ignores them.
    pub assemblies: BTreeSet<Utf8PathBuf>,
    /// Folders with a configuration file, in full.
    pub configured: BTreeSet<Utf8PathBuf>,
    /// Files of Terraform and OpenTofu modules.
    pub terraform: BTreeSet<Utf8PathBuf>,
    pub notices: Vec<Notice>,
    pub problems: Vec<Problem>,
}

/// Walks the paths. Git's ignore rules hold below folders, not for files that are named. What a change touches is found
/// among the files that git knows, which costs less than to walk.
pub(crate) fn walk(paths: &[Utf8PathBuf], change: Option<&Change>) -> Found {
    let mut found = Found::default();
    let mut candidates: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    let mut named: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for path in paths {
        if path.is_file() {
            let parent = path.parent().unwrap_or(Utf8Path::new(""));
            if is_terraform(path) {
                found.terraform.insert(clean(path));
            } else if path.file_name() == Some(MANIFEST) && is_assembly_folder(parent) {
                assembly(parent, &mut found);
            } else {
                named.insert(clean(path));
            }
        } else if path.is_dir() {
            match change.and_then(|change| change.files_below(path)) {
                Some(files) => listed(&files, change, &mut candidates, &mut found),
                None => folder(path, &mut candidates, &mut found),
            }
        } else {
            found.problems.push(Problem::new(path.clone(), "no such file or folder"));
        }
    }
    candidates.retain(|path| !named.contains(path));
    found.candidates.extend(named.into_iter().map(|path| Candidate { path, named: true }));
    found.candidates.extend(candidates.into_iter().map(|path| Candidate { path, named: false }));
    found.candidates.sort();
    found
}

/// Takes the files that git knows below a folder.
fn listed(
    files: &[Utf8PathBuf],
    change: Option<&Change>,
    candidates: &mut BTreeSet<Utf8PathBuf>,
    found: &mut Found,
) {
    for path in files {
        let hidden = |part: &str| part.len() > 1 && part.starts_with('.') && part != "..";
        let parts = path.components().map(|part| part.as_str());
        if parts.into_iter().any(|part| hidden(part) || FOREIGN.contains(&part)) {
            continue;
        }
        if path.file_name() == Some("cdk.json") {
            // An application of which nothing changed gives the assembly that it gave.
            let folder = path.parent().unwrap_or(Utf8Path::new(""));
            if !change.is_some_and(|change| change.is_below(folder)) {
                continue;
            }
        }
        if is_terraform(path) || path.file_name() == Some(CONFIGURATION) || is_candidate(path) {
            file(clean(path), candidates, found);
        }
    }
}

/// Takes one file for what its name says.
fn file(path: Utf8PathBuf, candidates: &mut BTreeSet<Utf8PathBuf>, found: &mut Found) {
    if is_terraform(&path) {
        found.terraform.insert(path);
    } else if path.file_name() == Some(CONFIGURATION) {
        let full = path.canonicalize_utf8().ok();
        found.configured.extend(full.and_then(|path| Some(path.parent()?.to_owned())));
    } else if is_candidate(&path) {
        if path.file_name() == Some("cdk.json") {
            let app = cdk_app(&path);
            found.notices.extend(app.notice);
            found.assemblies.extend(app.output);
        }
        candidates.insert(path);
    }
}

fn folder(path: &Utf8Path, candidates: &mut BTreeSet<Utf8PathBuf>, found: &mut Found) {
    if is_assembly_folder(path) {
        assembly(path, found);
        return;
    }
    let assemblies: Arc<Mutex<BTreeSet<Utf8PathBuf>>> = Arc::default();
    let seen = Arc::clone(&assemblies);
    let walker = WalkBuilder::new(path)
        .require_git(false)
        .filter_entry(move |entry| {
            if FOREIGN.iter().any(|name| entry.file_name() == *name) {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            match Utf8Path::from_path(entry.path()) {
                Some(path) if is_folder && is_assembly_folder(path) => {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).insert(clean(path));
                    false
                }
                _ => true,
            }
        })
        .build();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let problem = Problem::new(path.to_owned(), format!("cannot walk the folder: {error}"));
                found.problems.push(problem);
                continue;
            }
        };
        let Some(path) = Utf8Path::from_path(entry.path()) else {
            let shown = entry.path().display().to_string();
            if is_candidate(Utf8Path::new(&shown)) {
                found.notices.push(Notice {
                    kind: "unreadable-name",
                    path: shown.into(),
                    message: "not judged: its name is not UTF-8; rename it".into(),
                    place: None,
                });
            }
            continue;
        };
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            let output = path.join(OUTPUT);
            if is_assembly_folder(&output) {
                found.assemblies.insert(clean(&output));
            }
            continue;
        }
        if !entry.file_type().is_some_and(|kind| kind.is_file() || (kind.is_symlink() && path.is_file())) {
            continue;
        }
        file(clean(path), candidates, found);
    }
    found.assemblies.append(&mut assemblies.lock().unwrap_or_else(PoisonError::into_inner));
}

/// An assembly that the user names. The application beside it says whether it is of today.
fn assembly(folder: &Utf8Path, found: &mut Found) {
    found.assemblies.insert(clean(folder));
    let configuration = clean(&folder.with_file_name("cdk.json"));
    if configuration.is_file() {
        let app = cdk_app(&configuration);
        let full = |path: &Utf8Path| path.canonicalize_utf8().ok();
        if app.output.as_deref().and_then(full) == full(folder) {
            found.notices.extend(app.notice);
        }
    }
}

pub(crate) fn is_terraform(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(stockade_terraform::is_configuration)
}

pub(crate) fn is_candidate(path: &Utf8Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["yaml", "yml", "json", "template"].contains(&extension.as_str())
}

/// The path without a leading `./`.
fn clean(path: &Utf8Path) -> Utf8PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
