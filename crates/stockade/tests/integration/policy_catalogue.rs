//! `stockade policy batch`: what the catalogue of actions answers.

use crate::run::{root, shared, stockade};
use serde_json::{Value as Json, json};

fn batch(queries: &[Json], arguments: &[&str]) -> Vec<Json> {
    let lines: String = queries.iter().map(|query| format!("{query}\n")).collect();
    let mut command = stockade(&root());
    let output = command.args(["policy", "batch"]).args(arguments).write_stdin(lines).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn questions_are_answered_by_the_contract() {
    let queries = [
        json!({"id": "text", "verb": "lint", "type": "identity", "policy":
            "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:GetObjects\",\n  \"Resource\": \"b\"}}"}),
        json!({"id": 2, "verb": "lint", "policy": {"Version": "2012-10-17", "Statement":
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}}),
        json!({"id": 3, "verb": "event_action", "event_source": "lambda.amazonaws.com", "event_name": "GetPolicy20150331v2"}),
        json!({"id": 4, "verb": "generate", "needs": [{"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:*:*:a"]}],
            "granted": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:a"}}}),
        json!({"id": 5, "verb": "generate"}),
        json!({"id": 6, "verb": "lint", "type": "trusty", "policy": {}}),
        json!({"id": 7, "verb": "event_action", "event_source": "lambda.amazonaws.com"}),
    ];
    let answers = batch(&queries, &[]);
    assert_eq!(
        answers[0],
        json!({"id": "text", "answer": "invalid",
            "errors": [{"class": "resource_format", "message": "the resource `b` is neither an ARN nor `*`", "line": 3}],
            "warnings": [{"class": "unknown_action", "message": "no action is matched by `s3:GetObjects` (as of 2026-10-27)", "line": 2}]})
    );
    assert_eq!(answers[1], json!({"id": 2, "answer": "valid", "errors": [], "warnings": []}));
    assert_eq!(
        answers[2],
        json!({"id": 3, "answer": "lambda:GetPolicy", "actions": ["lambda:GetPolicy"], "in_catalogue": true})
    );
    assert_eq!(answers[3]["answer"], "policy");
    assert_eq!(answers[3]["policy"]["Statement"][0]["Action"], "sqs:SendMessage");
    assert_eq!(answers[3]["excess"][0]["needed_actions"], json!(["sqs:SendMessage"]));
    assert!(answers[3]["excess"][0]["request"]["action"].is_string(), "{}", answers[3]);
    for answer in &answers[4..] {
        assert!(answer["error"].is_string(), "{answer}");
    }
    // The file that is compiled in, read as a file.
    assert_eq!(batch(&queries, &["--catalogue", "data/iam/catalogue.bin"]), answers);
}

#[test]
fn comparison_by_the_catalogue_takes_the_one_that_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.bin");
    std::fs::write(&path, "stockade-iam-catalogue\t1\ndate\t2026-01-01\nactions\t0\n\n").unwrap();
    let policy =
        |effect: &str| json!({"Statement": {"Effect": effect, "Action": "s3:GetObject", "Resource": "*"}});
    let query = json!({"verb": "compare", "existing": policy("Deny"), "new": policy("Allow"), "typed": true});
    assert_eq!(batch(std::slice::from_ref(&query), &[])[0]["answer"], "violated");
    // Where there are no actions, nothing is granted.
    assert_eq!(batch(&[query], &["--catalogue", path.to_str().unwrap()])[0]["answer"], "holds");
}

#[test]
fn what_is_no_catalogue_is_refused_with_the_way_out() {
    let output = stockade(&root()).args(["policy", "batch", "--catalogue", "Cargo.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("Cargo.toml") && message.contains("cargo xtask data iam"), "{message}");
}

#[test]
fn recorded_answers_of_the_service_are_ours() {
    let Some(folder) = shared("iam-cases") else { return };
    let text = std::fs::read_to_string(folder.join("policy_validation.json")).unwrap();
    let recorded: Json = serde_json::from_str(&text).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    let query = |case: &Json| json!({"id": case["id"], "verb": "lint", "policy": case["document"], "type": "identity"});
    let answers = batch(&cases.iter().map(query).collect::<Vec<_>>(), &[]);
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        assert_eq!(answer["answer"], case["expected"], "{case} {answer}");
    }
}
