//! Stockade beside its peers on the same sources of `../shared/corpus`: what each finds, at what cost.
//!
//! Each tool runs once over what `tests/peers/templates.txt` or `tests/peers/modules.txt` lists. Rules are those that the
//! pages of our controls name as equivalent; `tests/peers/differences.md` and `tests/peers/terraform.md` explain the
//! findings that are not the same.

mod modules;
mod templates;

use crate::bench::children;
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stockade_controls::CONTROLS;

const CORPUS: &str = "../shared/corpus";
const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// Least CPU time of Checkov in multiples of ours.
const RATIO: f64 = 100.0;

/// Prints, for each control that a peer judges too, what both find and what only one finds, then the CPU time of each:
/// on templates with Checkov and cfn-lint, after `terraform` on root modules with Checkov. `--differences` prints each
/// finding that only one has; `--choose` writes the list of what is compared anew.
///
/// # Errors
///
/// If a tool cannot be run or Checkov takes less than [`RATIO`] times our CPU time.
pub fn run(arguments: &[&str]) -> Result<()> {
    if !Path::new(CORPUS).is_dir() {
        println!("SKIPPED: {CORPUS} is not beside the project");
        return Ok(());
    }
    let (choose, show) = (arguments.contains(&"--choose"), arguments.contains(&"--differences"));
    match (arguments.contains(&"terraform"), choose) {
        (false, false) => templates::run(show),
        (false, true) => templates::choose(),
        (true, false) => modules::run(show),
        (true, true) => modules::choose(),
    }
}

/// What a file lists, one a line.
fn listed(file: &str) -> Result<Vec<PathBuf>> {
    let text = std::fs::read_to_string(file)?;
    let names = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    names
        .map(|name| Path::new(CORPUS).join(name).canonicalize().with_context(|| format!("no {name}")))
        .collect()
}

/// Fails if Checkov takes too little CPU time beside ours.
fn cpu(stockade: f64, checkov: f64) -> Result<()> {
    if checkov / stockade < RATIO {
        bail!("below what SPECIFICATION.md promises");
    }
    Ok(())
}

/// What a tool answered, and the CPU time that it took.
struct Run {
    answer: Json,
    seconds: f64,
}

fn tool(command: &mut Command) -> Result<Run> {
    let before = children()?;
    let output = command.stderr(Stdio::null()).output().with_context(|| format!("cannot run {command:?}"))?;
    let seconds = (children()? - before) / 1000.0;
    let program = PathBuf::from(command.get_program());
    let answer = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{} did not answer with JSON", program.display()))?;
    Ok(Run { answer, seconds })
}

/// What one of us says of a subject: for a peer always a failure.
struct Said {
    /// The control's id, or the peer's rule.
    rule: String,
    verdict: String,
    path: String,
    line: u64,
    /// What of the source it names, the subject first: logical ids, addresses.
    ids: Vec<String>,
    message: String,
}

impl Said {
    fn meets(&self, other: &Said) -> bool {
        self.path == other.path && self.ids.iter().any(|id| other.ids.contains(id))
    }

    fn text(&self) -> String {
        let path = self.path.split_once("/corpus/").map_or(self.path.as_str(), |(_, rest)| rest);
        let subject = self.ids.first().map_or("-", String::as_str);
        format!("{path}:{} {subject}: {}", self.line, self.message)
    }
}

/// Checkov's reports: one, or a list of one for each framework.
fn reports(answer: &Json) -> &[Json] {
    if answer.is_array() { list(answer) } else { std::slice::from_ref(answer) }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// One line for each control and peer: findings are counted by our subjects, those that only the peer has by theirs.
fn table(ours: &[Said], peers: &[(&str, Vec<Said>)], partly: bool, show: bool) {
    println!("| control | rules | both | only ours | only theirs | of these unknown to us |");
    println!("|---|---|---:|---:|---:|---:|");
    let mut differences = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        for (tool, findings) in peers {
            let named = page.equivalent.iter().filter(|(name, _)| name == tool);
            let named = named.filter(|(_, rule)| rule.starts_with('~') == partly);
            let rules: Vec<&str> = named.map(|(_, rule)| rule.trim_start_matches('~')).collect();
            if rules.is_empty() {
                continue;
            }
            let ours: Vec<&Said> = ours.iter().filter(|said| said.rule == page.row.id).collect();
            let theirs: Vec<&Said> =
                findings.iter().filter(|said| rules.iter().any(|rule| covers(rule, &said.rule))).collect();
            let (mut both, mut only_ours) = (0, 0);
            for failed in ours.iter().filter(|said| said.verdict == "fail") {
                if theirs.iter().any(|other| failed.meets(other)) {
                    both += 1;
                } else {
                    only_ours += 1;
                    differences.push(format!("{} only ours, not {tool}: {}", page.row.id, failed.text()));
                }
            }
            let (mut only_theirs, mut unknown) = (0, 0);
            for found in theirs {
                let met: BTreeSet<&str> =
                    ours.iter().filter(|said| said.meets(found)).map(|said| said.verdict.as_str()).collect();
                if met.contains("fail") {
                    continue;
                }
                only_theirs += 1;
                unknown += usize::from(met.contains("unknown"));
                let we = met.first().copied().unwrap_or("not judged");
                let rule = &found.rule;
                differences.push(format!("{} only {tool} {rule}, ours {we}: {}", page.row.id, found.text()));
            }
            let id = &page.row.id;
            println!(
                "| {id} | {tool} {} | {both} | {only_ours} | {only_theirs} | {unknown} |",
                rules.join(" ")
            );
        }
    }
    if show {
        println!();
        for difference in differences {
            println!("{difference}");
        }
    }
}

/// Whether a rule as our pages name it is the one that a peer reports; a trailing `*` stands for any ending.
fn covers(named: &str, reported: &str) -> bool {
    named.strip_suffix('*').map_or(named == reported, |start| reported.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_trailing_star_covers_any_ending() {
        assert!(covers("CKV_SECRET_*", "CKV_SECRET_6"));
        assert!(covers("CKV_AWS_66", "CKV_AWS_66"));
        assert!(!covers("CKV_AWS_6", "CKV_AWS_66"));
    }
}
