//! Modules of the registry that `terraform init` downloaded, as users call them: judged through their source's name,
//! and told of where the user can mend it.

use crate::run::{DAY, shared, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const MAIN: &str = r#"
module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.8" # RT-01
  source_path   = "${path.module}/src"

  create_lambda_function_url = true

  environment_variables = {
    DB_PASSWORD = "hunter2hunter2" # SE-01
    UPLOADS     = module.uploads.s3_bucket_id
  }

  attach_policy_statements = true
  policy_statements = {
    uploads = {
      effect    = "Allow"
      actions   = ["s3:*"] # IAM-03
      resources = ["*"] # IAM-04 IAM-13
    }
  }

  event_source_mapping = {
    sqs = { event_source_arn = module.queue.queue_arn }
  }

  allowed_triggers = {
    api = { service = "apigateway", source_arn = "${module.api.api_execution_arn}/*/*" }
  }
}

module "queue" {
  source     = "terraform-aws-modules/sqs/aws"
  version    = "~> 5.0"
  name       = "orders"
  create_dlq = true
}

module "uploads" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "~> 5.0"
  bucket  = "orders-uploads"
}

module "api" {
  source        = "terraform-aws-modules/apigateway-v2/aws"
  version       = "~> 6.0"
  name          = "orders"
  protocol_type = "HTTP"
}
"#;

