//! Findings that follow from another one: short lines below their root.

use crate::Listed;
use std::collections::HashMap;
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_model::{Finding, Fingerprint, Outcome};

/// So many consequences of a root are shown; the JSON report has all.
const SHOWN: usize = 8;

/// The findings that are shown below others; by default none.
#[derive(Default)]
pub(crate) struct Consequences<'a> {
    /// For each finding of the report, whether it follows from one that is listed.
    follows: Vec<bool>,
    /// What follows from a finding, by its fingerprint, which is its own within the deployment.
    below: HashMap<(usize, &'a Fingerprint), Vec<&'a Finding>>,
}

impl<'a> Consequences<'a> {
    pub fn of(report: &'a Report, listed: &Listed) -> Self {
        let findings = &report.findings;
        let mut consequences = Self { follows: vec![false; findings.len()], below: HashMap::new() };
        if findings.iter().all(|finding| finding.cause.is_none()) {
            return consequences;
        }
        let by_fingerprint: HashMap<(usize, &Fingerprint), &Finding> = findings
            .iter()
            .filter(|finding| listed.shows(finding))
            .map(|finding| ((finding.deployment, &finding.fingerprint), finding))
            .collect();
        let cause = |finding: &'a Finding| {
            by_fingerprint.get(&(finding.deployment, finding.cause.as_ref()?)).copied()
        };
        for (at, finding) in findings.iter().enumerate() {
            if !listed.shows(finding) {
                continue;
            }
            // A consequence of a consequence stands below the root of both.
            let chain = std::iter::successors(cause(finding), |finding| cause(finding));
            if let Some(root) = chain.take(findings.len()).last() {
                consequences.follows[at] = true;
                consequences.below.entry((root.deployment, &root.fingerprint)).or_default().push(finding);
            }
        }
        consequences
    }

    /// Whether the finding of that index is shown below another.
    pub fn is_one(&self, at: usize) -> bool {
        self.follows.get(at).copied().unwrap_or_default()
    }

    /// What follows from the findings of a group.
    pub fn of_group(&self, group: &[&Finding]) -> Vec<&'a Finding> {
        let below = group.iter().filter_map(|root| self.below.get(&(root.deployment, &root.fingerprint)));
        below.flatten().copied().collect()
    }

    /// One line for each consequence of the findings of a group.
    pub fn below(&self, group: &[&Finding], report: &Report, out: &mut String) {
        let all = self.of_group(group);
        for finding in all.iter().take(SHOWN) {
            let _ = writeln!(out, "    {}", line(finding, report));
        }
        if all.len() > SHOWN {
            let more = all.len() - SHOWN;
            let _ = writeln!(out, "    and {more} more that follow from it; `--format json` lists all");
        }
    }
}

fn line(finding: &Finding, report: &Report) -> String {
    let place = finding.verdict.place;
    let at = report.snapshot.source(place.file).map(|source| {
        let position = source.position(place.span.start);
        format!(" ({}:{}:{})", source.path, position.line, position.column)
    });
    let word = match finding.verdict.outcome {
        Outcome::Fail => finding.severity.name(),
        other => other.name(),
    };
    format!("follows: {word}[{}]: {}{}", finding.control, finding.message, at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_check::Request;

    const TEMPLATE: &str = "\
Resources:
  First: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.8, Role: arn:aws:iam::123456789012:role/r}}
  Second: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.9, Role: arn:aws:iam::123456789012:role/r}}
";

    fn report() -> (tempfile::TempDir, Report) {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("t.yaml")).unwrap();
        std::fs::write(&path, TEMPLATE).unwrap();
        let report = stockade_check::check(&Request {
            profile: Some(stockade_model::Profile::Regulated),
            ..Request::new(vec![path], "2026-11-24".parse().unwrap())
        });
        (folder, report)
    }

    fn at(report: &Report, control: &str, id: &str) -> usize {
        let is = |one: &Finding| one.control == control && one.verdict.subject.id == id;
        report.findings.iter().position(is).unwrap()
    }

    #[test]
    fn consequences_of_a_chain_stand_as_short_lines_below_its_root_and_are_still_counted() {
        let (_guard, mut report) = report();
        let plain = crate::text(&report, &Listed::default());
        let root = at(&report, "IAM-01", "First");
        let middle = at(&report, "RT-01", "First");
        let last = at(&report, "RT-01", "Second");
        report.findings[middle].cause = Some(report.findings[root].fingerprint.clone());
        report.findings[last].cause = Some(report.findings[middle].fingerprint.clone());
        let text = anstream::adapter::strip_str(&crate::text(&report, &Listed::default())).to_string();
        let count = |needle: &str| text.matches(needle).count();
        assert_eq!((count("\n    follows: medium[RT-01]: "), count("\nmedium[RT-01]: ")), (2, 0), "{text}");
        let (before, below) = text.split_once("    follows: ").unwrap();
        assert!(before.rsplit("\n\n").next().unwrap().contains("[IAM-01]"), "{text}");
        assert!(below.contains("t.yaml:2:"), "{below}");
        let markdown = crate::markdown::markdown(&report, &Listed::default()).text;
        assert_eq!(markdown.matches("\n- follows: **medium** RT-01: ").count(), 2, "{markdown}");
        let last_line = |text: &str| text.trim_end().rsplit('\n').next().unwrap().to_owned();
        assert_eq!(last_line(&text), last_line(&plain));
    }

    #[test]
    fn a_consequence_whose_root_is_not_listed_stands_alone() {
        let (_guard, mut report) = report();
        let (root, other) = (at(&report, "IAM-01", "First"), at(&report, "RT-01", "First"));
        report.findings[other].cause = Some(report.findings[root].fingerprint.clone());
        report.findings[root].verdict.outcome = Outcome::Unknown;
        let text =
            anstream::adapter::strip_str(&crate::text(&report, &Listed(vec![Outcome::Fail]))).to_string();
        assert!(!text.contains("follows:"), "{text}");
    }
}
