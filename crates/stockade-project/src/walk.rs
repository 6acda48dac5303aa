//! Which files to look at.

use crate::{Notice, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use std::collections::BTreeSet;

/// Folders of other people's code, whether or not git ignores them.
const FOREIGN: [&str; 3] = ["node_modules", ".git", ".aws-sam"];

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
    /// How many files are of a source that this version does not read.
    pub unsupported: usize,
    pub notices: Vec<Notice>,
    pub problems: Vec<Problem>,
}

/// Walks the paths. Git's ignore rules hold below folders, not for files that are named.
pub(crate) fn walk(paths: &[Utf8PathBuf]) -> Found {
    let mut found = Found::default();
    let mut candidates: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    let mut named: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    let mut terraform: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for path in paths {
        if path.is_file() {
            if is_terraform(path) {
                terraform.insert(path.clone());
            } else {
                named.insert(clean(path));
            }
        } else if path.is_dir() {
            folder(path, &mut candidates, &mut terraform, &mut found);
        } else {
            found.problems.push(Problem::new(path.clone(), "no such file or folder"));
        }
    }
    found.unsupported = terraform.len();
    let folders: BTreeSet<&Utf8Path> = terraform.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        let count = terraform.iter().filter(|path| path.parent() == Some(folder)).count();
        let files = if count == 1 { "file is" } else { "files are" };
        found.notices.push(Notice {
            kind: "unsupported-source",
            path: folder.to_owned(),
            message: format!(
                "{count} Terraform {files} not judged: this version does not read Terraform yet"
            ),
            place: None,
        });
    }
    candidates.retain(|path| !named.contains(path));
    found.candidates.extend(named.into_iter().map(|path| Candidate { path, named: true }));
    found.candidates.extend(candidates.into_iter().map(|path| Candidate { path, named: false }));
    found.candidates.sort();
    found
}

fn folder(
    path: &Utf8Path,
    candidates: &mut BTreeSet<Utf8PathBuf>,
    terraform: &mut BTreeSet<Utf8PathBuf>,
    found: &mut Found,
) {
    let walker = WalkBuilder::new(path)
        .require_git(false)
        .filter_entry(|entry| !FOREIGN.iter().any(|name| entry.file_name() == *name))
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
        if !entry.file_type().is_some_and(|kind| kind.is_file() || (kind.is_symlink() && path.is_file())) {
            continue;
        }
        let path = clean(path);
        if is_terraform(&path) {
            terraform.insert(path);
        } else if is_candidate(&path) {
            if path.file_name() == Some("cdk.json") {
                cdk_app(&path, found);
            }
            candidates.insert(path);
        }
    }
}

/// A CDK application is judged by its output; one that was not synthesised is named.
fn cdk_app(manifest: &Utf8Path, found: &mut Found) {
    let output = manifest.with_file_name("cdk.out");
    if !output.join("manifest.json").is_file() {
        found.notices.push(Notice {
            kind: "cdk-not-synthesised",
            path: manifest.to_owned(),
            message: "a CDK application without `cdk.out` is not judged: run `npx cdk synth` and check again"
                .into(),
            place: None,
        });
    }
}

fn is_terraform(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    [".tf", ".tf.json", ".tofu"].iter().any(|ending| name.ends_with(ending))
}

fn is_candidate(path: &Utf8Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["yaml", "yml", "json", "template"].contains(&extension.as_str())
}

/// The path without a leading `./`.
fn clean(path: &Utf8Path) -> Utf8PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
