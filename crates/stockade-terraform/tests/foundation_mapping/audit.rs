//! What watches the account, and what the organisation forbids.

use crate::shown;
use insta::assert_snapshot;

#[test]
fn trails_and_recorders() {
    assert_snapshot!(shown(
        r#"
        resource "aws_cloudtrail" "t" {
          name           = "t"
          s3_bucket_name = "logs"
          event_selector {
            data_resource {
              type   = "AWS::Lambda::Function"
              values = ["arn:aws:lambda"]
            }
          }
          advanced_event_selector {
            field_selector {
              field  = "eventCategory"
              equals = ["Data"]
            }
          }
        }
        resource "aws_cloudtrail_event_data_store" "e" { name = "e" }
        resource "aws_config_configuration_recorder" "r" {
          role_arn = "arn:aws:iam::123456789012:role/config"
          recording_group {}
        }
        resource "aws_config_configuration_recorder_status" "r" {
          name       = aws_config_configuration_recorder.r.name
          is_enabled = true
        }
        resource "aws_config_config_rule" "r" {
          name             = "r"
          input_parameters = jsonencode({ days = "90" })
          source {
            owner             = "AWS"
            source_identifier = "LAMBDA_INSIDE_VPC"
          }
        }
        resource "aws_config_conformance_pack" "p" { name = "p" }
        resource "aws_config_delivery_channel" "c" { s3_bucket_name = "logs" }"#
    ));
}

#[test]
fn detectors() {
    assert_snapshot!(shown(
        r#"
        resource "aws_guardduty_detector" "d" {}
        resource "aws_guardduty_detector_feature" "lambda" {
          detector_id = aws_guardduty_detector.d.id
          name        = "LAMBDA_NETWORK_LOGS"
          status      = "ENABLED"
        }
        resource "aws_guardduty_detector_feature" "s3" {
          detector_id = aws_guardduty_detector.d.id
          name        = "S3_DATA_EVENTS"
          status      = "DISABLED"
        }
        resource "aws_inspector2_enabler" "i" {
          account_ids    = ["123456789012"]
          resource_types = ["LAMBDA", "ECR"]
        }
        resource "aws_securityhub_account" "h" {}
        resource "aws_securityhub_standards_subscription" "s" {
          standards_arn = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
        }
        resource "aws_accessanalyzer_analyzer" "a" { analyzer_name = "a" }
        resource "aws_ce_anomaly_monitor" "m" {
          name              = "m"
          monitor_type      = "DIMENSIONAL"
          monitor_dimension = "SERVICE"
        }
        resource "aws_ce_anomaly_subscription" "m" {
          name             = "m"
          frequency        = "DAILY"
          monitor_arn_list = [aws_ce_anomaly_monitor.m.arn]
          subscriber {
            type    = "EMAIL"
            address = "team@acme.example"
          }
        }"#
    ));
}

#[test]
fn policies_of_the_organisation() {
    assert_snapshot!(shown(
        r#"
        resource "aws_organizations_policy" "p" {
          name    = "p"
          content = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })
        }
        resource "aws_organizations_policy_attachment" "one" {
          policy_id = aws_organizations_policy.p.id
          target_id = "ou-1"
        }
        resource "aws_organizations_policy_attachment" "two" {
          policy_id = aws_organizations_policy.p.id
          target_id = "r-1"
        }"#
    ));
}
