//! What would settle the most unknowns, for people.

use crate::totals::plural;
use std::fmt::Write as _;
use stockade_check::{OpenQuestion, Report, open_questions};

/// So many questions are shown.
const SHOWN: usize = 20;

/// The facts that would settle the most unknowns, as text to stand below the scorecard.
#[must_use]
pub fn unknowns(report: &Report) -> String {
    let questions = open_questions(&report.findings);
    let mut out = String::from("\n");
    if questions.is_empty() {
        out.push_str("nothing is unknown\n");
        return out;
    }
    let total: usize = questions.iter().map(|question| question.unknowns).sum();
    let _ = writeln!(out, "{} by {}:", plural(total, "unknown"), plural(questions.len(), "open question"));
    for question in questions.iter().take(SHOWN) {
        line(question, &mut out);
    }
    if let Some(rest) = questions.get(SHOWN..).filter(|rest| !rest.is_empty()) {
        let unknowns: usize = rest.iter().map(|question| question.unknowns).sum();
        let _ = writeln!(out, "{unknowns:>6}  {}", plural(rest.len(), "further question"));
    }
    out
}

fn line(question: &OpenQuestion, out: &mut String) {
    let controls: Vec<String> =
        question.controls.iter().map(|(control, count)| format!("{control} ({count})")).collect();
    let _ = write!(out, "{:>6}  {}: {}", question.unknowns, question.what, controls.join(", "));
    if question.deployments > 1 {
        let _ = write!(out, " in {} deployments", question.deployments);
    }
    out.push('\n');
    if question.settled_by != question.what {
        let _ = writeln!(out, "        settled by {}", question.settled_by);
    }
}
