//! Amazon EventBridge: buses, rules and their targets.

use super::ecs::{CAPACITY_PROVIDERS, PLACEMENT_CONSTRAINT, PLACEMENT_STRATEGY};
use super::lower::{Built, field};
use super::row::{Part, Row, TAGS, Target, block, blocks, json, same, values};
use crate::ResourceInstance;
use smol_str::format_smolstr;
use stockade_model::{Kind, Object, Value};

/// The policy of a bus, which CloudFormation writes one resource a statement.
fn statements(_: &ResourceInstance, built: &mut Built) {
    let Some(document) = built.take("Statement") else { return };
    let bus = built.get("EventBusName").cloned();
    let held = document.get("Statement").into_owned();
    let mut statements = held.items().to_vec();
    if statements.is_empty() || held.open().is_some() {
        // What is not known of it.
        let symbol = held.open().or_else(|| document.open()).cloned();
        let rest = symbol.map(|symbol| Object { open: Some(symbol), ..Object::default() });
        statements.extend(rest.map(|rest| Value::new(Kind::Object(rest), document.origin.clone())));
    }
    for (at, statement) in statements.into_iter().enumerate() {
        let id = statement.get("Sid").into_owned();
        if at == 0 {
            built.set("StatementId", id);
            built.set("Statement", statement);
            continue;
        }
        let mut properties = vec![field("StatementId", id), field("Statement", statement)];
        properties.extend(bus.clone().map(|bus| field("EventBusName", bus)));
        properties.retain(|field| !field.value.is_absent());
        built.add(format_smolstr!("/{}", at + 1), "AWS::Events::EventBusPolicy", properties);
    }
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_cloudwatch_event_rule",
        target: Target::Resource("AWS::Events::Rule"),
        words: &[
            same("description", "Description"),
            same("event_bus_name", "EventBusName"),
            json("event_pattern", "EventPattern"),
            values("is_enabled", "State", &[("true", "ENABLED"), ("false", "DISABLED")]),
            same("name", "Name"),
            same("role_arn", "RoleArn"),
            same("schedule_expression", "ScheduleExpression"),
            same("state", "State"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_target",
        target: Target::Part(&Part {
            owners: &["aws_cloudwatch_event_rule"],
            by: "rule",
            at: "Targets",
            list: true,
        }),
        words: &[
            same("arn", "Arn"),
            same("input", "Input"),
            same("input_path", "InputPath"),
            same("role_arn", "RoleArn"),
            same("target_id", "Id"),
            block("appsync_target", "AppSyncParameters", &[same("graphql_operation", "GraphQLOperation")]),
            block(
                "batch_target",
                "BatchParameters",
                &[
                    same("array_size", "ArrayProperties.Size"),
                    same("job_attempts", "RetryStrategy.Attempts"),
                    same("job_definition", "JobDefinition"),
                    same("job_name", "JobName"),
                ],
            ),
            block("dead_letter_config", "DeadLetterConfig", &[same("arn", "Arn")]),
            block(
                "ecs_target",
                "EcsParameters",
                &[
                    same("enable_ecs_managed_tags", "EnableECSManagedTags"),
                    same("enable_execute_command", "EnableExecuteCommand"),
                    same("group", "Group"),
                    same("launch_type", "LaunchType"),
                    same("platform_version", "PlatformVersion"),
                    same("propagate_tags", "PropagateTags"),
                    same("task_count", "TaskCount"),
                    same("task_definition_arn", "TaskDefinitionArn"),
                    CAPACITY_PROVIDERS,
                    block(
                        "network_configuration",
                        "NetworkConfiguration",
                        &[
                            values(
                                "assign_public_ip",
                                "AwsVpcConfiguration.AssignPublicIp",
                                &[("true", "ENABLED"), ("false", "DISABLED")],
                            ),
                            same("security_groups", "AwsVpcConfiguration.SecurityGroups"),
                            same("subnets", "AwsVpcConfiguration.Subnets"),
                        ],
                    ),
                    blocks("ordered_placement_strategy", "PlacementStrategies", PLACEMENT_STRATEGY),
                    blocks("placement_constraint", "PlacementConstraints", PLACEMENT_CONSTRAINT),
                ],
            ),
            block(
                "http_target",
                "HttpParameters",
                &[
                    same("header_parameters", "HeaderParameters"),
                    same("path_parameter_values", "PathParameterValues"),
                    same("query_string_parameters", "QueryStringParameters"),
                ],
            ),
            block(
                "input_transformer",
                "InputTransformer",
                &[same("input_paths", "InputPathsMap"), same("input_template", "InputTemplate")],
            ),
            block("kinesis_target", "KinesisParameters", &[same("partition_key_path", "PartitionKeyPath")]),
            block(
                "redshift_target",
                "RedshiftDataParameters",
                &[
                    same("database", "Database"),
                    same("db_user", "DbUser"),
                    same("secrets_manager_arn", "SecretManagerArn"),
                    same("sql", "Sql"),
                    same("statement_name", "StatementName"),
                    same("with_event", "WithEvent"),
                ],
            ),
            block(
                "retry_policy",
                "RetryPolicy",
                &[
                    same("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds"),
                    same("maximum_retry_attempts", "MaximumRetryAttempts"),
                ],
            ),
            blocks(
                "run_command_targets",
                "RunCommandParameters.RunCommandTargets",
                &[same("key", "Key"), same("values", "Values")],
            ),
            block("sqs_target", "SqsParameters", &[same("message_group_id", "MessageGroupId")]),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_bus",
        target: Target::Resource("AWS::Events::EventBus"),
        words: &[
            same("description", "Description"),
            same("event_source_name", "EventSourceName"),
            same("kms_key_identifier", "KmsKeyIdentifier"),
            same("name", "Name"),
            block("dead_letter_config", "DeadLetterConfig", &[same("arn", "Arn")]),
            block(
                "log_config",
                "LogConfig",
                &[same("include_detail", "IncludeDetail"), same("level", "Level")],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_bus_policy",
        target: Target::Resource("AWS::Events::EventBusPolicy"),
        words: &[same("event_bus_name", "EventBusName").or("default"), json("policy", "Statement")],
        attributes: &[],
        finish: Some(statements),
    },
    Row {
        source: "aws_cloudwatch_event_permission",
        target: Target::Resource("AWS::Events::EventBusPolicy"),
        words: &[
            same("action", "Action").or("events:PutEvents"),
            same("event_bus_name", "EventBusName").or("default"),
            same("principal", "Principal"),
            same("statement_id", "StatementId"),
            block(
                "condition",
                "Condition",
                &[same("key", "Key"), same("type", "Type"), same("value", "Value")],
            ),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_archive",
        target: Target::Resource("AWS::Events::Archive"),
        words: &[
            same("description", "Description"),
            json("event_pattern", "EventPattern"),
            same("event_source_arn", "SourceArn"),
            same("kms_key_identifier", "KmsKeyIdentifier"),
            same("name", "ArchiveName"),
            same("retention_days", "RetentionDays"),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_connection",
        target: Target::Resource("AWS::Events::Connection"),
        words: &[
            same("authorization_type", "AuthorizationType"),
            same("description", "Description"),
            same("kms_key_identifier", "KmsKeyIdentifier"),
            same("name", "Name"),
            block(
                "invocation_connectivity_parameters",
                "InvocationConnectivityParameters",
                &[block(
                    "resource_parameters",
                    "ResourceParameters",
                    &[same("resource_configuration_arn", "ResourceConfigurationArn")],
                )],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref"), ("secret_arn", "SecretArn")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_event_api_destination",
        target: Target::Resource("AWS::Events::ApiDestination"),
        words: &[
            same("connection_arn", "ConnectionArn"),
            same("description", "Description"),
            same("http_method", "HttpMethod"),
            same("invocation_endpoint", "InvocationEndpoint"),
            same("invocation_rate_limit_per_second", "InvocationRateLimitPerSecond"),
            same("name", "Name"),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
];
