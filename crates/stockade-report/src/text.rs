//! Findings for people: rustc's style, with the source line, then a scorecard.

use crate::Listed;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_controls::find;
use stockade_model::{Applicability, Confidence, Finding, Outcome, Place, Severity};
use stockade_project::Snapshot;

/// So many notices of a kind are printed; the JSON report has all.
const NOTICES: usize = 3;

/// The report as text, with ANSI colours that the caller may strip.
#[must_use]
pub fn text(report: &Report, listed: &Listed) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in &report.problems {
        let message = format!("{}: {}", problem.path, problem.message);
        let title = Level::ERROR.primary_title(&message);
        let at = problem.place.and_then(|place| line_of(place, &report.snapshot));
        let group = match &at {
            Some(line) => Level::ERROR.primary_title(&problem.message).element(line.snippet(AnnotationKind::Primary, "")),
            None => Group::with_title(title),
        };
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    for group in grouped(report, listed) {
        diagnostic(&group, report, &renderer, &mut out);
    }
    notices(report, &mut out);
    scorecard(report, &mut out);
    out
}

/// Findings of one control and outcome at one place, which read as one.
fn grouped<'a>(report: &'a Report, listed: &Listed) -> Vec<Vec<&'a Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut by_place: BTreeMap<(&str, Outcome, Place), usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| listed.lists(finding.verdict.outcome)) {
        let key = (finding.control, finding.verdict.outcome, finding.verdict.place);
        match by_place.get(&key) {
            Some(at) => groups[*at].push(finding),
            None => {
                by_place.insert(key, groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups
}

fn level(finding: &Finding) -> Level<'static> {
    match (finding.verdict.outcome, finding.severity) {
        (Outcome::Pass, _) => Level::INFO.with_name("pass"),
        (Outcome::Unknown | Outcome::NotApplicable, _) => Level::INFO.with_name("unknown"),
        (Outcome::Fail, Severity::Critical) => Level::ERROR.with_name("critical"),
        (Outcome::Fail, Severity::High) => Level::ERROR.with_name("high"),
        (Outcome::Fail, Severity::Medium) => Level::WARNING.with_name("medium"),
        (Outcome::Fail, Severity::Low) => Level::NOTE.with_name("low"),
    }
}

fn diagnostic(group: &[&Finding], report: &Report, renderer: &Renderer, out: &mut String) {
    let Some(first) = group.first() else { return };
    let verdict = &first.verdict;
    let mut message = first.message.clone();
    if group.len() > 1 {
        let others: Vec<String> = group[1..].iter().take(3).map(|other| format!("`{}`", other.verdict.subject.id)).collect();
        let more = if group.len() > 4 { format!(" and {} more", group.len() - 4) } else { String::new() };
        let _ = write!(message, " (the same for {}{more})", others.join(", "));
    }
    if !first.scenarios.is_empty() {
        let shown: Vec<&str> = first.scenarios.iter().take(3).map(smol_str::SmolStr::as_str).collect();
        let more = if first.scenarios.len() > 3 { format!(" and {} more", first.scenarios.len() - 3) } else { String::new() };
        let _ = write!(message, " (when {}{more})", shown.join(" or "));
    }
    let primary = line_of(verdict.place, &report.snapshot);
    let related: Vec<_> = verdict
        .related
        .iter()
        .filter_map(|related| Some((related.message.as_str(), line_of(related.place, &report.snapshot)?)))
        .collect();
    let page = find(first.control).map(stockade_controls::Control::page);
    let title = level(first).primary_title(&message).id(first.control);
    let mut main = match &primary {
        Some(line) => title.element(line.snippet(AnnotationKind::Primary, "")),
        None => title.element(Level::NOTE.message("the deployment as a whole")),
    };
    for (message, line) in &related {
        main = main.element(line.snippet(AnnotationKind::Context, message));
    }
    let remediation = page.map(|page| page.remediation.clone()).unwrap_or_default();
    let help = match verdict.outcome {
        Outcome::Fail => remediation,
        Outcome::Unknown => {
            verdict.settled_by.as_ref().map(|settled| format!("settled by {settled}")).unwrap_or_default()
        }
        _ => String::new(),
    };
    if !help.is_empty() {
        main = main.element(Level::HELP.message(&help));
    }
    let fixable = first.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display);
    let fix = fixable.map(|fix| format!("{} fix: {}", fix.applicability.name(), fix.description));
    if let Some(fix) = &fix {
        main = main.element(Level::HELP.with_name("fix").message(fix));
    }
    let possible = verdict.confidence == Confidence::Possible && verdict.outcome == Outcome::Fail;
    if possible {
        main = main.element(Level::NOTE.message("possible: it depends on values that a deployment may or may not have"));
    }
    let _ = writeln!(out, "{}\n", renderer.render(&[main]));
}

/// The line of a place, and where in it the place lies.
struct Line<'a> {
    path: &'a str,
    text: &'a str,
    number: usize,
    range: std::ops::Range<usize>,
}

