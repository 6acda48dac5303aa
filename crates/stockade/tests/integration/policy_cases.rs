//! Questions about policies with answers that follow from AWS's documentation, asked through `stockade policy batch`.
//!
//! Each file of `policy_cases/` is about one verb; each case says why its answer is what it is.

use assert_cmd::Command;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A question, and what its answer is to be.
pub struct Case {
    pub id: String,
    pub query: Json,
    expect: Json,
    class: Json,
}

/// The cases of all files.
pub fn all() -> Vec<Case> {
    let files = [
        include_str!("policy_cases/can.json"),
        include_str!("policy_cases/compare.json"),
        include_str!("policy_cases/escalate.json"),
        include_str!("policy_cases/evaluate.json"),
        include_str!("policy_cases/findings.json"),
        include_str!("policy_cases/grants.json"),
        include_str!("policy_cases/lint.json"),
        include_str!("policy_cases/public.json"),
    ];
    files.iter().flat_map(|file| read(&serde_json::from_str(file).unwrap())).collect()
}

fn read(file: &Json) -> Vec<Case> {
    let verb = file["verb"].as_str().unwrap();
    let cases = file["cases"].as_array().unwrap().iter();
    cases
        .map(|case| {
            assert!(case["why"].as_str().is_some_and(|why| !why.is_empty()), "{case}");
            let mut query = case["query"].clone();
            query["verb"] = json!(verb);
            Case {
                id: format!("{verb}/{}", case["id"].as_str().unwrap()),
                query,
                expect: case["expect"].clone(),
                class: case["class"].clone(),
            }
        })
        .collect()
}

/// Asks all queries in one run.
pub fn ask<'q>(queries: impl IntoIterator<Item = &'q Json>) -> Vec<Json> {
    let lines: String = queries.into_iter().map(|query| format!("{query}\n")).collect();
    let output =
        Command::cargo_bin("stockade").unwrap().args(["policy", "batch"]).write_stdin(lines).unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whose access and under which condition, in any order.
fn cells(findings: &Json) -> BTreeSet<String> {
    let findings = findings.as_array().map(Vec::as_slice).unwrap_or_default();
    findings
        .iter()
        .map(|finding| format!("{} {}", finding["principal"], sorted(&finding["condition"])))
        .collect()
}

fn sorted(object: &Json) -> String {
    let entries: BTreeSet<String> =
        object.as_object().into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect();
    format!("{entries:?}")
}

fn is_right(case: &Case, answer: &Json) -> bool {
    match &case.expect {
        Json::String(word) => {
            let of_class = |error: &Json| error["class"] == case.class;
            let class = case.class.is_null() || answer["errors"].as_array().unwrap().iter().any(of_class);
            answer["answer"] == word.as_str() && class
        }
        Json::Array(_) => answer["answer"] == "findings" && cells(&answer["findings"]) == cells(&case.expect),
        expect => {
            let Some(paths) = answer["paths"].as_array() else { return false };
            match expect.get("to") {
                Some(to) => paths.iter().any(|path| path["to"] == *to) == expect["reached"],
                None => paths.iter().any(|path| path["admin"] == true) == expect["admin"],
            }
        }
    }
}

#[test]
fn answers_follow_from_the_documentation() {
    let cases = all();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "every case has a name of its own");
    let answers = ask(cases.iter().map(|case| &case.query));
    assert_eq!(answers.len(), cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .zip(&answers)
        .filter(|(case, answer)| !is_right(case, answer))
        .map(|(case, answer)| format!("{}: {} is expected, not {answer}", case.id, case.expect))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
