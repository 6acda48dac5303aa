//! From paths to deployments: which files there are, which of them are templates, which of those are roots, and
//! what each scenario of a root deploys.

mod cdk_app;
mod classify;
mod configuration;
mod deployment;
mod files;
mod fragments;
mod joint_scenarios;
mod links;
mod loading;
mod nesting;
mod options;
mod related;
mod repository;
mod roots;
mod samconfig;
mod since;
mod stage;
mod terraform;
mod terraform_plan;
mod terraform_reads;
mod transforms;
mod walk;

pub use classify::FileCounts;
pub use configuration::{
    CONFIGURATION, Configuration, Configurations, ConfiguredDeployment, ConfiguredEnvironment,
    ConfiguredWaiver, ControlRule, Glob, Rule,
};
pub use deployment::{Deployed, Deployment, DeploymentKind};
pub use files::{Files, Problem, Snapshot, from_here};
pub use options::Options;
pub use since::{Change, SinceError};

use camino::{Utf8Path, Utf8PathBuf};
use classify::Judged;
use files::Parsed;
use options::Given;
use rayon::prelude::*;
use related::Related;
use stage::Stages;
use std::borrow::Cow;
use std::collections::BTreeSet;
use stockade_cfn::{Assignment, Environment, Exports, Scope, Template};
use stockade_model::Place;
use terraform::Modules;
use walk::Found;

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
    /// The configuration files.
    pub configurations: Configurations,
}

/// Finds and loads the deployments below `paths`.
#[must_use]
pub fn load(paths: &[Utf8PathBuf], options: &Options) -> Project {
    load_touched(paths, options, None)
}

/// Finds and loads the deployments below `paths` that a change touches, if one is given. Cloud assemblies, which git
/// does not know, are always loaded.
#[must_use]
pub fn load_touched(paths: &[Utf8PathBuf], options: &Options, change: Option<&Change>) -> Project {
    load_found(paths, walk::walk(paths, change), options, change, None)
}

/// Finds and loads the deployments that `changed` files are part of, wherever in their projects the rest of them lies.
/// A changed file need not be a template: what is part of no deployment is counted and passed over.
#[must_use]
pub fn load_related(changed: &[Utf8PathBuf], options: &Options) -> Project {
    load_found(changed, related::walk_around(changed), options, None, Some(&Related::to(changed)))
}

