//! Which failures were there before a change.

use crate::{DeploymentSummary, Known, Request};
use camino::{Utf8Path, Utf8PathBuf};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::fs;
use stockade_model::{Finding, Outcome, Severity};
use stockade_project::{CONFIGURATION, Change, Problem};

/// Marks what failed before the change, by judging what it touches as it was then, with today's configuration.
pub(crate) fn mark(
    findings: &mut [Finding],
    deployments: &[DeploymentSummary],
    change: &Change,
    request: &Request,
) -> Vec<Problem> {
    if deployments.is_empty() {
        return Vec::new();
    }
    match before(deployments, change, request) {
        Ok(known) => {
            for finding in findings {
                let unknown = finding.verdict.outcome == Outcome::Unknown;
                let worst = known.get(&finding.fingerprint.0);
                finding.baselined |= worst
                    .is_some_and(|(failed, severity)| (unknown || *failed) && finding.severity <= *severity);
            }
            Vec::new()
        }
        Err(message) => vec![Problem::new(change.root(), message)],
    }
}

/// By fingerprint, whether it failed rather than being unknown, and how severely.
type Before = HashMap<String, (bool, Severity)>;

fn before(deployments: &[DeploymentSummary], change: &Change, request: &Request) -> Result<Before, String> {
    let folder =
        tempfile::tempdir().map_err(|error| format!("cannot make a folder for the comparison: {error}"))?;
    let root = Utf8Path::from_path(folder.path()).ok_or("the temporary folder's name is not UTF-8")?;
    let root = root.canonicalize_utf8().map_err(|error| error.to_string())?;
    let paths: BTreeSet<Utf8PathBuf> =
        deployments.iter().flat_map(|deployment| &deployment.paths).cloned().collect();
    change.restore(&paths, &root).map_err(|error| error.to_string())?;
    // Fingerprints have paths from the project's root, which must be the same one.
    let place = |error: std::io::Error| format!("cannot write in `{root}`: {error}");
    fs::create_dir_all(root.join(".git")).map_err(place)?;
    for deployment in deployments {
        let configuration = deployment.root.join(CONFIGURATION);
        let Some(relative) = change.relative(&configuration) else { continue };
        let target = root.join(relative);
        fs::create_dir_all(target.parent().unwrap_or(&root)).map_err(place)?;
        fs::copy(&configuration, &target).map_err(place)?;
    }
    let paths = request.paths.iter().filter_map(|path| Some(root.join(change.relative(path)?)));
    let request = Request {
        paths: paths.filter(|path| path.exists()).collect(),
        known: Known::Nothing,
        since: None,
        ..request.clone()
    };
    let (report, _) = crate::run(&request);
    let mut known = Before::default();
    for finding in &report.findings {
        let failed = finding.verdict.outcome == Outcome::Fail;
        if !failed && finding.verdict.outcome != Outcome::Unknown {
            continue;
        }
        let entry = known.entry(finding.fingerprint.0.clone()).or_insert((failed, finding.severity));
        *entry = (entry.0 || failed, entry.1.max(finding.severity));
    }
    Ok(known)
}
