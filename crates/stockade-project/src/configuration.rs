//! `stockade.toml`: what a project says of how it is judged.
//!
//! The nearest file upwards of a template counts, whole: files do not inherit from each other.

mod glob;
mod reader;
mod table;

pub use glob::Glob;

use crate::files::{ReadError, from_here};
use crate::{Files, Notice, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::{Place, Profile, Settings, Severity};

/// The name of the file.
pub const CONFIGURATION: &str = "stockade.toml";

/// A configuration file, read. What it does not say is `None` or empty.
#[derive(Debug, Default)]
pub struct Configuration {
    /// The file, as reports show it.
    pub path: Utf8PathBuf,
    /// The folder that its globs and paths are relative to, in full.
    pub root: Utf8PathBuf,
    /// `profile`.
    pub profile: Option<Profile>,
    /// `fail-on`.
    pub fail_on: Option<Severity>,
    /// `strict`.
    pub strict: Option<bool>,
    /// `region`.
    pub region: Option<SmolStr>,
    /// `baseline`: the baseline file, relative to `root`.
    pub baseline: Option<Utf8PathBuf>,
    /// `exclude`: files that are not judged.
    pub exclude: Vec<Glob>,
    /// `[controls]`, in the order written.
    pub controls: Vec<ControlRule>,
    /// What controls ask for: `[allow]`, `[limits]`, `[network]`.
    pub settings: Arc<Settings>,
    /// `[environments.NAME]`.
    pub environments: Vec<ConfiguredEnvironment>,
    /// `[deployments."GLOB"]`.
    pub deployments: Vec<ConfiguredDeployment>,
    /// `[[waivers]]`.
    pub waivers: Vec<ConfiguredWaiver>,
}

/// What `[controls]` says of one control.
#[derive(Debug, Clone)]
pub struct ControlRule {
    /// Its id or slug, as written.
    pub name: SmolStr,
    /// Where that is.
    pub place: Place,
    /// What is to become of it.
    pub rule: Rule,
}

/// What is to become of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It is not judged.
    Off,
    /// It is judged, whatever the profile.
    On,
    /// It is judged, and every failure has this severity.
    Severity(Severity),
}

/// An environment: values for parameters, in the templates that it is for.
#[derive(Debug)]
pub struct ConfiguredEnvironment {
    /// Its name.
    pub name: SmolStr,
    /// `parameters`.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// `region`.
    pub region: Option<SmolStr>,
    /// `templates`: which root templates have it; all if there is none.
    pub templates: Vec<Glob>,
}

/// What is true of some deployments.
#[derive(Debug)]
pub struct ConfiguredDeployment {
    /// Which root templates are meant.
    pub templates: Glob,
    /// `parameters`: values in every scenario.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// `region`.
    pub region: Option<SmolStr>,
    /// `imports-from`: templates whose exports they import, even if others export the same name.
    pub imports_from: Vec<Glob>,
}

/// A waiver of the configuration file.
#[derive(Debug)]
pub struct ConfiguredWaiver {
    /// Where it stands.
    pub place: Place,
    /// Ids or slugs of controls, each with its place.
    pub controls: Vec<(SmolStr, Place)>,
    /// `path`: the files that it holds for; all if there is none.
    pub path: Option<Glob>,
    /// `subject`: the ids that it holds for; all if there is none.
    pub subject: Option<Glob>,
    /// `until`: the last day on which it holds.
    pub until: Option<jiff::civil::Date>,
    /// `reason`.
    pub reason: String,
    /// Whether it holds for nothing, since a part of it cannot be read.
    pub is_void: bool,
}

impl Configuration {
    /// A full path below the root, as its globs see it: relative, with forward slashes.
    #[must_use]
    pub fn relative(&self, full: &Utf8Path) -> Option<String> {
        Some(full.strip_prefix(&self.root).ok()?.as_str().replace('\\', "/"))
    }

    /// Whether a file, of that full path, is not to be judged.
    #[must_use]
    pub fn excludes(&self, path: &Utf8Path) -> bool {
        if self.exclude.is_empty() {
            return false;
        }
        let Some(relative) = self.relative(path) else { return false };
        // Each is asked, so that one that matches nothing is known as such.
        self.exclude.iter().filter(|glob| glob.matches_or_holds(&relative)).count() > 0
    }

    /// Every glob, with what it is for.
    pub(crate) fn globs(&self) -> impl Iterator<Item = (&'static str, &Glob)> {
        let excluded = self.exclude.iter().map(|glob| ("exclude", glob));
        let environments = self.environments.iter().flat_map(|environment| &environment.templates);
        let deployments = self.deployments.iter();
        let deployments =
            deployments.flat_map(|one| std::iter::once(&one.templates).chain(&one.imports_from));
        let waivers = self.waivers.iter().filter_map(|waiver| waiver.path.as_ref());
        excluded
            .chain(environments.map(|glob| ("templates", glob)))
            .chain(deployments.map(|glob| ("deployments", glob)))
            .chain(waivers.map(|glob| ("path", glob)))
    }
}

/// The configuration files of a run.
#[derive(Debug, Default)]
pub struct Configurations {
    /// Those of the folders, the deepest first.
    by_root: Vec<Arc<Configuration>>,
}

impl Configurations {
    /// Reads the configuration files of these folders, or the one that the command line names in their stead. Every
    /// fault is a problem; what is not faulty counts.
    pub(crate) fn read(
        roots: &[Utf8PathBuf],
        named: Option<&Utf8Path>,
        files: &Files,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut by_root = Vec::new();
        for root in roots {
            let path = match named {
                Some(path) => path.to_owned(),
                None => from_here(&root.join(CONFIGURATION)),
            };
            if named.is_some() || path.is_file() {
                by_root.push(Arc::new(read(&path, root, files, problems)));
            }
        }
        by_root.sort_by_key(|configuration| std::cmp::Reverse(configuration.root.as_str().len()));
        Self { by_root }
    }

    /// The one that counts for a file of that full path.
    #[must_use]
    pub fn of(&self, path: &Utf8Path) -> Option<&Arc<Configuration>> {
        self.by_root.iter().find(|configuration| path.starts_with(&configuration.root))
    }

    /// Says which globs match nothing. Where only a part of a project is looked at, a glob may be for another part.
    #[must_use]
    pub fn unmatched(&self, paths: &[Utf8PathBuf]) -> Vec<Notice> {
        let full: Vec<Utf8PathBuf> = paths.iter().filter_map(|path| path.canonicalize_utf8().ok()).collect();
        let whole = |configuration: &&Arc<Configuration>| {
            full.iter().any(|path| configuration.root.starts_with(path))
        };
        let configurations = self.all().filter(whole);
        configurations
            .flat_map(|configuration| {
                let idle = configuration.globs().filter(|(_, glob)| !glob.has_matched());
                idle.map(|(key, glob)| Notice {
                    kind: "unmatched-glob",
                    path: configuration.path.clone(),
                    message: format!("`{}` in `{key}` matches no file: correct or remove it", glob.text),
                    place: Some(glob.place),
                })
            })
            .collect()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Configuration>> {
        self.by_root.iter()
    }
}

fn read(path: &Utf8Path, root: &Utf8Path, files: &Files, problems: &mut Vec<Problem>) -> Configuration {
    let source = match files.read(path) {
        Ok(source) => source,
        Err(error) => {
            problems.push(ReadError::problem(error, path));
            return Configuration {
                path: path.to_owned(),
                root: root.to_owned(),
                ..Configuration::default()
            };
        }
    };
    let (configuration, faults) = reader::read(&source, root);
    problems.extend(faults);
    configuration
}
