//! The root modules that are mutated: the fixtures of the pages, the examples, the corpus.

use crate::draw::Random;
use crate::mutate::seeds::CONFIGURATION;
use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use stockade_controls::CONTROLS;

/// A root module.
pub struct Seed {
    /// Where it is from, for people.
    pub name: String,
    /// Its files, with paths from its folder.
    files: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

/// At most `corpus` root modules from the corpus, drawn at random, and all of the others.
pub fn seeds(corpus: usize, random: &mut Random) -> Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        for fixture in page.fixtures(control.text()).into_iter().filter(|fixture| fixture.is_terraform()) {
            let name = format!("{} line {} {}", page.row.id, fixture.line, fixture.name);
            let files = BTreeMap::from([(fixture.name.into(), fixture.text.into_bytes())]);
            seeds.push(Seed { name, files });
        }
    }
    let mut drawn = folders("../shared/corpus".into());
    random.shuffle(&mut drawn);
    let examples = folders("examples".into());
    for folder in examples.into_iter().chain(drawn.into_iter().take(corpus)) {
        let mut files = BTreeMap::new();
        add(&folder, &folder, &mut files)?;
        seeds.push(Seed { name: folder.to_string(), files });
    }
    Ok(seeds)
}

impl Seed {
    /// Lays the module into a folder.
    pub fn lay(&self, into: &Utf8Path) -> Result<()> {
        for (path, bytes) in &self.files {
            let path = into.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, bytes)?;
        }
        std::fs::write(into.join("stockade.toml"), CONFIGURATION)?;
        Ok(())
    }

    /// A file's text, if it is there.
    pub fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Writes a file as it was.
    pub fn restore(&self, path: &Utf8Path, into: &Utf8Path) -> Result<()> {
        let full = into.join(path);
        match self.files.get(path) {
            Some(bytes) => std::fs::write(full, bytes)?,
            None => std::fs::remove_file(full)?,
        }
        Ok(())
    }

    /// Whether a variable has to be given, so that no module can call this one without more.
    pub fn takes_values(&self) -> bool {
        let modules = self.files.iter().filter(|(path, _)| path.extension() == Some("tf"));
        let texts = modules.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
        texts.filter_map(super::structure::Structured::of).any(|structured| {
            structured.blocks.iter().enumerate().any(|(at, block)| {
                let has_default = |argument: &super::structure::Argument| {
                    argument.within == Some(at) && argument.name == "default"
                };
                block.kind == "variable" && !structured.arguments.iter().any(has_default)
            })
        })
    }
}

/// Folders with a function in them that name nothing outside.
fn folders(root: Utf8PathBuf) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(folder) = open.pop() {
        let Ok(entries) = folder.read_dir_utf8() else { continue };
        let mut text = String::new();
        for entry in entries.flatten() {
            let path: Utf8PathBuf = entry.path().into();
            if path.is_dir() {
                open.push(path);
            } else if path.extension() == Some("tf") {
                text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
        if text.contains("\"aws_lambda_function\"") && !text.contains("\"../") {
            found.push(folder);
        }
    }
    found.sort();
    found
}

fn add(root: &Utf8Path, folder: &Utf8Path, files: &mut BTreeMap<Utf8PathBuf, Vec<u8>>) -> Result<()> {
    for entry in folder.read_dir_utf8()?.flatten() {
        let path: Utf8PathBuf = entry.path().into();
        if path.is_dir() {
            add(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ["tf", "tfvars", "json", "tpl", "yaml", "yml"].contains(&ending))
        {
            files.insert(path.strip_prefix(root)?.to_owned(), std::fs::read(&path)?);
        }
    }
    Ok(())
}
