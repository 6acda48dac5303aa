//! A module as it is written: the files of one folder, merged.

use crate::evaluation::normalized;
use crate::syntax::{Attribute, Block, Body, Expr, parse};
use crate::{Diagnostic, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::Place;
use stockade_syntax::{FileId, Source};

/// A folder's files, read and merged.
#[derive(Debug, Default)]
pub struct Module {
    /// The folder.
    pub path: Utf8PathBuf,
    /// The files, in the order read.
    pub files: Vec<(FileId, Utf8PathBuf)>,
    /// Those of them that hold a heredoc.
    pub heredocs: Vec<Arc<Source>>,
    /// The `variable` blocks.
    pub(crate) variables: BTreeMap<SmolStr, Block>,
    /// The entries of all `locals` blocks.
    pub(crate) locals: BTreeMap<SmolStr, Attribute>,
    /// The `output` blocks.
    pub(crate) outputs: BTreeMap<SmolStr, Block>,
    /// The `module` blocks.
    pub(crate) calls: BTreeMap<SmolStr, Block>,
    /// The `resource`, `data` and `ephemeral` blocks, in the order written.
    pub(crate) resources: Vec<Arc<Declaration>>,
    /// The `provider` blocks.
    pub(crate) providers: Vec<Block>,
    /// What could not be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Whether a declaration is managed, read or kept for a run only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// Which of them.
    pub mode: Mode,
    /// The type.
    pub type_name: SmolStr,
    /// The name.
    pub name: SmolStr,
    /// The block.
    pub block: Block,
}

impl Declaration {
    /// The address in its module, without a key: `data.aws_region.here`.
    pub fn address(&self) -> String {
        address(self.mode, &self.type_name, &self.name)
    }

    /// Where the name was written.
    pub fn named_at(&self) -> Place {
        self.block.labels.last().map_or(self.block.kind_place, |label| label.place)
    }
}

/// The address of a declaration in its module.
pub(crate) fn address(mode: Mode, type_name: &str, name: &str) -> String {
    match mode {
        Mode::Managed => format!("{type_name}.{name}"),
        Mode::Data => format!("data.{type_name}.{name}"),
        Mode::Ephemeral => format!("ephemeral.{type_name}.{name}"),
    }
}

/// Whether a file's name is that of a configuration file.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    [".tf", ".tf.json", ".tofu", ".tofu.json"].iter().any(|ending| name.ends_with(ending))
        && !name.starts_with('.')
        && !name.ends_with('~')
}

