//! `cargo xtask data`: fact tables of `data/`, written from the packages that publish the facts.

mod events;
mod file;
mod iam;
mod policies;
mod property_paths;
mod services;

use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use iam::run as iam;
pub use property_paths::run as cloudformation;

/// The packages that the tables are made from, unpacked below the target folder.
struct Packages {
    python: PathBuf,
    node: PathBuf,
}

impl Packages {
    fn install() -> Result<Self> {
        let programs = crate::python::environment("iam-data", "data/iam/requirements.txt")?;
        let library = programs.parent().context("an environment has a folder")?.join("lib");
        let version = std::fs::read_dir(&library)?.next().context("an environment has a library")??;
        Ok(Self { python: version.path().join("site-packages"), node: node_modules("data/iam")? })
    }

    fn json(&self, path: &str) -> Result<Json> {
        read_json(&self.python.join(path))
    }
}

fn read_json(path: &Path) -> Result<Json> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
}

/// Installs what a folder's `package-lock.json` names, hashes checked, below the target folder.
fn node_modules(folder: &str) -> Result<PathBuf> {
    let target = crate::target_folder().join("iam-data-npm");
    std::fs::create_dir_all(&target)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(Path::new(folder).join(name), target.join(name))?;
    }
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&target)
        .output()
        .context("cannot run `npm`")?;
    if !output.status.success() {
        bail!("`npm ci` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(target.join("node_modules"))
}

fn text<'a>(value: &'a Json, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("no text `{key}` in {value}"))
}

fn items<'a>(value: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn members(value: &Json) -> Result<impl Iterator<Item = (&String, &Json)>> {
    Ok(value.as_object().with_context(|| format!("no object: {value}"))?.iter())
}
