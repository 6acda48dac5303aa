//! `stockade waive`: writes a waiver into `stockade.toml`.

use crate::arguments::WaiveArguments;
use crate::check::request;
use crate::write;
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use stockade_check::{Report, check};
use stockade_model::{Finding, Outcome};
use stockade_project::{CONFIGURATION, Glob, from_here};

pub(crate) fn run(arguments: &WaiveArguments) -> Result<u8> {
    let Some(control) = stockade_controls::find(&arguments.control) else {
        bail!("there is no control `{}` in this version; `stockade controls` lists them", arguments.control);
    };
    let id = control.row().id;
    let reason = arguments.reason.trim();
    if reason.is_empty() {
        bail!("--reason is empty: say why it is accepted");
    }
    let (path, line) = place(&arguments.place)?;
    let report = check(&request(&arguments.judge, vec![".".into()])?);
    let is_meant = |finding: &&Finding| {
        let place = finding.verdict.place;
        let at = || report.snapshot.source(place.file).map(|source| source.position(place.span.start).line);
        finding.control == id
            && matches!(finding.verdict.outcome, Outcome::Fail | Outcome::Unknown)
            && report.snapshot.path(place.file) == path
            && (line.is_none() || line == at())
    };
    let found: Vec<&Finding> = report.findings.iter().filter(is_meant).collect();
    if found.is_empty() {
        bail!("{id} does not fail at `{}`{}", arguments.place, elsewhere(&report, id, &path));
    }
    if found.iter().all(|finding| finding.waived.is_some()) {
        bail!("{id} at `{}` is waived already", arguments.place);
    }
    let mut out = String::new();
    for (target, findings) in by_configuration(&report, &found, arguments.judge.config.as_deref()) {
        let old = if target.file.is_file() {
            std::fs::read_to_string(&target.file).with_context(|| format!("cannot read `{}`", target.file))?
        } else {
            String::new()
        };
        let mut text = old.clone();
        let mut subjects: BTreeSet<String> = BTreeSet::new();
        for finding in findings.iter().filter(|finding| finding.waived.is_none()) {
            let subject = &finding.verdict.subject;
            subjects.insert(match &subject.part {
                Some(part) => format!("{}/{part}", subject.id),
                None => subject.id.to_string(),
            });
        }
        for subject in &subjects {
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
            }
            let string = |text: &str| toml::Value::from(text).to_string();
            let relative = relative(&path, &target.root);
            let _ = write!(
                text,
                "[[waivers]]\ncontrol = \"{id}\"\npath = {}\nsubject = {}\n",
                string(&Glob::escape(&relative)),
                string(&Glob::escape(subject))
            );
            if let Some(until) = arguments.until {
                let _ = writeln!(text, "until = {until}");
            }
            let _ = writeln!(text, "reason = {}", string(reason));
        }
        if old.parse::<toml::Table>().is_ok()
            && let Err(error) = text.parse::<toml::Table>()
        {
            bail!("cannot add a waiver to `{}` ({}); write it there by hand", target.file, error.message());
        }
        write::file(&target.file, &text)?;
        let names: Vec<String> = subjects.iter().map(|subject| format!("`{subject}`")).collect();
        let _ = writeln!(out, "waived {id} of {} in {}", names.join(", "), target.file);
    }
    write::out(&out)?;
    Ok(0)
}

/// A configuration file, and the folder that it speaks of.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    file: Utf8PathBuf,
    root: Utf8PathBuf,
}

fn by_configuration<'a>(
    report: &Report,
    findings: &[&'a Finding],
    named: Option<&Utf8Path>,
) -> BTreeMap<Target, Vec<&'a Finding>> {
    let mut targets: BTreeMap<Target, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let Some(deployment) = report.deployments.get(finding.deployment) else { continue };
        let root = deployment.root.clone();
        let file = named.map_or_else(|| from_here(&root.join(CONFIGURATION)), Utf8Path::to_owned);
        targets.entry(Target { file, root }).or_default().push(finding);
    }
    targets
}

fn relative(path: &Utf8Path, root: &Utf8Path) -> String {
    let full = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    full.strip_prefix(root).unwrap_or(&full).as_str().replace('\\', "/")
}

/// The file and line of `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`.
fn place(text: &str) -> Result<(Utf8PathBuf, Option<u32>)> {
    let mut path = text;
    let mut numbers: Vec<u32> = Vec::new();
    while !Utf8Path::new(path).is_file()
        && numbers.len() < 2
        && let Some((rest, number)) = path.rsplit_once(':')
        && let Ok(number) = number.parse()
    {
        numbers.push(number);
        path = rest;
    }
    if !Utf8Path::new(path).is_file() {
        bail!("`{path}` is no file: name the place as the report does, FILE:LINE");
    }
    let path = from_here(Utf8Path::new(path));
    Ok((path.strip_prefix("./").map(Utf8Path::to_owned).unwrap_or(path), numbers.last().copied()))
}

/// Where the control fails in that file.
fn elsewhere(report: &Report, control: &str, path: &Utf8Path) -> String {
    let findings = report.findings.iter().filter(|finding| {
        finding.control == control
            && finding.verdict.outcome == Outcome::Fail
            && report.snapshot.path(finding.verdict.place.file) == path
    });
    let lines: BTreeSet<u32> = findings
        .filter_map(|finding| {
            let place = finding.verdict.place;
            Some(report.snapshot.source(place.file)?.position(place.span.start).line)
        })
        .collect();
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match lines.len() {
        0 => String::new(),
        1 => format!(", but in line {}", lines[0]),
        _ => format!(", but in lines {}", lines.join(", ")),
    }
}
