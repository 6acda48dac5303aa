//! The GitHub action: checked by its schema, zizmor and shellcheck, and run.

use super::runner::{self, Run, items, read_yaml, script_of};
use super::{Bench, copy_project, expect, git, succeed};
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::path::Path;
use std::process::Command;

const FILE: &str = "action.yml";

pub fn run(bench: &Bench) -> Result<String> {
    check(bench)?;
    let workspace = bench.folder("workspace")?;
    copy_project(&bench.project.join("examples"), &workspace)?;
    succeed(&mut git(&workspace, &["init", "--quiet"]))?;

    // Installed, with what it does by itself.
    let open = runner::run(bench, &workspace, &[("paths", "open\nhardened\n")])?;
    ended(&open, 1)?;
    if !open.log.contains("::error file=open/template.yaml,line=") {
        bail!("it annotates nothing:\n{}", open.log);
    }
    expect("the output `sarif`", open.outputs["sarif"].as_str(), "stockade.sarif")?;
    let sarif: Json = serde_json::from_str(&std::fs::read_to_string(workspace.join("stockade.sarif"))?)?;
    expect("the version of SARIF", &sarif["version"], &Json::from("2.1.0"))?;
    if sarif["runs"][0]["results"].as_array().is_none_or(Vec::is_empty) || !open.summary.contains("EP-01") {
        bail!("the SARIF file or the summary lacks the findings:\n{}", open.summary);
    }

    // A binary that is there, and nothing written.
    let binary = bench.folder.join("wheel/bin/stockade");
    let binary = binary.to_str().context("a path that is not UTF-8")?;
    let quiet = [("binary", binary), ("sarif", ""), ("summary", "false"), ("paths", "hardened")];
    let hardened = runner::run(bench, &workspace, &quiet)?;
    ended(&hardened, 0)?;
    expect("the output `sarif`", hardened.outputs["sarif"].as_str(), "")?;
    expect("the summary", hardened.summary.as_str(), "")?;

    // Every input reaches the tool, one argument a line.
    let gate = [("binary", binary), ("paths", "open"), ("profile", "minimum"), ("fail-on", "critical")];
    ended(&runner::run(bench, &workspace, &gate)?, 1)?;
    for (input, value) in
        [("profile", "none"), ("fail-on", "none"), ("args", "--strict\n--region=eu-west-1\n--none")]
    {
        let wrong = runner::run(bench, &workspace, &[("binary", binary), (input, value)])?;
        ended(&wrong, 2)?;
        expect("the output `sarif`", wrong.outputs["sarif"].as_str(), "")?;
        if !wrong.log.contains("none") {
            bail!("`{input}` does not reach the tool:\n{}", wrong.log);
        }
    }

    // Inputs are never commands or options.
    let hostile = "hardened\"; touch taken #\n$(touch taken)\n`touch taken`\n--output=taken";
    ended(&runner::run(bench, &workspace, &[("binary", binary), ("paths", hostile)])?, 2)?;
    let version = "0\"; touch taken #";
    if runner::run(bench, &workspace, &[("version", version)])?.code == 0 || workspace.join("taken").exists()
    {
        bail!("an input was run");
    }
    Ok("checked and run".into())
}

fn ended(run: &Run, code: i32) -> Result<()> {
    if run.code != code || run.outputs["exit-code"] != code.to_string() {
        bail!("the exit code is {} and {:?}, should be {code}:\n{}", run.code, run.outputs, run.log);
    }
    Ok(())
}

/// What can be said of the action without running it.
fn check(bench: &Bench) -> Result<()> {
    let schema = ["--builtin-schema", "vendor.github-actions", FILE];
    succeed(Command::new(bench.tools.join("check-jsonschema")).args(schema))?;
    let audit = ["--offline", "--no-progress", "--persona=auditor", FILE];
    succeed(Command::new(bench.tools.join("zizmor")).args(audit))?;
    let action = read_yaml(FILE, &std::fs::read_to_string(FILE)?)?;
    let steps = action.get("runs").and_then(|runs| runs.get("steps")).context("no steps")?;
    for (at, step) in items(steps).iter().enumerate() {
        let path = bench.folder.join(format!("action-{at}.sh"));
        std::fs::write(&path, script_of(step)?)?;
        shellcheck(bench, "bash", &path)?;
    }
    Ok(())
}

/// Lets shellcheck read a script.
pub fn shellcheck(bench: &Bench, shell: &str, path: &Path) -> Result<()> {
    succeed(Command::new(bench.tools.join("shellcheck")).args(["--shell", shell]).arg(path))?;
    Ok(())
}
