//! Python tools of exact versions, in environments of their own below the target folder.

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The folder of the programs of an environment that holds what `requirements` lists (each package with its version,
/// and all that it needs), set up anew when the list changes.
///
/// # Errors
///
/// If `python3` is missing or the packages cannot be installed.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = crate::target_folder().join(name);
    let (programs, stamp) = (folder.join("bin"), folder.join("requirements.txt"));
    let wanted = std::fs::read_to_string(requirements)?;
    let python = programs.join("python");
    if python.exists() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let succeed = |command: &mut Command| -> Result<()> {
        let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    };
    succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements];
    succeed(Command::new(&python).args(install))?;
    std::fs::write(&stamp, wanted)?;
    Ok(programs)
}
