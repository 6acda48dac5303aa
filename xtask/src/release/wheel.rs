//! The wheel: maturin puts the binary among the scripts, and `share` below the prefix of the environment.

use super::{copy, copy_all};
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

const REQUIREMENTS: &str = "xtask/release/requirements.txt";

/// How `packages/wheel/pyproject.toml` names the crate.
const MANIFEST: &str = "../../crates/stockade/Cargo.toml";

/// Lays out a folder for maturin and lets it write the wheel into `dist`.
pub fn write(share: &Path, folder: &Path, dist: &Path) -> Result<()> {
    copy_all(share, &folder.join("data/data/share"))?;
    copy("LICENSE", folder.join("LICENSE"))?;
    copy("packages/README.md", folder.join("README.md"))?;
    let project = std::fs::read_to_string("packages/wheel/pyproject.toml")?;
    if !project.contains(MANIFEST) {
        bail!("packages/wheel/pyproject.toml does not name {MANIFEST}");
    }
    let manifest = std::fs::canonicalize("crates/stockade/Cargo.toml")?;
    let project = project.replace(MANIFEST, &manifest.to_string_lossy().replace('\\', "/"));
    std::fs::write(folder.join("pyproject.toml"), project)?;
    let programs = crate::python::environment("maturin", REQUIREMENTS)?;
    let output = Command::new(std::path::absolute(programs.join("maturin"))?)
        .args(["build", "--release", "--out"])
        .arg(std::path::absolute(dist)?)
        .env("CARGO_TARGET_DIR", std::path::absolute(crate::target_folder())?)
        .current_dir(folder)
        .output()
        .context("cannot run maturin")?;
    if !output.status.success() {
        bail!("maturin failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
