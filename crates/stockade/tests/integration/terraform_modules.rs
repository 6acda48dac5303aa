//! What holds across the modules of one project.

use crate::run::{folder, judge, stockade};
use camino::Utf8PathBuf;
use std::process::Command;
use std::sync::Arc;
use stockade_check::{Request, check};
use stockade_model::Outcome;
use stockade_project::Change;

#[test]
fn a_module_knows_that_what_it_is_handed_is_a_secret() {
    let root = r#"
variable "token" { type = string }
variable "name" { type = string }
module "orders" {
  source = "./orders"
  token  = var.token
  name   = var.name
}
"#;
    let module = r#"
variable "token" {
  type      = string
  sensitive = true
}
variable "name" { type = string }
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::123456789012:role/orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "artifacts"
  s3_key        = "orders.zip"
  environment {
    variables = {
      ACCESS = var.token
      NAME   = var.name
    }
  }
}
"#;
    let (_guard, path) = folder("main.tf", root);
    let inner = path.with_file_name("orders");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("main.tf"), module).unwrap();
    let report = judge(&[path.parent().unwrap()]);
    let failing: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.control == "SE-01" && finding.verdict.outcome == Outcome::Fail)
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(failing.len(), 1, "{failing:?}");
    assert!(failing[0].contains("`ACCESS`") && failing[0].contains("variable `token`"), "{failing:?}");
}

#[test]
fn a_change_touches_the_roots_that_read_what_changed() {
    // Hidden folders are not walked.
    let folder = tempfile::Builder::new().prefix("project").tempdir().unwrap();
    let top = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let write = |path: &str, text: &str| {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let git = |arguments: &[&str]| {
        let settings =
            ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main"];
        let output = Command::new("git").args(settings).args(arguments).current_dir(&top).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let queue = "resource \"aws_sqs_queue\" \"q\" {}\n";
    write("a/main.tf", &format!("module \"m\" {{\n  source = \"../modules/m\"\n}}\n{queue}"));
    write("a/inner/main.tf", queue);
    write("b/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  policy = file(\"../policies/b.json\")\n}\n");
    write("modules/m/main.tf", queue);
    write("policies/b.json", "{}");
    write("a/README.md", "");
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "all"]);
    let touched = |path: &str, text: &str| {
        write(path, text);
        let report = check(&Request {
            since: Some(Arc::new(Change::since("HEAD", &top).unwrap())),
            ..Request::new(vec![top.clone()], "2026-11-01".parse().unwrap())
        });
        git(&["checkout", "--quiet", "."]);
        git(&["clean", "--quiet", "--force", "-d"]);
        let name = |path: &Utf8PathBuf| path.strip_prefix(&top).unwrap_or(path).to_string();
        report.deployments.iter().map(|deployment| name(&deployment.name)).collect::<Vec<_>>()
    };
    assert_eq!(touched("policies/b.json", "{\"Statement\": []}"), ["b"]);
    assert_eq!(touched("modules/m/main.tf", ""), ["a"]);
    assert_eq!(touched("a/inner/main.tf", ""), Vec::<String>::new());
    assert_eq!(touched("a/inner/more.tf", queue), ["a/inner"]);
    assert_eq!(touched("b/prod.tfvars", ""), ["b"]);
    assert_eq!(touched("a/README.md", "more"), Vec::<String>::new());
}

#[test]
fn arguments_that_say_nothing_are_left_out_of_what_is_expanded() {
    let guard = tempfile::tempdir().unwrap();
    let main = r#"
        resource "aws_cloudwatch_log_group" "kept_forever" {
          name              = "orders"
          retention_in_days = 0
        }
    "#;
    std::fs::write(guard.path().join("main.tf"), main).unwrap();
    let folder = camino::Utf8Path::from_path(guard.path()).unwrap();
    let output = stockade(folder).args(["expand", "."]).assert().code(0).get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("LogGroupName: orders"), "{text}");
    assert!(!text.contains("RetentionInDays"), "{text}");
}
