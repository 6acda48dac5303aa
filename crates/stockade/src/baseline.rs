//! `stockade baseline update`.

use crate::arguments::{BaselineArguments, BaselineUpdateArguments, BaselineVerb};
use crate::check::request;
use crate::write;
use anyhow::Result;
use stockade_check::baseline::update;
use stockade_check::{Known, Request};
use stockade_project::from_here;
use stockade_report::plural;

pub(crate) fn run(arguments: &BaselineArguments) -> Result<u8> {
    match &arguments.verb {
        BaselineVerb::Update(arguments) => run_update(arguments),
    }
}

fn run_update(arguments: &BaselineUpdateArguments) -> Result<u8> {
    let known = arguments.judge.baseline.clone().map_or(Known::Baseline, Known::File);
    let paths = vec![from_here(&arguments.project)];
    let request = Request { known, ..request(&arguments.judge, paths)? };
    let (updates, report) = update(&request, &arguments.fingerprints)?;
    let mut out = String::new();
    for update in &updates {
        write::file(&update.path, &update.text)?;
        let findings = plural(update.findings, "finding");
        out.push_str(&format!(
            "{}: {findings} ({} new, {} gone)\n",
            update.path, update.added, update.removed
        ));
    }
    if updates.is_empty() {
        out.push_str("nothing fails: no baseline file is needed\n");
    }
    write::out(&out)?;
    for problem in &report.problems {
        write::error(&format!("error: {}: {}", problem.path, problem.message));
    }
    Ok(if report.problems.is_empty() { 0 } else { 2 })
}
