//! Amazon CloudWatch Logs.

use super::row::{Part, Row, TAGS, Target, blocks, json, pairs, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    // The provider's word for never is 0.
    Row {
        source: "aws_cloudwatch_log_group",
        target: Target::Resource("AWS::Logs::LogGroup"),
        words: &[
            same("deletion_protection_enabled", "DeletionProtectionEnabled"),
            same("kms_key_id", "KmsKeyId"),
            same("log_group_class", "LogGroupClass"),
            same("name", "LogGroupName"),
            same("retention_in_days", "RetentionInDays").null_at("0"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_metric_filter",
        target: Target::Resource("AWS::Logs::MetricFilter"),
        words: &[
            same("apply_on_transformed_logs", "ApplyOnTransformedLogs"),
            same("log_group_name", "LogGroupName"),
            same("name", "FilterName"),
            same("pattern", "FilterPattern"),
            blocks(
                "metric_transformation",
                "MetricTransformations",
                &[
                    same("default_value", "DefaultValue"),
                    pairs("dimensions", "Dimensions", "Key", "Value"),
                    same("name", "MetricName"),
                    same("namespace", "MetricNamespace"),
                    same("unit", "Unit"),
                    same("value", "MetricValue"),
                ],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_subscription_filter",
        target: Target::Resource("AWS::Logs::SubscriptionFilter"),
        words: &[
            same("apply_on_transformed_logs", "ApplyOnTransformedLogs"),
            same("destination_arn", "DestinationArn"),
            same("distribution", "Distribution"),
            same("emit_system_fields", "EmitSystemFields"),
            same("filter_pattern", "FilterPattern"),
            same("log_group_name", "LogGroupName"),
            same("name", "FilterName"),
            same("role_arn", "RoleArn"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_resource_policy",
        target: Target::Resource("AWS::Logs::ResourcePolicy"),
        words: &[json("policy_document", "PolicyDocument"), same("policy_name", "PolicyName")],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_account_policy",
        target: Target::Resource("AWS::Logs::AccountPolicy"),
        words: &[
            same("policy_document", "PolicyDocument"),
            same("policy_name", "PolicyName"),
            same("policy_type", "PolicyType"),
            same("scope", "Scope"),
            same("selection_criteria", "SelectionCriteria"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_data_protection_policy",
        target: Target::Part(&Part {
            owners: &["aws_cloudwatch_log_group"],
            by: "log_group_name",
            at: "",
            list: false,
        }),
        words: &[json("policy_document", "DataProtectionPolicy")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_destination",
        target: Target::Resource("AWS::Logs::Destination"),
        words: &[
            same("name", "DestinationName"),
            same("role_arn", "RoleArn"),
            same("target_arn", "TargetArn"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_destination_policy",
        target: Target::Part(&Part {
            owners: &["aws_cloudwatch_log_destination"],
            by: "destination_name",
            at: "",
            list: false,
        }),
        words: &[same("access_policy", "DestinationPolicy")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_log_stream",
        target: Target::Resource("AWS::Logs::LogStream"),
        words: &[same("log_group_name", "LogGroupName"), same("name", "LogStreamName")],
        attributes: &[("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
];
