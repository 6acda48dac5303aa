//! The deployments that changed files are part of.

use crate::files::{from_here, normal, project_root};
use crate::walk::{Candidate, FOREIGN, Found, is_candidate, walk};
use crate::{Configurations, Deployment, FileCounts, Notice, Problem, samconfig};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Files that changed. A folder stands for all that is in it.
pub(crate) struct Related {
    /// By full path.
    paths: BTreeSet<Utf8PathBuf>,
}

impl Related {
    pub fn to(paths: &[Utf8PathBuf]) -> Self {
        Self { paths: paths.iter().filter_map(|path| path.canonicalize_utf8().ok()).collect() }
    }

    fn has(&self, path: &Utf8Path) -> bool {
        path.canonicalize_utf8().is_ok_and(|full| full.ancestors().any(|part| self.paths.contains(part)))
    }

    /// Whether a deployment is made of, or configured by, something that changed.
    pub fn has_part_of(&self, deployment: &Deployment) -> bool {
        let configuration = deployment.configuration.as_ref().map(|configuration| &configuration.path);
        let settings = samconfig::names(&deployment.name);
        deployment.paths.iter().chain(configuration).chain(&settings).any(|path| self.has(path))
    }

    /// Leaves what is said of changed files. The deployments speak for themselves.
    pub fn narrow(&self, notices: &mut Vec<Notice>, problems: &mut Vec<Problem>) {
        notices.retain(|notice| self.has(&notice.path));
        problems.retain(|problem| self.has(&problem.path) || !problem.path.exists());
    }

    /// How many files were what: the files of the deployments, and what changed beside them.
    pub fn count(
        &self,
        deployments: &[Deployment],
        problems: &[Problem],
        configurations: &Configurations,
    ) -> FileCounts {
        let full = |path: &Utf8PathBuf| path.canonicalize_utf8().ok();
        let judged: BTreeSet<_> =
            deployments.iter().flat_map(|deployment| &deployment.paths).filter_map(full).collect();
        let failed: BTreeSet<_> = problems.iter().filter_map(|problem| full(&problem.path)).collect();
        let mut counts = FileCounts { judged: judged.len(), failed: problems.len(), ..FileCounts::default() };
        for path in self.paths.iter().filter(|path| !judged.contains(*path) && !failed.contains(*path)) {
            if configurations.of(path).is_some_and(|configuration| configuration.excludes(path)) {
                counts.excluded += 1;
            } else {
                counts.not_template += 1;
            }
        }
        counts
    }
}

/// What may be a template in the projects that the changed files lie in, and changed files that git ignores.
pub(crate) fn walk_around(changed: &[Utf8PathBuf]) -> Found {
    let roots: BTreeSet<Utf8PathBuf> = changed
        .iter()
        .filter(|path| path.exists())
        .map(|path| match from_here(&project_root(path)) {
            here if here.as_str().is_empty() => ".".into(),
            root => root,
        })
        .collect();
    let mut found = walk(&roots.into_iter().collect::<Vec<_>>(), None);
    // A project within another one is walked twice: each file has one name all the same.
    found.assemblies = found.assemblies.iter().map(|path| from_here(path)).collect();
    found.terraform = found.terraform.iter().map(|path| from_here(path)).collect();
    for candidate in &mut found.candidates {
        candidate.path = from_here(&candidate.path);
    }
    let known: BTreeSet<_> =
        found.candidates.iter().filter_map(|candidate| candidate.path.canonicalize_utf8().ok()).collect();
    for path in changed {
        if !path.exists() {
            found.problems.push(Problem::new(path.clone(), "no such file or folder"));
        }
        let foreign = path.components().any(|part| FOREIGN.contains(&part.as_str()));
        let new = path.canonicalize_utf8().is_ok_and(|full| !known.contains(&full));
        if new && path.is_file() && is_candidate(path) && !foreign {
            found.candidates.push(Candidate { path: from_here(&normal(path)), named: false });
        }
    }
    found.candidates.sort();
    found.candidates.dedup();
    found
}
