//! Markdown for a comment on a pull request or a step summary.

mod diff;
mod escape;

use crate::Listed;
use crate::anchors::{Anchor, Anchors};
use crate::concealed::Concealed;
use crate::consequences::Consequences;
use crate::formats::Rendered;
use crate::groups::{grouped, headline};
use crate::totals::{self, plural};
use crate::waived::reason;
use escape::{block, code, prose};
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_model::{Applicability, Finding, Outcome, Waived};

/// A comment of GitHub or GitLab holds so many characters at least.
const MOST: usize = 65_536;

/// So many findings are shown in full, the worst; the others have a line each.
const IN_FULL: usize = 10;

/// So many consequences of a finding are named, and so many inputs that could not be judged.
const NAMED: usize = 8;

/// Kept for the lines that say what was left out.
const RESERVE: usize = 400;

/// The report as Markdown.
pub(crate) fn markdown(report: &Report, listed: &Listed) -> Rendered {
    within(report, listed, MOST)
}

fn within(report: &Report, listed: &Listed, most: usize) -> Rendered {
    let anchors = Anchors::new(report);
    let head = head(report, &anchors);
    let scorecard = scorecard(report);
    let mut room = Room(most.saturating_sub(length(&head) + length(&scorecard) + RESERVE));
    let (findings, cut_findings) = findings(report, &anchors, &mut room);
    let (others, cut_others) = others(report, listed, &anchors, &mut room);
    let mut remarks = Vec::new();
    let mut text = head;
    text.push_str(&findings);
    if cut_findings > 0 {
        let cut = plural(cut_findings, "finding");
        let _ =
            writeln!(text, "**The {cut} that are left are not shown: a comment holds {most} characters.**\n");
        remarks.push(format!("Markdown: {cut} not shown: a comment holds {most} characters"));
    }
    text.push_str(&scorecard);
    text.push_str(&others);
    if cut_others > 0 {
        let cut = plural(cut_others, "line");
        let _ = writeln!(
            text,
            "{cut} on unknowns, waivers and notices are not shown: a comment holds {most} characters."
        );
        remarks.push(format!(
            "Markdown: {cut} on unknowns, waivers and notices not shown: a comment holds {most} characters"
        ));
    }
    Rendered { text, remarks }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// How many more characters there is room for.
struct Room(usize);

impl Room {
    /// Takes room for a text, if there is enough.
    fn take(&mut self, text: &str) -> bool {
        let Some(left) = self.0.checked_sub(length(text)) else { return false };
        self.0 = left;
        true
    }
}

fn head(report: &Report, anchors: &Anchors) -> String {
    let mut out = format!("## Stockade: {}\n\n", totals::count(report));
    let by_severity = report.summary.by_severity.iter().filter(|(_, count)| *count > 0);
    let rows: Vec<String> =
        by_severity.map(|(severity, count)| format!("| {} | {count} |\n", severity.name())).collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "| severity | findings |\n|---|--:|\n{}", rows.concat());
    }
    if !report.problems.is_empty() {
        let _ = writeln!(out, "**{} could not be judged:**\n", plural(report.problems.len(), "input"));
        for problem in report.problems.iter().take(NAMED) {
            let at = problem.place.and_then(|place| anchors.place(place));
            let at = at.map_or_else(|| code(&anchors.file(&problem.path).path), |anchor| place(&anchor));
            let _ = writeln!(out, "- {at}: {}", prose(&problem.message));
        }
        if report.problems.len() > NAMED {
            let _ = writeln!(out, "- and {} more", report.problems.len() - NAMED);
        }
        out.push('\n');
    }
    out
}

fn place(anchor: &Anchor) -> String {
    code(&format!("{}:{}", anchor.file.path, anchor.start.line))
}

