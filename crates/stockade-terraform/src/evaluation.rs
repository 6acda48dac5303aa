//! What one root module with its values gives: the state that all of its module instances share.

use crate::evaluate::{Failure, Frame};
use crate::instance::{ModuleInstance, ResourceInstance};
use crate::module::{Module, expr_of};
use crate::provider::Provider;
use crate::sources::NoSources;
use crate::value::{Type, Value};
use crate::{Diagnostic, DiagnosticKind, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use stockade_model::{Origin, Place, Symbol, ViaKind};
use stockade_syntax::{Source, SyntaxError};

#[cfg(test)]
mod tests;

/// How many expressions are evaluated for one root module at most.
const MAX_STEPS: u64 = 3_000_000;

/// How much one value may hold, as [`Value::size`] has it: about four million bytes of text.
const MAX_SIZE: usize = 250_000;

/// How much all values of one root module may hold together, those that come and go while they are computed included.
const MAX_WORK: usize = 100_000_000;

/// How deep names may lead to other names.
pub(crate) const MAX_DEPTH: usize = 150;

/// How many expressions may be evaluated within each other: each takes its part of the stack.
const MAX_NESTED: usize = 3_000;

/// How many resources one root module may have at most.
pub(crate) const MAX_INSTANCES: usize = 20_000;

/// What a root module is given beside its files.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values of variables by name, with where they were written.
    pub variables: BTreeMap<SmolStr, Value>,
    /// The region where no provider says one.
    pub region: SmolStr,
    /// The workspace, if it is known.
    pub workspace: Option<SmolStr>,
}

/// The state of one evaluation.
pub(crate) struct Evaluation<'a> {
    pub sources: &'a dyn Sources,
    /// The root module's folder.
    pub root: Utf8PathBuf,
    pub inputs: &'a Inputs,
    /// Folders of downloaded modules by the path of calls (`a.b`).
    downloaded: HashMap<SmolStr, Utf8PathBuf>,
    modules: RefCell<HashMap<Utf8PathBuf, Arc<Module>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    steps: Cell<u64>,
    work: Cell<usize>,
    depth: Cell<usize>,
    nested: Cell<usize>,
    instances: Cell<usize>,
    pub providers: RefCell<HashMap<SmolStr, Rc<Provider>>>,
}

/// What the values of a variable file are.
///
/// # Errors
/// A file that cannot be parsed.
pub fn variable_file(source: &Source, sources: &dyn Sources) -> Result<BTreeMap<SmolStr, Value>, Diagnostic> {
    let error =
        |error: SyntaxError| Diagnostic::error(Place { file: source.id, span: error.span }, error.message);
    let body = crate::syntax::parse(source).map_err(error)?;
    let inputs = Inputs::default();
    let evaluation = Evaluation::new(Utf8Path::new(""), sources, &inputs);
    let module = ModuleInstance::root(&evaluation, Arc::default());
    let frame = Frame::closed(Vec::new());
    let values = body.attributes.iter().map(|attribute| {
        let value = module.evaluate(&attribute.value, &frame);
        (attribute.name.clone(), value.unwrap_or_else(|failure| module.failed(&failure)))
    });
    Ok(values.collect())
}

/// The value that a text on the command line or in an environment gives a variable: a collection where it is written as
/// one, else a string, which the variable's type converts.
#[must_use]
pub fn variable_of_text(text: &str) -> Value {
    let place = Place::default();
    let string = || Value::string(text, Origin::at(place));
    if !text.trim_start().starts_with(['[', '{']) {
        return string();
    }
    let source = Source::new(place.file, "value.tf", format!("value = {text}"));
    let Ok(body) = crate::syntax::parse(&source) else { return string() };
    let inputs = Inputs::default();
    let evaluation = Evaluation::new(Utf8Path::new(""), &NoSources, &inputs);
    let module = ModuleInstance::root(&evaluation, Arc::default());
    let value = body
        .attribute("value")
        .and_then(|attribute| module.evaluate(&attribute.value, &Frame::closed(Vec::new())).ok());
    value.unwrap_or_else(string)
}

