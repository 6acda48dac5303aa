//! Where the time of a run went, as a table for standard error.

use std::fmt::Write as _;
use std::time::Duration;
use stockade_check::Timings;

/// The phases by the clock on the wall, then the controls, the slowest first.
pub(crate) fn table(timings: &Timings, render: Duration) -> String {
    let mut out = String::new();
    let phases = timings.phases.iter().copied().chain([("render and write", render)]);
    let total: Duration = phases.clone().map(|(_, time)| time).sum();
    for (phase, time) in phases.chain([("total", total)]) {
        line(phase, time, &mut out);
    }
    if !timings.controls.is_empty() {
        out.push_str("judging alone, summed over deployments, scenarios and threads:\n");
    }
    for (control, time) in &timings.controls {
        line(control, *time, &mut out);
    }
    out
}

fn line(what: &str, time: Duration, out: &mut String) {
    let _ = writeln!(out, "{what:<24} {:>12.3} ms", time.as_secs_f64() * 1000.0);
}
