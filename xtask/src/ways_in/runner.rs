//! The steps of a composite action, run as GitHub's runner runs them: inputs and outputs by expressions, each script in a
//! shell of its own, results in the files that environment variables name.

use super::{Bench, text};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use stockade_syntax::{Data, FileId, Node, Source, parse};

/// What a run of the action gave.
pub struct Run {
    /// The exit code of the last step that ran.
    pub code: i32,
    /// The action's outputs.
    pub outputs: BTreeMap<String, String>,
    /// What the steps printed.
    pub log: String,
    /// The summary of the job.
    pub summary: String,
}

/// Reads the first document of a YAML file, or the one after `---`.
pub fn read_yaml(name: &str, content: &str) -> Result<Node> {
    let source = Source::new(FileId(0), name, content);
    parse(&source, |_| None).map(|document| document.root).with_context(|| name.to_owned())
}

/// Runs `action.yml` in a folder with some inputs.
pub fn run(bench: &Bench, workspace: &Path, inputs: &[(&str, &str)]) -> Result<Run> {
    let action = read_yaml("action.yml", &std::fs::read_to_string("action.yml")?)?;
    let mut values = BTreeMap::new();
    for entry in action.get("inputs").context("no inputs")?.entries() {
        let default = entry.value.get("default").and_then(Node::as_str).unwrap_or_default();
        values.insert(format!("inputs.{}", entry.key), default.to_owned());
    }
    for (name, value) in inputs {
        if values.insert(format!("inputs.{name}"), (*value).to_owned()).is_none() {
            bail!("the action has no input `{name}`");
        }
    }
    let temporary = tempfile::tempdir_in(&bench.folder)?;
    let summary = temporary.path().join("summary");
    std::fs::write(&summary, "")?;
    let mut run = Run { code: 0, outputs: BTreeMap::new(), log: String::new(), summary: String::new() };
    let steps = action.get("runs").and_then(|runs| runs.get("steps")).context("no steps")?;
    for step in items(steps) {
        let id = step.get("id").and_then(Node::as_str).context("a step without an id")?;
        let outputs = temporary.path().join(format!("{id}.outputs"));
        let script = temporary.path().join(format!("{id}.sh"));
        std::fs::write(&outputs, "")?;
        std::fs::write(&script, script_of(step)?)?;
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script).current_dir(workspace);
        surround(&mut command, bench, temporary.path());
        command.env("GITHUB_OUTPUT", &outputs).env("GITHUB_STEP_SUMMARY", &summary);
        for entry in step.get("env").map(Node::entries).unwrap_or_default() {
            command.env(entry.key.as_str(), evaluate(entry.value.as_str().unwrap_or_default(), &values)?);
        }
        let output = command.output().context("cannot run bash")?;
        run.log += &(text(&output.stdout) + &text(&output.stderr));
        for line in std::fs::read_to_string(&outputs)?.lines() {
            let (name, value) = line.split_once('=').with_context(|| format!("the output {line:?}"))?;
            values.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        run.code = output.status.code().context("the shell was killed")?;
        if run.code != 0 {
            break;
        }
    }
    for entry in action.get("outputs").map(Node::entries).unwrap_or_default() {
        let value = entry.value.get("value").and_then(Node::as_str).context("an output without a value")?;
        run.outputs.insert(entry.key.to_string(), evaluate(value, &values)?);
    }
    run.summary = std::fs::read_to_string(&summary)?;
    Ok(run)
}

/// The script of a step, which must be for bash and hold no expressions.
pub fn script_of(step: &Node) -> Result<&str> {
    let script = step.get("run").and_then(Node::as_str).context("a step without a script")?;
    if step.get("shell").and_then(Node::as_str) != Some("bash") || script.contains("${{") {
        bail!("a step that is not for bash, or has an expression in its script");
    }
    Ok(script)
}

pub fn items(node: &Node) -> &[Node] {
    match &node.data {
        Data::Sequence(items) => items,
        _ => &[],
    }
}

/// The variables that GitHub sets and the scripts may need; pip takes packages from the release alone.
fn surround(command: &mut Command, bench: &Bench, temporary: &Path) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", temporary).env("RUNNER_TEMP", temporary);
    command.env("GITHUB_ACTION_PATH", &bench.project).env("GITHUB_ACTIONS", "true").env("CI", "true");
    bench.offline(command);
}

/// A value that is one expression, or none. Names that nothing has given are empty.
fn evaluate(value: &str, values: &BTreeMap<String, String>) -> Result<String> {
    let Some(expression) = value.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else {
        return Ok(value.to_owned());
    };
    let name = expression.trim();
    match values.get(name) {
        Some(value) => Ok(value.clone()),
        None if name.starts_with("steps.") => Ok(String::new()),
        None => bail!("the action uses `{name}`, which it does not declare"),
    }
}
