//! What users read is in the words of the language that they write.

use crate::run::{folder, judge};
use std::collections::BTreeSet;
use stockade_controls::{CONTROLS, Page};
use stockade_model::{Finding, Outcome};

/// Words of the policy language, which all languages share, and other names of AWS that are no properties.
const SHARED: [&str; 16] = [
    "Action",
    "AdministratorAccess",
    "Allow",
    "ArnLike",
    "Condition",
    "Config",
    "Deny",
    "Effect",
    "EventBridge",
    "NotAction",
    "NotResource",
    "Principal",
    "Resource",
    "SecureString",
    "Statement",
    "StringEquals",
];

/// All that a user reads of a finding.
fn told(finding: &Finding) -> Vec<String> {
    let mut all = vec![finding.message.clone()];
    if finding.verdict.outcome == Outcome::Fail {
        all.push(finding.remediation.to_string());
    }
    all.extend(finding.verdict.settled_by.clone());
    all.extend(finding.verdict.fix.as_ref().map(|(_, description, _)| description.clone()));
    all.extend(finding.verdict.related.iter().map(|related| related.message.clone()));
    all
}

/// What of a text is CloudFormation's own: property names, intrinsics, types, `parameter`, `stack`, `template`.
fn foreign(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // A parameter of Parameter Store is one in every language.
    for (at, part) in text.replace("SSM parameter", "").split('`').enumerate() {
        if at % 2 == 0 {
            let words = part.split(|character: char| !character.is_ascii_alphabetic());
            found.extend(
                words
                    .filter(|word| ["SAM", "parameter", "stack", "template"].contains(word))
                    .map(str::to_owned),
            );
            continue;
        }
        let name = part.split([':', '.', ' ']).next().unwrap_or_default();
        let is_property = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.contains(|character: char| character.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !SHARED.contains(&name);
        if is_property
            || part.starts_with("sam ")
            || part.contains("Fn::")
            || part.contains("AWS::Lambda")
            || part.contains("--parameter")
        {
            found.push(part.to_owned());
        }
    }
    found
}

#[test]
fn findings_in_terraform_speak_of_arguments_and_variables() {
    let mut faults = BTreeSet::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        for fixture in page.fixtures(control.text()).iter().filter(|fixture| fixture.is_terraform()) {
            let (_guard, path) = folder(fixture.name, &fixture.text);
            if let Some(configuration) = Page::configuration(control.text()) {
                std::fs::write(path.with_file_name("stockade.toml"), configuration).unwrap();
            }
            for finding in judge(&[&path]).findings {
                for text in told(&finding) {
                    // What the fixture itself says may come back.
                    let words =
                        foreign(&text).into_iter().filter(|word| !fixture.text.contains(word.as_str()));
                    faults.extend(words.map(|word| format!("{}: `{word}` in: {text}", finding.control)));
                }
            }
        }
    }
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is told of failures and unknowns of some controls, a line each.
fn sentences(name: &str, text: &str, controls: &[&str]) -> String {
    let (_guard, path) = folder(name, text);
    let report = judge(&[&path]);
    let is_told = |finding: &&Finding| {
        controls.contains(&finding.control)
            && matches!(finding.verdict.outcome, Outcome::Fail | Outcome::Unknown)
    };
    let lines = report.findings.iter().filter(is_told).map(|finding| {
        let all = told(finding);
        format!("{}: {}", finding.control, all.join(" | "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn one_control_speaks_each_language() {
    let controls = ["CC-01", "LG-07", "SC-01", "RL-03", "SE-02"];
    let terraform = r#"
        variable "limit" { type = number }
        resource "aws_sqs_queue" "jobs" { visibility_timeout_seconds = 3 }
        resource "aws_lambda_function" "orders" {
          function_name                  = "orders"
          role                           = "arn:aws:iam::123456789012:role/orders"
          runtime                        = "python3.13"
          handler                        = "app.handler"
          s3_bucket                      = "artifacts"
          s3_key                         = "orders.zip"
          timeout                        = 10
          reserved_concurrent_executions = max(var.limit, 3)
          environment {
            variables = { TABLE = "orders" }
          }
        }
        resource "aws_lambda_event_source_mapping" "jobs" {
          event_source_arn = aws_sqs_queue.jobs.arn
          function_name    = aws_lambda_function.orders.arn
        }
    "#;
    insta::assert_snapshot!("terraform", sentences("main.tf", terraform, &controls));
    let sam = r"
Transform: AWS::Serverless-2016-10-31
Parameters: {Limit: {Type: Number}}
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 3}}
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: s3://artifacts/orders.zip
      Timeout: 10
      ReservedConcurrentExecutions: !Ref Limit
      Environment: {Variables: {TABLE: orders}}
      Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}
";
    insta::assert_snapshot!("sam", sentences("template.yaml", sam, &controls));
}
