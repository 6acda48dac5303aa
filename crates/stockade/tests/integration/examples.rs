//! The project's own examples: `examples/open` breaks every control in several ways, each marked where it is
//! written, and `examples/hardened` is the same application without a finding; `examples/terraform` has both again.

use crate::run::{DAY, judge, root, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use stockade_controls::CONTROLS;
use stockade_model::Outcome;

/// A fault: file, line from 1, control.
type Fault = (String, u32, String);

/// In so many ways at least does the open example break each control.
const FORMS: usize = 2;

/// The open example, by what it is written in.
const OPEN: [&str; 2] = ["examples/open", "examples/terraform/open"];

/// The hardened example, by what it is written in.
const HARDENED: [&str; 2] = ["examples/hardened", "examples/terraform/hardened"];

/// The templates of an example.
fn templates(example: &str) -> Vec<Utf8PathBuf> {
    let (mut folders, mut found) = (vec![root().join(example)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.is_dir() {
                folders.push(path);
            } else if matches!(path.extension(), Some("yaml" | "tf")) {
                found.push(path);
            }
        }
    }
    found
}

/// A path below the folder of the examples.
fn below_examples(path: &Utf8Path) -> String {
    path.strip_prefix(root().join("examples")).unwrap().to_string()
}

/// What the comments `# fault: ID ID … text` announce: faults on their own line, or on the next one that is no comment
/// for a comment that stands alone.
fn announced(example: &str) -> BTreeSet<Fault> {
    let mut faults = BTreeSet::new();
    for path in templates(example) {
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
                faults.insert((below_examples(&path), at, id.to_owned()));
            }
        }
    }
    faults
}

#[test]
fn every_fault_is_found_where_it_is_written_and_nothing_else() {
    for example in OPEN {
        let report = judge(&[&root().join(example)]);
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let found: BTreeSet<Fault> = report
            .findings
            .iter()
            .filter(|finding| finding.verdict.outcome == Outcome::Fail)
            .map(|finding| {
                let place = finding.verdict.place;
                let source = report.snapshot.source(place.file).unwrap();
                let line = source.position(place.span.start).line;
                (below_examples(&source.path), line, finding.control.to_owned())
            })
            .collect();
        let announced = announced(example);
        let missed: Vec<_> = announced.difference(&found).collect();
        let unannounced: Vec<_> = found.difference(&announced).collect();
        assert!(
            missed.is_empty() && unannounced.is_empty(),
            "not found: {missed:?}\nnot announced: {unannounced:?}"
        );
    }
}

#[test]
fn every_control_is_broken_in_several_ways() {
    for example in OPEN {
        let mut forms: BTreeMap<String, usize> =
            CONTROLS.iter().map(|control| (control.page().row.id.to_owned(), 0)).collect();
        for (_, _, id) in announced(example) {
            *forms.get_mut(&id).unwrap_or_else(|| panic!("`{id}` is no control that is judged")) += 1;
        }
        let few: Vec<_> = forms.iter().filter(|(_, count)| **count < FORMS).collect();
        assert!(few.is_empty(), "{example}: {few:?}");
    }
}

#[test]
fn the_hardened_example_has_no_finding() {
    for example in HARDENED {
        let arguments = ["check", example, "--verdicts", "fail,unknown", "--as-of", DAY, "--format", "json"];
        let output = stockade(&root()).args(arguments).assert().code(0).get_output().clone();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for key in ["findings", "notices", "errors"] {
            assert_eq!(report[key], serde_json::json!([]), "{example}: {key}");
        }
        let judged: BTreeSet<&str> = report["summary"]["by_family"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, counts)| counts["pass"].as_u64().unwrap() > 0)
            .map(|(family, _)| family.as_str())
            .collect();
        let families: BTreeSet<&str> = CONTROLS.iter().map(|control| control.page().row.family).collect();
        assert_eq!(
            judged, families,
            "{example}: silence is worth something only where there is something to judge"
        );
    }
}

/// What fails, control by control: the type of the subject and its name, as both syntaxes write it.
type Failures = BTreeMap<String, BTreeSet<(String, String)>>;