fn load_found(
    paths: &[Utf8PathBuf],
    mut found: Found,
    options: &Options,
    change: Option<&Change>,
    related: Option<&Related>,
) -> Project {
    let files = Files::new(paths, &found.configured);
    let mut problems = found.problems;
    let configurations =
        Configurations::read(files.roots(), options.configuration.as_deref(), &files, &mut problems);
    let mut counts = FileCounts { failed: problems.len(), ..FileCounts::default() };
    let mut included = |path: &Utf8Path| {
        let Some(path) = files.full(path) else { return true };
        let excluded = configurations.of(&path).is_some_and(|configuration| configuration.excludes(&path));
        counts.excluded += usize::from(excluded);
        !excluded
    };
    found.candidates.retain(|candidate| included(&candidate.path));
    found.terraform.retain(|path| included(path));
    found.assemblies.retain(|folder| included(folder));
    if let Some(change) = change {
        let all: Vec<Utf8PathBuf> = found.candidates.iter().map(|candidate| candidate.path.clone()).collect();
        let touched = change.touches(&all, &files);
        found.candidates.retain(|candidate| touched.contains(&candidate.path));
    }
    if counts.excluded > 0 {
        let configuration = configurations.all().find(|one| one.exclude.iter().any(Glob::has_matched));
        found.notices.push(Notice {
            kind: "excluded",
            path: configuration.map(|one| one.path.clone()).unwrap_or_default(),
            message: match counts.excluded {
                1 => "1 file is not judged: `exclude` matches it".to_owned(),
                count => format!("{count} files are not judged: `exclude` matches them"),
            },
            place: None,
        });
    }
    let mut notices = found.notices;
    let modules = Modules::new(&files);
    let mut root_modules = match change {
        Some(change) => modules.roots(&terraform_reads::within_reach(&found.terraform, change, &modules)),
        None => modules.roots(&found.terraform),
    };
    if let Some(change) = change {
        root_modules.retain(|folder| modules.touches(folder, change));
    }
    let mut stages = Stages::default();
    for folder in &found.assemblies {
        stages.add(folder, &files);
    }
    found.candidates.retain(|candidate| {
        stages.files.is_empty()
            || !files.full(&candidate.path).is_some_and(|path| stages.files.contains(&path))
    });
    counts.failed += stages.problems.len();
    problems.append(&mut stages.problems);
    let classified: Vec<_> =
        found.candidates.par_iter().map(|candidate| classify::classify(candidate, &files)).collect();
    let mut templates: Vec<Template> = Vec::new();
    let mut plans: Vec<Parsed> = Vec::new();
    for class in classified {
        notices.extend(class.notices);
        match class.result {
            Ok(Some(Judged::Template(template))) => templates.push(*template),
            Ok(Some(Judged::Plan(plan))) => plans.push(plan),
            Ok(None) => counts.not_template += 1,
            Err(problem) => {
                counts.failed += 1;
                problems.push(problem);
            }
        }
    }
    counts.judged = templates.len();
    let plans: Vec<_> = plans.into_iter().map(|plan| (modules.source_of(&plan), plan)).collect();
    for (folder, plan) in &plans {
        let planned = root_modules.iter().position(|root| Some(root) == folder.as_ref());
        if let Some(at) = planned {
            let folder = root_modules.remove(at);
            notices.push(Notice {
                kind: "planned",
                path: plan.0.path.clone(),
                message: format!("the root module `{folder}` is judged as this plan has it, not beside it"),
                place: None,
            });
        }
    }
    let (roots, copies) = roots::roots(templates, &files);
    notices.extend(copies);
    let exporters: Vec<(Utf8PathBuf, Exports)> = roots
        .iter()
        .map(|template| {
            let path = files.path(template.file);
            let path = files.full(&path).unwrap_or(path);
            let given = options.given(configurations.of(&path), &path);
            (path, fixed_exports(template, &given))
        })
        .collect();
    let mut exports = Exports::default();
    for (_, one) in &exporters {
        exports.add_all(one);
    }
    let given = |path: &Utf8Path| {
        let path = files.full(path).unwrap_or_else(|| path.to_owned());
        let configuration = configurations.of(&path);
        let given = options.given(configuration, &path);
        let exports = match configuration {
            Some(configuration) => chosen(&exports, &exporters, configuration, &path),
            None => Cow::Borrowed(&exports),
        };
        (given, exports, configuration.cloned())
    };
    let mut loaded: Vec<_> = roots
        .into_par_iter()
        .map(|template| {
            let (given, exports, configuration) = given(&files.path(template.file));
            Deployment { configuration, ..Deployment::load(template, &files, &given, &exports) }
        })
        .collect();
    loaded.par_extend(stages.stages.into_par_iter().map(|stage| {
        let (given, exports, configuration) = given(&stage.folder);
        Deployment { configuration, ..Deployment::load_stage(stage, &files, &given, &exports) }
    }));
    loaded.par_extend(root_modules.into_par_iter().map(|folder| {
        let (given, _, configuration) = given(&folder);
        Deployment { configuration, ..modules.load(&folder, &given) }
    }));
    let planned: Vec<_> = plans
        .into_par_iter()
        .map(|(folder, plan)| {
            let (given, _, configuration) = given(&plan.0.path);
            let deployment = modules.load_plan(&plan, folder.as_deref(), &given)?;
            Ok(Deployment { configuration, ..deployment })
        })
        .collect();
    for plan in planned {
        match plan {
            Ok(deployment) => loaded.push(deployment),
            Err(problem) => {
                counts.failed += 1;
                problems.push(problem);
            }
        }
    }
    if let Some(related) = related {
        loaded.retain(|deployment| related.has_part_of(deployment));
        related.narrow(&mut notices, &mut problems);
    }
    let mut deployments = Vec::with_capacity(loaded.len());
    // A module that several call is one set of files.
    let mut terraform: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for mut deployment in loaded {
        if deployment.kind == DeploymentKind::Cdk {
            // The manifest is no template.
            counts.judged += deployment.paths.len().saturating_sub(1);
        }
        if deployment.kind.is_terraform() {
            terraform.extend(deployment.paths.iter().cloned());
        }
        problems.append(&mut deployment.problems);
        notices.append(&mut deployment.notices);
        deployments.push(deployment);
    }
    let called_by_none = found.terraform.iter().filter(|path| !terraform.contains(*path)).count();
    counts.not_template += called_by_none;
    counts.judged += terraform.len();
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
    if let Some(related) = related {
        counts = related.count(&deployments, &problems, &configurations);
    }
    Project { files, deployments, notices, problems, counts, configurations }
}

/// What a template exports to other deployments whatever it is deployed with.
fn fixed_exports(template: &Template, given: &Given) -> Exports {
    let environment = Environment::of_region(given.region.clone());
    let assignment = Assignment::default();
    let mut exports = Exports::default();
    exports.add_fixed(&Scope::root(template, &environment, &assignment));
    exports
}

/// The exports that a deployment imports: of all, but for those that its configuration chooses.
fn chosen<'a>(
    all: &'a Exports,
    exporters: &[(Utf8PathBuf, Exports)],
    configuration: &Configuration,
    path: &Utf8Path,
) -> Cow<'a, Exports> {
    let Some(relative) = configuration.relative(path) else { return Cow::Borrowed(all) };
    let deployments = configuration.deployments.iter().filter(|one| one.templates.matches(&relative));
    let globs: Vec<&Glob> = deployments.flat_map(|one| &one.imports_from).collect();
    if globs.is_empty() {
        return Cow::Borrowed(all);
    }
    let mut preferred = Exports::default();
    for (exporter, exports) in exporters {
        if let Some(relative) = configuration.relative(exporter)
            && globs.iter().filter(|glob| glob.matches(&relative)).count() > 0
        {
            preferred.add_all(exports);
        }
    }
    let mut chosen = all.clone();
    chosen.prefer(&preferred);
    Cow::Owned(chosen)
}
