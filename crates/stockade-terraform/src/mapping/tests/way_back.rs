//! Changes in CloudFormation's words as edits of HCL.

use super::*;
use stockade_model::{Documents, RaiseError, Resource};
use stockade_syntax::{Document, New, apply};

struct One(Source);

impl Documents for One {
    fn document(&self, _: FileId) -> Option<(&Source, &Document)> {
        None
    }

    fn source(&self, _: FileId) -> Option<&Source> {
        Some(&self.0)
    }
}

fn resource(hcl: &str, id: &str) -> (Resource, One) {
    let lowered = lowered(hcl);
    let resource = lowered.resources.iter().find(|resource| resource.id == id).unwrap();
    (resource.clone(), One(Source::new(FileId(0), "main.tf", hcl)))
}

/// The text with the property of a resource set.
fn set(hcl: &str, id: &str, property: &str, value: &New) -> Result<String, RaiseError> {
    let (resource, documents) = resource(hcl, id);
    let slots = resource.properties.get(property).slots();
    let edit = resource.raise.set(&slots[0], property, value, &documents)?;
    Ok(apply(hcl, &[edit.edit]).unwrap())
}

#[test]
fn a_property_of_a_satellite_is_a_resource_behind_its_owner() {
    let text = set(
        "resource \"aws_s3_bucket\" \"data\" {\n}\n\nlocals {}\n",
        "aws_s3_bucket.data",
        "AccessControl",
        &New::string("PublicRead"),
    );
    let expected = "\
resource \"aws_s3_bucket\" \"data\" {
  acl = \"public-read\"
}

locals {}
";
    assert_eq!(text.unwrap(), expected);
    let text = set(
        "resource \"aws_lambda_function\" \"f\" {\n}\n",
        "aws_lambda_function.f",
        "FunctionScalingConfig.MaxExecutionEnvironments",
        &New::Number("5".into()),
    );
    let expected = "\
resource \"aws_lambda_function\" \"f\" {
}

resource \"aws_lambda_function_scaling_config\" \"f\" {
  function_name = aws_lambda_function.f.id
  function_scaling_config {
    max_execution_environments = 5
  }
}
";
    assert_eq!(text.unwrap(), expected);
}

#[test]
fn what_says_null_is_written_over_and_what_came_to_nothing_is_kept() {
    let with = |value: &str| {
        let hcl = format!("resource \"aws_lambda_function\" \"f\" {{\n  runtime = {value}\n}}\n");
        set(&hcl, "aws_lambda_function.f", "Runtime", &New::string("python3.13"))
    };
    assert_eq!(
        with("null").unwrap(),
        "resource \"aws_lambda_function\" \"f\" {\n  runtime = \"python3.13\"\n}\n"
    );
    assert!(with("true ? null : \"x\"").is_err());
}

#[test]
fn maps_and_texts_of_json_are_written_as_such() {
    let tags = New::Sequence(vec![New::mapping([("Key", New::string("a")), ("Value", New::string("b"))])]);
    let hcl = "resource \"aws_sqs_queue\" \"q\" {\n  tags = { c = \"d\" }\n}\n";
    let written = set(hcl, "aws_sqs_queue.q", "Tags", &tags).unwrap();
    assert_eq!(written, "resource \"aws_sqs_queue\" \"q\" {\n  tags = {\n    a = \"b\"\n  }\n}\n");
    let hcl = "resource \"aws_iam_role_policy\" \"p\" {\n  policy = <<EOF\n{\"Statement\": []}\nEOF\n}\n";
    let within = set(hcl, "aws_iam_role_policy.p", "PolicyDocument.Statement", &New::Sequence(Vec::new()));
    assert!(within.is_err(), "what is within a text has no place of its own: {within:?}");
    let hcl = "\
locals {
  list = <<JSON
{\"Statement\": []}
JSON
}
resource \"aws_iam_role_policy\" \"p\" {
  policy = local.list
}
";
    let behind = set(hcl, "aws_iam_role_policy.p", "PolicyDocument.Statement", &New::Sequence(Vec::new()));
    assert!(behind.is_err(), "nor what is behind a reference to one: {behind:?}");
}

#[test]
fn an_object_gets_an_entry() {
    let with = |object: &str| {
        let hcl = format!(
            "resource \"aws_lambda_function\" \"f\" {{\n  environment {{\n    variables = {object}\n  }}\n}}\n"
        );
        set(&hcl, "aws_lambda_function.f", "Environment.Variables.B", &New::string("2"))
    };
    assert!(with("{ A = \"1\" }").unwrap().contains("variables = { A = \"1\", B = \"2\" }\n"));
    let lines = with("{\n      A = \"1\"\n    }").unwrap();
    assert!(lines.contains("variables = {\n      A = \"1\"\n      B = \"2\"\n    }\n"), "{lines}");
    let empty = with("{}").unwrap();
    assert!(empty.contains("variables = {\n  B = \"2\"\n}\n"), "{empty}");
    assert!(with("{ for name in [\"A\"] : name => \"1\" }").is_err());
}

#[test]
fn resources_are_added_under_addresses() {
    let (function, documents) =
        resource("resource \"aws_lambda_function\" \"f\" {\n}\n", "aws_lambda_function.f");
    let body = New::mapping([
        ("Type", New::string("AWS::SQS::Queue")),
        ("Properties", New::mapping([("MessageRetentionPeriod", New::Number("1209600".into()))])),
    ]);
    assert_eq!(function.raise.address("FailedEvents", &body), "aws_sqs_queue.failed_events");
    let edit = function.raise.add_resource(function.resources_at, "FailedEvents", &body, &documents).unwrap();
    let text = apply(&documents.0.text, &[edit.edit]).unwrap();
    let expected =
        "\nresource \"aws_sqs_queue\" \"failed_events\" {\n  message_retention_seconds = 1209600\n}\n";
    assert!(text.ends_with(expected), "{text}");
    let without_words = New::mapping([
        ("Type", New::string("AWS::SQS::Queue")),
        ("Properties", New::mapping([("NoSuchProperty", New::Bool(true))])),
    ]);
    let refused = function.raise.add_resource(function.resources_at, "Q", &without_words, &documents);
    assert!(matches!(refused, Err(RaiseError::NoForm(name)) if name == "NoSuchProperty"));
}
