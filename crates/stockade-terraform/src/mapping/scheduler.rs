//! Amazon EventBridge Scheduler.

use super::ecs::{CAPACITY_PROVIDERS, NETWORK, PLACEMENT_CONSTRAINT, PLACEMENT_STRATEGY};
use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_scheduler_schedule",
        target: Target::Resource("AWS::Scheduler::Schedule"),
        words: &[
            same("description", "Description"),
            same("end_date", "EndDate"),
            same("group_name", "GroupName"),
            same("kms_key_arn", "KmsKeyArn"),
            same("name", "Name"),
            same("schedule_expression", "ScheduleExpression"),
            same("schedule_expression_timezone", "ScheduleExpressionTimezone"),
            same("start_date", "StartDate"),
            same("state", "State"),
            block(
                "flexible_time_window",
                "FlexibleTimeWindow",
                &[same("maximum_window_in_minutes", "MaximumWindowInMinutes"), same("mode", "Mode")],
            ),
            block(
                "target",
                "Target",
                &[
                    same("arn", "Arn"),
                    same("input", "Input"),
                    same("role_arn", "RoleArn"),
                    block("dead_letter_config", "DeadLetterConfig", &[same("arn", "Arn")]),
                    block(
                        "ecs_parameters",
                        "EcsParameters",
                        &[
                            same("enable_ecs_managed_tags", "EnableECSManagedTags"),
                            same("enable_execute_command", "EnableExecuteCommand"),
                            same("group", "Group"),
                            same("launch_type", "LaunchType"),
                            same("platform_version", "PlatformVersion"),
                            same("propagate_tags", "PropagateTags"),
                            same("reference_id", "ReferenceId"),
                            same("task_count", "TaskCount"),
                            same("task_definition_arn", "TaskDefinitionArn"),
                            CAPACITY_PROVIDERS,
                            block(
                                "network_configuration",
                                "NetworkConfiguration.AwsvpcConfiguration",
                                NETWORK,
                            ),
                            blocks("placement_constraints", "PlacementConstraints", PLACEMENT_CONSTRAINT),
                            blocks("placement_strategy", "PlacementStrategy", PLACEMENT_STRATEGY),
                        ],
                    ),
                    block(
                        "eventbridge_parameters",
                        "EventBridgeParameters",
                        &[same("detail_type", "DetailType"), same("source", "Source")],
                    ),
                    block(
                        "kinesis_parameters",
                        "KinesisParameters",
                        &[same("partition_key", "PartitionKey")],
                    ),
                    block(
                        "retry_policy",
                        "RetryPolicy",
                        &[
                            same("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds"),
                            same("maximum_retry_attempts", "MaximumRetryAttempts"),
                        ],
                    ),
                    block(
                        "sagemaker_pipeline_parameters",
                        "SageMakerPipelineParameters",
                        &[blocks(
                            "pipeline_parameter",
                            "PipelineParameterList",
                            &[same("name", "Name"), same("value", "Value")],
                        )],
                    ),
                    block("sqs_parameters", "SqsParameters", &[same("message_group_id", "MessageGroupId")]),
                ],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_scheduler_schedule_group",
        target: Target::Resource("AWS::Scheduler::ScheduleGroup"),
        words: &[same("name", "Name"), TAGS],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
];
