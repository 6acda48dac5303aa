//! From a folder with a cloud assembly to its stages: the stacks that are deployed together, with their templates.

use crate::links::Links;
use crate::{Files, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use foldhash::HashSet;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_cfn::{
    Assembly, AssemblyStack, Constructs, Loader, LocalFile, Template, is_assembly, shows_assembly,
};
use stockade_syntax::{Document, FileId};

/// How deep stages may nest.
const MAX_DEPTH: usize = 8;

/// The file that makes a folder a cloud assembly.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The stacks of a CDK application outside of stages, or of one of its stages.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The assembly's folder.
    pub folder: Utf8PathBuf,
    /// Its manifest.
    pub manifest: FileId,
    /// Those that others import from first.
    pub stacks: Vec<StageStack>,
    pub links: Links,
}

/// A stack of a stage.
#[derive(Debug)]
pub(crate) struct StageStack {
    /// Its name in AWS.
    pub name: SmolStr,
    /// What its resources' ids begin with: the name, or the artifact's id where two regions have one name.
    pub path: SmolStr,
    pub template: Template,
    pub region: Option<SmolStr>,
    pub parameters: BTreeMap<SmolStr, SmolStr>,
}

/// What was found in cloud assemblies.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    pub stages: Vec<Stage>,
    pub problems: Vec<Problem>,
    /// The files that belong to the assemblies, by full path: none of them is a template by itself.
    pub files: HashSet<Utf8PathBuf>,
    seen: HashSet<Utf8PathBuf>,
}

/// Whether a folder holds a cloud assembly.
pub(crate) fn is_assembly_folder(folder: &Utf8Path) -> bool {
    let manifest = folder.join(MANIFEST);
    manifest.is_file() && std::fs::read_to_string(manifest).is_ok_and(|text| shows_assembly(&text))
}

impl Stages {
    /// Reads the assembly in a folder and those of its stages, each once.
    pub fn add(&mut self, folder: &Utf8Path, files: &Files) {
        self.read(folder, files, 0);
    }

    fn read(&mut self, folder: &Utf8Path, files: &Files, depth: usize) {
        let path = folder.join(MANIFEST);
        let Ok(full) = path.canonicalize_utf8() else {
            self.problems.push(Problem::new(path, "no such file: run `npx cdk synth` again"));
            return;
        };
        if depth > MAX_DEPTH || !self.seen.insert(full) {
            return;
        }
        if files.root_of(&path).is_none() {
            self.problems.push(Problem::new(path, "lies outside the project and is not read"));
            return;
        }
        let parsed = match files.open(&path) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.problems.push(error.problem(&path));
                return;
            }
        };
        let assembly = match Assembly::read(&parsed.1) {
            Ok(assembly) if is_assembly(&parsed.1) => assembly,
            Ok(_) => {
                self.problems.push(Problem::new(
                    path,
                    "not the manifest of a cloud assembly: it has no `artifacts` with a `type`",
                ));
                return;
            }
            Err(error) => {
                self.problems.push(Problem::at(path, error.message, error.place));
                return;
            }
        };
        for nested in &assembly.nested {
            self.read(&folder.join(nested.folder.path.as_str()), files, depth + 1);
        }
        let mut links = Links { folder: folder.to_owned(), ..Links::default() };
        for manifest in &assembly.assets {
            if let Some(document) = self.load(manifest, "asset manifest", files) {
                links.assets.add(&document.1);
            }
        }
        self.keep_files(folder);
        let mut stacks = Vec::with_capacity(assembly.stacks.len());
        let names: Vec<SmolStr> = assembly.stacks.iter().map(|stack| stack.name.clone()).collect();
        for stack in assembly.stacks {
            let unique = names.iter().filter(|name| **name == stack.name).count() == 1;
            let path = if unique { stack.name.clone() } else { stack.artifact.clone() };
            links.constructs.insert(path.clone(), self.constructs(&stack, files));
            let Some(parsed) = self.load(&stack.template, "template", files) else { continue };
            match Template::read(&parsed.1) {
                Ok(template) => stacks.push(StageStack {
                    name: stack.name,
                    path,
                    template,
                    region: stack.region,
                    parameters: stack.parameters,
                }),
                Err(error) => {
                    self.problems.push(Problem::at(files.path(error.place.file), error.message, error.place))
                }
            }
        }
        if !stacks.is_empty() {
            self.stages.push(Stage { folder: folder.to_owned(), manifest: parsed.0.id, stacks, links });
        }
    }

    fn constructs(&mut self, stack: &AssemblyStack, files: &Files) -> Constructs {
        let mut constructs = stack.constructs.clone();
        if let Some(metadata) = &stack.metadata
            && let Some(parsed) = self.load(metadata, "metadata", files)
        {
            constructs.add(&parsed.1.root);
        }
        constructs
    }

    fn load(
        &mut self,
        file: &LocalFile,
        what: &str,
        files: &Files,
    ) -> Option<Arc<(Arc<stockade_syntax::Source>, Document)>> {
        match files.load(file.place.file, &file.path) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let message = format!("cannot read the {what} {error}: run `npx cdk synth` again");
                self.problems.push(Problem::at(files.path(file.place.file), message, file.place));
                None
            }
        }
    }

    /// The files beside a manifest are the assembly's, nested templates among them.
    fn keep_files(&mut self, folder: &Utf8Path) {
        let Ok(entries) = folder.read_dir_utf8() else { return };
        let paths = entries.flatten().map(|entry| entry.into_path());
        self.files
            .extend(paths.filter_map(|path| path.canonicalize_utf8().ok()).filter(|path| path.is_file()));
    }
}