fn failures(example: &str) -> Failures {
    let report = judge(&[&root().join(example)]);
    let mut failures = Failures::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict.outcome == Outcome::Fail) {
        let subject = &finding.verdict.subject;
        let type_name = match subject.type_name.as_str() {
            // Terraform writes the policies of a role beside it, SAM most of them inside of it.
            "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => "AWS::IAM::Role",
            other => other,
        };
        let name = (type_name.to_owned(), common_name(&subject.id));
        failures.entry(finding.control.to_owned()).or_default().insert(name);
    }
    failures
}

/// `Notifications/SendMailFunctionUrl` and `module.notifications.aws_lambda_function_url.send_mail` are both `send mail`:
/// the words of the name but for those that only repeat the type.
fn common_name(id: &str) -> String {
    const TYPES: [&str; 10] =
        ["api", "function", "group", "key", "mapping", "policy", "queue", "role", "security", "url"];
    let last = id.rsplit(['/', '.']).next().unwrap_or_default();
    let mut spaced = String::new();
    for character in last.chars() {
        if character.is_ascii_uppercase() || character == '_' {
            spaced.push(' ');
        }
        spaced.extend(character.to_lowercase().filter(|character| *character != '_'));
    }
    let words = spaced.split_whitespace().filter(|word| !TYPES.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// Where the two differ, and must: the control, what only SAM has, what only Terraform has, and why.
const DIFFERENCES: [(&str, &[&str], &[&str], &str); 2] = [
    (
        "EP-05",
        &["AWS::ApiGateway::RestApi serverless rest"],
        &["AWS::ApiGateway::Method create order", "AWS::ApiGateway::Method get order"],
        "SAM writes the events of functions into the definition of an API that it makes; in Terraform each is a resource",
    ),
    (
        "EP-06",
        &["AWS::ApiGatewayV2::Api serverless http"],
        &["AWS::ApiGatewayV2::Route payments"],
        "as EP-05",
    ),
];

#[test]
fn the_same_application_has_the_same_findings_in_terraform() {
    let [sam, terraform] = OPEN.map(failures);
    let ids = |set: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| -> Vec<String> {
        set.difference(other).map(|(type_name, name)| format!("{type_name} {name}")).collect()
    };
    let empty = BTreeSet::new();
    let mut differences = BTreeMap::new();
    for control in CONTROLS.iter() {
        let id = control.page().row.id;
        let (sam, terraform) = (sam.get(id).unwrap_or(&empty), terraform.get(id).unwrap_or(&empty));
        assert!(!sam.is_empty() && !terraform.is_empty(), "{id} fails nowhere");
        if sam != terraform {
            differences.insert(id, (ids(sam, terraform), ids(terraform, sam)));
        }
    }
    let strings = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    let named = DIFFERENCES.map(|(id, sam, terraform, _)| (id, (strings(sam), strings(terraform))));
    assert_eq!(differences, BTreeMap::from(named));
}

/// Standard output of a check of the open example, which is the same in every run.
fn printed(example: &str, format: &str) -> String {
    let run = || {
        let arguments = ["check", example, "--as-of", DAY, "--format", format];
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
    let secrets = [
        "tr0mbone-lilac77",
        "wh4rehouse!dev77",
        "d3v-webhook-9471",
        "k3Jd82ks",
        "hunter2hunter2",
        "m4ilroom-relay!",
        "4711, Qx7",
        "4711, \"Qx7",
    ];
    for example in OPEN {
        let written: String =
            templates(example).iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        assert!(secrets.iter().filter(|secret| written.contains(**secret)).count() >= 7, "{example}");
        for format in stockade_report::FORMATS.iter() {
            let output = printed(example, format.name);
            for secret in secrets {
                assert!(!output.contains(secret), "{example}, {}: {secret}", format.name);
            }
        }
    }
}

#[test]
fn the_open_example_as_text() {
    insta::assert_snapshot!("open_text", printed("examples/open", "text"));
}

#[test]
fn the_open_example_as_json() {
    insta::assert_snapshot!("open_json", printed("examples/open", "json"));
}
