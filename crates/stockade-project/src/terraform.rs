//! Terraform and OpenTofu: which folders are root modules, which environments they have, and what each deploys.

use crate::files::normal;
use crate::options::{Given, Setting};
use crate::samconfig::SamEnvironment;
use crate::terraform_reads::Reads;
use crate::{Change, Deployed, Deployment, DeploymentKind, Files, Notice, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use stockade_cfn::Environment;
use stockade_model::{Choice, Scenario, ScenarioKind, Value as ModelValue};
use stockade_syntax::{FileId, Source};
use stockade_terraform::{
    Diagnostic, DiagnosticKind, Evaluated, Inputs, Lowered, Module, Sources, Value, evaluate,
    is_configuration, lower, variable_file, variable_of_text,
};

/// The folders in which the variable files of environments are looked for, beside the root module's own.
const ENVIRONMENT_FOLDERS: [&str; 7] =
    ["config", "env", "environment", "environments", "envs", "tfvars", "vars"];

/// How many bytes a file may have that a module reads.
const MAX_BYTES: u64 = 4 << 20;

/// How many files below a folder are listed for `fileset`.
const MAX_FILES: usize = 20_000;

/// The stack of the thread that evaluates a module: names may lead to names far down.
const STACK: usize = 256 << 20;

/// Access to the files of the project's modules, each read once.
pub(crate) struct Modules<'a> {
    files: &'a Files,
    modules: Mutex<HashMap<Utf8PathBuf, Arc<Module>>>,
    sources: Mutex<HashMap<Utf8PathBuf, Result<Arc<Source>, String>>>,
}

impl<'a> Modules<'a> {
    pub fn new(files: &'a Files) -> Self {
        Self { files, modules: Mutex::default(), sources: Mutex::default() }
    }

    /// The path of a file or folder, if it lies in the project.
    pub fn inside(&self, path: &Utf8Path) -> Result<Utf8PathBuf, String> {
        let path = if path.as_str().is_empty() { Utf8Path::new(".") } else { path };
        let full = self.files.full(path).ok_or("there is no such file")?;
        match self.files.root_of(&full) {
            Some(_) => Ok(full),
            None => Err("it lies outside of the project".into()),
        }
    }

    /// The root modules among the folders of these files: those that deploy something and that no other one calls.
    pub fn roots(&self, terraform: &BTreeSet<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
        let folders: BTreeSet<Utf8PathBuf> =
            terraform.iter().filter_map(|path| path.parent().map(Utf8Path::to_owned)).collect();
        let modules: Vec<Arc<Module>> = folders.iter().map(|folder| self.module(folder)).collect();
        let full = |path: &Utf8Path| self.inside(path).unwrap_or_else(|_| path.to_owned());
        let called: BTreeSet<Utf8PathBuf> = modules
            .iter()
            .flat_map(|module| {
                let own = full(&module.path);
                module.local_calls().map(|folder| full(&folder)).filter(move |called| *called != own)
            })
            .collect();
        let roots = folders.into_iter().zip(modules).filter(|(folder, module)| {
            // A folder of which nothing could be read is told of as a deployment.
            let is_there = !module.is_empty() || !module.diagnostics().is_empty();
            is_there && !called.contains(&full(folder))
        });
        roots.map(|(folder, _)| folder).collect()
    }

    /// Whether a change touches what a root module is made of: the files of its modules, those with values of its variables,
    /// the project's configuration, or what it reads while it is evaluated.
    pub fn touches(&self, root: &Utf8Path, change: &Change) -> bool {
        let Ok(own) = self.inside(root) else { return false };
        let folders = self.folders_of(root);
        let is_part = |path: &Utf8PathBuf| {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
            let holds_values = || {
                let environment = folder.file_name().is_some_and(|name| ENVIRONMENT_FOLDERS.contains(&name));
                folder == own || (environment && folder.parent() == Some(&own))
            };
            match name {
                crate::CONFIGURATION => own.starts_with(folder),
                name if is_configuration(name) => folders.contains(folder),
                name => name.contains(".tfvars") && holds_values(),
            }
        };
        let changed: Vec<Utf8PathBuf> = change.paths().collect();
        if changed.iter().any(is_part) {
            return true;
        }
        let mut others =
            changed.iter().filter(|path| !path.file_name().is_some_and(is_configuration)).peekable();
        if others.peek().is_none() {
            return false;
        }
        let reads = Reads::of(root, self);
        others.any(|path| reads.has(path))
    }

