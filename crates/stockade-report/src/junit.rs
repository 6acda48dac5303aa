//! JUnit XML: a test suite a control, a test case a subject.
//!
//! The form is that of Jenkins's `junit-10.xsd`. GitLab shows a test by its class name and name and drops the second of
//! two that have both the same; Jenkins groups tests by the part of the class name before the last dot. So the class is
//! family and control (`EP.EP-01`), and the name is the deployment and the subject, which outlive edits.

use crate::Listed;
use crate::anchors::Anchors;
use crate::groups::headline;
use crate::waived::reason;
use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::collections::{BTreeMap, HashSet};
use std::io;
use stockade_check::Report;
use stockade_controls::{Page, find};
use stockade_model::{Finding, Outcome};

/// The class of the tests that stand for inputs.
const INPUT: &str = "input";

/// A test case.
struct Case {
    class: String,
    name: String,
    result: Status,
    message: String,
    /// The type of a failure: its severity.
    kind: &'static str,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Passed,
    Skipped,
    Failed,
    /// The input could not be judged.
    Error,
}

/// A test suite.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

impl Suite {
    fn count(&self, result: Status) -> usize {
        self.cases.iter().filter(|case| case.result == result).count()
    }
}

/// The report as JUnit XML.
pub(crate) fn junit(report: &Report, listed: &Listed) -> String {
    let suites = suites(report, listed);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = write(&mut writer, &suites);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str(&String::from_utf8(writer.into_inner()).unwrap_or_default());
    text.push('\n');
    text
}

fn suites(report: &Report, listed: &Listed) -> Vec<Suite> {
    let anchors = Anchors::new(report);
    let mut by_control: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| listed.lists(finding.verdict.outcome)) {
        by_control.entry(finding.control).or_default().push(finding);
    }
    let mut suites: Vec<Suite> = by_control
        .into_iter()
        .map(|(control, findings)| {
            let page = find(control).map(stockade_controls::Control::page);
            let mut names = HashSet::new();
            let cases = findings.into_iter().map(|finding| {
                let mut case = case(finding, page, report, &anchors);
                if !names.insert(case.name.clone()) {
                    case.name = format!("{} {}", case.name, finding.fingerprint.0);
                }
                case
            });
            Suite {
                name: format!("{control} {}", page.map_or("", |page| page.row.slug)),
                cases: cases.collect(),
            }
        })
        .collect();
    if !report.problems.is_empty() {
        let cases = report.problems.iter().map(|problem| Case {
            class: INPUT.to_owned(),
            name: anchors.file(&problem.path).path,
            result: Status::Error,
            message: problem.message.clone(),
            kind: INPUT,
            text: problem.message.clone(),
        });
        suites.push(Suite { name: "inputs that could not be judged".to_owned(), cases: cases.collect() });
    }
    suites
}

fn case(finding: &Finding, page: Option<&Page>, report: &Report, anchors: &Anchors) -> Case {
    let verdict = &finding.verdict;
    let deployment = report.deployments.get(finding.deployment);
    let deployment = deployment.map(|deployment| anchors.file(&deployment.name).path).unwrap_or_default();
    let part = verdict.subject.part.as_ref().map(|part| format!(" {part}")).unwrap_or_default();
    let message = headline(&[finding], report);
    let result = match verdict.outcome {
        Outcome::Fail if finding.is_live() => Status::Failed,
        Outcome::Fail | Outcome::Unknown => Status::Skipped,
        Outcome::Pass | Outcome::NotApplicable => Status::Passed,
    };
    let mut text = String::new();
    if result == Status::Failed {
        let anchor = anchors.finding(finding);
        let (line, column) = (anchor.start.line, anchor.start.column);
        text = format!("{message}\nat {}:{line}:{column}\n", anchor.file.path);
        for related in &verdict.related {
            if let Some(anchor) = anchors.place(related.place) {
                let (line, column) = (anchor.start.line, anchor.start.column);
                text.push_str(&format!("   {}:{line}:{column}: {}\n", anchor.file.path, related.message));
            }
        }
        text.push_str(&format!("help: {}\n", finding.remediation));
        text.push_str(&format!("fingerprint: {}\n", finding.fingerprint.0));
    }
    let because = match (&finding.waived, &verdict.settled_by) {
        (Some(waived), _) => {
            let until = waived.until.map(|until| format!(" until {until}")).unwrap_or_default();
            format!("; waived{until}: {}", reason(waived))
        }
        (None, _) if finding.baselined => "; known before".to_owned(),
        (None, Some(by)) if verdict.outcome == Outcome::Unknown => format!("; settled by {by}"),
        (None, _) => String::new(),
    };
    Case {
        class: format!("{}.{}", page.map_or("", |page| page.row.family), finding.control),
        name: format!("{deployment}: {}{part}", verdict.subject.id),
        result,
        message: format!("{message}{because}"),
        kind: finding.severity.name(),
        text,
    }
}

fn write(writer: &mut Writer<Vec<u8>>, suites: &[Suite]) -> io::Result<()> {
    let total = |result: fn(&Suite) -> usize| suites.iter().map(result).sum::<usize>().to_string();
    let tests = total(|suite| suite.cases.len());
    let failures = total(|suite| suite.count(Status::Failed));
    let errors = total(|suite| suite.count(Status::Error));
    writer
        .create_element("testsuites")
        .with_attribute(("name", "Stockade"))
        .with_attribute(("tests", tests.as_str()))
        .with_attribute(("failures", failures.as_str()))
        .with_attribute(("errors", errors.as_str()))
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(writer, suite)))?;
    Ok(())
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &Suite) -> io::Result<()> {
    let count = |result| suite.count(result).to_string();
    writer
        .create_element("testsuite")
        .with_attribute(("name", legal(&suite.name).as_str()))
        .with_attribute(("tests", suite.cases.len().to_string().as_str()))
        .with_attribute(("failures", count(Status::Failed).as_str()))
        .with_attribute(("errors", count(Status::Error).as_str()))
        .with_attribute(("skipped", count(Status::Skipped).as_str()))
        .with_attribute(("time", "0"))
        .write_inner_content(|writer| suite.cases.iter().try_for_each(|case| write_case(writer, case)))?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let (class, name, message) = (legal(&case.class), legal(&case.name), legal(&case.message));
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", class.as_str()))
        .with_attribute(("name", name.as_str()))
        .with_attribute(("time", "0"));
    let inner = match case.result {
        Status::Passed => {
            element.write_empty()?;
            return Ok(());
        }
        Status::Skipped => "skipped",
        Status::Failed => "failure",
        Status::Error => "error",
    };
    element.write_inner_content(|writer| {
        let element = writer.create_element(inner).with_attribute(("message", message.as_str()));
        if case.result == Status::Skipped {
            // GitLab shows what stands inside, Jenkins the message.
            element.write_text_content(BytesText::new(&message))?;
        } else {
            let text = legal(&case.text);
            element.with_attribute(("type", case.kind)).write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// XML has no way to write most control characters.
fn legal(text: &str) -> String {
    let is_legal = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|character| if is_legal(character) { character } else { '\u{fffd}' }).collect()
}