/// A project with `main.tf` and the Lambda module where `terraform init` puts it, for each call that has one.
fn project(main: &str, calls: &[&str]) -> Option<(tempfile::TempDir, Utf8PathBuf)> {
    let module = shared("corpus/terraform-aws-lambda")?;
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    std::fs::write(folder.join("main.tf"), main).unwrap();
    std::fs::write(folder.join("stockade.toml"), "").unwrap();
    let mut modules = vec![json!({"Key": "", "Source": "", "Dir": "."})];
    for call in calls {
        let dir = format!(".terraform/modules/{call}");
        copy(&module, &folder.join(&dir));
        let source = "registry.terraform.io/terraform-aws-modules/lambda/aws";
        modules.push(json!({"Key": call, "Source": source, "Version": "8.1.2", "Dir": dir}));
    }
    let manifest = json!({ "Modules": modules }).to_string();
    std::fs::create_dir_all(folder.join(".terraform/modules")).unwrap();
    std::fs::write(folder.join(".terraform/modules/modules.json"), manifest).unwrap();
    Some((guard, folder))
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        match entry.path().is_dir() {
            true => copy(entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

fn judged(folder: &Utf8Path) -> Json {
    let arguments = [
        "check",
        ".",
        "--profile",
        "regulated",
        "--verdicts",
        "fail,unknown,pass",
        "--as-of",
        DAY,
        "--format",
        "json",
    ];
    let output = stockade(folder).args(arguments).assert().get_output().clone();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn failures(report: &Json) -> impl Iterator<Item = &Json> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "fail")
}

#[test]
fn what_fails_in_a_downloaded_module_is_told_at_the_users_call() {
    let Some((_guard, folder)) = project(MAIN, &["orders"]) else { return };
    let report = judged(&folder);
    let deployments: Vec<&Json> = report["deployments"].as_array().unwrap().iter().collect();
    assert_eq!(deployments.len(), 1, "nothing in `.terraform` is a root of its own: {deployments:?}");

    let lines: Vec<&str> = MAIN.lines().collect();
    let call = lines.iter().position(|line| line.starts_with("module \"orders\"")).unwrap() + 1;
    let mut at_arguments = BTreeSet::new();
    for finding in failures(&report) {
        let place = &finding["location"];
        assert_eq!(place["path"], "main.tf", "{finding}");
        let line = usize::try_from(place["start"]["line"].as_u64().unwrap()).unwrap();
        let id = finding["control"].as_str().unwrap();
        if line != call {
            assert!(lines[line - 1].contains(id), "{id} at line {line}: {finding}");
            at_arguments.insert(id);
        }
        for related in finding["related"].as_array().unwrap() {
            assert_eq!(related["location"]["path"], "main.tf", "{finding}");
        }
    }
    assert_eq!(at_arguments, BTreeSet::from(["IAM-03", "IAM-04", "IAM-13", "RT-01", "SE-01"]));
    let ids: BTreeSet<&str> = failures(&report).filter_map(|finding| finding["control"].as_str()).collect();
    assert!(ids.contains("EP-01"), "the module's own default lets everyone call the function URL");
}

/// Nobody can edit what `terraform init` downloads, and the label of a call is no value.
#[test]
fn only_what_the_user_wrote_is_mended() {
    let Some((_guard, folder)) = project(MAIN, &["orders"]) else { return };
    let report = judged(&folder);
    let mended: BTreeSet<(&str, String)> = failures(&report)
        .flat_map(|finding| {
            let edits = finding["fix"]["edits"].as_array().map(Vec::as_slice).unwrap_or_default();
            edits.iter().map(|edit| (finding["control"].as_str().unwrap(), edit["text"].to_string()))
        })
        .collect();
    assert_eq!(mended, BTreeSet::from([("RT-01", r#""\"python3.14\"""#.to_owned())]));
}

#[test]
fn modules_that_nobody_downloaded_are_named() {
    let Some((_guard, folder)) = project(MAIN, &["orders"]) else { return };
    let report = judged(&folder);
    let missing: BTreeSet<&str> = report["notices"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|notice| notice["kind"] == "missing-module")
        .map(|notice| notice["message"].as_str().unwrap())
        .collect();
    assert_eq!(missing.len(), 3, "{missing:?}");
    for module in ["sqs", "s3-bucket", "apigateway-v2"] {
        let source = format!("`terraform-aws-modules/{module}/aws`");
        assert!(missing.iter().any(|message| message.contains(&source)), "{source}: {missing:?}");
    }
    // What such a module may deploy is not known, and never passes.
    let subjects = report["findings"].as_array().unwrap().iter();
    let mapping = subjects.filter(|finding| finding["control"] == "RL-03").collect::<Vec<_>>();
    assert!(mapping.iter().all(|finding| finding["verdict"] == "unknown"), "{mapping:?}");
    assert!(!mapping.is_empty());
}

/// The module's own examples call it by its folder; called by its name in the registry, they get the same verdicts.
#[test]
fn an_example_gets_the_same_verdicts_by_folder_and_by_name() {
    let Some(module) = shared("corpus/terraform-aws-lambda") else { return };
    for example in ["simple", "async", "with-efs"] {
        let main = std::fs::read_to_string(module.join("examples").join(example).join("main.tf")).unwrap();
        let by_name = main.replace("source = \"../../\"", "source = \"terraform-aws-modules/lambda/aws\"");
        assert_ne!(main, by_name);
        let calls: Vec<&str> = by_name
            .split("\nmodule \"")
            .skip(1)
            .filter(|block| block.contains("terraform-aws-modules/lambda/aws\""))
            .filter_map(|block| block.split('"').next())
            .collect();
        let Some((_guard, folder)) = project(&by_name, &calls) else { return };
        let verdicts = |report: &Json, deployment: &str| -> BTreeSet<(String, String, String)> {
            let own = report["findings"].as_array().unwrap().iter();
            let own = own.filter(|finding| finding["deployment"].as_str().unwrap().ends_with(deployment));
            let text = |value: &Json| value.as_str().unwrap().to_owned();
            own.map(|finding| {
                (text(&finding["control"]), text(&finding["subject"]["id"]), text(&finding["verdict"]))
            })
            .collect()
        };
        let by_folder = judged(&module);
        let (by_folder, by_name) =
            (verdicts(&by_folder, &format!("examples/{example}")), verdicts(&judged(&folder), "."));
        assert!(!by_folder.is_empty());
        assert_eq!(by_folder, by_name, "{example}");
    }
}