    /// The full paths of the folders of a root module and of all modules that it calls.
    fn folders_of(&self, root: &Utf8Path) -> BTreeSet<Utf8PathBuf> {
        let mut open = vec![root.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(folder) = open.pop() {
            if let Ok(full) = self.inside(&folder)
                && seen.insert(full)
            {
                open.extend(self.module(&folder).local_calls());
            }
        }
        seen
    }

    /// Loads a root module once for each of its environments.
    pub fn load(&self, folder: &Utf8Path, given: &Given) -> Deployment {
        let mut problems = Vec::new();
        let always = self.variables_that_always_count(folder, &mut problems);
        let (names, environments): (Vec<SamEnvironment>, Vec<_>) = match given.takes_environments() {
            true => self.environments(folder, &mut problems).into_iter().unzip(),
            false => (Vec::new(), Vec::new()),
        };
        let by_name: HashMap<SmolStr, BTreeMap<SmolStr, Value>> =
            names.iter().map(|environment| environment.name.clone()).zip(environments).collect();
        let mut scenarios = Vec::new();
        let mut deployed = Vec::new();
        let mut outputs = Vec::new();
        let mut paths = Vec::new();
        let mut notices = Vec::new();
        for setting in given.settings(names) {
            let mut variables = always.clone();
            let chosen = setting.name.as_ref().and_then(|name| by_name.get(name));
            variables.extend(chosen.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
            variables
                .extend(setting.values.iter().map(|(name, text)| (name.clone(), variable_of_text(text))));
            scenarios.push(scenario(&setting, chosen));
            let region = setting.region.clone().unwrap_or_else(|| given.region.clone());
            let workspace = setting.values.get("terraform.workspace").cloned();
            let inputs = Inputs { variables, region, workspace };
            let one = self.evaluate(folder, &inputs);
            for diagnostic in one.diagnostics {
                self.tell(folder, diagnostic, &mut problems, &mut notices);
            }
            if paths.is_empty() {
                paths = one.files;
                outputs = one.outputs;
            }
            deployed.push(Deployed {
                resources: one.lowered.resources.into_iter().map(Arc::new).collect(),
                open: one.open,
                environment: Environment::of_region(one.region),
            });
        }
        let file = self.first_file(folder, &paths);
        Deployment {
            name: if folder.as_str().is_empty() { ".".into() } else { folder.to_owned() },
            kind: DeploymentKind::Terraform,
            file,
            paths,
            scenarios,
            capped: false,
            deployed,
            assignments: Vec::new(),
            expanded: Vec::new(),
            outputs,
            configuration: None,
            problems,
            notices,
        }
    }

    /// Evaluates on a thread of its own: the stack of a worker is too small for names that lead far.
    fn evaluate(&self, folder: &Utf8Path, inputs: &Inputs) -> One {
        deep(|| One::of(evaluate(folder, self, inputs)))
    }

    pub fn tell(
        &self,
        folder: &Utf8Path,
        diagnostic: Diagnostic,
        problems: &mut Vec<Problem>,
        notices: &mut Vec<Notice>,
    ) {
        let Diagnostic { kind, path, place, message } = diagnostic;
        let path = path
            .or_else(|| place.map(|place| self.files.path(place.file)))
            .unwrap_or_else(|| folder.to_owned());
        let kind = match kind {
            DiagnosticKind::Error => {
                problems.push(Problem { path, message, place });
                return;
            }
            DiagnosticKind::NotEvaluated => "not-evaluated",
            DiagnosticKind::MissingModule => "missing-module",
            DiagnosticKind::NotJoined => "declared-elsewhere",
            DiagnosticKind::NotPlanned => "not-planned",
        };
        notices.push(Notice { kind, path, message, place });
    }

    fn first_file(&self, folder: &Utf8Path, paths: &[Utf8PathBuf]) -> FileId {
        let main = paths.iter().find(|path| path.file_name() == Some("main.tf"));
        let first = main.or_else(|| paths.iter().find(|path| path.parent() == Some(folder)));
        first.and_then(|path| self.source(path).ok()).map(|source| source.id).unwrap_or_default()
    }

    /// `terraform.tfvars`, then `*.auto.tfvars` in the order of their names.
    fn variables_that_always_count(
        &self,
        folder: &Utf8Path,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<SmolStr, Value> {
        let mut names = self.list(folder).unwrap_or_default();
        names.retain(|name| is_always_read(name));
        names.sort_by_key(|name| (name.contains(".auto."), name.clone()));
        let mut out = BTreeMap::new();
        for name in names {
            out.extend(self.variables(&folder.join(name), problems));
        }
        out
    }

    /// The variable files that somebody names on the command line of Terraform, each an environment.
    fn environments(
        &self,
        folder: &Utf8Path,
        problems: &mut Vec<Problem>,
    ) -> Vec<(SamEnvironment, BTreeMap<SmolStr, Value>)> {
        let declared = self.module(folder);
        let mut found = Vec::new();
        let folders = std::iter::once(folder.to_owned())
            .chain(ENVIRONMENT_FOLDERS.iter().map(|name| folder.join(name)))
            .filter(|folder| folder.is_dir() || folder.as_str().is_empty());
        for (at, inner) in folders.enumerate() {
            for name in self.list(&inner).unwrap_or_default() {
                let stem = name.strip_suffix(".tfvars").or_else(|| name.strip_suffix(".tfvars.json"));
                let Some(stem) = stem.filter(|_| at > 0 || !is_always_read(&name)) else { continue };
                let values = self.variables(&inner.join(&name), problems);
                // A file of another module's variables says nothing here.
                if values.keys().any(|name| declared.has_variable(name)) {
                    let environment =
                        SamEnvironment { name: stem.into(), parameters: BTreeMap::new(), region: None };
                    found.push((environment, values));
                }
            }
        }
        found
    }

    fn variables(&self, path: &Utf8Path, problems: &mut Vec<Problem>) -> BTreeMap<SmolStr, Value> {
        let values = match self.source(path) {
            Ok(source) => variable_file(&source, self).map_err(|error| Problem {
                path: path.to_owned(),
                message: error.message,
                place: error.place,
            }),
            Err(cause) => Err(Problem::new(path, format!("cannot read the file: {cause}"))),
        };
        values.unwrap_or_else(|problem| {
            problems.push(problem);
            BTreeMap::new()
        })
    }
}

/// What one evaluation gives.
pub(crate) struct One {
    pub lowered: Lowered,
    pub outputs: Vec<(SmolStr, ModelValue)>,
    pub open: Option<stockade_model::Symbol>,
    pub region: SmolStr,
    pub diagnostics: Vec<Diagnostic>,
    pub files: Vec<Utf8PathBuf>,
}

impl One {
    pub fn of(mut evaluated: Evaluated) -> Self {
        let mut lowered = lower(&evaluated);
        evaluated.diagnostics.append(&mut lowered.outside);
        Self {
            lowered,
            outputs: evaluated.outputs.iter().map(|(name, value)| (name.clone(), value.to_model())).collect(),
            open: evaluated.open,
            region: evaluated.region,
            diagnostics: evaluated.diagnostics,
            files: evaluated.files,
        }
    }
}

/// Runs on a thread with a large stack.
pub(crate) fn deep<T: Send>(run: impl Fn() -> T + Send + Sync) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(one)) => one,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => run(),
        }
    })
}

