//! The JSON report against its contract: every key, its type, and none more.

use crate::command_line::{report, template};
use serde_json::Value as Json;

/// The shape of a value: a type's name, `?` for what may be null, an object by its keys, a list by its first item.
enum Shape {
    Text,
    Number,
    Bool,
    Null(Box<Shape>),
    List(Box<Shape>),
    Map(Box<Shape>),
    Keys(Vec<(&'static str, Shape)>),
    Any,
}

use Shape::{Any, Bool, Keys, List, Map, Null, Number, Text};

fn list(inner: Shape) -> Shape {
    List(Box::new(inner))
}

fn maybe(inner: Shape) -> Shape {
    Null(Box::new(inner))
}

fn location() -> Shape {
    Keys(vec![("path", Text), ("start", position()), ("end", position())])
}

fn position() -> Shape {
    Keys(vec![("line", Number), ("column", Number)])
}

/// The JSON report of the design, section 4.
fn contract() -> Shape {
    let counts = ["pass", "fail", "unknown", "waived", "baselined", "not_applicable", "not_judged"];
    let numbers = |keys: &[&'static str]| Keys(keys.iter().map(|key| (*key, Number)).collect());
    let edit = Keys(vec![("path", Text), ("start", position()), ("end", position()), ("text", Text)]);
    let finding = vec![
        ("control", Text),
        ("slug", Text),
        ("title", Text),
        ("severity", Text),
        ("profile", Text),
        ("verdict", Text),
        ("confidence", Text),
        ("subject", Keys(vec![("kind", Text), ("id", Text), ("type", Text), ("part", maybe(Text))])),
        ("instances", list(Text)),
        ("deployment", Text),
        ("scenarios", list(Text)),
        ("location", location()),
        ("related", list(Keys(vec![("message", Text), ("location", location())]))),
        ("message", Text),
        ("remediation", Text),
        ("settled_by", maybe(Text)),
        ("fix", maybe(Keys(vec![("applicability", Text), ("description", Text), ("edits", list(edit))]))),
        ("cause", maybe(Text)),
        ("fingerprint", Text),
        ("waived", maybe(Keys(vec![("reason", Text), ("until", Text)]))),
        ("baselined", Bool),
    ];
    Keys(vec![
        ("schema_version", Number),
        (
            "tool",
            Keys(vec![("name", Text), ("version", Text), ("as_of", Text), ("data", Map(Box::new(Text)))]),
        ),
        (
            "deployments",
            list(Keys(vec![
                ("name", Text),
                ("kind", Text),
                ("paths", list(Text)),
                ("resources", Number),
                ("scenarios", list(Keys(vec![("name", Text), ("values", Map(Box::new(Any)))]))),
                ("capped", Bool),
            ])),
        ),
        ("findings", list(Keys(finding))),
        (
            "summary",
            Keys(vec![
                ("by_family", Map(Box::new(numbers(&counts)))),
                ("by_severity", numbers(&["critical", "high", "medium", "low"])),
                ("controls", Number),
                ("subjects", Number),
                ("unknown_share", Number),
            ]),
        ),
        (
            "notices",
            list(Keys(vec![
                ("kind", Text),
                ("path", Text),
                ("message", Text),
                ("location", maybe(location())),
            ])),
        ),
        ("errors", list(Keys(vec![("path", Text), ("message", Text), ("location", maybe(location()))]))),
        ("files", numbers(&["judged", "not_template", "unsupported", "failed"])),
    ])
}

fn conforms(at: &str, value: &Json, shape: &Shape, faults: &mut Vec<String>) {
    let wrong = |expected: &str| format!("{at}: expected {expected}, got {value}");
    match shape {
        Any => {}
        Text if value.is_string() => {}
        Number if value.is_number() => {}
        Bool if value.is_boolean() => {}
        Null(inner) => {
            if !value.is_null() {
                conforms(at, value, inner, faults);
            }
        }
        List(inner) => match value.as_array() {
            Some(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, item)| conforms(&format!("{at}[{index}]"), item, inner, faults)),
            None => faults.push(wrong("a list")),
        },
        Map(inner) => match value.as_object() {
            Some(entries) => {
                entries.iter().for_each(|(key, item)| conforms(&format!("{at}.{key}"), item, inner, faults))
            }
            None => faults.push(wrong("an object")),
        },
        Keys(keys) => match value.as_object() {
            Some(entries) => {
                faults.extend(
                    entries
                        .keys()
                        .filter(|key| !keys.iter().any(|(known, _)| known == key))
                        .map(|key| format!("{at}: a further key `{key}`")),
                );
                for (key, inner) in keys {
                    match entries.get(*key) {
                        Some(item) => conforms(&format!("{at}.{key}"), item, inner, faults),
                        None => faults.push(format!("{at}: no `{key}`")),
                    }
                }
            }
            None => faults.push(wrong("an object")),
        },
        Text => faults.push(wrong("text")),
        Number => faults.push(wrong("a number")),
        Bool => faults.push(wrong("true or false")),
    }
}

#[test]
fn the_json_report_keeps_its_contract() {
    let (_guard, folder) = template();
    std::fs::write(folder.join("broken.yaml"), "AWS::X: [\n").unwrap();
    std::fs::write(
        folder.join("twice.yaml"),
        "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::SQS::Queue}\n",
    )
    .unwrap();
    std::fs::write(folder.join("main.tf"), "").unwrap();
    let (code, report) = report(&folder, &["--verdicts", "fail,unknown,pass"]);
    assert_eq!(code, 2);
    let mut faults = Vec::new();
    conforms("report", &report, &contract(), &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for key in ["deployments", "findings", "notices", "errors"] {
        assert!(!report[key].as_array().unwrap().is_empty(), "the test needs some `{key}`");
    }
    let place = |finding: &Json| {
        let start = &finding["location"]["start"];
        (
            finding["location"]["path"].as_str().unwrap().to_owned(),
            start["line"].as_u64(),
            start["column"].as_u64(),
        )
    };
    let places: Vec<_> = report["findings"].as_array().unwrap().iter().map(place).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["fingerprint"].as_str().unwrap().starts_with("v1:"))
    );
}
