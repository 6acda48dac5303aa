//! Which failures the baseline files know.

use crate::DeploymentSummary;
use crate::baseline::{Baseline, Declared};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Documents as _, Finding, Outcome, Place};
use stockade_project::{Files, Problem, Snapshot};
use stockade_syntax::Span;

/// Marks the findings that their project's baseline file knows. Gives what is wrong with the files.
pub(crate) fn mark(
    findings: &mut [Finding],
    deployments: &[DeploymentSummary],
    files: &Files,
    snapshot: &Snapshot,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let paths: BTreeSet<&Utf8Path> =
        deployments.iter().map(|deployment| deployment.baseline.as_path()).collect();
    if !paths.iter().any(|path| path.exists()) {
        return problems;
    }
    let declared = LazyCell::new(|| declared(deployments, files, snapshot));
    let mut by_file: BTreeMap<&Utf8Path, Vec<&mut Finding>> = BTreeMap::new();
    for finding in findings {
        let Some(deployment) = deployments.get(finding.deployment) else { continue };
        if matches!(finding.verdict.outcome, Outcome::Fail | Outcome::Unknown) {
            by_file.entry(&deployment.baseline).or_default().push(finding);
        }
    }
    for (path, mut findings) in by_file {
        if !path.exists() {
            continue;
        }
        let root = deployments.iter().find(|deployment| deployment.baseline == path);
        match read(path, files) {
            Ok(baseline) => {
                let root = root.map_or(Utf8Path::new(""), |deployment| &deployment.root);
                baseline.mark(&mut findings, || &*declared, root);
            }
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

/// Reads a baseline file.
pub(crate) fn read(path: &Utf8Path, files: &Files) -> Result<Baseline, Problem> {
    let shown = stockade_project::from_here(path);
    let source = files.show(&shown)?;
    Baseline::read(source.content()).map_err(|(message, at)| match at {
        Some((line, column)) => {
            let before: usize =
                source.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
            let at = before + column.saturating_sub(1);
            let span = Span::new(at.min(source.text.len()), (at + 1).min(source.text.len()));
            Problem::at(shown, message, Place { file: source.id, span })
        }
        None => Problem::new(shown, message),
    })
}

/// The ids that each file of the deployments declares.
pub(crate) fn declared(deployments: &[DeploymentSummary], files: &Files, snapshot: &Snapshot) -> Declared {
    let mut paths: Vec<&Utf8PathBuf> = deployments.iter().flat_map(|deployment| &deployment.paths).collect();
    paths.sort();
    paths.dedup();
    Declared::new(paths.into_iter().filter_map(|path| {
        let (_, document) = snapshot.document(files.id(path)?)?;
        let resources = document.root.get("Resources")?;
        let mut ids: Vec<String> = resources.entries().iter().map(|entry| entry.key.to_string()).collect();
        ids.sort_unstable();
        Some((files.path_from_root(path), ids))
    }))
}
