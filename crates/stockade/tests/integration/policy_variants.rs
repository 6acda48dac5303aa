//! What says the same gets the same answer: policies written otherwise, other account ids. And answers agree among
//! verbs: a request that proves one is allowed where it is asked about by itself.
//!
//! The questions are those of `policy_cases` and of `../shared/iam-cases`. Each variant is asked of every fourth question,
//! another fourth for each; which is fixed by the name of the question.

use crate::policy_cases::{all, ask};
use crate::run::shared;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Of so many questions one is asked in a variant.
const EVERY: u64 = 4;

struct Question {
    id: String,
    query: Json,
}

fn questions() -> Vec<Question> {
    let own = all().into_iter().filter(|case| case.query["verb"] != "lint");
    let mut out: Vec<Question> = own.map(|case| Question { id: case.id, query: case.query }).collect();
    let Some(folder) = shared("iam-cases") else { return out };
    let file = |name: &str| -> Json {
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let mut add = |recorded: &Json, query: Json| {
        out.push(Question { id: recorded["id"].as_str().unwrap().to_owned(), query });
    };
    let each = |file: &Json| file["cases"].as_array().unwrap().clone();
    for case in each(&file("no_new_access.json")) {
        let policy_type = case["policy_type"].as_str().unwrap().to_ascii_lowercase();
        add(
            &case,
            json!({"verb": "compare", "existing": case["existing"], "new": case["new"], "type": policy_type}),
        );
    }
    let pairs = file("subset_pairs.json");
    for case in each(&pairs) {
        let policy = |key: &str| &pairs["policies"][case[key].as_u64().unwrap() as usize]["policy"];
        let names = policy("p").to_string().contains("\"Principal\"");
        let policy_type = if names { "resource" } else { "identity" };
        add(
            &case,
            json!({"verb": "compare", "existing": policy("q"), "new": policy("p"), "type": policy_type}),
        );
    }
    for case in each(&file("public_policy.json")) {
        add(&case, json!({"verb": "public", "policy": case["policy"], "owner": case["account"]}));
    }
    for case in each(&file("external_access_findings.json")) {
        add(&case, json!({"verb": "findings", "policy": case["policy"]}));
    }
    for case in each(&file("escalation_labs.json")) {
        add(&case, json!({"verb": "escalate", "estate": case["estate"], "from": case["attack_path"][0]}));
    }
    out
}

/// The number of a question, from its name (FNV-1a).
fn number(id: &str) -> u64 {
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What an answer says, without the request that proves it.
fn gist(answer: &Json) -> Json {
    assert!(answer.get("error").is_none() || answer["error"].to_string().contains("is not in the estate"));
    match answer["answer"].as_str() {
        Some("paths") => {
            let paths = answer["paths"].as_array().unwrap().iter();
            let ends: BTreeSet<String> =
                paths.map(|path| format!("{} {}", path["to"], path["admin"])).collect();
            json!(ends)
        }
        Some("findings") => json!(answer["findings"].as_array().is_some_and(Vec::is_empty)),
        _ => answer["answer"].clone(),
    }
}

type Rewrite = fn(&mut Vec<Map<String, Json>>);

/// Rewrites every policy document in a query.
fn rewrite(json: &mut Json, with: Rewrite) {
    match json {
        Json::Object(entries) => {
            if let Some(statements) = entries.get_mut("Statement") {
                let list = match statements.take() {
                    Json::Array(items) => items,
                    one => vec![one],
                };
                let mut list: Vec<Map<String, Json>> =
                    list.into_iter().map(|statement| statement.as_object().unwrap().clone()).collect();
                with(&mut list);
                *statements = json!(list);
            }
            entries.values_mut().for_each(|value| rewrite(value, with));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rewrite(item, with)),
        _ => {}
    }
}

fn in_lists(value: &mut Json) {
    if !value.is_array() {
        *value = json!([value.take()]);
    }
}

fn out_of_lists(value: &mut Json) {
    if let Json::Array(items) = value
        && items.len() == 1
    {
        *value = items[0].take();
    }
}

/// Everything in a statement that is one text or a list of them.
fn each_list(statement: &mut Map<String, Json>, change: fn(&mut Json)) {
    for key in ["Action", "NotAction", "Resource", "NotResource"] {
        statement.get_mut(key).into_iter().for_each(change);
    }
    for key in ["Principal", "NotPrincipal"] {
        statement
            .get_mut(key)
            .and_then(Json::as_object_mut)
            .into_iter()
            .flat_map(Map::values_mut)
            .for_each(change);
    }
    let condition = statement.get_mut("Condition").and_then(Json::as_object_mut);
    let operators = condition.into_iter().flat_map(Map::values_mut).filter_map(Json::as_object_mut);
    operators.flat_map(Map::values_mut).for_each(change);
}

/// One statement for each text of an element.
fn split(statements: &mut Vec<Map<String, Json>>, element: &str) {
    let of = |statement: &Map<String, Json>| match statement.get(element) {
        Some(Json::Array(items)) if items.len() > 1 => items
            .iter()
            .map(|item| {
                let mut one = statement.clone();
                one.insert(element.to_owned(), item.clone());
                one
            })
            .collect(),
        _ => vec![statement.clone()],
    };
    *statements = statements.iter().flat_map(of).collect();
}

fn in_another_case(statements: &mut Vec<Map<String, Json>>) {
    for statement in statements {
        for element in ["Action", "NotAction"] {
            if let Some(actions) = statement.get_mut(element) {
                *actions = serde_json::from_str(&actions.to_string().to_ascii_uppercase()).unwrap();
            }
        }
        let Some(Json::Object(condition)) = statement.get("Condition") else { continue };
        let upper = |(name, keys): (&String, &Json)| {
            let keys = keys.as_object().unwrap().iter();
            let keys: Map<String, Json> =
                keys.map(|(key, value)| (key.to_uppercase(), value.clone())).collect();
            (name.to_uppercase(), Json::Object(keys))
        };
        let condition: Map<String, Json> = condition.iter().map(upper).collect();
        statement.insert("Condition".into(), Json::Object(condition));
    }
}

/// Denies what nothing is about.
fn with_an_idle_denial(statements: &mut Vec<Map<String, Json>>) {
    let names = statements.iter().any(|it| it.contains_key("Principal") || it.contains_key("NotPrincipal"));
    let mut denial =
        json!({"Effect": "Deny", "Action": "nosuch:Nothing", "Resource": "arn:aws:nosuch:::nothing"});
    if names {
        denial["Principal"] = json!("*");
    }
    statements.push(denial.as_object().unwrap().clone());
}

const REWRITES: [(&str, Rewrite); 8] = [
    ("statements the other way round", |statements| statements.reverse()),
    ("a statement for each action", |statements| split(statements, "Action")),
    ("a statement for each resource", |statements| split(statements, "Resource")),
    ("lists of one", |statements| statements.iter_mut().for_each(|it| each_list(it, in_lists))),
    ("no lists of one", |statements| statements.iter_mut().for_each(|it| each_list(it, out_of_lists))),
    ("letters of another case", in_another_case),
    ("an idle denial", with_an_idle_denial),
    ("every statement twice", |statements| statements.extend(statements.clone())),
];

const ACCOUNTS: [(&str, &str); 4] = [
    ("111122223333", "121212121212"),
    ("444455556666", "343434343434"),
    ("111111111111", "565656565656"),
    ("222222222222", "787878787878"),
];

fn in_other_accounts(json: &Json) -> Json {
    let text = ACCOUNTS.iter().fold(json.to_string(), |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn what_says_the_same_is_answered_the_same() {
    let questions = questions();
    let base = ask(questions.iter().map(|question| &question.query));
    let mut variants: Vec<(String, Json, Json)> = Vec::new();
    for (question, answer) in questions.iter().zip(&base) {
        let number = number(&question.id);
        for (turn, (name, with)) in (0..).zip(REWRITES) {
            if (number + turn).is_multiple_of(EVERY) {
                let mut query = question.query.clone();
                rewrite(&mut query, with);
                variants.push((format!("{}, {name}", question.id), query, gist(answer)));
            }
        }
        if number % EVERY == 1 {
            let query = in_other_accounts(&question.query);
            variants.push((
                format!("{}, other accounts", question.id),
                query,
                in_other_accounts(&gist(answer)),
            ));
        }
    }
    let answers = ask(variants.iter().map(|(_, query, _)| query));
    let changed: Vec<String> = variants
        .iter()
        .zip(&answers)
        .filter(|((_, _, expected), answer)| sorted(&gist(answer)) != sorted(expected))
        .map(|((name, _, expected), answer)| format!("{name}: {expected} before, now {answer}"))
        .collect();
    println!("{} questions, {} variants", questions.len(), variants.len());
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// A list as a set.
fn sorted(gist: &Json) -> Vec<String> {
    let mut all: Vec<String> = match gist.as_array() {
        Some(items) => items.iter().map(Json::to_string).collect(),
        None => vec![gist.to_string()],
    };
    all.sort();
    all
}

/// An account that no policy names.
const ELSEWHERE: &str = "999999999999";

/// Whether one policy allows a request, as a question to `evaluate`. For a policy on a resource the resource is in another
/// account, so that it has to allow, and the principal may do everything.
fn evaluation(policy: &Json, policy_type: &str, owner: &str, request: &Json) -> Json {
    let everything = json!([{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]);
    if policy_type == "resource" {
        return json!({"verb": "evaluate", "request": request, "resource_account": owner,
            "policies": {"resource": policy, "identity": everything}});
    }
    let account = request["principal"].as_str().and_then(|arn| arn.split(':').nth(4));
    json!({"verb": "evaluate", "request": request, "resource_account": account, "policies": {"identity": [policy]}})
}

#[test]
fn requests_that_prove_are_allowed_when_asked_about() {
    let questions = questions();
    let answers = ask(questions.iter().map(|question| &question.query));
    let mut replays: Vec<(&str, Json, &str)> = Vec::new();
    for (Question { id, query }, answer) in questions.iter().zip(&answers) {
        let (request, policy_type) = (&answer["request"], query["type"].as_str().unwrap_or("resource"));
        match (query["verb"].as_str().unwrap(), answer["answer"].as_str().unwrap_or_default()) {
            ("compare", "violated") => {
                replays.push((id, evaluation(&query["new"], policy_type, ELSEWHERE, request), "allowed"));
                replays.push((id, evaluation(&query["existing"], policy_type, ELSEWHERE, request), ""));
            }
            ("public", "public") => {
                let owner = query["owner"].as_str().unwrap_or(ELSEWHERE);
                replays.push((id, evaluation(&query["policy"], "resource", owner, request), "allowed"));
            }
            ("grants", "yes") => {
                replays.push((id, evaluation(&query["policy"], policy_type, ELSEWHERE, request), "allowed"));
            }
            ("can", "yes") => {
                let mut closed = query.clone();
                closed["context"] = request["context"].clone();
                closed["closed_context"] = json!(true);
                replays.push((id, closed, "yes"));
            }
            _ => {}
        }
    }
    let again = ask(replays.iter().map(|(_, query, _)| query));
    let wrong: Vec<String> = replays
        .iter()
        .zip(&again)
        .filter(|((_, _, word), answer)| match *word {
            "" => answer["answer"] == "allowed",
            word => answer["answer"] != word,
        })
        .map(|((id, query, _), answer)| format!("{id}: {query}: {answer}"))
        .collect();
    println!("{} requests", replays.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// More in what is there takes nothing from `holds`, more in what is new nothing from `violated`.
#[test]
fn comparison_is_monotone() {
    let comparisons: Vec<Question> =
        questions().into_iter().filter(|question| question.query["verb"] == "compare").collect();
    let answers = ask(comparisons.iter().map(|question| &question.query));
    let mut asked: Vec<(String, Json, &str)> = Vec::new();
    for (Question { id, query }, answer) in comparisons.iter().zip(&answers) {
        let with_more = |side: &str| {
            let mut query = query.clone();
            let mut more = json!({"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"});
            if query["type"] == "resource" {
                more["Principal"] = json!("*");
            }
            let statements = &mut query[side]["Statement"];
            in_lists(statements);
            statements.as_array_mut().unwrap().push(more);
            query
        };
        let mut with_itself = query.clone();
        with_itself["existing"] = query["new"].clone();
        rewrite(&mut with_itself["existing"], |statements| {
            split(statements, "Action");
            split(statements, "Resource");
            statements.reverse();
        });
        asked.push((format!("{id}, with itself"), with_itself, "holds"));
        match answer["answer"].as_str() {
            Some("holds") => {
                asked.push((format!("{id}, more is there"), with_more("existing"), "holds"));
                let mut less = query.clone();
                rewrite(&mut less["new"], |statements| {
                    let last = statements.iter().rposition(|it| it["Effect"] == "Allow");
                    if let (Some(last), true) = (last, statements.len() > 1) {
                        statements.remove(last);
                    }
                });
                asked.push((format!("{id}, less is new"), less, "holds"));
            }
            Some("violated") => asked.push((format!("{id}, more is new"), with_more("new"), "violated")),
            _ => {}
        }
    }
    let answers = ask(asked.iter().map(|(_, query, _)| query));
    let wrong: Vec<String> = asked
        .iter()
        .zip(&answers)
        .filter(|((_, _, word), answer)| answer["answer"] != *word)
        .map(|((name, _, word), answer)| format!("{name}: {word} is expected, not {answer}"))
        .collect();
    println!("{} comparisons", asked.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
