//! Writing baseline files from what a run finds.

use super::Baseline;
use crate::{Known, Report, Request, known};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Finding, Outcome};
use stockade_project::{Problem, from_here};

/// What is to be written.
#[derive(Debug)]
pub struct Update {
    /// The baseline file, as reports show it.
    pub path: Utf8PathBuf,
    /// Its new text.
    pub text: String,
    /// How many failures it has.
    pub findings: usize,
    /// How many of them it did not have before.
    pub added: usize,
    /// How many it had before and has no more.
    pub removed: usize,
}

/// Why nothing can be written.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// A baseline file that is there cannot be read.
    #[error("{}: {}", .0.path, .0.message)]
    Unreadable(Problem),
    /// A fingerprint that is neither found nor in a baseline file.
    #[error(
        "no finding has the fingerprint `{0}`, and no baseline file has it: `stockade check --format json` shows them"
    )]
    NoSuchFinding(String),
}

/// The baseline files with everything that fails now (and is unknown, where a project is strict), or, if fingerprints are
/// given, with these alone brought up to date: taken in if they fail, taken out if they do not. Waived failures stay out.
/// What is known of files that cannot be read now is kept.
///
/// # Errors
/// Nothing is to be written.
pub fn update(request: &Request, fingerprints: &[String]) -> Result<(Vec<Update>, Report), UpdateError> {
    let named = match &request.known {
        Known::File(path) => Some(path.clone()),
        _ => None,
    };
    let (mut report, files) = crate::run(&Request { known: Known::Nothing, ..request.clone() });
    if let Some(path) = named {
        for deployment in &mut report.deployments {
            deployment.baseline = path.clone();
        }
    }
    let declared = known::declared(&report.deployments, &files, &report.snapshot);
    let unread: BTreeSet<String> =
        report.problems.iter().map(|problem| files.path_from_root(&problem.path)).collect();
    let mut by_file: BTreeMap<Utf8PathBuf, Vec<&Finding>> = BTreeMap::new();
    for deployment in &report.deployments {
        by_file.entry(deployment.baseline.clone()).or_default();
    }
    for finding in &report.findings {
        let Some(deployment) = report.deployments.get(finding.deployment) else { continue };
        let counts = match finding.verdict.outcome {
            Outcome::Fail => true,
            Outcome::Unknown => deployment.gate.strict,
            _ => false,
        };
        if counts && finding.waived.is_none() {
            by_file.entry(deployment.baseline.clone()).or_default().push(finding);
        }
    }
    let mut left: BTreeSet<&String> = fingerprints.iter().collect();
    let mut updates = Vec::new();
    for (path, findings) in by_file {
        let old = match path.exists() {
            true => known::read(&path, &files).map_err(UpdateError::Unreadable)?,
            false => Baseline::default(),
        };
        let mut new = if fingerprints.is_empty() { old.of_files(&unread) } else { old.clone() };
        for fingerprint in fingerprints {
            let found: Vec<&&Finding> =
                findings.iter().filter(|finding| finding.fingerprint.0 == *fingerprint).collect();
            let was = new.remove(fingerprint);
            if was || !found.is_empty() {
                left.remove(fingerprint);
            }
            for finding in found {
                new.insert(finding, &declared);
            }
        }
        if fingerprints.is_empty() {
            for finding in findings {
                new.insert(finding, &declared);
            }
        }
        if new == old {
            if path.exists() {
                updates.push(Update {
                    path: from_here(&path),
                    text: new.text(),
                    findings: new.len(),
                    added: 0,
                    removed: 0,
                });
            }
            continue;
        }
        let count = |of: &Baseline, not_in: &Baseline| {
            of.entries.keys().filter(|fingerprint| !not_in.has(fingerprint)).count()
        };
        updates.push(Update {
            path: from_here(&path),
            text: new.text(),
            findings: new.len(),
            added: count(&new, &old),
            removed: count(&old, &new),
        });
    }
    match left.into_iter().next() {
        Some(fingerprint) => Err(UpdateError::NoSuchFinding(fingerprint.clone())),
        None => Ok((updates, report)),
    }
}

impl Baseline {
    /// The entries of some files alone.
    fn of_files(&self, paths: &BTreeSet<String>) -> Self {
        let entries = self.entries.iter().filter(|(_, entry)| paths.contains(&entry.path));
        let files = self.files.iter().filter(|(path, _)| paths.contains(*path));
        Self {
            entries: entries.map(|(key, entry)| (key.clone(), entry.clone())).collect(),
            files: files.map(|(path, ids)| (path.clone(), ids.clone())).collect(),
        }
    }
}
