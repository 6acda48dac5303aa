//! The contract of `stockade policy batch`, as `docs/policy-batch.md` states it.

use crate::run::root;
use assert_cmd::Command;
use serde_json::{Value as Json, json};

fn batch(lines: &str) -> Vec<Json> {
    let output =
        Command::cargo_bin("stockade").unwrap().args(["policy", "batch"]).write_stdin(lines).unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn policy(statement: &Json) -> Json {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn estate() -> Json {
    let admin = policy(&json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    let own = policy(&json!({"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": "*"}));
    let trust = policy(
        &json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}),
    );
    json!({
        "UserDetailList": [{"Arn": "arn:aws:iam::111111111111:user/dev",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": own}]}],
        "RoleDetailList": [{"Arn": "arn:aws:iam::111111111111:role/worker", "AssumeRolePolicyDocument": trust,
            "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": admin}]}],
    })
}

#[test]
fn every_verb_answers_by_the_contract() {
    let read = policy(&json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}));
    let all = policy(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}));
    let open = policy(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}));
    let dev = "arn:aws:iam::111111111111:user/dev";
    let function = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    let queries = [
        (
            json!({"verb": "evaluate", "request": {"principal": dev, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {}},
                "policies": {"identity": [read], "boundary": [], "scp": [], "rcp": [], "session": []}}),
            "allowed",
            vec!["statements", "blocked_by"],
        ),
        (json!({"verb": "compare", "existing": all, "new": read, "type": "identity"}), "holds", vec![]),
        (
            json!({"verb": "compare", "existing": read, "new": all, "type": "identity"}),
            "violated",
            vec!["request", "statements"],
        ),
        (json!({"verb": "compare", "existing": read, "new": all, "budget": 3}), "unknown", vec!["reason"]),
        (
            json!({"verb": "grants", "policy": all, "actions": ["s3:DeleteBucket"], "resources": [], "type": "identity"}),
            "yes",
            vec!["request"],
        ),
        (
            json!({"verb": "grants", "policy": read, "actions": ["s3:DeleteBucket"], "resources": []}),
            "no",
            vec![],
        ),
        (
            json!({"verb": "public", "policy": open, "resource": null, "owner": "111111111111", "organization": null}),
            "public",
            vec!["request"],
        ),
        (
            json!({"verb": "findings", "policy": open.to_string(), "resource": null, "owner": "111111111111"}),
            "findings",
            vec!["findings"],
        ),
        (
            json!({"verb": "can", "estate": estate(), "principal": dev, "action": "lambda:UpdateFunctionCode", "resource": function, "context": null, "closed_context": false}),
            "yes",
            vec!["request"],
        ),
        (
            json!({"verb": "can", "estate": estate(), "principal": dev, "action": "iam:PassRole", "resource": "*"}),
            "no",
            vec![],
        ),
        (json!({"verb": "effective_admin", "estate": estate(), "principal": dev}), "no", vec![]),
        (
            json!({"verb": "effective_admin", "estate": estate(), "principal": "arn:aws:iam::111111111111:role/worker"}),
            "yes",
            vec![],
        ),
        (json!({"verb": "escalate", "estate": estate(), "from": dev}), "paths", vec!["paths"]),
        (
            json!({"verb": "blast_radius", "estate": estate(), "from": dev}),
            "radius",
            vec!["services", "principals"],
        ),
    ];
    let lines: String = queries
        .iter()
        .enumerate()
        .map(|(at, (query, ..))| {
            let mut query = query.clone();
            query["id"] = json!(at);
            format!("{query}\n")
        })
        .collect();
    let answers = batch(&lines);
    assert_eq!(answers.len(), queries.len());
    for (at, ((query, word, fields), answer)) in queries.iter().zip(&answers).enumerate() {
        assert_eq!(answer["id"], at, "{query}");
        assert_eq!(answer["answer"], *word, "{query} {answer}");
        for field in fields {
            assert!(answer.get(field).is_some(), "{field}: {answer}");
        }
    }
    let documented = std::fs::read_to_string(root().join("docs/policy-batch.md")).unwrap();
    for (query, ..) in &queries {
        let verb = query["verb"].as_str().unwrap();
        assert!(
            documented.contains(&format!("| `{verb}` |")),
            "docs/policy-batch.md has no row for `{verb}`"
        );
    }
    let path = &answers[12]["paths"][0];
    assert_eq!(path["admin"], true);
    assert_eq!(path["steps"][0]["edge"], "L3");
    assert_eq!(path["steps"][0]["permissions"], json!(["lambda:UpdateFunctionCode"]));
    assert_eq!(path["steps"][0]["assumes"], "a function with this role");
}

#[test]
fn bad_lines_answer_with_an_error_and_do_not_stop_the_run() {
    let good = json!({"id": "last", "verb": "compare", "existing": policy(&json!({})), "new": 7});
    let lines = format!(
        "not json\n\n{{\"id\": [1], \"verb\": \"guess\"}}\n3\n{good}\n{{\"id\": null, \"verb\": \"can\", \"estate\": 5}}\n"
    );
    let answers = batch(&lines);
    assert_eq!(answers.len(), 5);
    assert!(answers.iter().all(|answer| answer["error"].is_string()), "{answers:?}");
    assert_eq!(answers[1]["id"], json!([1]));
    assert_eq!(answers[3]["id"], "last");
}
