//! The GitLab component: its inputs put in, the rest checked by GitLab's schema and run. What GitLab itself makes of it
//! is not known here.

use super::action::shellcheck;
use super::runner::{items, read_yaml};
use super::{Bench, copy_project, expect, succeed, text};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use stockade_syntax::{Data, Node};

const FILE: &str = "templates/stockade.yml";

pub fn run(bench: &Bench) -> Result<String> {
    let component = std::fs::read_to_string(FILE)?;
    let (spec, jobs) = component.split_once("\n---\n").context("no header")?;
    let spec = read_yaml(FILE, spec)?;
    let declared = spec.get("spec").and_then(|spec| spec.get("inputs")).context("no inputs")?;
    let mut inputs = BTreeMap::new();
    for entry in declared.entries() {
        let default = entry.value.get("default").and_then(Node::as_str);
        inputs
            .insert(entry.key.as_str(), default.with_context(|| format!("`{}` has no default", entry.key))?);
    }
    for name in inputs.keys() {
        if !jobs.contains(&format!("$[[ inputs.{name} ]]")) {
            bail!("the input `{name}` is not used");
        }
    }
    let plain = bench.folder.join("gitlab-ci.yml");
    std::fs::write(&plain, put_in(jobs, &inputs)?)?;
    let schema = ["--builtin-schema", "vendor.gitlab-ci"];
    succeed(Command::new(bench.tools.join("check-jsonschema")).args(schema).arg(&plain))?;

    let workspace = bench.folder("gitlab")?;
    copy_project(&bench.project.join("examples"), &workspace)?;
    let programs = bench.python("gitlab-python")?;
    // Images have bash or no shell but that of POSIX.
    for shell in ["bash", "sh"] {
        for (paths, fail_on, code) in
            [("open\nhardened", "high", 1), ("hardened", "low", 0), ("$(touch taken)", "low", 2)]
        {
            inputs.insert("paths", paths);
            inputs.insert("fail-on", fail_on);
            inputs.insert("args", "--region=eu-west-1\n--as-of=2026-11-24");
            let job = Job::of(jobs, &inputs)?;
            let script = bench.folder.join("gitlab.sh");
            std::fs::write(&script, &job.script)?;
            shellcheck(bench, "sh", &script)?;
            let output = job.run(bench, shell, &script, &workspace, &programs)?;
            let said = text(&output.stdout) + &text(&output.stderr);
            if output.status.code() != Some(code) {
                bail!(
                    "with {shell} the exit code for {paths:?} is {:?}, should be {code}:\n{said}",
                    output.status.code()
                );
            }
            if code == 2 {
                continue;
            }
            for artifact in &job.artifacts {
                if !workspace.join(artifact).is_file() {
                    bail!("there is no {artifact}");
                }
                std::fs::remove_file(workspace.join(artifact))?;
            }
        }
    }
    expect("whether an input was run", &workspace.join("taken").exists(), &false)?;
    Ok("checked and run, but not by GitLab".into())
}

/// The text with inputs put in, as YAML strings.
fn put_in(jobs: &str, inputs: &BTreeMap<&str, &str>) -> Result<String> {
    let mut out = jobs.to_owned();
    for (name, value) in inputs {
        out = out.replace(&format!("$[[ inputs.{name} ]]"), &serde_json::to_string(value)?);
    }
    if out.contains("$[[") {
        bail!("an input is used that is not declared");
    }
    Ok(out)
}

/// What a runner needs of the job.
struct Job {
    variables: Vec<(String, String)>,
    script: String,
    artifacts: Vec<String>,
}

impl Job {
    fn of(jobs: &str, inputs: &BTreeMap<&str, &str>) -> Result<Self> {
        let root = read_yaml(FILE, &put_in(jobs, inputs)?)?;
        let job = root.get("stockade").context("no job `stockade`")?;
        let strings = |node: Option<&Node>| -> Vec<String> {
            node.map(items)
                .unwrap_or_default()
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        let variables = job.get("variables").map(Node::entries).unwrap_or_default().iter();
        let artifacts = job.get("artifacts").context("no artifacts")?;
        let mut paths = strings(artifacts.get("paths"));
        paths.sort();
        let junit = artifacts.get("reports").and_then(|reports| reports.get("junit")).and_then(Node::as_str);
        if !junit.is_some_and(|junit| paths.iter().any(|path| path == junit)) {
            bail!("the JUnit report is not kept");
        }
        let lines = [strings(job.get("before_script")), strings(job.get("script"))].concat();
        Ok(Self {
            variables: variables
                .map(|entry| match &entry.value.data {
                    Data::String(value) => Ok((entry.key.to_string(), value.to_string())),
                    other => bail!("the variable `{}` is {other:?}, not text", entry.key),
                })
                .collect::<Result<_>>()?,
            script: lines.join("\n"),
            artifacts: paths,
        })
    }

    /// Runs the script in a fresh Python, which stands for the image.
    fn run(
        &self,
        bench: &Bench,
        shell: &str,
        script: &Path,
        workspace: &Path,
        programs: &Path,
    ) -> Result<std::process::Output> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = [programs.to_owned()].into_iter().chain(std::env::split_paths(&path));
        let mut command = Command::new(shell);
        command.arg("-e").arg(script).current_dir(workspace).env("PATH", std::env::join_paths(paths)?);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(bench.offline(&mut command).output()?)
    }
}
