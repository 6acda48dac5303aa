//! Parts of which the owner is another kind of resource than usual, or is declared elsewhere.

use super::*;

#[test]
fn a_part_of_what_is_declared_elsewhere_is_told_of() {
    let lowered = lowered_with_rest(
        r#"
        variable "bucket" { type = string }
        resource "aws_iam_role" "own" {
          name               = "own"
          assume_role_policy = "{}"
        }
        resource "aws_iam_role_policy_attachment" "own" {
          role       = aws_iam_role.own.name
          policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        }
        resource "aws_iam_role_policy_attachment" "other" {
          role       = "other"
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }
        resource "aws_s3_bucket_public_access_block" "other" {
          bucket = var.bucket
        }
        "#,
    );
    let told: Vec<&str> = lowered.outside.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`aws_iam_role_policy_attachment.other` is a part of what its `role` names, which is declared elsewhere: what it says is not judged",
            "`aws_s3_bucket_public_access_block.other` is a part of what its `bucket` names, which is declared elsewhere: what it says is not judged",
        ]
    );
    assert!(shown(&lowered, "aws_iam_role.own").contains("ReadOnlyAccess"));
}

#[test]
fn a_policy_that_aws_manages_is_known_by_its_name_or_arn() {
    let lowered = lowered(
        r#"
        data "aws_iam_policy" "basic" {
          name = "AWSLambdaBasicExecutionRole"
        }
        data "aws_iam_policy" "vpc" {
          arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
        }
        data "aws_iam_policy" "own" {
          name = "of-the-account"
        }
        resource "aws_iam_role" "r" {
          name                = "r"
          assume_role_policy  = "{}"
          managed_policy_arns = [data.aws_iam_policy.basic.arn, data.aws_iam_policy.own.arn]
        }
        resource "aws_iam_policy" "p" {
          name   = "p"
          policy = data.aws_iam_policy.vpc.policy
        }
        "#,
    );
    let role = shown(&lowered, "aws_iam_role.r");
    assert!(role.contains("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"), "{role}");
    assert!(role.contains("${data.aws_iam_policy.own#arn}"), "{role}");
    let policy = shown(&lowered, "aws_iam_policy.p");
    assert!(policy.contains("ec2:CreateNetworkInterface"), "{policy}");
}

#[test]
fn one_attachment_is_of_roles_users_and_groups() {
    let lowered = lowered(
        r#"
        resource "aws_iam_role" "r" {
          name               = "r"
          assume_role_policy = "{}"
        }
        resource "aws_iam_user" "u" {
          name = "u"
        }
        resource "aws_iam_group" "g" {
          name = "g"
        }
        resource "aws_iam_policy_attachment" "all" {
          name       = "all"
          roles      = [aws_iam_role.r.name]
          users      = [aws_iam_user.u.name]
          groups     = [aws_iam_group.g.name]
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }
        resource "aws_iam_user_policy_attachments_exclusive" "u" {
          user_name   = aws_iam_user.u.name
          policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        }
        "#,
    );
    for id in ["aws_iam_role.r", "aws_iam_user.u", "aws_iam_group.g"] {
        assert!(shown(&lowered, id).contains("AdministratorAccess"), "{id}");
    }
    assert!(shown(&lowered, "aws_iam_user.u").contains("ReadOnlyAccess"));
}

#[test]
fn provisioned_concurrency_is_of_an_alias_or_of_a_version() {
    let hcl = |qualifier: &str| {
        format!(
            r#"
            resource "aws_lambda_function" "f" {{
              function_name = "f"
              role          = "arn:aws:iam::123456789012:role/f"
              publish       = true
            }}
            resource "aws_lambda_alias" "live" {{
              name             = "live"
              function_name    = aws_lambda_function.f.function_name
              function_version = aws_lambda_function.f.version
            }}
            resource "aws_lambda_provisioned_concurrency_config" "p" {{
              function_name                     = aws_lambda_function.f.function_name
              qualifier                         = {qualifier}
              provisioned_concurrent_executions = 2
            }}
            "#
        )
    };
    let alias = lowered(&hcl("aws_lambda_alias.live.name"));
    assert!(shown(&alias, "aws_lambda_alias.live").contains("ProvisionedConcurrentExecutions"));
    let version = lowered(&hcl("\"7\""));
    let shown = shown(&version, "aws_lambda_provisioned_concurrency_config.p");
    assert!(shown.starts_with("AWS::Lambda::Version "), "{shown}");
    assert!(
        shown.contains(r#""ProvisionedConcurrencyConfig":{"ProvisionedConcurrentExecutions":2}"#),
        "{shown}"
    );
}

#[test]
fn what_else_invokes_functions() {
    let lowered = lowered(
        r#"
        resource "aws_codecommit_repository" "app" {
          repository_name = "app"
        }
        resource "aws_codecommit_trigger" "app" {
          repository_name = aws_codecommit_repository.app.repository_name
          trigger {
            name            = "all"
            events          = ["all"]
            destination_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
          }
        }
        resource "aws_iot_topic_rule" "rule" {
          name        = "rule"
          enabled     = true
          sql         = "SELECT * FROM 'topic'"
          sql_version = "2016-03-23"
          lambda {
            function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
          }
        }
        resource "aws_ses_receipt_rule" "mail" {
          name          = "mail"
          rule_set_name = "all"
          lambda_action {
            function_arn    = "arn:aws:lambda:us-east-1:123456789012:function:f"
            invocation_type = "RequestResponse"
            position        = 1
          }
        }
        "#,
    );
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    for (id, at) in [
        ("aws_codecommit_repository.app", "Triggers"),
        ("aws_iot_topic_rule.rule", "TopicRulePayload"),
        ("aws_ses_receipt_rule.mail", "LambdaAction"),
    ] {
        let shown = shown(&lowered, id);
        assert!(shown.contains(at) && shown.contains(function), "{shown}");
    }
}
