//! The project's own examples: `examples/open` breaks every control in several ways, each marked where it is
//! written, and `examples/hardened` is the same application without a finding.

use crate::run::{DAY, judge, root, stockade};
use std::collections::{BTreeMap, BTreeSet};
use stockade_controls::CONTROLS;
use stockade_model::Outcome;

/// A fault: file, line from 1, control.
type Fault = (String, u32, String);

/// In so many ways at least does the open example break each control.
const FORMS: usize = 2;

/// What the comments `# fault: ID ID … text` announce: faults on their own line, or on the next one that is no comment
/// for a comment that stands alone.
fn announced() -> BTreeSet<Fault> {
    let mut faults = BTreeSet::new();
    for entry in root().join("examples/open").read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        if path.extension() != Some("yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let is_id = |word: &&str| {
            word.split_once('-').is_some_and(|(family, number)| {
                family.bytes().all(|byte| byte.is_ascii_uppercase()) && number.parse::<u32>().is_ok()
            })
        };
        for (at, line) in lines.iter().enumerate() {
            let Some((before, comment)) = line.split_once("# fault: ") else { continue };
            let below = lines[at..].iter().take_while(|line| line.trim_start().starts_with('#')).count();
            let at = u32::try_from(if before.trim().is_empty() { at + below } else { at } + 1).unwrap();
            for id in comment.split([' ', ',']).take_while(is_id) {
                faults.insert((path.file_name().unwrap().to_owned(), at, id.to_owned()));
            }
        }
    }
    faults
}

#[test]
fn every_fault_is_found_where_it_is_written_and_nothing_else() {
    let report = judge(&[&root().join("examples/open")]);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let found: BTreeSet<Fault> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict.outcome == Outcome::Fail)
        .map(|finding| {
            let place = finding.verdict.place;
            let source = report.snapshot.source(place.file).unwrap();
            let line = source.position(place.span.start).line;
            (source.path.file_name().unwrap().to_owned(), line, finding.control.to_owned())
        })
        .collect();
    let announced = announced();
    let missed: Vec<_> = announced.difference(&found).collect();
    let unannounced: Vec<_> = found.difference(&announced).collect();
    assert!(
        missed.is_empty() && unannounced.is_empty(),
        "not found: {missed:?}\nnot announced: {unannounced:?}"
    );
}

#[test]
fn every_control_is_broken_in_several_ways() {
    let mut forms: BTreeMap<String, usize> =
        CONTROLS.iter().map(|control| (control.page().row.id.to_owned(), 0)).collect();
    for (_, _, id) in announced() {
        *forms.get_mut(&id).unwrap_or_else(|| panic!("`{id}` is no control that is judged")) += 1;
    }
    let few: Vec<_> = forms.iter().filter(|(_, count)| **count < FORMS).collect();
    assert!(few.is_empty(), "{few:?}");
}

#[test]
fn the_hardened_example_has_no_finding() {
    let arguments =
        ["check", "examples/hardened", "--verdicts", "fail,unknown", "--as-of", DAY, "--format", "json"];
    let output = stockade(&root()).args(arguments).assert().code(0).get_output().clone();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in ["findings", "notices", "errors"] {
        assert_eq!(report[key], serde_json::json!([]), "{key}");
    }
    let judged: BTreeSet<&str> = report["summary"]["by_family"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, counts)| counts["pass"].as_u64().unwrap() > 0)
        .map(|(family, _)| family.as_str())
        .collect();
    let families: BTreeSet<&str> = CONTROLS.iter().map(|control| control.page().row.family).collect();
    assert_eq!(judged, families, "silence is worth something only where there is something to judge");
}

/// Standard output of a check of the open example, which is the same in every run.
fn printed(format: &str) -> String {
    let run = || {
        let arguments = ["check", "examples/open", "--as-of", DAY, "--format", format];
        let output = stockade(&root()).args(arguments).assert().code(1).get_output().clone();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        String::from_utf8(output.stdout).unwrap()
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second, "the output differs from run to run");
    first
}

#[test]
fn no_output_shows_a_secret_whole() {
    let outputs: Vec<(&str, String)> =
        stockade_report::FORMATS.iter().map(|format| (format.name, printed(format.name))).collect();
    let written: String = ["template.yaml", "notifications.yaml", "reconciliation.yaml"]
        .iter()
        .map(|name| std::fs::read_to_string(root().join("examples/open").join(name)).unwrap())
        .collect();
    for secret in [
        "tr0mbone-lilac77",
        "wh4rehouse!dev77",
        "d3v-webhook-9471",
        "k3Jd82ks",
        "hunter2hunter2",
        "m4ilroom-relay!",
        "4711, Qx7",
    ] {
        assert!(written.contains(secret), "{secret}");
        for (format, output) in &outputs {
            assert!(!output.contains(secret), "{format}: {secret}");
        }
    }
}

#[test]
fn the_open_example_as_text() {
    insta::assert_snapshot!("open_text", printed("text"));
}

#[test]
fn the_open_example_as_json() {
    insta::assert_snapshot!("open_json", printed("json"));
}
