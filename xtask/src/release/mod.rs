//! What a release consists of, built for the platform that this runs on: archive, wheel, npm packages, checksums.

mod archive;
mod npm;
mod share;
mod targets;
mod wheel;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use targets::Target;

/// The version that everything has: the workspace's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds the release and tells what it consists of.
pub fn run() -> Result<()> {
    let folder = build()?;
    println!("{}", std::fs::read_to_string(folder.join("SHA256SUMS"))?.trim_end());
    Ok(())
}

/// The folder with the files of the release, built anew.
pub fn build() -> Result<PathBuf> {
    let target = Target::of_this_machine()?;
    let binary = crate::bench::release_binary()?;
    let (dist, work) = (crate::target_folder().join("dist"), crate::target_folder().join("dist-work"));
    for folder in [&dist, &work] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
    }
    let share = work.join("share");
    share::write(&binary, &share)?;
    archive::write(&binary, &share, target, &dist)?;
    wheel::write(&share, &work.join("wheel"), &dist)?;
    npm::write(&binary, &share, target, &work.join("npm"), &dist)?;
    std::fs::write(dist.join("SHA256SUMS"), sums(&dist)?)?;
    Ok(dist)
}

/// The checksums of the files of a folder, as `sha256sum --check` reads them.
fn sums(folder: &Path) -> Result<String> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    let mut out = String::new();
    for path in paths {
        let digest = Sha256::digest(std::fs::read(&path)?);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = path.file_name().context("a file without a name")?.to_string_lossy();
        let _ = writeln!(out, "{hex}  {name}");
    }
    Ok(out)
}

/// Copies a file, and makes the folders that it is in.
fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<()> {
    let (from, to) = (from.as_ref(), to.as_ref());
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Copies all that is in a folder.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy_all(&path, &to)? } else { copy(&path, &to)? }
    }
    Ok(())
}
