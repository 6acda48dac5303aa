//! The exit code of a run.

use crate::Report;
use stockade_model::Outcome;

/// 0 clean · 1 findings at or above the least severity that fails, which nobody accepted · 2 an input that could not be
/// read or evaluated, or nothing to judge. 2 outranks 1. Where a project is strict, unknown counts as a failure of its
/// severity.
#[must_use]
pub fn exit_code(report: &Report) -> u8 {
    if !report.problems.is_empty() || (report.deployments.is_empty() && !report.is_partial) {
        return 2;
    }
    let found = report.findings.iter().any(|finding| {
        let Some(gate) = report.deployments.get(finding.deployment).map(|deployment| deployment.gate) else {
            return false;
        };
        let counts = match finding.verdict.outcome {
            Outcome::Fail => true,
            Outcome::Unknown => gate.strict,
            _ => false,
        };
        counts && finding.is_live() && finding.severity >= gate.fail_on
    });
    u8::from(found)
}
