//! Every control's page is its test: front matter against the catalogue, messages, fixtures.

use crate::run::{folder, judge};
use std::collections::BTreeSet;
use stockade_controls::{CONTROLS, Control, Page, Wording};
use stockade_model::Outcome;

fn each(test: impl Fn(&Control, &mut Vec<String>)) {
    let mut faults = Vec::new();
    for control in CONTROLS.iter() {
        test(control, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn front_matter_is_that_of_the_catalogue() {
    each(|control, faults| {
        let row = control.page().row;
        for (key, expected) in [
            ("id", row.id),
            ("slug", row.slug),
            ("severity", row.severity.name()),
            ("profile", row.profile.name()),
            ("scope", row.scope),
            ("subject", row.subject),
            ("basis", row.basis),
        ] {
            let declared = Page::declared(control.text(), key);
            if declared != expected {
                faults.push(format!("{}: {key} is `{declared}`, in the catalogue `{expected}`", row.id));
            }
        }
    });
}

#[test]
fn pages_have_what_a_reader_needs() {
    each(|control, faults| {
        let page = control.page();
        let id = page.row.id;
        let missing = |what: &str| format!("{id}: the page has no {what}");
        if page.title.is_empty() || page.remediation(&Wording::default()).is_empty() || page.since.is_empty()
        {
            faults.push(missing("title, remediation or since"));
        }
        for key in ["fail", "unknown", "pass"] {
            if !page.message_keys().any(|known| known == key) {
                faults.push(missing(&format!("`{key}` message")));
            }
        }
        for heading in ["## Why", "## What decides it", "## How to mend it", "## Examples"] {
            if !page.body.contains(heading) {
                faults.push(missing(heading));
            }
        }
        let fixtures = page.fixtures(control.text());
        for outcome in [Outcome::Fail, Outcome::Pass, Outcome::Unknown] {
            if !fixtures.iter().any(|fixture| fixture.outcome == outcome) {
                faults.push(missing(&format!("`{}` fixture", outcome.name())));
            }
        }
        let (terraform, templates): (Vec<_>, Vec<_>) =
            fixtures.iter().partition(|fixture| fixture.is_terraform());
        for (what, mark) in [("SAM", true), ("CloudFormation", false)] {
            if !templates.iter().any(|fixture| fixture.text.contains("AWS::Serverless-2016-10-31") == mark) {
                faults.push(missing(&format!("{what} fixture")));
            }
        }
        match &page.no_terraform {
            Some(why) if why.is_empty() || !terraform.is_empty() => {
                faults.push(missing("reason to have no Terraform fixture, or has one"));
            }
            Some(_) => {}
            None => {
                for outcome in [Outcome::Fail, Outcome::Pass] {
                    if !terraform.iter().any(|fixture| fixture.outcome == outcome) {
                        faults.push(missing(&format!("`{}` fixture in Terraform (`hcl`)", outcome.name())));
                    }
                }
            }
        }
    });
}

#[test]
fn fixtures_get_the_verdicts_that_they_name() {
    each(|control, faults| {
        let page = control.page();
        for fixture in page.fixtures(control.text()) {
            let (_guard, path) = folder(fixture.name, &fixture.text);
            if let Some(configuration) = Page::configuration(control.text()) {
                std::fs::write(path.with_file_name("stockade.toml"), configuration).unwrap();
            }
            let report = judge(&[&path]);
            let at = format!("{}: the fixture at line {}", page.row.id, fixture.line);
            for problem in &report.problems {
                faults.push(format!("{at}: {}", problem.message));
            }
            let found: Vec<_> =
                report.findings.iter().filter(|finding| finding.control == page.row.id).collect();
            let highest = found.iter().map(|finding| finding.verdict.outcome).max();
            if highest != Some(fixture.outcome) {
                faults.push(format!("{at}: expected {:?}, got {highest:?}", fixture.outcome));
            }
            for finding in &found {
                if finding.message.contains('{')
                    && !finding.message.contains("${")
                    && !finding.message.contains("{{")
                {
                    faults.push(format!("{at}: an argument is missing in `{}`", finding.message));
                }
                if finding.verdict.outcome == Outcome::Unknown && finding.verdict.settled_by.is_none() {
                    faults.push(format!("{at}: an unknown says nothing of what would settle it"));
                }
            }
            // Every mark has its verdict and every failure or unknown its mark, line by line. JSON has no comments.
            let expected: BTreeSet<(u32, Outcome)> =
                fixture.expected.iter().map(|expected| (expected.line, expected.outcome)).collect();
            let actual: BTreeSet<(u32, Outcome)> = found
                .iter()
                .filter(|finding| matches!(finding.verdict.outcome, Outcome::Fail | Outcome::Unknown))
                .map(|finding| {
                    let place = finding.verdict.place;
                    let source = report.snapshot.source(place.file).unwrap();
                    (source.position(place.span.start).line, finding.verdict.outcome)
                })
                .collect();
            if fixture.name != "template.json" && expected != actual {
                faults.push(format!("{at}: marks {expected:?}, verdicts {actual:?}"));
            }
        }
    });
}

#[test]
fn every_public_id_is_listed() {
    let ids: Vec<&str> = CONTROLS.iter().map(|control| control.page().row.id).collect();
    insta::assert_snapshot!(ids.join("\n"), @r"
    IAM-01
    IAM-02
    IAM-03
    IAM-04
    IAM-05
    IAM-06
    IAM-12
    IAM-13
    IAM-14
    IAM-15
    IAM-16
    IAM-24
    IAM-18
    IAM-17
    IAM-19
    IAM-21
    IAM-22
    IAM-11
    EP-01
    EP-05
    EP-06
    EP-02
    EP-04
    SE-01
    SE-02
    SE-03
    SE-12
    SE-15
    SC-01
    SC-11
    SC-06
    LG-01
    LG-03
    LG-07
    RL-01
    RL-02
    RL-03
    RL-05
    RL-16
    RL-17
    CC-01
    RT-01
    RT-06
    NW-01
    NW-03
    CI-04
    DG-11
    DG-10
    DG-04
    ");
}
