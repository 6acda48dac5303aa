//! From paths to deployments: which files there are, which of them are templates, which of those are roots, and
//! what each scenario of a root deploys.

mod cdk_app;
mod classify;
mod deployment;
mod files;
mod joint_scenarios;
mod links;
mod loading;
mod nesting;
mod roots;
mod samconfig;
mod stage;
mod transforms;
mod walk;

pub use classify::FileCounts;
pub use deployment::{Deployed, Deployment, DeploymentKind, Options};
pub use files::{Files, Problem, Snapshot};

use camino::Utf8PathBuf;
use rayon::prelude::*;
use stage::Stages;
use stockade_cfn::{Assignment, Environment, Exports, Scope, Template};
use stockade_model::Place;

/// Something a reader should know that leaves the exit code alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// A short name of the kind (`duplicate-key`).
    pub kind: &'static str,
    /// The file it is about.
    pub path: Utf8PathBuf,
    /// The sentence, lower case.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

/// What was found below the given paths.
pub struct Project {
    /// Every file that was read.
    pub files: Files,
    /// The deployments, by name.
    pub deployments: Vec<Deployment>,
    /// What a reader should know.
    pub notices: Vec<Notice>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
    /// How many files were what.
    pub counts: FileCounts,
}

/// Finds and loads the deployments below `paths`.
#[must_use]
pub fn load(paths: &[Utf8PathBuf], options: &Options) -> Project {
    let files = Files::new(paths);
    let mut found = walk::walk(paths);
    let mut stages = Stages::default();
    for folder in &found.assemblies {
        stages.add(folder, &files);
    }
    found.candidates.retain(|candidate| {
        !candidate.path.canonicalize_utf8().is_ok_and(|path| stages.files.contains(&path))
    });
    let mut notices = found.notices;
    let mut problems = found.problems;
    problems.append(&mut stages.problems);
    let mut counts =
        FileCounts { unsupported: found.unsupported, failed: problems.len(), ..FileCounts::default() };
    let classified: Vec<_> =
        found.candidates.par_iter().map(|candidate| classify::classify(candidate, &files)).collect();
    let mut templates: Vec<Template> = Vec::new();
    for class in classified {
        notices.extend(class.notices);
        match class.result {
            Ok(Some(template)) => templates.push(template),
            Ok(None) => counts.not_template += 1,
            Err(problem) => {
                counts.failed += 1;
                problems.push(problem);
            }
        }
    }
    counts.judged = templates.len();
    let (roots, copies) = roots::roots(templates, &files);
    notices.extend(copies);
    let exports = fixed_exports(&roots, options);
    let mut loaded: Vec<_> =
        roots.into_par_iter().map(|template| Deployment::load(template, &files, options, &exports)).collect();
    loaded.par_extend(
        stages.stages.into_par_iter().map(|stage| Deployment::load_stage(stage, &files, options, &exports)),
    );
    let mut deployments = Vec::with_capacity(loaded.len());
    for mut deployment in loaded {
        if deployment.kind == DeploymentKind::Cdk {
            // The manifest is no template.
            counts.judged += deployment.paths.len().saturating_sub(1);
        }
        problems.append(&mut deployment.problems);
        notices.append(&mut deployment.notices);
        deployments.push(deployment);
    }
    deployments.sort_by(|a, b| a.name.cmp(&b.name));
    notices.sort_by(|a, b| {
        (&a.path, a.place.map(|place| place.span), a.kind).cmp(&(
            &b.path,
            b.place.map(|place| place.span),
            b.kind,
        ))
    });
    notices.dedup();
    problems.sort_by(|a, b| {
        (&a.path, a.place.map(|place| place.span)).cmp(&(&b.path, b.place.map(|place| place.span)))
    });
    problems.dedup();
    Project { files, deployments, notices, problems, counts }
}

/// What the templates export to each other whatever they are deployed with.
fn fixed_exports(roots: &[Template], options: &Options) -> Exports {
    let environment = Environment::of_region(options.region.clone());
    let assignment = Assignment::default();
    let mut exports = Exports::default();
    for template in roots {
        exports.add_fixed(&Scope::root(template, &environment, &assignment));
    }
    exports
}
