//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! The form is that of "Workflow commands for GitHub Actions", the escaping that of `@actions/core` (`command.ts`).

use crate::Listed;
use crate::anchors::{Anchor, Anchors};
use crate::consequences::Consequences;
use crate::groups::{grouped, headline};
use crate::totals::{self, plural};
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_controls::find;
use stockade_model::{Finding, Severity};

/// GitHub shows so many annotations of each level for a step.
const SHOWN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low => Self::Notice,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    /// One notice is kept for the summary.
    fn room(self) -> usize {
        if self == Self::Notice { SHOWN - 1 } else { SHOWN }
    }
}

/// One thing to say.
struct Annotation {
    level: Level,
    anchor: Option<Anchor>,
    file: String,
    title: String,
    message: String,
    /// How many findings it stands for.
    findings: usize,
}

/// The report as annotations, the worst first; what GitHub would not show is printed without becoming one. The last
/// line tells how many there are of both.
pub(crate) fn github(report: &Report) -> String {
    let mut out = String::new();
    let (mut errors, mut warnings, mut notices) = (0, 0, 0);
    let (mut annotated, mut in_log) = (0, 0);
    for annotation in annotations(report) {
        let used = match annotation.level {
            Level::Error => &mut errors,
            Level::Warning => &mut warnings,
            Level::Notice => &mut notices,
        };
        if *used < annotation.level.room() {
            *used += 1;
            annotated += annotation.findings;
            let _ = writeln!(out, "{}", annotation.command());
        } else {
            in_log += annotation.findings;
            let _ = writeln!(out, "{}", annotation.line());
        }
    }
    let mut summary = totals::findings(report);
    if in_log > 0 {
        let _ = write!(
            summary,
            "; {annotated} annotated, the worst first, and {in_log} in the log of this step only"
        );
    }
    if !report.problems.is_empty() {
        let _ = write!(summary, "; {} could not be judged", plural(report.problems.len(), "input"));
    }
    let _ = writeln!(out, "::notice title={}::{}", property("Stockade"), data(&summary));
    out
}

fn annotations(report: &Report) -> Vec<Annotation> {
    let anchors = Anchors::new(report);
    let mut all: Vec<Annotation> = Vec::new();
    for problem in &report.problems {
        let anchor = problem.place.and_then(|place| anchors.place(place));
        all.push(Annotation {
            level: Level::Error,
            file: anchors.file(&problem.path).path,
            anchor,
            title: "input that could not be judged".to_owned(),
            message: problem.message.clone(),
            findings: 0,
        });
    }
    let mut groups: Vec<Vec<&Finding>> = grouped(report, &Listed::failures(), &Consequences::default());
    groups.sort_by_key(|group| std::cmp::Reverse(group[0].severity));
    all.extend(groups.iter().map(|group| {
        let first = group[0];
        let page = find(first.control).map(stockade_controls::Control::page);
        let anchor = anchors.finding(first);
        let mut message = headline(group, report);
        let elsewhere = group.iter().filter(|other| other.verdict.place != first.verdict.place).count();
        if elsewhere > 0 {
            let _ = write!(message, " (and {elsewhere} more)");
        }
        if !first.remediation.is_empty() {
            let _ = write!(message, "\nhelp: {}", first.remediation);
        }
        Annotation {
            level: Level::of(first.severity),
            file: anchor.file.path.clone(),
            anchor: Some(anchor),
            title: format!(
                "{} {} ({})",
                first.control,
                page.map_or("", |page| &page.title),
                first.severity.name()
            ),
            message,
            findings: group.iter().map(|finding| finding.instances.len().max(1)).sum(),
        }
    }));
    all
}

impl Annotation {
    fn command(&self) -> String {
        let mut place = format!("file={}", property(&self.file));
        if let Some(Anchor { start, end, .. }) = &self.anchor {
            let (line, column) = (start.line, start.column);
            let _ = write!(place, ",line={line},endLine={},col={column}", end.line);
        }
        format!("::{} {place},title={}::{}", self.level.name(), property(&self.title), data(&self.message))
    }

    /// A line of the log that is no command, whatever stands in it.
    fn line(&self) -> String {
        let place = match &self.anchor {
            Some(anchor) => format!("{}:{}:{}", self.file, anchor.start.line, anchor.start.column),
            None => self.file.clone(),
        };
        let first = self.message.lines().next().unwrap_or_default();
        let line = format!("{}: {place}: {}: {first}", self.level.name(), self.title);
        // The runner still takes commands of an older form from the middle of a line.
        line.replace(['\r', '\n'], " ").replace("##[", "## [")
    }
}

/// A message as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_properties_are_escaped_as_the_runner_reads_them() {
        assert_eq!(data("100 %\r\nof a: b, c"), "100 %25%0D%0Aof a: b, c");
        assert_eq!(property("a:b,c%d\n"), "a%3Ab%2Cc%25d%0A");
    }

    #[test]
    fn a_line_of_the_log_is_no_command() {
        let annotation = Annotation {
            level: Level::Error,
            anchor: None,
            file: "::error::a\n::b".to_owned(),
            title: "t".to_owned(),
            message: "##[add-mask]x\n::stop-commands::y".to_owned(),
            findings: 1,
        };
        assert_eq!(annotation.line(), "error: ::error::a ::b: t: ## [add-mask]x");
    }
}