/// What a root module deploys.
#[derive(Debug)]
pub struct Evaluated {
    /// The resources of all modules, managed and read.
    pub resources: Vec<Rc<ResourceInstance>>,
    /// The root module's outputs.
    pub outputs: BTreeMap<SmolStr, Value>,
    /// Set if there may be more resources than are known.
    pub open: Option<Symbol>,
    /// The default provider's region.
    pub region: SmolStr,
    /// What a reader should know.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that it is made of.
    pub files: Vec<Utf8PathBuf>,
    /// Those of them that hold a heredoc.
    pub heredocs: Vec<Arc<Source>>,
}

/// Evaluates a root module.
#[must_use]
pub fn evaluate(root: &Utf8Path, sources: &dyn Sources, inputs: &Inputs) -> Evaluated {
    let mut evaluation = Evaluation::new(root, sources, inputs);
    evaluation.downloaded = downloaded(root, sources);
    let module = evaluation.module(root);
    let instance = ModuleInstance::root(&evaluation, module);
    let mut resources = Vec::new();
    let mut open = None;
    instance.collect(&mut resources, &mut open);
    let outputs = instance.outputs();
    let region = instance.provider("aws").region(&evaluation);
    instance.check_variables();
    drop(instance);
    let mut files: Vec<Utf8PathBuf> = evaluation
        .modules
        .borrow()
        .values()
        .flat_map(|module| module.files.iter().map(|(_, path)| path.clone()))
        .collect();
    let modules = evaluation.modules.borrow();
    let heredocs = modules.values().flat_map(|module| module.heredocs.iter().cloned()).collect();
    drop(modules);
    files.sort_by_key(|path| (path.parent() != Some(root), path.clone()));
    files.dedup();
    let mut diagnostics = evaluation.diagnostics.into_inner();
    diagnostics.sort();
    diagnostics.dedup();
    Evaluated { resources, outputs, open, region, diagnostics, files, heredocs }
}

impl<'a> Evaluation<'a> {
    fn new(root: &Utf8Path, sources: &'a dyn Sources, inputs: &'a Inputs) -> Self {
        Self {
            sources,
            root: root.to_owned(),
            inputs,
            downloaded: HashMap::new(),
            modules: RefCell::default(),
            diagnostics: RefCell::default(),
            steps: Cell::new(0),
            work: Cell::new(0),
            depth: Cell::new(0),
            nested: Cell::new(0),
            instances: Cell::new(0),
            providers: RefCell::default(),
        }
    }

    /// The module of a folder, read once.
    pub fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        if let Some(module) = self.modules.borrow().get(folder) {
            return Arc::clone(module);
        }
        let module = self.sources.module(folder);
        self.diagnostics.borrow_mut().extend(module.diagnostics.iter().cloned());
        self.modules.borrow_mut().insert(folder.to_owned(), Arc::clone(&module));
        module
    }

    /// The folder of a downloaded module.
    pub fn downloaded(&self, calls: &str) -> Option<&Utf8Path> {
        self.downloaded.get(calls).map(Utf8PathBuf::as_path)
    }

    /// Counts a step, up to the bound.
    pub fn step(&self, place: Place) -> Result<(), Failure> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            let message = format!("the module takes more than {MAX_STEPS} steps to evaluate");
            return Err(Failure::not_known(place, message));
        }
        Ok(())
    }

    /// Evaluates an expression within others, up to the bound on how many.
    pub fn nested<T>(&self, place: Place, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        if self.nested.get() >= MAX_NESTED {
            let message = format!("more than {MAX_NESTED} expressions are evaluated within each other");
            return Err(Failure::not_known(place, message));
        }
        self.nested.set(self.nested.get() + 1);
        let result = run();
        self.nested.set(self.nested.get() - 1);
        result
    }

    /// Counts what is gone through, up to the bound.
    pub fn work(&self, size: usize, place: Place) -> Result<(), Failure> {
        self.work.set(self.work.get().saturating_add(size));
        if self.work.get() > MAX_WORK {
            let message = "the values of the module are together too large to evaluate";
            return Err(Failure::not_known(place, message));
        }
        Ok(())
    }

    /// Counts a value that was made, up to the bounds on one and on all.
    pub fn made(&self, value: &Value, place: Place) -> Result<(), Failure> {
        let size = value.size();
        if size > MAX_SIZE {
            let message = format!(
                "the value holds more than the {MAX_SIZE} items, or as much text, that are evaluated"
            );
            return Err(Failure::not_known(place, message));
        }
        self.work(size, place)
    }

    /// Runs what a name leads to, up to the bound on how deep names lead.
    pub fn deeper<T>(&self, place: Place, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        if self.depth.get() >= MAX_DEPTH {
            let message = format!("names lead to names more than {MAX_DEPTH} deep");
            return Err(Failure::not_known(place, message));
        }
        self.depth.set(self.depth.get() + 1);
        let result = run();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// Counts resources, up to the bound.
    pub fn count_instances(&self, count: usize, place: Place) -> Result<(), Failure> {
        self.instances.set(self.instances.get().saturating_add(count));
        if self.instances.get() > MAX_INSTANCES {
            let message = format!("the module has more than {MAX_INSTANCES} resources");
            return Err(Failure::not_known(place, message));
        }
        Ok(())
    }

    /// Whether there is room for another module: one beyond the bound on resources is not gone into.
    pub fn has_room(&self) -> bool {
        self.instances.get() <= MAX_INSTANCES
    }

    /// Tells of an expression that has no value here.
    pub fn tell(&self, failure: &Failure) {
        let message = match failure.refused {
            true => format!("Terraform refuses this: {}", failure.message),
            false => failure.message.clone(),
        };
        self.diagnostics.borrow_mut().push(Diagnostic {
            kind: DiagnosticKind::NotEvaluated,
            path: None,
            place: Some(failure.place),
            message,
        });
    }

    /// Tells something else.
    pub fn note(&self, kind: DiagnosticKind, place: Place, message: String) {
        self.diagnostics.borrow_mut().push(Diagnostic { kind, path: None, place: Some(place), message });
    }

    /// The workspace's name.
    pub fn workspace(&self, place: Place) -> (Value, ViaKind) {
        let origin = Origin::at(place);
        let value = match &self.inputs.workspace {
            Some(workspace) => Value::string(workspace.clone(), origin),
            None => {
                let symbol = Symbol::parameter("", "terraform.workspace", None, Vec::new(), false)
                    .referred_as("terraform.workspace");
                Value::unknown(symbol, Type::String, origin)
            }
        };
        (value, ViaKind::Reference)
    }
}

