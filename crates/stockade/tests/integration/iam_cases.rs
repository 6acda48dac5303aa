//! Questions about policies with recorded answers, asked through `stockade policy batch`.

use crate::run::shared;
use assert_cmd::Command;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Cases whose label is judged wrong: file, id, and why.
const JUDGED_WRONG: &str = include_str!("iam_cases.tsv");

/// The owner of the buckets of the recorded external-access findings.
const OWNER: &str = "222634363387";

struct Case {
    id: String,
    query: Json,
    /// What is right of an answer.
    right: Box<dyn Fn(&Json) -> bool>,
}

fn file(name: &str) -> Option<Json> {
    let path = shared("iam-cases")?.join(name);
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn ask(queries: &[&Json]) -> Vec<Json> {
    let lines: String = queries.iter().map(|query| format!("{query}\n")).collect();
    let output =
        Command::cargo_bin("stockade").unwrap().args(["policy", "batch"]).write_stdin(lines).unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Asks all cases of a file and says which are not answered as recorded.
fn hold(name: &str, cases: &[Case]) {
    let queries: Vec<&Json> = cases.iter().map(|case| &case.query).collect();
    let answers = ask(&queries);
    assert_eq!(answers.len(), cases.len());
    let judged: BTreeSet<&str> = JUDGED_WRONG
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix('\t')?.split('\t').next())
        .collect();
    let wrong: Vec<String> = cases
        .iter()
        .zip(&answers)
        .filter(|(case, answer)| !(case.right)(answer) && !judged.contains(case.id.as_str()))
        .map(|(case, answer)| format!("{}: {answer}", case.id))
        .collect();
    println!(
        "{name}: {} of {} as recorded, {} labels judged wrong",
        cases.len() - wrong.len() - judged.len(),
        cases.len(),
        judged.len()
    );
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

fn cases(file: &Json) -> &[Json] {
    file["cases"].as_array().unwrap()
}

fn case(id: &Json, query: Json, right: impl Fn(&Json) -> bool + 'static) -> Case {
    Case { id: id.as_str().unwrap().to_owned(), query, right: Box::new(right) }
}

fn answers_with(word: &'static str) -> impl Fn(&Json) -> bool {
    move |answer| answer["answer"] == word
}

#[test]
fn no_new_access() {
    let Some(recorded) = file("no_new_access.json") else { return };
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .map(|recorded| {
            let policy_type = recorded["policy_type"].as_str().unwrap().to_ascii_lowercase();
            let query = json!({
                "verb": "compare", "existing": recorded["existing"], "new": recorded["new"], "type": policy_type,
            });
            let word = if recorded["expected"] == "PASS" { "holds" } else { "violated" };
            case(&recorded["id"], query, answers_with(word))
        })
        .collect();
    hold("no_new_access.json", &all);
}

#[test]
fn subset_pairs() {
    let Some(recorded) = file("subset_pairs.json") else { return };
    let policy = |index: &Json| &recorded["policies"][index.as_u64().unwrap() as usize]["policy"];
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .map(|recorded| {
            let (new, existing) = (policy(&recorded["p"]), policy(&recorded["q"]));
            let policy_type = if new.to_string().contains("\"Principal\"") { "resource" } else { "identity" };
            let query = json!({"verb": "compare", "existing": existing, "new": new, "type": policy_type});
            let exists = recorded["exists_allowed_by_p_not_q"].as_bool().unwrap();
            case(&recorded["id"], query, answers_with(if exists { "violated" } else { "holds" }))
        })
        .collect();
    hold("subset_pairs.json", &all);
}

#[test]
fn public_policies() {
    let Some(recorded) = file("public_policy.json") else { return };
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .map(|recorded| {
            let query = json!({
                "verb": "public", "policy": recorded["policy"], "resource": null, "owner": recorded["account"],
                "organization": null,
            });
            let public = recorded["expected_public"].as_bool().unwrap();
            case(&recorded["id"], query, answers_with(if public { "public" } else { "not_public" }))
        })
        .collect();
    hold("public_policy.json", &all);
}

/// Whose access and under which condition.
fn cells(findings: &Json) -> BTreeSet<(String, String)> {
    let findings = findings.as_array().map(Vec::as_slice).unwrap_or_default();
    let spell = |json: &Json| {
        let sorted: std::collections::BTreeMap<String, Json> =
            json.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
        serde_json::to_string(&sorted).unwrap()
    };
    findings.iter().map(|finding| (spell(&finding["principal"]), spell(&finding["condition"]))).collect()
}

/// A cover takes findings from those recorded; that it covers all access is a property test of the engine.
#[test]
fn external_access_findings() {
    let Some(recorded) = file("external_access_findings.json") else { return };
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .map(|recorded| {
            let query =
                json!({"verb": "findings", "policy": recorded["policy"], "resource": null, "owner": OWNER});
            let expected = cells(&recorded["findings"]);
            let statements = recorded["policy"]["Statement"].as_array().unwrap().len();
            case(&recorded["id"], query, move |answer| {
                let ours = cells(&answer["findings"]);
                let complete = if expected.is_empty() { ours.is_empty() } else { !ours.is_empty() };
                answer["answer"] == "findings"
                    && ours.is_subset(&expected)
                    && complete
                    && ours.len() <= statements
            })
        })
        .collect();
    hold("external_access_findings.json", &all);
}

#[test]
fn who_can() {
    let Some(recorded) = file("can_i.json") else { return };
    let files = &recorded["files"];
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .map(|recorded| {
            let context: Map<String, Json> = recorded["context"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|entry| entry.as_str()?.split_once('='))
                .map(|(key, value)| (key.to_owned(), json!(value)))
                .collect();
            let query = json!({
                "verb": "can",
                "estate": estate(&recorded["files"], files, recorded["principal"].as_str().unwrap()),
                "principal": recorded["principal"], "action": recorded["action"], "resource": recorded["resource"],
                "context": if context.is_empty() { Json::Null } else { Json::Object(context) },
                "closed_context": recorded["strict_conditions"],
            });
            let word = if recorded["expected"] == true { "yes" } else { "no" };
            case(&recorded["id"], query, answers_with(word))
        })
        .collect();
    hold("can_i.json", &all);
}

/// The files of a case as one estate.
fn estate(named: &Json, files: &Json, principal: &str) -> Json {
    let of = |kind: &str| -> Vec<&Json> {
        let names = named[kind].as_array().map(Vec::as_slice).unwrap_or_default();
        names.iter().map(|name| &files[name.as_str().unwrap()]).collect()
    };
    let mut accounts = Map::new();
    for details in of("gaads") {
        let all =
            ["RoleDetailList", "UserDetailList"].iter().flat_map(|list| details[*list].as_array().unwrap());
        let arn = all.map(|detail| detail["Arn"].as_str().unwrap()).next().unwrap();
        accounts.insert(arn.split(':').nth(4).unwrap().to_owned(), details.clone());
    }
    let mut estate = json!({"accounts": accounts});
    let mut policies = Map::new();
    for resource in of("resources").into_iter().flat_map(|list| list.as_array().unwrap()) {
        policies.insert(resource["Resource"].as_str().unwrap().to_owned(), resource["Policy"].clone());
    }
    estate["ResourcePolicies"] = Json::Object(policies);
    if let [tree, ..] = of("scps").as_slice() {
        let account = principal.split(':').nth(4).unwrap();
        let documents = |node: &Json| -> Json {
            node["Policies"].as_array().unwrap().iter().map(|policy| policy["Content"].clone()).collect()
        };
        let mut levels = Vec::new();
        way(tree, account, &mut levels);
        estate["ServiceControlPolicies"] = levels.into_iter().map(documents).collect();
        estate["ManagementAccount"] = json!(tree["Arn"].as_str().unwrap().split(':').nth(4));
    }
    estate
}

/// The nodes of an organisation from its root to an account.
fn way<'j>(node: &'j Json, account: &str, out: &mut Vec<&'j Json>) -> bool {
    out.push(node);
    if node["Id"] == account {
        return true;
    }
    let children = node["Children"].as_array().map(Vec::as_slice).unwrap_or_default();
    if children.iter().any(|child| way(child, account, out)) {
        return true;
    }
    out.pop();
    false
}

/// Whether a path leads to administration, or to a principal.
fn reaches(answer: &Json, to: Option<&str>) -> bool {
    answer["answer"] == "paths"
        && answer["paths"].as_array().unwrap().iter().any(|path| match to {
            Some(to) => path["to"] == to,
            None => path["admin"] == true,
        })
}

#[test]
fn escalation_labs() {
    let Some(recorded) = file("escalation_labs.json") else { return };
    let all: Vec<Case> = cases(&recorded)
        .iter()
        .filter_map(|recorded| {
            let way: Vec<&str> =
                recorded["attack_path"].as_array().unwrap().iter().map(|arn| arn.as_str().unwrap()).collect();
            let text = recorded["estate"].to_string();
            // A start outside of the estate is not asked.
            if !text.contains(&format!("\"Arn\":\"{}\"", way[0])) {
                return None;
            }
            let last = way.iter().rev().find(|arn| arn.contains(":iam:")).copied().unwrap().to_owned();
            let target = (recorded["target"] != "to-admin").then_some(last);
            let query = json!({"verb": "escalate", "estate": recorded["estate"], "from": way[0]});
            let expected = recorded["expected_escalation"].as_bool().unwrap();
            Some(case(&recorded["id"], query, move |answer| {
                answer["answer"] == "paths" && reaches(answer, target.as_deref()) == expected
            }))
        })
        .collect();
    hold("escalation_labs.json", &all);
}

#[test]
fn escalation_terraform_lab() {
    let Some(recorded) = file("escalation_terraform_lab.json") else { return };
    for recorded in cases(&recorded) {
        let estate = &recorded["estate"];
        let principals = ["UserDetailList", "RoleDetailList"]
            .iter()
            .flat_map(|list| estate[*list].as_array().unwrap())
            .map(|detail| detail["Arn"].as_str().unwrap())
            .filter(|arn| !arn.ends_with("/estate-admin"));
        let queries: Vec<Json> =
            principals.map(|from| json!({"verb": "escalate", "estate": estate, "from": from})).collect();
        let answers = ask(&queries.iter().collect::<Vec<_>>());
        let escalates = answers.iter().any(|answer| reaches(answer, None));
        assert_eq!(Json::Bool(escalates), recorded["expected_escalation"], "{}: {answers:?}", recorded["id"]);
    }
}
