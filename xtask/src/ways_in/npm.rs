//! The npm packages, in a fresh folder.

use super::{Bench, expect, succeed, text};
use crate::release::VERSION;
use anyhow::{Result, bail};
use std::process::Command;

pub fn run(bench: &Bench) -> Result<String> {
    let folder = bench.folder("npm")?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let main = bench.release_file(&format!("stockade-dev-stockade-{VERSION}"), ".tgz")?;
    let platform = bench.release_file("stockade-dev-stockade-linux-", ".tgz")?;
    // The packages of other platforms are not there, which is no error: they are optional.
    let mut install = Command::new("npm");
    install
        .args(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"])
        .arg(main)
        .arg(&platform);
    succeed(install.current_dir(&folder).env("npm_config_cache", bench.folder("npm-cache")?))?;
    let launcher = folder.join("node_modules/.bin/stockade");
    bench.try_binary(&launcher)?;

    // A report that is read by another program comes through whole.
    let open = bench.project.join("examples/open");
    let output = Command::new(&launcher).args(["check", "--format", "json"]).arg(open).output()?;
    serde_json::from_slice::<serde_json::Value>(&output.stdout)?;

    let name = platform.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.trim_start_matches("stockade-dev-").trim_end_matches(&format!("-{VERSION}.tgz"));
    std::fs::remove_dir_all(folder.join("node_modules/@stockade-dev").join(name))?;
    let output = Command::new(&launcher).arg("--version").output()?;
    expect("the exit code without the platform's package", &output.status.code(), &Some(2))?;
    if !text(&output.stderr).contains(&format!("@stockade-dev/{name} is not installed")) {
        bail!("without the platform's package it says {:?}", text(&output.stderr));
    }
    Ok("installed with npm".into())
}
