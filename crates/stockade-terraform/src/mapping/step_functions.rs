//! AWS Step Functions.

use super::row::{Row, TAGS, Target, block, blocks, json, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_sfn_state_machine",
        target: Target::Resource("AWS::StepFunctions::StateMachine"),
        words: &[
            json("definition", "Definition"),
            same("name", "StateMachineName"),
            same("role_arn", "RoleArn"),
            same("type", "StateMachineType").or("STANDARD"),
            block(
                "encryption_configuration",
                "EncryptionConfiguration",
                &[
                    same("kms_data_key_reuse_period_seconds", "KmsDataKeyReusePeriodSeconds"),
                    same("kms_key_id", "KmsKeyId"),
                    same("type", "Type"),
                ],
            ),
            block(
                "logging_configuration",
                "LoggingConfiguration",
                &[
                    same("include_execution_data", "IncludeExecutionData"),
                    same("level", "Level"),
                    same("log_destination", "Destinations[].CloudWatchLogsLogGroup.LogGroupArn"),
                ],
            ),
            block("tracing_configuration", "TracingConfiguration", &[same("enabled", "Enabled")]),
            TAGS,
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref"), ("name", "Name")],
        finish: None,
    },
    Row {
        source: "aws_sfn_alias",
        target: Target::Resource("AWS::StepFunctions::StateMachineAlias"),
        words: &[
            same("description", "Description"),
            same("name", "Name"),
            blocks(
                "routing_configuration",
                "RoutingConfiguration",
                &[same("state_machine_version_arn", "StateMachineVersionArn"), same("weight", "Weight")],
            ),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_sfn_activity",
        target: Target::Resource("AWS::StepFunctions::Activity"),
        words: &[
            same("name", "Name"),
            block(
                "encryption_configuration",
                "EncryptionConfiguration",
                &[
                    same("kms_data_key_reuse_period_seconds", "KmsDataKeyReusePeriodSeconds"),
                    same("kms_key_id", "KmsKeyId"),
                    same("type", "Type"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref"), ("name", "Name")],
        finish: None,
    },
];