impl<'a> Line<'a> {
    fn snippet(&'a self, kind: AnnotationKind, label: &'a str) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let annotation = kind.span(self.range.clone());
        let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
        Snippet::source(self.text).line_start(self.number).path(self.path).annotation(annotation)
    }
}

/// Only the first line of a place is shown: the place of a mapping may be long.
fn line_of(place: Place, snapshot: &Snapshot) -> Option<Line<'_>> {
    let source = snapshot.source(place.file)?;
    let text = &source.text;
    let mut at = (place.span.start as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(source.content_offset(), |newline| newline + 1).min(at);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let line = text[start..end].trim_end_matches('\r');
    let last = (place.span.end as usize).clamp(at, start + line.len().max(at - start));
    let last = (at..=last).rev().find(|candidate| text.is_char_boundary(*candidate)).unwrap_or(at);
    let range = at - start..(last - start).max(at - start);
    let number = source.position(place.span.start).line as usize;
    // A line of a minified template is cut down to what is around the place.
    Some(shortened(Line { path: source.path.as_str(), text: line, number, range }))
}

fn shortened(line: Line<'_>) -> Line<'_> {
    const AROUND: usize = 120;
    if line.text.len() <= 400 {
        return line;
    }
    let mut from = line.range.start.saturating_sub(AROUND);
    while !line.text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (line.range.end.min(line.range.start + AROUND) + AROUND).min(line.text.len());
    while !line.text.is_char_boundary(to) {
        to -= 1;
    }
    let range = line.range.start - from..line.range.end.min(to) - from;
    Line { text: &line.text[from..to], range, ..line }
}

fn notices(report: &Report, out: &mut String) {
    let mut kinds: BTreeMap<&str, Vec<&stockade_project::Notice>> = BTreeMap::new();
    for notice in &report.notices {
        kinds.entry(notice.kind).or_default().push(notice);
    }
    for (kind, notices) in kinds {
        for notice in notices.iter().take(NOTICES) {
            let at = notice.place.and_then(|place| {
                let source = report.snapshot.source(place.file)?;
                let position = source.position(place.span.start);
                Some(format!(":{}:{}", position.line, position.column))
            });
            let _ = writeln!(out, "notice[{kind}]: {}{}: {}", notice.path, at.unwrap_or_default(), notice.message);
        }
        if notices.len() > NOTICES {
            let _ = writeln!(out, "notice[{kind}]: and {} more", notices.len() - NOTICES);
        }
    }
    if !report.notices.is_empty() {
        out.push('\n');
    }
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn scorecard(report: &Report, out: &mut String) {
    let summary = &report.summary;
    let judged = summary.by_family.iter().filter(|(_, counts)| counts.pass + counts.fail + counts.unknown > 0);
    let judged: Vec<_> = judged.collect();
    if !judged.is_empty() {
        let _ = writeln!(out, "family   passed   failed  unknown   waived  baselined  not judged by this version");
        for (family, counts) in judged {
            let _ = writeln!(
                out,
                "{family:<6} {:>8} {:>8} {:>8} {:>8} {:>10} {:>11}",
                counts.pass, counts.fail, counts.unknown, counts.waived, counts.baselined, counts.not_judged
            );
        }
        let others: usize = summary
            .by_family
            .iter()
            .filter(|(_, counts)| counts.pass + counts.fail + counts.unknown == 0)
            .map(|(_, counts)| counts.not_judged)
            .sum();
        let _ = writeln!(out, "{:<6} {:>8} {:>8} {:>8} {:>8} {:>10} {others:>11}\n", "others", "", "", "", "", "");
    }
    if summary.unknown_share > 0.0 {
        let reasons: Vec<String> =
            summary.unknown_reasons.iter().take(3).map(|(reason, count)| format!("{reason} ({count})")).collect();
        let _ = writeln!(out, "unknown: {:.1} % of what was judged; most by: {}", summary.unknown_share * 100.0, reasons.join(", "));
    }
    let functions: usize = report.deployments.iter().map(|deployment| deployment.functions).sum();
    let resources: usize = report.deployments.iter().map(|deployment| deployment.resources).sum();
    let files = &report.files;
    let _ = write!(
        out,
        "judged {} in {} ({}, {}) by {}",
        plural(files.judged, "template"),
        plural(report.deployments.len(), "deployment"),
        plural(resources, "resource"),
        plural(functions, "function"),
        plural(summary.controls, "control"),
    );
    let aside = [
        (files.not_template, "no template"),
        (files.unsupported, "not supported yet"),
        (files.failed, "not readable"),
    ];
    let aside: Vec<String> =
        aside.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !aside.is_empty() {
        let _ = write!(out, "; other files: {}", aside.join(", "));
    }
    out.push('\n');
    let failures: usize = summary.by_severity.iter().map(|(_, count)| count).sum();
    if failures == 0 {
        let _ = writeln!(out, "no findings");
    } else {
        let parts: Vec<String> = summary
            .by_severity
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| format!("{count} {}", severity.name()))
            .collect();
        let _ = writeln!(out, "{}: {}", plural(failures, "finding"), parts.join(", "));
    }
}
