//! SARIF: valid by its schema, and by what GitHub's code scanning asks for besides.

use crate::run::{DAY, root, shared, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use jsonschema::Validator;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = include_str!("../../../../tests/sarif/sarif-schema-2.1.0.json");

fn schema() -> Validator {
    let mut schema: Json = serde_json::from_str(SCHEMA).unwrap();
    for of in ["run", "toolComponent"] {
        // Its pattern has a bracket too many, which is no regular expression; reports have no such property.
        schema["definitions"][of]["properties"]["language"]
            .as_object_mut()
            .unwrap()
            .remove("pattern")
            .unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The SARIF report of a run in a folder, valid by the schema.
fn sarif(folder: &Utf8Path, arguments: &[&str]) -> Json {
    let arguments = [&["check", "--format", "sarif", "--as-of", DAY], arguments].concat();
    let output = stockade(folder).args(arguments).output().unwrap();
    let log: Json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let faults: Vec<String> = schema()
        .iter_errors(&log)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    log
}

/// A repository with names that URIs must encode, a template that is linked, one with a repeated key and one that cannot
/// be read.
fn repository() -> (tempfile::TempDir, Utf8PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let top = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    let odd = top.join("services/a b/100% #1?");
    for folder in [&top.join(".git"), &odd] {
        std::fs::create_dir_all(folder).unwrap();
    }
    let template = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Auth: {Type: String, Default: NONE}
Resources:
  # 😀 é
  Url: {Type: AWS::Lambda::Url, Metadata: {Note: 😀}, Properties: {TargetFunctionArn: fn, AuthType: !Ref Auth}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Handler: a.b
      Runtime: python3.8
      Role: arn:aws:iam::123456789012:role/é
      Code: {S3Bucket: b, S3Key: k}
";
    std::fs::write(odd.join("주문:1.yaml"), template).unwrap();
    std::fs::write(top.join("plain.yaml"), template.replace("Type: String,", "Type: String, Type: String,"))
        .unwrap();
    std::fs::write(top.join("broken.yaml"), "AWS::X: [\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(odd.join("주문:1.yaml"), top.join("linked.yaml")).unwrap();
    (guard, top)
}

/// What breaks the rules of "SARIF support for code scanning" and "SARIF results exceed one or more limits".
fn faults(log: &Json, repository: &Utf8Path) -> Vec<String> {
    let mut faults = Vec::new();
    let mut hold = |holds: bool, rule: &str, at: &Json| {
        if !holds {
            faults.push(format!("{rule}: {at}"));
        }
    };
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    hold(log["version"] == "2.1.0", "code scanning only supports SARIF 2.1.0", &log["version"]);
    hold(text(&log["$schema"]).contains("sarif-2.1.0"), "the schema's URI is required", &log["$schema"]);
    hold((1..=20).contains(&list(&log["runs"]).len()), "a file has at most 20 runs", &Json::Null);
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    hold(!text(&driver["name"]).is_empty(), "the tool's name is required", driver);
    let rules = list(&driver["rules"]);
    hold((1..=25_000).contains(&rules.len()), "a run has at most 25,000 rules", &Json::Null);
    let ids: BTreeSet<String> = rules.iter().map(|rule| text(&rule["id"])).collect();
    hold(ids.len() == rules.len(), "a rule's id is unique", &Json::Null);
    for rule in &rules {
        let id = &rule["id"];
        let length = |json: &Json| text(json).chars().count();
        hold(length(&rule["name"]) <= 255, "a rule's name has at most 255 characters", id);
        for key in ["shortDescription", "fullDescription"] {
            hold(
                (1..=1024).contains(&length(&rule[key]["text"])),
                "descriptions have 1 to 1024 characters",
                id,
            );
        }
        hold(length(&rule["help"]["text"]) > 100, "the help's text is required", id);
        hold(length(&rule["help"]["markdown"]) > 100, "the help's Markdown is recommended", id);
        let level = text(&rule["defaultConfiguration"]["level"]);
        hold(["note", "warning", "error"].contains(&level.as_str()), "a level is note, warning or error", id);
        let tags = list(&rule["properties"]["tags"]);
        hold(tags.len() <= 10, "a rule has at most 20 tags, of which 10 are shown", id);
        hold(tags.contains(&"security".into()), "security rules have the tag `security`", id);
        let score: f64 = text(&rule["properties"]["security-severity"]).parse().unwrap_or_default();
        hold(score > 0.0 && score <= 10.0, "a score is a text above 0.0 and at most 10.0", id);
    }
    let results = list(&run["results"]);
    hold(run["results"].is_array(), "the results are required, even if there are none", &Json::Null);
    hold(results.len() <= 25_000, "a run has at most 25,000 results", &Json::Null);
    for result in &results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let rule = rules.get(index).cloned().unwrap_or_default();
        hold(
            rule["id"] == result["ruleId"] && ids.contains(&text(&result["ruleId"])),
            "index and id name a rule",
            result,
        );
        hold(!text(&result["message"]["text"]).is_empty(), "a message is required", result);
        hold(list(&result["locations"]).len() == 1, "one location, which decides what is annotated", result);
        let related = list(&result["relatedLocations"]);
        hold(related.len() < 1000, "a result has at most 1,000 locations", result);
        let hash = text(&result["partialFingerprints"]["primaryLocationLineHash"]);
        hold(
            hash.split_once(':').is_some_and(|(hash, count)| {
                u64::from_str_radix(hash, 16).is_ok() && count.parse::<u32>().is_ok()
            }),
            "code scanning only uses the `primaryLocationLineHash`, which is required",
            result,
        );
        hold(
            result.get("suppressions").is_none() && result.get("codeFlows").is_none(),
            "nothing but live results",
            result,
        );
        for location in list(&result["locations"]).iter().chain(&related) {
            let place = &location["physicalLocation"];
            let artifact = &place["artifactLocation"];
            let uri = text(&artifact["uri"]);
            let relative =
                !uri.is_empty() && !uri.starts_with('/') && !uri.contains(['\\', ' ', ':', '#', '?']);
            hold(relative, "a path is relative to the repository's root, as a URI", location);
            hold(artifact["uriBaseId"] == "%SRCROOT%", "a path says what it is relative to", location);
            let path = percent_encoding::percent_decode_str(&uri).decode_utf8().unwrap();
            let file = repository.join(path.as_ref());
            hold(file.canonicalize_utf8().is_ok_and(|full| full == file), "links are resolved", location);
            let content = std::fs::read_to_string(&file).unwrap_or_default();
            let content = content.trim_start_matches('\u{feff}');
            let number = |key: &str| usize::try_from(place["region"][key].as_u64().unwrap_or(0)).unwrap_or(0);
            let (line, column) = (number("startLine"), number("startColumn"));
            let (end_line, end_column) = (number("endLine"), number("endColumn"));
            let there =
                line.checked_sub(1).and_then(|line| content.split('\n').nth(line)).unwrap_or_default();
            hold(
                column >= 1
                    && line == end_line
                    && column <= end_column
                    && end_column <= there.chars().count() + 1,
                "line and column of both ends are required, and lie in the file",
                location,
            );
        }
        for (at, location) in related.iter().enumerate() {
            let link = format!("]({})", at + 1);
            let linked = text(&result["message"]["text"]).contains(&link) && location["id"] == at + 1;
            hold(linked, "a related location is shown where the message links to it", result);
        }
    }
    faults
}

fn results(log: &Json) -> &[Json] {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn reports_hold_to_the_schema_and_to_githubs_rules() {
    let (_guard, top) = repository();
    let log = sarif(&top, &[]);
    assert_eq!(faults(&log, &top), [""; 0]);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(run["originalUriBaseIds"]["%SRCROOT%"].is_object());
    let uris: BTreeSet<&str> = results(&log)
        .iter()
        .map(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    let odd = "services/a%20b/100%25%20%231%3F/%EC%A3%BC%EB%AC%B8%3A1.yaml";
    assert_eq!(uris, BTreeSet::from(["plain.yaml", odd]));
    // In scalars: the character before is one of them and two code units.
    let url = results(&log).iter().find(|result| result["ruleId"] == "EP-01").unwrap();
    assert_eq!(
        url["locations"][0]["physicalLocation"]["region"],
        serde_json::json!({"startLine": 6, "startColumn": 100, "endLine": 6, "endColumn": 109})
    );
    assert_eq!(
        url["message"]["text"].as_str().unwrap().lines().nth(1),
        Some("[the parameter's default is used](1)")
    );
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let said =
        |kind: &str| notifications.iter().filter(|said| said["descriptor"]["id"] == kind).collect::<Vec<_>>();
    assert_eq!(said("input")[0]["level"], "error");
    assert_eq!(said("duplicate-key")[0]["level"], "note");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn paths_are_those_of_the_repository_from_wherever_it_is_judged() {
    let (_guard, top) = repository();
    let uris = |folder: &Utf8Path, path: &str| -> Vec<Json> {
        results(&sarif(folder, &[path])).iter().map(|result| result["locations"].clone()).collect()
    };
    let from_top = uris(&top, "plain.yaml");
    assert!(!from_top.is_empty());
    assert_eq!(uris(&top.join("services/a b"), "../../plain.yaml"), from_top);
    assert_eq!(uris(&root(), top.join("plain.yaml").as_str()), from_top);
}

#[test]
fn only_failures_are_results_and_each_has_its_severity() {
    let (_guard, top) = repository();
    let log = sarif(&top, &["plain.yaml", "--verdicts", "fail,unknown,pass"]);
    let output =
        stockade(&top).args(["check", "plain.yaml", "--format", "json", "--as-of", DAY]).output().unwrap();
    let json: Json = serde_json::from_slice(&output.stdout).unwrap();
    let failures: BTreeMap<&str, &str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "fail")
        .map(|finding| (finding["fingerprint"].as_str().unwrap(), finding["severity"].as_str().unwrap()))
        .collect();
    let written: BTreeMap<&str, &str> = results(&log)
        .iter()
        .map(|result| {
            let own = result["partialFingerprints"]["stockade/v1"].as_str().unwrap();
            (own, result["properties"]["severity"].as_str().unwrap())
        })
        .collect();
    assert_eq!(written, failures);
    for result in results(&log) {
        let expected = match result["properties"]["severity"].as_str().unwrap() {
            "critical" | "high" => "error",
            "medium" => "warning",
            _ => "note",
        };
        assert_eq!(result["level"], expected);
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let (_guard, top) = repository();
    let path = top.join("plain.yaml");
    let fingerprints = || -> Vec<Json> {
        let log = sarif(&top, &["plain.yaml"]);
        results(&log).iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let before = fingerprints();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("# one\n# two\n\n{text}")).unwrap();
    assert_eq!(fingerprints(), before);
    std::fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert_eq!(fingerprints(), before);
}

#[test]
fn an_empty_report_is_a_report() {
    let guard = tempfile::tempdir().unwrap();
    let top = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    let log = sarif(&top, &[]);
    assert_eq!(faults(&log, &top), [""; 0]);
    assert_eq!(results(&log).len(), 0);
}

#[test]
fn the_examples_and_the_corpus_hold_to_the_rules() {
    let log = sarif(&root(), &["examples", "--profile", "regulated"]);
    assert_eq!(faults(&log, &root()), [""; 0]);
    assert!(results(&log).len() > 50);
    let Some(corpus) = shared("corpus") else { return };
    let log = sarif(&corpus, &["--profile", "regulated"]);
    // The corpus may lie in a repository of its own or in none.
    let inside = corpus.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&corpus);
    let found = faults(&log, inside);
    assert_eq!(found.first(), None, "{} faults", found.len());
    assert!(results(&log).len() > 1000);
}
