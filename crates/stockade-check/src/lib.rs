//! The one entry for every front end: load → judge → merge → summarise.

mod causes;
mod exit;
mod instances;
mod judge;
mod mend;
mod open_questions;
mod summary;
mod timings;

pub use exit::exit_code;
pub use open_questions::{OpenQuestion, open_questions};
pub use summary::{FamilySummary, Summary};
pub use timings::Timings;

use crate::timings::Stopwatch;
use camino::Utf8PathBuf;
use jiff::civil::Date;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::HashMap;
use stockade_controls::{CONTROLS, Context, Control};
use stockade_model::{Finding, Profile, Scenario};
use stockade_project::{FileCounts, Notice, Options, Problem, Snapshot};
use stockade_syntax::FileId;

/// What to judge, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files and folders.
    pub paths: Vec<Utf8PathBuf>,
    /// What the user says about the deployments.
    pub options: Options,
    /// The day to judge for.
    pub as_of: Date,
    /// Controls of this profile and those that it contains are judged.
    pub profile: Profile,
}

/// A deployment as a report shows it.
#[derive(Debug, Clone)]
pub struct DeploymentSummary {
    /// The root's path.
    pub name: Utf8PathBuf,
    /// `sam`, `cloudformation`.
    pub kind: &'static str,
    /// The files that it is made of, the root first.
    pub paths: Vec<Utf8PathBuf>,
    /// How many resources it deploys at the most, over its scenarios.
    pub resources: usize,
    /// How many of them are Lambda functions.
    pub functions: usize,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
    /// Whether there are more combinations of condition outcomes than scenarios.
    pub capped: bool,
}

/// Everything that a run found.
#[derive(Debug)]
pub struct Report {
    /// The day that the run judged for.
    pub as_of: Date,
    /// The deployments, by name.
    pub deployments: Vec<DeploymentSummary>,
    /// Failures, unknowns and passes, by place.
    pub findings: Vec<Finding>,
    /// The counts.
    pub summary: Summary,
    /// What a reader should know.
    pub notices: Vec<Notice>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
    /// How many files were what.
    pub files: FileCounts,
    /// The files, for places.
    pub snapshot: Snapshot,
    /// Where the time went; no part of the report itself, which is the same in every run.
    pub timings: Timings,
}

/// Loads, judges, merges and summarises.
#[must_use]
pub fn check(request: &Request) -> Report {
    let mut timings = Timings::default();
    let mut watch = Stopwatch::start();
    let project = stockade_project::load(&request.paths, &request.options);
    let snapshot = project.files.snapshot();
    timings.phase("load and evaluate", watch.lap());
    let context = Context { as_of: request.as_of };
    let controls: Vec<&Control> =
        CONTROLS.iter().filter(|control| control.page().row.profile <= request.profile).collect();
    let judged: Vec<_> = project
        .deployments
        .par_iter()
        .enumerate()
        .map(|(at, deployment)| {
            judge::deployment(at, deployment, &controls, context, &project.files, &snapshot)
        })
        .collect();
    let mut findings = Vec::new();
    let mut not_applicable = Vec::new();
    timings.phase("judge, merge and mend", watch.lap());
    for mut one in judged {
        findings.append(&mut one.findings);
        not_applicable.append(&mut one.not_applicable);
        timings.add(one.times);
    }
    // Comparing paths part by part is dear: each file's rank is found once.
    let mut files: Vec<FileId> = findings.iter().map(|finding| finding.verdict.place.file).collect();
    files.sort_unstable();
    files.dedup();
    files.sort_by_key(|file| snapshot.path(*file));
    let rank: HashMap<FileId, usize> =
        files.into_iter().enumerate().map(|(rank, file)| (file, rank)).collect();
    let place = |finding: &Finding| {
        let place = finding.verdict.place;
        (rank[&place.file], place.span.start, finding.control, finding.verdict.subject.clone())
    };
    findings.sort_by_cached_key(place);
    let summary = summary::summarise(&findings, &not_applicable, &controls, request.profile);
    let deployments = project.deployments.into_iter().map(summarise_deployment).collect();
    timings.phase("sort and summarise", watch.lap());
    Report {
        as_of: request.as_of,
        deployments,
        findings,
        summary,
        notices: project.notices,
        problems: project.problems,
        files: project.counts,
        snapshot,
        timings,
    }
}

fn summarise_deployment(deployment: stockade_project::Deployment) -> DeploymentSummary {
    let largest = deployment.deployed.iter().max_by_key(|deployed| deployed.resources.len());
    let is_function = |name: &SmolStr| name == "AWS::Lambda::Function";
    DeploymentSummary {
        kind: deployment.kind.name(),
        resources: largest.map_or(0, |deployed| deployed.resources.len()),
        functions: largest.map_or(0, |deployed| {
            deployed.resources.iter().filter(|resource| is_function(&resource.type_name)).count()
        }),
        name: deployment.name,
        paths: deployment.paths,
        scenarios: deployment.scenarios,
        capped: deployment.capped,
    }
}
