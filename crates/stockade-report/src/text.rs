//! Findings for people: rustc's style, with the source line, then a scorecard.

use crate::Listed;
use crate::concealed::Concealed;
use crate::consequences::Consequences;
use crate::groups::{OTHERS, grouped, headline};
use crate::totals;
use crate::waived::accepted;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stockade_check::{FamilySummary, Report};
use stockade_model::{Applicability, Confidence, Finding, Outcome, Place, Severity};
use stockade_project::Snapshot;

/// So many notices of a kind are printed; the JSON report has all.
const NOTICES: usize = 3;

/// Places at most so many lines apart are shown in one excerpt.
const REACH: usize = 200;

/// The longest line that is shown whole, and how much is shown around a place of a longer one, in bytes.
const LONGEST: usize = 400;
const AROUND: usize = 120;

/// The report as text, with ANSI colours that the caller may strip.
#[must_use]
pub fn text(report: &Report, listed: &Listed) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let sources = Sources { snapshot: &report.snapshot, concealed: Concealed::of(report) };
    let mut out = String::new();
    for problem in &report.problems {
        let message = format!("{}: {}", problem.path, problem.message);
        let title = Level::ERROR.primary_title(&message);
        let lines = problem.place.map(|place| Lines::collect(place, &[], &sources)).unwrap_or_default();
        let group = match lines.first() {
            Some(lines) => Level::ERROR.primary_title(&problem.message).element(lines.snippet()),
            None => Group::with_title(title),
        };
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    let consequences = Consequences::of(report, listed);
    for group in grouped(report, listed, &consequences) {
        diagnostic(&group, report, &sources, &renderer, &mut out);
        consequences.below(&group, report, &mut out);
        out.push('\n');
    }
    accepted(report, &mut out);
    notices(report, &mut out);
    scorecard(report, &mut out);
    out
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

fn diagnostic(group: &[&Finding], report: &Report, sources: &Sources, renderer: &Renderer, out: &mut String) {
    let Some(first) = group.first() else { return };
    let verdict = &first.verdict;
    let mut message = headline(group, report);
    let mut marks: Vec<(Place, String)> =
        verdict.related.iter().map(|related| (related.place, related.message.clone())).collect();
    let same: Vec<&&Finding> = group[1..]
        .iter()
        .filter(|other| {
            let place = other.verdict.place;
            place != verdict.place && !marks.iter().any(|(known, _)| *known == place)
        })
        .collect();
    for other in same.iter().take(OTHERS) {
        marks.push((other.verdict.place, "the same here".into()));
    }
    if !same.is_empty() {
        let _ = write!(message, " (and {} more)", same.len());
    }
    let snippets = Lines::collect(verdict.place, &marks, sources);
    let title = level(first).primary_title(&message).id(first.control);
    let mut main = Group::with_title(title);
    for lines in &snippets {
        main = main.element(lines.snippet());
    }
    let help = match verdict.outcome {
        Outcome::Fail => first.remediation.to_string(),
        Outcome::Unknown => {
            verdict.settled_by.as_ref().map(|by| format!("settled by {by}")).unwrap_or_default()
        }
        _ => String::new(),
    };
    let hidden = same.len().saturating_sub(OTHERS);
    let hidden = format!("{hidden} more in this deployment; `--format json` lists all");
    if same.len() > OTHERS {
        main = main.element(Level::NOTE.message(&hidden));
    }
    if !help.is_empty() {
        main = main.element(Level::HELP.message(&help));
    }
    let fixable = first.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display);
    let fix = fixable.map(|fix| format!("({}) {}", fix.applicability.name(), fix.description));
    if let Some(fix) = &fix {
        main = main.element(Level::HELP.with_name("fix").message(fix));
    }
    if verdict.confidence == Confidence::Possible && verdict.outcome == Outcome::Fail {
        main = main.element(
            Level::NOTE.message("possible: it depends on values that a deployment may or may not have"),
        );
    }
    let _ = writeln!(out, "{}", renderer.render(&[main]));
}

/// Lines of one file that are shown together, with what is marked in them.
struct Lines<'a> {
    path: &'a str,
    text: &'a str,
    number: usize,
    marks: Vec<(AnnotationKind, std::ops::Range<usize>, String)>,
}

