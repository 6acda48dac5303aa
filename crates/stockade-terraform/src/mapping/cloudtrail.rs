//! AWS CloudTrail.

use super::row::{Row, TAGS, Target, Word, blocks, same};

/// The arguments of `advanced_event_selector` blocks.
const ADVANCED_EVENT_SELECTOR: &[Word] = &[
    same("name", "Name"),
    blocks(
        "field_selector",
        "FieldSelectors",
        &[
            same("ends_with", "EndsWith"),
            same("equals", "Equals"),
            same("field", "Field"),
            same("not_ends_with", "NotEndsWith"),
            same("not_equals", "NotEquals"),
            same("not_starts_with", "NotStartsWith"),
            same("starts_with", "StartsWith"),
        ],
    ),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_cloudtrail",
        target: Target::Resource("AWS::CloudTrail::Trail"),
        words: &[
            same("cloud_watch_logs_group_arn", "CloudWatchLogsLogGroupArn"),
            same("cloud_watch_logs_role_arn", "CloudWatchLogsRoleArn"),
            same("enable_log_file_validation", "EnableLogFileValidation").or("false"),
            same("enable_logging", "IsLogging").or("true"),
            same("include_global_service_events", "IncludeGlobalServiceEvents").or("true"),
            same("is_multi_region_trail", "IsMultiRegionTrail").or("false"),
            same("is_organization_trail", "IsOrganizationTrail").or("false"),
            same("kms_key_id", "KMSKeyId"),
            same("name", "TrailName"),
            same("s3_bucket_name", "S3BucketName"),
            same("s3_key_prefix", "S3KeyPrefix"),
            same("sns_topic_name", "SnsTopicName"),
            TAGS,
            blocks("advanced_event_selector", "AdvancedEventSelectors", ADVANCED_EVENT_SELECTOR),
            blocks(
                "event_selector",
                "EventSelectors",
                &[
                    same("exclude_management_event_sources", "ExcludeManagementEventSources"),
                    same("include_management_events", "IncludeManagementEvents").or("true"),
                    same("read_write_type", "ReadWriteType").or("All"),
                    blocks(
                        "data_resource",
                        "DataResources",
                        &[same("type", "Type"), same("values", "Values")],
                    ),
                ],
            ),
            blocks("insight_selector", "InsightSelectors", &[same("insight_type", "InsightType")]),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudtrail_event_data_store",
        target: Target::Resource("AWS::CloudTrail::EventDataStore"),
        words: &[
            same("billing_mode", "BillingMode"),
            same("kms_key_id", "KmsKeyId"),
            same("multi_region_enabled", "MultiRegionEnabled").or("true"),
            same("name", "Name"),
            same("organization_enabled", "OrganizationEnabled").or("false"),
            same("retention_period", "RetentionPeriod"),
            TAGS,
            same("termination_protection_enabled", "TerminationProtectionEnabled").or("true"),
            blocks("advanced_event_selector", "AdvancedEventSelectors", ADVANCED_EVENT_SELECTOR),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
