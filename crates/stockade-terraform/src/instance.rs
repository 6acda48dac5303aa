//! A module as it is called: names have values, resources and calls have instances. `variables.rs` has what it is given,
//! `expansion.rs` which instances a block has.

use crate::DiagnosticKind;
use crate::evaluate::{EVERY, Evaluated, Failure, Frame};
use crate::evaluation::{Evaluation, MAX_INSTANCES, normalized};
use crate::expansion::{Expansion, Shape, assemble};
use crate::functions::ModuleFiles;
use crate::module::{Declaration, Mode, Module, expr_of, is_local, source_of};
use crate::syntax::{Block, Expr};
use crate::value::{Entry, Kind, MappingKind, Type, Value};
use crate::variables::is_true;
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::{SmolStr, format_smolstr};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use stockade_model::{Origin, Place, Symbol};

/// What an address ends with whose key is not known.
pub(crate) const ANY_KEY: &str = "[?]";

/// How deep modules may call modules: far more than anybody writes.
const MAX_CALLS: usize = 64;

/// What tells one instance of a block from the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The block has one instance.
    None,
    /// Its index, of `count`.
    Index(usize),
    /// Its key, of `for_each`.
    Name(SmolStr),
    /// It stands for all instances, of which the keys are not known.
    Any,
}

impl std::fmt::Display for Key {
    /// As addresses spell it: `[0]`, `["a"]`, `[?]`, nothing.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(formatter, "[{index}]"),
            Self::Name(name) => write!(formatter, "[{name:?}]"),
            Self::Any => formatter.write_str(ANY_KEY),
        }
    }
}

/// A resource or data source as one instance.
#[derive(Debug, Clone)]
pub struct ResourceInstance {
    /// Its address: `module.a["x"].aws_sqs_queue.jobs[0]`.
    pub address: SmolStr,
    /// Whether it is managed or read.
    pub mode: Mode,
    /// The type, `aws_sqs_queue`.
    pub type_name: SmolStr,
    /// What tells it from the others of its block.
    pub key: Key,
    /// Its arguments: a mapping in which nested blocks are lists of mappings.
    pub value: Value,
    /// Where its name was written.
    pub declared_at: Place,
    /// The whole file that it was written in.
    pub file_at: Place,
    /// The tags that its provider gives to all.
    pub default_tags: Option<Value>,
    /// The address of the block, without keys.
    pub block_address: SmolStr,
    /// The folder of the module that it was written in.
    pub folder: Utf8PathBuf,
    /// The call of the downloaded module that it comes from, if it comes from one: where the user named it.
    pub downloaded: Option<Place>,
}

enum State {
    Evaluating,
    Done(Evaluated),
}

/// A module as one call of it.
pub(crate) struct ModuleInstance<'a> {
    pub evaluation: &'a Evaluation<'a>,
    pub module: Arc<Module>,
    /// Its address, empty for the root: `module.a[0]`.
    pub path: SmolStr,
    /// The names of the calls that lead to it: `a.b`.
    calls: SmolStr,
    me: Weak<Self>,
    pub parent: Option<Weak<Self>>,
    /// The `module` block that calls it.
    pub call: Option<Block>,
    /// What the arguments of the call see: `each`, `count`.
    pub names: Vec<(SmolStr, Value)>,
    downloaded: Option<Place>,
    values: RefCell<HashMap<String, State>>,
    resources: RefCell<HashMap<String, Rc<Vec<Rc<ResourceInstance>>>>>,
    pub expanded: RefCell<HashMap<String, Rc<Expansion>>>,
    children: RefCell<HashMap<SmolStr, Rc<Children<'a>>>>,
}

/// The instances of a module call.
pub(crate) struct Children<'a> {
    expansion: Rc<Expansion>,
    /// In the order of the expansion's; none if the module is not there.
    pub modules: Option<Vec<Rc<ModuleInstance<'a>>>>,
}

/// What [`ModuleInstance::instantiate`] needs.
struct Called<'a> {
    parent: Option<Weak<ModuleInstance<'a>>>,
    path: SmolStr,
    calls: SmolStr,
    pub call: Option<Block>,
    pub names: Vec<(SmolStr, Value)>,
    downloaded: Option<Place>,
}