impl<'a> Lines<'a> {
    /// The primary place and the others; those within reach in the same file share one excerpt. A remark on the
    /// primary line becomes the primary mark's label.
    fn collect(primary: Place, marks: &[(Place, String)], sources: &'a Sources) -> Vec<Lines<'a>> {
        let Some(first) = line_of(primary, sources) else { return Vec::new() };
        let mut label = String::new();
        let mut excerpts: Vec<Vec<Marked<'a>>> = Vec::new();
        let mut main = vec![];
        for (place, message) in marks {
            let Some(line) = line_of(*place, sources) else { continue };
            if place.file == primary.file && line.number == first.number {
                if label.is_empty() {
                    label.clone_from(message);
                }
            } else if place.file == primary.file
                && line.number.abs_diff(first.number) <= REACH
                && !first.cut
                && !line.cut
            {
                main.push((AnnotationKind::Context, line, message.clone()));
            } else {
                excerpts.push(vec![(AnnotationKind::Context, line, message.clone())]);
            }
        }
        main.insert(0, (AnnotationKind::Primary, first, label));
        excerpts.insert(0, main);
        excerpts.into_iter().map(Self::join).collect()
    }

    fn join(lines: Vec<Marked<'a>>) -> Lines<'a> {
        let (whole, path) = (lines[0].1.whole, lines[0].1.path);
        let start = lines.iter().map(|(_, line, _)| line.start).min().unwrap_or(0);
        let end = lines.iter().map(|(_, line, _)| line.start + line.length).max().unwrap_or(start);
        let number = lines.iter().map(|(_, line, _)| line.number).min().unwrap_or(1);
        let marks = lines
            .into_iter()
            .map(|(kind, line, label)| {
                let from = line.start - start;
                (kind, from + line.range.start..from + line.range.end, label)
            })
            .collect();
        Lines { path, text: &whole[start..end], number, marks }
    }

    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let mut snippet = Snippet::source(self.text).line_start(self.number).path(self.path);
        for (kind, range, label) in &self.marks {
            let annotation = kind.span(range.clone());
            snippet = snippet.annotation(if label.is_empty() {
                annotation
            } else {
                annotation.label(label.as_str())
            });
        }
        snippet
    }
}

/// The files, and what may be shown of them.
struct Sources<'a> {
    snapshot: &'a Snapshot,
    concealed: Concealed,
}

/// A line with what is said of it.
type Marked<'a> = (AnnotationKind, Line<'a>, String);

/// The line of a place, and where in it the place lies.
struct Line<'a> {
    path: &'a str,
    whole: &'a str,
    /// The first byte of what is shown of the line, and how much is shown.
    start: usize,
    length: usize,
    number: usize,
    /// The place, from `start`.
    range: std::ops::Range<usize>,
    /// Whether the line is too long to be shown whole.
    cut: bool,
}

/// Only the first line of a place is shown: the place of a mapping may be long.
fn line_of<'a>(place: Place, sources: &'a Sources) -> Option<Line<'a>> {
    let source = sources.snapshot.source(place.file)?;
    let text = sources.concealed.text(place.file).unwrap_or(&source.text);
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let at = boundary(place.span.start as usize).max(source.content_offset());
    let start = text[..at].rfind('\n').map_or(source.content_offset(), |newline| newline + 1).min(at);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let end = start + text[start..end].trim_end_matches('\r').len();
    let last = boundary((place.span.end as usize).clamp(at.min(end), end.max(at)));
    let number = source.position(place.span.start).line as usize;
    let mut line = Line {
        path: source.path.as_str(),
        whole: text,
        start,
        length: end.max(at) - start,
        number,
        range: at - start..last - start,
        cut: false,
    };
    if line.length > LONGEST {
        // A line of a minified template is cut down to what is around the place.
        let from = boundary(at.saturating_sub(AROUND)).max(start);
        let to = boundary(last.min(at + AROUND) + AROUND).min(end);
        line =
            Line { start: from, length: to - from, range: at - from..last.min(to) - from, cut: true, ..line };
    }
    Some(line)
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
            let _ = writeln!(
                out,
                "notice[{kind}]: {}{}: {}",
                notice.path,
                at.unwrap_or_default(),
                notice.message
            );
        }
        if notices.len() > NOTICES {
            let _ = writeln!(out, "notice[{kind}]: and {} more", notices.len() - NOTICES);
        }
    }
    if !report.notices.is_empty() {
        out.push('\n');
    }
}

fn scorecard(report: &Report, out: &mut String) {
    let summary = &report.summary;
    let is_judged = |counts: &FamilySummary| {
        counts.pass + counts.fail + counts.unknown + counts.waived + counts.baselined > 0
    };
    let judged: Vec<_> = summary.by_family.iter().filter(|(_, counts)| is_judged(counts)).collect();
    if !judged.is_empty() {
        let _ = writeln!(
            out,
            "family   passed   failed  unknown   waived  baselined  not judged by this version"
        );
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
            .filter(|(_, counts)| !is_judged(counts))
            .map(|(_, counts)| counts.not_judged)
            .sum();
        let _ = writeln!(
            out,
            "{:<6} {:>8} {:>8} {:>8} {:>8} {:>10} {others:>11}\n",
            "others", "", "", "", "", ""
        );
    }
    if summary.unknown_share > 0.0 {
        let reasons: Vec<String> = summary
            .unknown_reasons
            .iter()
            .take(3)
            .map(|(reason, count)| format!("{reason} ({count})"))
            .collect();
        let _ = writeln!(
            out,
            "unknown: {:.1} % of what was judged; most by: {}",
            summary.unknown_share * 100.0,
            reasons.join(", ")
        );
    }
    let _ = writeln!(out, "{}\n{}", totals::judged(report), totals::findings(report));
}
