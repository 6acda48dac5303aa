//! What a run judged and found, in one sentence each.

use stockade_check::Report;

/// How many findings there are.
pub(crate) fn count(report: &Report) -> String {
    match report.summary.by_severity.iter().map(|(_, count)| count).sum() {
        _ if report.deployments.is_empty() && report.is_partial => {
            "the change touches no template".to_owned()
        }
        _ if report.deployments.is_empty() => "nothing was judged".to_owned(),
        0 if report.findings.iter().any(|finding| !finding.is_live()) => "no new findings".to_owned(),
        0 => "no findings".to_owned(),
        failures => plural(failures, "finding"),
    }
}

/// How many findings there are, by severity.
pub(crate) fn findings(report: &Report) -> String {
    let by_severity = report.summary.by_severity.iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> =
        by_severity.map(|(severity, count)| format!("{count} {}", severity.name())).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{}{parts}", count(report))
}

/// What was judged, and how many files were not.
pub(crate) fn judged(report: &Report) -> String {
    let functions: usize = report.deployments.iter().map(|deployment| deployment.functions).sum();
    let resources: usize = report.deployments.iter().map(|deployment| deployment.resources).sum();
    let files = &report.files;
    let aside = [
        (files.not_template, "no template"),
        (files.unsupported, "not supported yet"),
        (files.failed, "not readable"),
        (files.excluded, "excluded"),
    ];
    let aside: Vec<String> =
        aside.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let what = match report.deployments.iter().any(|deployment| deployment.kind.starts_with("terraform")) {
        true => "file",
        false => "template",
    };
    format!(
        "judged {} in {} ({}, {}) by {}{}",
        plural(files.judged, what),
        plural(report.deployments.len(), "deployment"),
        plural(resources, "resource"),
        plural(functions, "function"),
        plural(report.summary.controls, "control"),
        if aside.is_empty() { String::new() } else { format!("; other files: {}", aside.join(", ")) },
    )
}

/// A count with its noun: `1 finding`, `2 findings`.
#[must_use]
pub fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
