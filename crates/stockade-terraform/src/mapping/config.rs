//! AWS Config.

use super::lower::{Built, written};
use super::row::{Part, Row, Target, block, blocks, json, same};
use crate::ResourceInstance;

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_config_config_rule",
        target: Target::Resource("AWS::Config::ConfigRule"),
        words: &[
            same("description", "Description"),
            json("input_parameters", "InputParameters"),
            same("maximum_execution_frequency", "MaximumExecutionFrequency"),
            same("name", "ConfigRuleName"),
            blocks("evaluation_mode", "EvaluationModes", &[same("mode", "Mode")]),
            block(
                "scope",
                "Scope",
                &[
                    same("compliance_resource_id", "ComplianceResourceId"),
                    same("compliance_resource_types", "ComplianceResourceTypes"),
                    same("tag_key", "TagKey"),
                    same("tag_value", "TagValue"),
                ],
            ),
            block(
                "source",
                "Source",
                &[
                    same("owner", "Owner"),
                    same("source_identifier", "SourceIdentifier"),
                    block(
                        "custom_policy_details",
                        "CustomPolicyDetails",
                        &[
                            same("enable_debug_log_delivery", "EnableDebugLogDelivery"),
                            same("policy_runtime", "PolicyRuntime"),
                            same("policy_text", "PolicyText"),
                        ],
                    ),
                    blocks(
                        "source_detail",
                        "SourceDetails",
                        &[
                            same("event_source", "EventSource"),
                            same("maximum_execution_frequency", "MaximumExecutionFrequency"),
                            same("message_type", "MessageType"),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_config_configuration_recorder",
        target: Target::Resource("AWS::Config::ConfigurationRecorder"),
        words: &[
            same("name", "Name").or("default"),
            same("role_arn", "RoleARN"),
            block(
                "recording_group",
                "RecordingGroup",
                &[
                    same("all_supported", "AllSupported").or("true"),
                    same("include_global_resource_types", "IncludeGlobalResourceTypes").or("false"),
                    same("resource_types", "ResourceTypes"),
                    block(
                        "exclusion_by_resource_types",
                        "ExclusionByResourceTypes",
                        &[same("resource_types", "ResourceTypes")],
                    ),
                    block("recording_strategy", "RecordingStrategy", &[same("use_only", "UseOnly")]),
                ],
            ),
            block(
                "recording_mode",
                "RecordingMode",
                &[
                    same("recording_frequency", "RecordingFrequency"),
                    blocks(
                        "recording_mode_override",
                        "RecordingModeOverrides",
                        &[
                            same("description", "Description"),
                            same("recording_frequency", "RecordingFrequency"),
                            same("resource_types", "ResourceTypes"),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("id", "Ref"), ("name", "Ref")],
        finish: Some(stopped),
    },
    Row {
        source: "aws_config_configuration_recorder_status",
        target: Target::Part(&Part {
            owners: &["aws_config_configuration_recorder"],
            by: "name",
            at: "",
            list: false,
        }),
        words: &[same("is_enabled", "StartedOnCreate")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_config_conformance_pack",
        target: Target::Resource("AWS::Config::ConformancePack"),
        words: &[
            same("delivery_s3_bucket", "DeliveryS3Bucket"),
            same("delivery_s3_key_prefix", "DeliveryS3KeyPrefix"),
            same("name", "ConformancePackName"),
            same("template_body", "TemplateBody"),
            same("template_s3_uri", "TemplateS3Uri"),
            blocks(
                "input_parameter",
                "ConformancePackInputParameters",
                &[same("parameter_name", "ParameterName"), same("parameter_value", "ParameterValue")],
            ),
        ],
        attributes: &[("id", "Ref"), ("name", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_config_delivery_channel",
        target: Target::Resource("AWS::Config::DeliveryChannel"),
        words: &[
            same("name", "Name").or("default"),
            same("s3_bucket_name", "S3BucketName"),
            same("s3_key_prefix", "S3KeyPrefix"),
            same("s3_kms_key_arn", "S3KmsKeyArn"),
            same("sns_topic_arn", "SnsTopicARN"),
            block(
                "snapshot_delivery_properties",
                "ConfigSnapshotDeliveryProperties",
                &[same("delivery_frequency", "DeliveryFrequency")],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
];

/// The provider's recorder does not start by itself: `aws_config_configuration_recorder_status` starts it.
fn stopped(_: &ResourceInstance, built: &mut Built) {
    built.set("StartedOnCreate", written("false", &built.origin));
}
