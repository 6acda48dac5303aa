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
    assert_eq!(answers.len(), 6);
    assert!(answers.iter().all(|answer| answer["error"].is_string()), "{answers:?}");
    assert_eq!(answers[2]["id"], json!([1]));
    assert_eq!(answers[4]["id"], "last");
}

/// The fields of each query of the contract with the values that a careless client sends for them.
#[test]
fn every_line_has_one_answer_whatever_its_fields_hold() {
    let doc = policy(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}));
    let dev = "arn:aws:iam::111111111111:user/dev";
    let request = json!({"principal": dev, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {"aws:x": null}});
    let whole = [
        json!({"verb": "evaluate", "request": request, "policies": {"identity": [doc], "resource": null, "boundary": [],
            "scp": [[doc]], "rcp": [[doc]], "session": [], "endpoint": null}, "resource_account": null}),
        json!({"verb": "compare", "existing": doc, "new": doc, "type": "resource", "budget": 100_000}),
        json!({"verb": "grants", "policy": doc, "actions": ["s3:*"], "resources": ["*"], "type": "identity"}),
        json!({"verb": "public", "policy": doc, "resource": null, "owner": null, "organization": null}),
        json!({"verb": "findings", "policy": doc, "resource": null, "owner": null}),
        json!({"verb": "lint", "policy": doc, "type": "resource"}),
        json!({"verb": "can", "estate": estate(), "principal": dev, "action": "s3:GetObject", "resource": "*", "context": null, "closed_context": true}),
        json!({"verb": "effective_admin", "estate": estate(), "principal": dev}),
        json!({"verb": "escalate", "estate": estate(), "from": dev}),
        json!({"verb": "blast_radius", "estate": estate(), "from": dev}),
        json!({"verb": "generate", "needs": [{"actions": ["s3:GetObject"], "resources": [], "conditions": {}}], "granted": null}),
        json!({"verb": "event_action", "event_source": "s3.amazonaws.com", "event_name": "GetObject"}),
    ];
    let wrong = [
        json!(null),
        json!(7),
        json!("\u{0}é"),
        json!([]),
        json!({}),
        json!([null, [7]]),
        json!({"a": [{}]}),
    ];
    let mut queries = Vec::new();
    for query in &whole {
        queries.push(query.clone());
        for field in query.as_object().unwrap().keys() {
            let mut without = query.clone();
            without.as_object_mut().unwrap().remove(field);
            queries.push(without);
            for value in &wrong {
                let mut other = query.clone();
                other[field] = value.clone();
                queries.push(other);
            }
        }
    }
    let lines: String = queries.iter().map(|query| format!("{query}\n")).collect();
    let answers = batch(&lines);
    assert_eq!(answers.len(), queries.len());
    for (query, answer) in queries.iter().zip(&answers) {
        assert_eq!(answer["id"], Json::Null, "{query}");
        assert!(answer["answer"].is_string() != answer["error"].is_string(), "{query} {answer}");
        assert!(!answer["error"].as_str().is_some_and(|error| error.contains("a fault")), "{query} {answer}");
    }
    for query in whole {
        assert!(answers[queries.iter().position(|other| *other == query).unwrap()]["answer"].is_string());
    }
    // A null is as nothing, wherever a field may be missing.
    for (null, without) in queries
        .iter()
        .zip(&answers)
        .filter(|(query, _)| query.as_object().unwrap().values().any(Json::is_null))
    {
        let mut fields = null.clone();
        fields.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        if let Some(at) = queries.iter().position(|other| *other == fields) {
            assert_eq!(answers[at], *without, "{null}");
        }
    }
}

/// What `stockade policy` lists is what the contract has.
#[test]
fn every_verb_of_the_contract_is_a_command() {
    let output = Command::cargo_bin("stockade").unwrap().args(["policy", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let listed = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    insta::assert_snapshot!(listed.trim_matches('\n'), @r"
  batch         Answer JSON queries, one a line of standard input, one answer a line of standard output
  evaluate      Decide a request
  compare       Say whether a policy grants anything beyond another
  grants        Say whether a policy grants some of these actions on some of these resources
  public        Say whether a resource policy lets the public in
  findings      List the access from outside the account that a resource policy gives
  lint          Say what a service would reject in a policy
  can           Say whether a principal of an estate can do something
  effective     Say whether a principal is an administrator, or can make itself one
  escalate      List the ways from a principal to others that have more access
  generate      Write the least policy that grants what is needed, and say what another grants beyond it
  event-action  Say which action an event of CloudTrail stands for
  blast-radius  Say what falls with a principal or a function
    ");
    for (arguments, text, code) in [
        (["lambda.amazonaws.com", "Invoke"], "lambda:InvokeFunction\n", 0),
        (
            ["signin.amazonaws.com", "ConsoleLogin"],
            "signin:ConsoleLogin  (not in the catalogue of actions)\n",
            1,
        ),
    ] {
        let mut command = Command::cargo_bin("stockade").unwrap();
        let output = command.args(["policy", "event-action"]).args(arguments).output().unwrap();
        assert_eq!(
            (String::from_utf8(output.stdout).unwrap().as_str(), output.status.code()),
            (text, Some(code))
        );
    }
    let mut command = Command::cargo_bin("stockade").unwrap();
    let arguments = ["policy", "event-action", "sqs.amazonaws.com", "SendMessageBatch", "--format", "json"];
    let output = command.args(arguments).output().unwrap();
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        answer,
        json!({"answer": "sqs:SendMessage", "actions": ["sqs:SendMessage"], "in_catalogue": true})
    );
}