impl ModuleInstance<'_> {
    /// The values of the module's outputs; one that has none is not known.
    pub(crate) fn outputs(&self) -> BTreeMap<SmolStr, Value> {
        let names: Vec<SmolStr> = self.module.outputs.keys().cloned().collect();
        let value = |name: &SmolStr| {
            let block = self.module.outputs.get(name)?;
            let expr = expr_of(block, "value")?;
            let value = self.output(name, expr.place).unwrap_or_else(|failure| self.failed(&failure));
            Some((name.clone(), value))
        };
        names.iter().filter_map(value).collect()
    }

    /// What stands for a value that an expression does not have. It is told.
    pub(crate) fn failed(&self, failure: &Failure) -> Value {
        self.evaluation.tell(failure);
        let symbol = Symbol::opaque(failure.place, failure.message.clone());
        Value::unknown(symbol, Type::Any, Origin::at(failure.place))
    }

    /// An empty frame for expressions at the top of the module.
    pub(crate) fn top(&self) -> Frame<'static> {
        Frame::default()
    }
}

/// What `.terraform/modules/modules.json` says was downloaded, as folders by the path of calls.
fn downloaded(root: &Utf8Path, sources: &dyn Sources) -> HashMap<SmolStr, Utf8PathBuf> {
    let manifest = root.join(".terraform/modules/modules.json");
    let Ok(bytes) = sources.bytes(&manifest) else { return HashMap::new() };
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return HashMap::new() };
    let modules = json.get("Modules").and_then(serde_json::Value::as_array);
    modules
        .into_iter()
        .flatten()
        .filter_map(|module| {
            let key = module.get("Key")?.as_str().filter(|key| !key.is_empty())?;
            let folder = Utf8Path::new(module.get("Dir")?.as_str()?);
            folder.is_relative().then(|| (SmolStr::new(key), normalized(&root.join(folder))))
        })
        .collect()
}

/// A path without `.` and, where that is possible, without `..`.
pub(crate) fn normalized(path: &Utf8Path) -> Utf8PathBuf {
    use camino::Utf8Component;
    let mut out = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => match out.components().next_back() {
                Some(Utf8Component::Normal(_)) => {
                    out.pop();
                }
                _ => out.push(".."),
            },
            other => out.push(other.as_str()),
        }
    }
    out
}