impl<'a> ModuleInstance<'a> {
    /// The root module.
    pub fn root(evaluation: &'a Evaluation<'a>, module: Arc<Module>) -> Rc<Self> {
        let called = Called {
            parent: None,
            path: SmolStr::default(),
            calls: SmolStr::default(),
            call: None,
            names: Vec::new(),
            downloaded: None,
        };
        Self::instantiate(evaluation, module, called)
    }

    fn instantiate(evaluation: &'a Evaluation<'a>, module: Arc<Module>, called: Called<'a>) -> Rc<Self> {
        let Called { parent, path, calls, call, names, downloaded } = called;
        Rc::new_cyclic(|me| Self {
            evaluation,
            module,
            path,
            calls,
            me: me.clone(),
            parent,
            call,
            names,
            downloaded,
            values: RefCell::default(),
            resources: RefCell::default(),
            expanded: RefCell::default(),
            children: RefCell::default(),
        })
    }

    pub fn parent(&self) -> Option<Rc<Self>> {
        self.parent.as_ref().and_then(Weak::upgrade)
    }

    /// The root module, if this is not it.
    pub fn root_instance(&self) -> Option<Rc<Self>> {
        let mut at = self.parent()?;
        while let Some(parent) = at.parent() {
            at = parent;
        }
        Some(at)
    }

    /// The module's folder as Terraform names it, from the root module's.
    pub fn relative_path(&self) -> Utf8PathBuf {
        match self.module.path.strip_prefix(&self.evaluation.root) {
            Ok(below) if below.as_str().is_empty() => ".".into(),
            Ok(below) if !self.evaluation.root.as_str().is_empty() => below.to_owned(),
            _ => {
                // A module beside or above the root.
                let root = normalized(&self.evaluation.root);
                let mut ups = Utf8PathBuf::new();
                let mut base = root.as_path();
                while !self.module.path.starts_with(base) {
                    ups.push("..");
                    match base.parent() {
                        Some(parent) => base = parent,
                        None => return self.module.path.clone(),
                    }
                }
                self.module.path.strip_prefix(base).map_or(ups.clone(), |rest| ups.join(rest))
            }
        }
    }

    fn qualified(&self, address: &str) -> SmolStr {
        if self.path.is_empty() { address.into() } else { format_smolstr!("{}.{address}", self.path) }
    }

    /// A value that is evaluated once, under a name.
    pub fn once(&self, name: String, place: Place, run: impl FnOnce() -> Evaluated) -> Evaluated {
        match self.values.borrow().get(&name) {
            Some(State::Done(value)) => return value.clone(),
            Some(State::Evaluating) => {
                return Err(Failure::refused(place, format!("`{name}` depends on itself")));
            }
            None => {}
        }
        self.values.borrow_mut().insert(name.clone(), State::Evaluating);
        let value = self.evaluation.deeper(place, run);
        // Where the bound was met, another way may lead there.
        self.values.borrow_mut().insert(name, State::Done(value.clone()));
        value
    }

    /// The value of a local.
    pub fn local(&self, name: &str, place: Place) -> Evaluated {
        let Some(attribute) = self.module.locals.get(name) else {
            return Err(Failure::refused(place, format!("there is no local value `{name}`")));
        };
        self.once(format!("local.{name}"), place, || self.evaluate(&attribute.value, &self.top()))
    }

    /// The value of an output.
    pub fn output(&self, name: &str, place: Place) -> Evaluated {
        let Some(expr) = self.module.outputs.get(name).and_then(|block| expr_of(block, "value")) else {
            return Err(Failure::refused(place, format!("there is no output `{name}`")));
        };
        let sensitive = self.module.outputs.get(name).is_some_and(|block| is_true(block, "sensitive"));
        let value = self.once(format!("output.{name}"), place, || self.evaluate(expr, &self.top()))?;
        Ok(value.hidden(sensitive))
    }