/// Whether a file overrides what others say.
fn is_override(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

impl Module {
    /// Reads the configuration files of a folder. What cannot be read is told, and the rest counts.
    #[must_use]
    pub fn read(folder: &Utf8Path, sources: &dyn Sources) -> Self {
        let mut diagnostics = Vec::new();
        let mut module = Self::read_into(folder, sources, &mut diagnostics);
        module.diagnostics = diagnostics;
        module
    }

    fn read_into(folder: &Utf8Path, sources: &dyn Sources, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut names: Vec<String> = match sources.list(folder) {
            Ok(names) => names.into_iter().filter(|name| is_configuration(name)).collect(),
            Err(cause) => {
                diagnostics.push(Diagnostic::of_path(folder, format!("cannot read the folder: {cause}")));
                Vec::new()
            }
        };
        names.sort();
        // OpenTofu reads `x.tofu` instead of `x.tf`.
        let shadowed = |name: &String| {
            name.strip_suffix(".tf").is_some_and(|stem| names.contains(&format!("{stem}.tofu")))
                || name
                    .strip_suffix(".tf.json")
                    .is_some_and(|stem| names.contains(&format!("{stem}.tofu.json")))
        };
        let (overrides, plain): (Vec<&String>, Vec<&String>) =
            names.iter().filter(|name| !shadowed(name)).partition(|name| is_override(name));
        let mut module = Self { path: folder.to_owned(), ..Self::default() };
        for (name, overriding) in
            plain.into_iter().map(|name| (name, false)).chain(overrides.into_iter().map(|name| (name, true)))
        {
            let path = folder.join(name);
            match sources.source(&path) {
                Ok(source) => module.add(source, overriding, diagnostics),
                Err(cause) => {
                    diagnostics.push(Diagnostic::of_path(&path, format!("cannot read the file: {cause}")));
                }
            }
        }
        module
    }

    fn add(&mut self, source: Arc<Source>, overriding: bool, diagnostics: &mut Vec<Diagnostic>) {
        self.files.push((source.id, source.path.clone()));
        match parse(&source) {
            Ok(body) => self.merge(body, overriding, diagnostics),
            Err(error) => diagnostics
                .push(Diagnostic::error(Place { file: source.id, span: error.span }, error.message)),
        }
        if source.content().contains("<<") {
            self.heredocs.push(source);
        }
    }

    fn merge(&mut self, body: Body, overriding: bool, diagnostics: &mut Vec<Diagnostic>) {
        for block in body.blocks {
            let label = |at: usize| block.labels.get(at).map(|label| label.text.clone());
            match (block.kind.as_str(), label(0), label(1)) {
                ("locals", ..) => {
                    for attribute in block.body.attributes {
                        self.locals.insert(attribute.name.clone(), attribute);
                    }
                }
                ("variable", Some(name), _) => {
                    insert(&mut self.variables, name, block, overriding, diagnostics)
                }
                ("output", Some(name), _) => insert(&mut self.outputs, name, block, overriding, diagnostics),
                ("module", Some(name), _) => insert(&mut self.calls, name, block, overriding, diagnostics),
                ("provider", Some(_), _) => self.providers.push(block),
                ("resource", Some(type_name), Some(name)) => {
                    self.declare(Mode::Managed, type_name, name, block, overriding, diagnostics);
                }
                ("data", Some(type_name), Some(name)) => {
                    self.declare(Mode::Data, type_name, name, block, overriding, diagnostics);
                }
                ("ephemeral", Some(type_name), Some(name)) => {
                    self.declare(Mode::Ephemeral, type_name, name, block, overriding, diagnostics);
                }
                // `check` blocks may hold a `data` block of their own, which nothing outside can refer to.
                _ => {}
            }
        }
    }

    fn declare(
        &mut self,
        mode: Mode,
        type_name: SmolStr,
        name: SmolStr,
        block: Block,
        overriding: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let same =
            |one: &Arc<Declaration>| one.mode == mode && one.type_name == type_name && one.name == name;
        match self.resources.iter().position(same) {
            Some(at) if overriding => {
                let block = overridden(&self.resources[at].block, block);
                self.resources[at] = Arc::new(Declaration { mode, type_name, name, block });
            }
            Some(_) => diagnostics.push(Diagnostic::error(
                block.kind_place,
                format!("`{}` is declared twice", address(mode, &type_name, &name)),
            )),
            None => self.resources.push(Arc::new(Declaration { mode, type_name, name, block })),
        }
    }

    /// The declaration of that address.
    pub(crate) fn declaration(&self, mode: Mode, type_name: &str, name: &str) -> Option<&Arc<Declaration>> {
        self.resources.iter().find(|one| one.mode == mode && one.type_name == type_name && one.name == name)
    }

    /// Whether it declares anything that would be deployed or calls a module that may.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.calls.is_empty()
    }

    /// Whether it declares a variable of that name.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The folders of the local modules that it calls.
    pub fn local_calls(&self) -> impl Iterator<Item = Utf8PathBuf> {
        let local = self.calls.values().filter_map(source_of).filter(|source| is_local(source));
        local.map(|source| normalized(&self.path.join(source)))
    }

    /// What could not be read of it.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// Whether the `source` of a module call is a folder beside the caller.
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// The literal `source` of a module call.
pub(crate) fn source_of(call: &Block) -> Option<&str> {
    call.body.attribute("source").and_then(|attribute| attribute.value.as_str())
}

fn insert(
    blocks: &mut BTreeMap<SmolStr, Block>,
    name: SmolStr,
    block: Block,
    overriding: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match blocks.get_mut(&name) {
        Some(known) if overriding => *known = overridden(known, block),
        Some(_) => diagnostics
            .push(Diagnostic::error(block.kind_place, format!("{} `{name}` is declared twice", block.kind))),
        None => {
            blocks.insert(name, block);
        }
    }
}

/// A block with what an override file says of it: attributes one by one, nested blocks all of a kind together.
fn overridden(known: &Block, with: Block) -> Block {
    let mut out = known.clone();
    for attribute in with.body.attributes {
        match out.body.attributes.iter_mut().find(|one| one.name == attribute.name) {
            Some(one) => *one = attribute,
            None => out.body.attributes.push(attribute),
        }
    }
    let kind = |block: &Block| match block.kind.as_str() {
        "dynamic" => block.labels.first().map_or(SmolStr::default(), |label| label.text.clone()),
        kind => SmolStr::new(kind),
    };
    let kinds: Vec<SmolStr> = with.body.blocks.iter().map(kind).collect();
    out.body.blocks.retain(|block| !kinds.contains(&kind(block)));
    out.body.blocks.extend(with.body.blocks);
    out
}

/// The expression of an attribute of a block.
pub(crate) fn expr_of<'a>(block: &'a Block, name: &str) -> Option<&'a Expr> {
    block.body.attribute(name).map(|attribute| &attribute.value)
}
