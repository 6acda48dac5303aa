//! Plans of Terraform, alone and beside the module that they were made of.

use crate::run::{DAY, folder, root, stockade};
use camino::Utf8Path;
use serde_json::Value;
use std::collections::BTreeMap;

fn report(folder: &Utf8Path, arguments: &[&str]) -> Value {
    let output = stockade(folder)
        .args(["check", "--format", "json", "--as-of", DAY])
        .args(arguments)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Control and subject of each finding, with where it is and its fingerprint.
fn findings(report: &Value) -> BTreeMap<String, (String, String)> {
    let findings = report["findings"].as_array().unwrap().iter().map(|finding| {
        let key = format!("{} {} {}", finding["control"], finding["subject"]["id"], finding["verdict"]);
        let place = format!("{} {}", finding["location"]["path"], finding["location"]["start"]["line"]);
        (key, (place, finding["fingerprint"].to_string()))
    });
    findings.collect()
}

#[test]
fn a_plan_gives_the_findings_of_its_module() {
    for pair in ["service", "modules"] {
        let source = root().join("crates/stockade-terraform/tests/plans").join(pair);
        let beside = report(&source, &["plan.json"]);
        assert_eq!(beside["deployments"][0]["kind"], "terraform-plan");
        let (_guard, alone) =
            folder("plan.json", &std::fs::read_to_string(source.join("plan.json")).unwrap());
        let alone = report(alone.parent().unwrap(), &["plan.json"]);
        let (_guard, module) = folder("main.tf", &std::fs::read_to_string(source.join("main.tf")).unwrap());
        if pair == "modules" {
            let inner = module.with_file_name("queue");
            std::fs::create_dir(&inner).unwrap();
            std::fs::copy(source.join("queue/main.tf"), inner.join("main.tf")).unwrap();
        }
        let given = ["--parameter", "stage=prod", "--parameter", "secret=hunter2hunter2", "."];
        let module = report(module.parent().unwrap(), &given);
        let places = |report: &Value| -> Vec<(String, String)> {
            findings(report).into_iter().map(|(key, (place, _))| (key, place)).collect()
        };
        assert_eq!(places(&beside), places(&module), "{pair}");
        assert!(places(&beside).len() >= 10, "{pair}");
        let keys = |report: &Value| findings(report).into_keys().collect::<Vec<_>>();
        assert_eq!(keys(&alone), keys(&module), "{pair}");
    }
}

#[test]
fn a_module_with_a_plan_is_judged_once() {
    let report = report(&root().join("crates/stockade-terraform/tests/plans/service"), &["."]);
    assert_eq!(report["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(report["notices"][0]["kind"], "planned");
}

#[test]
fn what_is_no_plan_in_json_is_named() {
    let cases = [
        (r#"{"format_version":"2.0","planned_values":{}}"#, "the plan's format is `2.0`"),
        (r#"{"format_version":"1.2","resource_changes":[{"type":"x"}]}"#, "has no `address`"),
        (
            r#"{"format_version":"1.0","terraform_version":"1.5.0","values":{}}"#,
            "a Terraform state, not a plan",
        ),
        ("{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n", "the log that `terraform plan -json` prints"),
    ];
    for (text, message) in cases {
        let (_guard, path) = folder("plan.json", text);
        let report = report(path.parent().unwrap(), &["plan.json"]);
        assert!(report["errors"][0]["message"].as_str().unwrap().contains(message), "{report}");
        assert_eq!(report["deployments"].as_array().unwrap().len(), 0, "{message}");
    }
    let mut archive = b"PK\x03\x04".to_vec();
    archive.resize(30, 0);
    archive.extend(b"tfplan\xff\xfe");
    let (_guard, path) = folder("other", "");
    std::fs::write(&path, archive).unwrap();
    let report = report(path.parent().unwrap(), &["other"]);
    assert!(report["errors"][0]["message"].as_str().unwrap().contains("terraform show -json"), "{report}");
}