    /// The value of a module call: an object of its outputs, or a list or map of such. Where one output alone is asked for,
    /// the others are left out.
    pub fn module_value(&self, call: &str, output: Option<&str>, place: Place) -> Evaluated {
        if !self.module.calls.contains_key(call) {
            return Err(Failure::refused(place, format!("there is no module call `{call}`")));
        }
        let children = self.children(call);
        let Some(modules) = &children.modules else {
            let address = self.qualified(&format!("module.{call}"));
            return Ok(Value::unknown(Symbol::attribute(address, EVERY), Type::Any, Origin::at(place)));
        };
        let value = |module: &Rc<Self>| -> Evaluated {
            let names =
                module.module.outputs.keys().filter(|name| output.is_none_or(|output| output == **name));
            let mut entries = BTreeMap::new();
            for name in names {
                let value = module.output(name, place)?;
                entries.insert(name.clone(), Entry { key_place: place, value });
            }
            Ok(Value::object(entries, Origin::at(place)))
        };
        let values = modules.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        let address = self.qualified(&format!("module.{call}"));
        Ok(assemble(&children.expansion, values, &address, place))
    }

    /// The value of a resource or data source: an object, or a list or map of such.
    pub fn declared(&self, mode: Mode, type_name: &str, name: &str, place: Place) -> Evaluated {
        let Some(declaration) = self.module.declaration(mode, type_name, name) else {
            let address = crate::module::address(mode, type_name, name);
            return Err(Failure::refused(place, format!("there is no `{address}`")));
        };
        let address = declaration.address();
        self.once(address.clone(), place, || {
            let instances = self.resource_instances(declaration);
            let values = instances.iter().map(|instance| attributes(instance)).collect();
            let expansion = self.expansion(&address, &declaration.block);
            Ok(assemble(&expansion, values, &self.qualified(&address), place))
        })
    }

    /// The instances of a declaration.
    fn resource_instances(&self, declaration: &Arc<Declaration>) -> Rc<Vec<Rc<ResourceInstance>>> {
        let address = declaration.address();
        if let Some(known) = self.resources.borrow().get(&address) {
            return Rc::clone(known);
        }
        let expansion = self.expansion(&address, &declaration.block);
        let instances = expansion.instances.iter().map(|(key, names)| {
            let instance = self.resource_instance(declaration, &address, key, names);
            Rc::new(instance)
        });
        let instances = Rc::new(instances.collect::<Vec<_>>());
        self.resources.borrow_mut().insert(address, Rc::clone(&instances));
        instances
    }

    fn resource_instance(
        &self,
        declaration: &Declaration,
        address: &str,
        key: &Key,
        names: &[(SmolStr, Value)],
    ) -> ResourceInstance {
        let block = &declaration.block;
        let address_with_key = self.qualified(&format!("{address}{key}"));
        let mut names = names.to_vec();
        let own = Symbol::attribute(address_with_key.clone(), EVERY);
        names.push(("self".into(), Value::unknown(own, Type::Any, Origin::at(block.kind_place))));
        let mut value = self.body(&block.body, &Frame::of(names));
        if declaration.mode == Mode::Data {
            value = crate::data::read(self, declaration, &address_with_key, value);
        }
        let provider = expr_of(block, "provider").and_then(Expr::as_path);
        let family = declaration.type_name.split('_').next().unwrap_or_default();
        let provider = self.provider(provider.as_deref().unwrap_or(family));
        ResourceInstance {
            address: address_with_key,
            mode: declaration.mode,
            type_name: declaration.type_name.clone(),
            key: key.clone(),
            value,
            declared_at: declaration.named_at(),
            file_at: block.body.place,
            default_tags: provider.default_tags.clone(),
            block_address: self.qualified(address),
            folder: self.module.path.clone(),
            downloaded: self.downloaded,
        }
    }