fn is_always_read(name: &str) -> bool {
    name == "terraform.tfvars"
        || name == "terraform.tfvars.json"
        || name.ends_with(".auto.tfvars")
        || name.ends_with(".auto.tfvars.json")
}

fn scenario(setting: &Setting, chosen: Option<&BTreeMap<SmolStr, Value>>) -> Scenario {
    let written = chosen.into_iter().flatten().filter_map(|(name, value)| {
        let text = value.to_text()?;
        Some((name.clone(), Choice::Value(text.as_literal()?.into())))
    });
    let given = setting.values.iter().map(|(name, value)| (name.clone(), Choice::Value(value.clone())));
    Scenario {
        name: setting.name.clone().unwrap_or_else(|| "default".into()),
        kind: if setting.name.is_some() { ScenarioKind::Named } else { ScenarioKind::Default },
        values: written.chain(given).collect(),
    }
}

impl Sources for Modules<'_> {
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String> {
        let full = self.inside(folder)?;
        let entries = full.read_dir_utf8().map_err(|error| error.to_string())?;
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            // A pipe or a link to nowhere is told of when it is read.
            .filter(|entry| !entry.path().is_dir())
            .map(|entry| entry.file_name().to_owned())
            .collect();
        names.sort();
        Ok(names)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        let full = self.inside(path)?;
        let mut known = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || match is_small_file(&full) {
            // Its comments may hold waivers.
            Ok(()) => self
                .files
                .show(path)
                .inspect(|source| drop(self.files.parse(source)))
                .map_err(|problem| problem.message),
            Err(cause) => Err(cause),
        };
        known.entry(full.clone()).or_insert_with(read).clone()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        let full = self.inside(path)?;
        is_small_file(&full)?;
        std::fs::read(&full).map_err(|error| error.to_string())
    }

    fn below(&self, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        let full = self.inside(folder)?;
        let mut found = Vec::new();
        for entry in ignore::WalkBuilder::new(&full).standard_filters(false).max_depth(Some(20)).build() {
            let Ok(entry) = entry else { continue };
            let Some(path) = Utf8Path::from_path(entry.path()) else { continue };
            if entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(relative) = path.strip_prefix(&full)
            {
                found.push(relative.to_owned());
            }
            if found.len() > MAX_FILES {
                return Err(format!("there are more than {MAX_FILES} files"));
            }
        }
        found.sort();
        Ok(found)
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        let key = self.inside(folder).unwrap_or_else(|_| normal(folder));
        if let Some(module) = self.modules.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(module);
        }
        let module = Arc::new(Module::read(folder, self));
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(modules.entry(key).or_insert(module))
    }
}

fn is_small_file(path: &Utf8Path) -> Result<(), String> {
    let metadata = path.metadata().map_err(|_| "there is no such file".to_owned())?;
    match (metadata.is_file(), metadata.len() <= MAX_BYTES) {
        (false, _) => Err("it is no file".into()),
        (true, false) => Err(format!("it has more than {MAX_BYTES} bytes")),
        (true, true) => Ok(()),
    }
}
