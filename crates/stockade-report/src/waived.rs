//! What reports say of findings that somebody accepted.

use crate::totals::plural;
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_model::{Finding, Waived, WaiverSource};

/// So many are printed; the JSON report has all.
const SHOWN: usize = 10;

/// The reason, with the rule of another tool that the waiver was meant for.
pub(crate) fn reason(waived: &Waived) -> String {
    match &waived.source {
        WaiverSource::Tool { name, rule } => format!("{} (suppressed for {name} {rule})", waived.reason),
        _ => waived.reason.clone(),
    }
}

/// A line for each waived finding, and how many the baseline has.
pub(crate) fn accepted(report: &Report, out: &mut String) {
    let waived: Vec<&Finding> = report.findings.iter().filter(|finding| finding.waived.is_some()).collect();
    for finding in waived.iter().take(SHOWN) {
        let Some(by) = &finding.waived else { continue };
        let place = report.snapshot.source(by.place.file).map(|source| {
            let position = source.position(by.place.span.start);
            format!("{}:{}:{}", source.path, position.line, position.column)
        });
        let until = by.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let subject = &finding.verdict.subject.id;
        let _ = writeln!(
            out,
            "waived: {} of `{subject}`{until}: {}, by {}",
            finding.control,
            reason(by),
            place.unwrap_or_default()
        );
    }
    if waived.len() > SHOWN {
        let _ = writeln!(out, "waived: and {} more", waived.len() - SHOWN);
    }
    let known = report.findings.iter().filter(|finding| finding.waived.is_none() && finding.baselined);
    let known = known.count();
    if known > 0 {
        let _ = writeln!(out, "known before: {}, not shown", plural(known, "finding"));
    }
    if known + waived.len() > 0 {
        out.push('\n');
    }
}