    /// The instances of a module call.
    pub fn children(&self, call: &str) -> Rc<Children<'a>> {
        if let Some(known) = self.children.borrow().get(call) {
            return Rc::clone(known);
        }
        let children = Rc::new(match self.module.calls.get(call) {
            Some(block) => self.call_module(call, block),
            None => Children {
                expansion: Rc::new(Expansion { shape: Shape::Single, instances: Vec::new(), open: false }),
                modules: None,
            },
        });
        self.children.borrow_mut().insert(call.into(), Rc::clone(&children));
        children
    }

    fn call_module(&self, call: &str, block: &Block) -> Children<'a> {
        let expansion = self.expansion(&format!("module.{call}"), block);
        let place = block.labels.first().map_or(block.kind_place, |label| label.place);
        let calls =
            if self.calls.is_empty() { call.into() } else { format_smolstr!("{}.{call}", self.calls) };
        let source = source_of(block).unwrap_or_default();
        let is_local = is_local(source);
        let folder = if is_local {
            Some(normalized(&self.module.path.join(source)))
        } else {
            self.evaluation.downloaded(&calls).map(Utf8Path::to_owned)
        };
        let Some(folder) = folder else {
            self.evaluation.note(
                DiagnosticKind::MissingModule,
                place,
                format!(
                    "module `{call}` is not here, so what it deploys is not judged: `terraform init` downloads `{source}`"
                ),
            );
            return Children { expansion, modules: None };
        };
        let (mut ancestor, mut depth) = (self.me.upgrade(), 0);
        while let Some(module) = ancestor {
            depth += 1;
            if module.module.path == folder {
                let failure = Failure::refused(place, format!("module `{call}` calls itself"));
                self.evaluation.tell(&failure);
                return Children { expansion, modules: None };
            }
            ancestor = module.parent();
        }
        if depth > MAX_CALLS {
            let message = format!(
                "module `{call}` is not gone into: modules call modules more than {MAX_CALLS} deep here"
            );
            self.evaluation.tell(&Failure::not_known(place, message));
            return Children { expansion, modules: None };
        }
        if !self.evaluation.has_room() {
            let message = format!(
                "module `{call}` is not gone into: the root module has more than {MAX_INSTANCES} resources and modules"
            );
            self.evaluation.tell(&Failure::not_known(place, message));
            return Children { expansion, modules: None };
        }
        let module = self.evaluation.module(&folder);
        let downloaded = self.downloaded.or((!is_local).then_some(place));
        let modules = expansion.instances.iter().map(|(key, names)| {
            let called = Called {
                parent: Some(self.me.clone()),
                path: self.qualified(&format!("module.{call}{key}")),
                calls: calls.clone(),
                call: Some(block.clone()),
                names: names.clone(),
                downloaded,
            };
            Self::instantiate(self.evaluation, Arc::clone(&module), called)
        });
        Children { modules: Some(modules.collect()), expansion }
    }

    /// All resources of this module and those that it calls.
    pub fn collect(&self, out: &mut Vec<Rc<ResourceInstance>>, open: &mut Option<Symbol>) {
        for declaration in &self.module.resources {
            let instances = self.resource_instances(declaration);
            out.extend(instances.iter().cloned());
        }
        for (call, block) in &self.module.calls {
            match &self.children(call).modules {
                Some(modules) => modules.iter().for_each(|module| module.collect(out, open)),
                None => {
                    let why = format!("module `{call}` is not here");
                    open.get_or_insert_with(|| Symbol::opaque(block.kind_place, why));
                }
            }
        }
    }
}

impl ModuleFiles for ModuleInstance<'_> {
    fn module_path(&self) -> &Utf8Path {
        &self.module.path
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        self.evaluation.sources.bytes(&self.evaluation.root.join(path))
    }

    fn list(&self, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        self.evaluation.sources.below(&self.evaluation.root.join(path))
    }
}

/// The attributes of an instance as expressions see them: what is written, and symbols for the rest.
fn attributes(instance: &ResourceInstance) -> Value {
    let Kind::Mapping(mapping) = &instance.value.kind else { return instance.value.clone() };
    let written = mapping.entries.iter().filter(|(_, entry)| !entry.value.is_null());
    let entries = written.map(|(name, entry)| (name.clone(), entry.clone())).collect();
    let open = Symbol::attribute(instance.address.clone(), EVERY);
    Value::mapping(MappingKind::Object, entries, Some(open), instance.value.origin.clone())
}
