//! The one entry for every front end: load → judge → merge → summarise.

pub mod baseline;
mod causes;
mod exit;
mod instances;
mod judge;
mod known;
mod mend;
mod open_questions;
mod selection;
mod since;
mod summary;
mod timings;
mod waivers;

pub use exit::exit_code;
pub use open_questions::{OpenQuestion, open_questions};
pub use summary::{FamilySummary, Summary};
pub use timings::Timings;

use crate::selection::Selection;
use crate::timings::Stopwatch;
use camino::Utf8PathBuf;
use foldhash::{HashMap, HashSet};
use jiff::civil::Date;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use stockade_controls::{CONTROLS, Context, Control};
use stockade_model::{Finding, Place, Profile, Scenario, Settings, Severity};
use stockade_project::{Change, FileCounts, Files, Notice, Options, Problem, Snapshot};
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
    /// Controls of this profile and those that it contains are judged; else those that `stockade.toml` says.
    pub profile: Option<Profile>,
    /// The least severity that fails the run; else what `stockade.toml` says.
    pub fail_on: Option<Severity>,
    /// Whether unknown counts as a failure, whatever `stockade.toml` says.
    pub strict: bool,
    /// Which failures are known.
    pub known: Known,
    /// Only what this change touches is judged, and what failed before it is known.
    pub since: Option<Arc<Change>>,
    /// The paths are changed files: the deployments that they are part of are judged, and there may be none.
    pub related: bool,
}

impl Request {
    /// A request that leaves all else to the configuration files and the defaults.
    #[must_use]
    pub fn new(paths: Vec<Utf8PathBuf>, as_of: Date) -> Self {
        Self {
            paths,
            options: Options::default(),
            as_of,
            profile: None,
            fail_on: None,
            strict: false,
            known: Known::default(),
            since: None,
            related: false,
        }
    }
}

/// Which failures are known, and so count no more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Known {
    /// Those of each project's baseline file, if it has one.
    #[default]
    Baseline,
    /// Those of this baseline file.
    File(Utf8PathBuf),
    /// None.
    Nothing,
}

/// What makes a deployment's findings fail the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The least severity that does.
    pub fail_on: Severity,
    /// Whether unknown counts as a failure.
    pub strict: bool,
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
    /// What makes its findings fail the run.
    pub gate: Gate,
    /// The folder that paths in its fingerprints are relative to.
    pub root: Utf8PathBuf,
    /// Where its baseline file is, or would be.
    pub baseline: Utf8PathBuf,
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
    /// Whether only a part of the project was asked for, so that nothing to judge is no fault.
    pub is_partial: bool,
    /// Where the time went; no part of the report itself, which is the same in every run.
    pub timings: Timings,
}

/// Loads, judges, merges and summarises.
#[must_use]
pub fn check(request: &Request) -> Report {
    run(request).0
}

fn run(request: &Request) -> (Report, Files) {
    let mut timings = Timings::default();
    let mut watch = Stopwatch::start();
    let change = request.since.as_deref();
    let project = if request.related {
        stockade_project::load_related(&request.paths, &request.options)
    } else {
        stockade_project::load_touched(&request.paths, &request.options, change)
    };
    let snapshot = project.files.snapshot();
    timings.phase("load and evaluate", watch.lap());
    let defaults = Settings::default();
    let mut problems = project.problems;
    for configuration in project.configurations.all() {
        problems.extend(selection::unknown_controls(configuration));
    }
    let selections: Vec<Selection> = project
        .deployments
        .iter()
        .map(|deployment| Selection::new(request.profile, deployment.configuration.as_deref()))
        .collect();
    let judged: Vec<_> = project
        .deployments
        .par_iter()
        .enumerate()
        .map(|(at, deployment)| {
            let configuration = deployment.configuration.as_ref();
            let settings = configuration.map_or(&defaults, |configuration| &configuration.settings);
            let context = Context { as_of: request.as_of, settings };
            judge::deployment(at, deployment, &selections[at], context, &project.files, &snapshot)
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
    let (controls, profile) = judged_by(&selections, request.profile);
    let judged: HashSet<&'static str> = controls.iter().map(|control| control.row().id).collect();
    let deployments: Vec<DeploymentSummary> = project
        .deployments
        .into_iter()
        .map(|deployment| summarise_deployment(deployment, request, &project.files))
        .collect();
    let mut notices = project.notices;
    let files: BTreeSet<FileId> = deployments
        .iter()
        .flat_map(|deployment| &deployment.paths)
        .filter_map(|path| project.files.id(path))
        .collect();
    notices.extend(waivers::apply(
        &mut findings,
        &judged,
        &files,
        &project.configurations,
        &snapshot,
        request.as_of,
    ));
    if request.known != Known::Nothing {
        problems.extend(known::mark(&mut findings, &deployments, &project.files, &snapshot));
    }
    match change {
        Some(change) => problems.extend(since::mark(&mut findings, &deployments, change, request)),
        None if request.related => {}
        None => notices.extend(project.configurations.unmatched(&request.paths)),
    }
    let at = |path: &Utf8PathBuf, place: Option<Place>| (path.clone(), place.map(|place| place.span));
    problems.sort_by_cached_key(|problem| at(&problem.path, problem.place));
    notices.sort_by_cached_key(|notice| (at(&notice.path, notice.place), notice.kind));
    let snapshot = project.files.snapshot();
    timings.phase("waivers and baseline", watch.lap());
    let summary = summary::summarise(&findings, &not_applicable, &controls, profile);
    timings.phase("sort and summarise", watch.lap());
    let report = Report {
        as_of: request.as_of,
        deployments,
        findings,
        summary,
        notices,
        problems,
        files: project.counts,
        snapshot,
        is_partial: request.related || change.is_some(),
        timings,
    };
    (report, project.files)
}

/// The controls that judged any deployment, in their order, and the widest of the profiles.
fn judged_by(selections: &[Selection], asked: Option<Profile>) -> (Vec<&'static Control>, Profile) {
    let profile = selections.iter().map(|selection| selection.profile).max();
    let profile = profile.or(asked).unwrap_or(selection::PROFILE);
    if selections.is_empty() {
        let controls = CONTROLS.iter().filter(|control| control.row().profile <= profile);
        return (controls.collect(), profile);
    }
    let selected: HashSet<&str> = selections
        .iter()
        .flat_map(|selection| selection.controls.iter().map(|control| control.row().id))
        .collect();
    (CONTROLS.iter().filter(|control| selected.contains(control.row().id)).collect(), profile)
}

fn summarise_deployment(
    deployment: stockade_project::Deployment,
    request: &Request,
    files: &Files,
) -> DeploymentSummary {
    let configuration = deployment.configuration.as_deref();
    let gate = Gate {
        fail_on: request.fail_on.or_else(|| configuration?.fail_on).unwrap_or(Severity::High),
        strict: request.strict || configuration.and_then(|configuration| configuration.strict) == Some(true),
    };
    let root = files.root_of(&deployment.name).map(camino::Utf8Path::to_owned).unwrap_or_default();
    let baseline = match &request.known {
        Known::File(path) => path.clone(),
        _ => baseline::location(&root, configuration.and_then(|one| one.baseline.as_deref())),
    };
    let largest = deployment.deployed.iter().max_by_key(|deployed| deployed.resources.len());
    let is_function = |name: &SmolStr| name == "AWS::Lambda::Function";
    DeploymentSummary {
        gate,
        root,
        baseline,
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
