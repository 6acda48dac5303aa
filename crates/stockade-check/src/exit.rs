//! The exit code of a run.

use crate::Report;
use stockade_model::{Outcome, Severity};

/// 0 clean · 1 findings at or above `fail_on` · 2 an input that could not be read or evaluated, or nothing to judge.
/// 2 outranks 1. With `strict`, unknown counts as a failure of its severity.
#[must_use]
pub fn exit_code(report: &Report, fail_on: Severity, strict: bool) -> u8 {
    if !report.problems.is_empty() || report.deployments.is_empty() {
        return 2;
    }
    let gates = |outcome| outcome == Outcome::Fail || (strict && outcome == Outcome::Unknown);
    let found =
        report.findings.iter().any(|finding| gates(finding.verdict.outcome) && finding.severity >= fail_on);
    u8::from(found)
}