/// The live failures by cause, the worst first, and how many there was no room for.
fn findings(report: &Report, anchors: &Anchors, room: &mut Room) -> (String, usize) {
    let concealed = Concealed::of(report);
    let listed = Listed::failures();
    let consequences = Consequences::of(report, &listed);
    let mut groups: Vec<Vec<&Finding>> = grouped(report, &listed, &consequences);
    groups.sort_by_key(|group| std::cmp::Reverse(group[0].severity));
    let mut cut = 0;
    let mut out = String::new();
    let (first, rest) = groups.split_at(groups.len().min(IN_FULL));
    for group in first {
        let text = in_full(group, report, anchors, &concealed, &consequences);
        if room.take(&text) {
            out.push_str(&text);
        } else {
            cut += group.len() + consequences.of_group(group).len();
        }
    }
    let mut lines = String::new();
    for group in rest {
        let follow = consequences.of_group(group);
        for findings in std::iter::once(group.clone()).chain(follow.into_iter().map(|one| vec![one])) {
            let text = format!("- {}\n", line(&findings, report, anchors));
            if room.take(&text) {
                lines.push_str(&text);
            } else {
                cut += findings.len();
            }
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(out, "{}", details("The other findings", &lines));
    }
    (out, cut)
}

fn details(summary: &str, lines: &str) -> String {
    format!("<details><summary>{summary}</summary>\n\n{lines}\n</details>\n")
}

/// What a group says and where, in one line.
fn line(group: &[&Finding], report: &Report, anchors: &Anchors) -> String {
    let Some(first) = group.first() else { return String::new() };
    let word = match first.verdict.outcome {
        Outcome::Fail => first.severity.name(),
        other => other.name(),
    };
    let elsewhere = group.iter().filter(|other| other.verdict.place != first.verdict.place).count();
    let elsewhere = if elsewhere > 0 { format!(" and {elsewhere} more") } else { String::new() };
    format!(
        "**{word}** {}: {} ({}{elsewhere})",
        first.control,
        prose(&headline(group, report)),
        place(&anchors.finding(first)),
    )
}

fn in_full(
    group: &[&Finding],
    report: &Report,
    anchors: &Anchors,
    concealed: &Concealed,
    consequences: &Consequences,
) -> String {
    let Some(first) = group.first() else { return String::new() };
    let mut out = format!("{}\n", line(group, report, anchors));
    for related in &first.verdict.related {
        if let Some(anchor) = anchors.place(related.place) {
            let _ = writeln!(out, "- {}: {}", place(&anchor), prose(&related.message));
        }
    }
    let follow = consequences.of_group(group);
    for finding in follow.iter().take(NAMED) {
        let _ = writeln!(out, "- follows: {}", line(&[finding], report, anchors));
    }
    if follow.len() > NAMED {
        let _ = writeln!(out, "- and {} more that follow from it", follow.len() - NAMED);
    }
    let fix = first.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display);
    match fix {
        Some(fix) => {
            let _ = writeln!(out, "- fix ({}): {}\n", fix.applicability.name(), prose(&fix.description));
            if let Some(diff) = diff::diff(fix, &report.snapshot, concealed, anchors) {
                let _ = writeln!(out, "{}", block("diff", &diff));
            }
        }
        None => {
            let _ = writeln!(out, "- help: {}\n", prose(&first.remediation));
        }
    }
    out
}

fn scorecard(report: &Report) -> String {
    let mut rows = String::new();
    for (family, counts) in &report.summary.by_family {
        let all = [counts.pass, counts.fail, counts.unknown, counts.waived, counts.baselined];
        if all.iter().any(|count| *count > 0) {
            let all: Vec<String> = all.iter().map(usize::to_string).collect();
            let _ = writeln!(rows, "| {family} | {} |", all.join(" | "));
        }
    }
    let judged = totals::judged(report);
    if rows.is_empty() {
        return format!("{judged}\n\n");
    }
    format!(
        "| family | passed | failed | unknown | waived | baselined |\n|---|--:|--:|--:|--:|--:|\n{rows}\n{judged}\n\n"
    )
}

fn waiver(finding: &Finding, waived: &Waived, anchors: &Anchors) -> String {
    let until = waived.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let by = anchors.place(waived.place).map(|anchor| format!(" ({})", place(&anchor))).unwrap_or_default();
    let subject = code(&finding.verdict.subject.id);
    format!("- {} of {subject}{until}: {}{by}\n", finding.control, prose(&reason(waived)))
}

/// Unknowns, waivers and notices, folded, and how many lines there was no room for.
fn others(report: &Report, listed: &Listed, anchors: &Anchors, room: &mut Room) -> (String, usize) {
    let is_listed = |outcome: &Outcome| *outcome == Outcome::Unknown && listed.lists(*outcome);
    let unknown = Listed([Outcome::Unknown].into_iter().filter(is_listed).collect());
    let unknowns: Vec<String> = grouped(report, &unknown, &Consequences::default())
        .iter()
        .map(|group| {
            let by = group[0].verdict.settled_by.as_ref();
            let by = by.map(|by| format!("; settled by {}", prose(by))).unwrap_or_default();
            format!("- {}{by}\n", line(group, report, anchors))
        })
        .collect();
    let notices: Vec<String> = report
        .notices
        .iter()
        .map(|notice| {
            let at = notice.place.and_then(|place| anchors.place(place));
            let at = at.map_or_else(|| code(&anchors.file(&notice.path).path), |anchor| place(&anchor));
            format!("- {}: {at}: {}\n", notice.kind, prose(&notice.message))
        })
        .collect();
    let waived: Vec<String> = report
        .findings
        .iter()
        .filter_map(|finding| Some(waiver(finding, finding.waived.as_ref()?, anchors)))
        .collect();
    let (mut out, mut cut) = (String::new(), 0);
    for (summary, lines) in [("Unknown", unknowns), ("Waived", waived), ("Notices", notices)] {
        if lines.is_empty() {
            continue;
        }
        let summary = format!("{summary} ({})", lines.len());
        if !room.take(&details(&summary, "")) {
            cut += lines.len();
            continue;
        }
        let fitting: Vec<&String> = lines.iter().filter(|line| room.take(line)).collect();
        cut += lines.len() - fitting.len();
        let fitting: String = fitting.into_iter().map(String::as_str).collect();
        let _ = writeln!(out, "{}", details(&summary, &fitting));
    }
    (out, cut)
}
