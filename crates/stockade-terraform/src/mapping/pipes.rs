//! Amazon EventBridge Pipes.

use super::ecs::{CAPACITY_PROVIDERS, NETWORK, PLACEMENT_CONSTRAINT, PLACEMENT_STRATEGY};
use super::row::{Row, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_pipes_pipe",
    target: Target::Resource("AWS::Pipes::Pipe"),
    words: &[
        same("description", "Description"),
        same("desired_state", "DesiredState"),
        same("enrichment", "Enrichment"),
        same("kms_key_identifier", "KmsKeyIdentifier"),
        same("name", "Name"),
        same("role_arn", "RoleArn"),
        same("source", "Source"),
        same("target", "Target"),
        block(
            "enrichment_parameters",
            "EnrichmentParameters",
            &[
                same("input_template", "InputTemplate"),
                block(
                    "http_parameters",
                    "HttpParameters",
                    &[
                        same("header_parameters", "HeaderParameters"),
                        same("path_parameter_values", "PathParameterValues"),
                        same("query_string_parameters", "QueryStringParameters"),
                    ],
                ),
            ],
        ),
        block(
            "log_configuration",
            "LogConfiguration",
            &[
                same("include_execution_data", "IncludeExecutionData"),
                same("level", "Level"),
                block(
                    "cloudwatch_logs_log_destination",
                    "CloudwatchLogsLogDestination",
                    &[same("log_group_arn", "LogGroupArn")],
                ),
                block(
                    "firehose_log_destination",
                    "FirehoseLogDestination",
                    &[same("delivery_stream_arn", "DeliveryStreamArn")],
                ),
                block(
                    "s3_log_destination",
                    "S3LogDestination",
                    &[
                        same("bucket_name", "BucketName"),
                        same("bucket_owner", "BucketOwner"),
                        same("output_format", "OutputFormat"),
                        same("prefix", "Prefix"),
                    ],
                ),
            ],
        ),
        block(
            "source_parameters",
            "SourceParameters",
            &[
                block(
                    "activemq_broker_parameters",
                    "ActiveMQBrokerParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("queue_name", "QueueName"),
                        block("credentials", "Credentials", &[same("basic_auth", "BasicAuth")]),
                    ],
                ),
                block(
                    "dynamodb_stream_parameters",
                    "DynamoDBStreamParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"),
                        same("maximum_retry_attempts", "MaximumRetryAttempts"),
                        same("on_partial_batch_item_failure", "OnPartialBatchItemFailure"),
                        same("parallelization_factor", "ParallelizationFactor"),
                        same("starting_position", "StartingPosition"),
                        block("dead_letter_config", "DeadLetterConfig", &[same("arn", "Arn")]),
                    ],
                ),
                block(
                    "filter_criteria",
                    "FilterCriteria",
                    &[blocks("filter", "Filters", &[same("pattern", "Pattern")])],
                ),
                block(
                    "kinesis_stream_parameters",
                    "KinesisStreamParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"),
                        same("maximum_retry_attempts", "MaximumRetryAttempts"),
                        same("on_partial_batch_item_failure", "OnPartialBatchItemFailure"),
                        same("parallelization_factor", "ParallelizationFactor"),
                        same("starting_position", "StartingPosition"),
                        same("starting_position_timestamp", "StartingPositionTimestamp"),
                        block("dead_letter_config", "DeadLetterConfig", &[same("arn", "Arn")]),
                    ],
                ),
                block(
                    "managed_streaming_kafka_parameters",
                    "ManagedStreamingKafkaParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("consumer_group_id", "ConsumerGroupID"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("starting_position", "StartingPosition"),
                        same("topic_name", "TopicName"),
                        block(
                            "credentials",
                            "Credentials",
                            &[
                                same("client_certificate_tls_auth", "ClientCertificateTlsAuth"),
                                same("sasl_scram_512_auth", "SaslScram512Auth"),
                            ],
                        ),
                    ],
                ),
                block(
                    "rabbitmq_broker_parameters",
                    "RabbitMQBrokerParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("queue_name", "QueueName"),
                        same("virtual_host", "VirtualHost"),
                        block("credentials", "Credentials", &[same("basic_auth", "BasicAuth")]),
                    ],
                ),
                block(
                    "self_managed_kafka_parameters",
                    "SelfManagedKafkaParameters",
                    &[
                        same("additional_bootstrap_servers", "AdditionalBootstrapServers"),
                        same("batch_size", "BatchSize"),
                        same("consumer_group_id", "ConsumerGroupID"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                        same("server_root_ca_certificate", "ServerRootCaCertificate"),
                        same("starting_position", "StartingPosition"),
                        same("topic_name", "TopicName"),
                        block(
                            "credentials",
                            "Credentials",
                            &[
                                same("basic_auth", "BasicAuth"),
                                same("client_certificate_tls_auth", "ClientCertificateTlsAuth"),
                                same("sasl_scram_256_auth", "SaslScram256Auth"),
                                same("sasl_scram_512_auth", "SaslScram512Auth"),
                            ],
                        ),
                        block(
                            "vpc",
                            "Vpc",
                            &[same("security_groups", "SecurityGroup"), same("subnets", "Subnets")],
                        ),
                    ],
                ),
                block(
                    "sqs_queue_parameters",
                    "SqsQueueParameters",
                    &[
                        same("batch_size", "BatchSize"),
                        same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
                    ],
                ),
            ],
        ),
        block(
            "target_parameters",
            "TargetParameters",
            &[
                same("input_template", "InputTemplate"),
                block(
                    "batch_job_parameters",
                    "BatchJobParameters",
                    &[
                        same("job_definition", "JobDefinition"),
                        same("job_name", "JobName"),
                        same("parameters", "Parameters"),
                        block("array_properties", "ArrayProperties", &[same("size", "Size")]),
                        block(
                            "container_overrides",
                            "ContainerOverrides",
                            &[
                                same("command", "Command"),
                                same("instance_type", "InstanceType"),
                                blocks(
                                    "environment",
                                    "Environment",
                                    &[same("name", "Name"), same("value", "Value")],
                                ),
                                blocks(
                                    "resource_requirement",
                                    "ResourceRequirements",
                                    &[same("type", "Type"), same("value", "Value")],
                                ),
                            ],
                        ),
                        blocks("depends_on", "DependsOn", &[same("job_id", "JobId"), same("type", "Type")]),
                        block("retry_strategy", "RetryStrategy", &[same("attempts", "Attempts")]),
                    ],
                ),
                block(
                    "cloudwatch_logs_parameters",
                    "CloudWatchLogsParameters",
                    &[same("log_stream_name", "LogStreamName"), same("timestamp", "Timestamp")],
                ),
                block(
                    "ecs_task_parameters",
                    "EcsTaskParameters",
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
                            "NetworkConfiguration",
                            &[block("aws_vpc_configuration", "AwsvpcConfiguration", NETWORK)],
                        ),
                        block(
                            "overrides",
                            "Overrides",
                            &[
                                same("cpu", "Cpu"),
                                same("execution_role_arn", "ExecutionRoleArn"),
                                same("memory", "Memory"),
                                same("task_role_arn", "TaskRoleArn"),
                                blocks(
                                    "container_override",
                                    "ContainerOverrides",
                                    &[
                                        same("command", "Command"),
                                        same("cpu", "Cpu"),
                                        same("memory", "Memory"),
                                        same("memory_reservation", "MemoryReservation"),
                                        same("name", "Name"),
                                        blocks(
                                            "environment",
                                            "Environment",
                                            &[same("name", "Name"), same("value", "Value")],
                                        ),
                                        blocks(
                                            "environment_file",
                                            "EnvironmentFiles",
                                            &[same("type", "Type"), same("value", "Value")],
                                        ),
                                        blocks(
                                            "resource_requirement",
                                            "ResourceRequirements",
                                            &[same("type", "Type"), same("value", "Value")],
                                        ),
                                    ],
                                ),
                                block(
                                    "ephemeral_storage",
                                    "EphemeralStorage",
                                    &[same("size_in_gib", "SizeInGiB")],
                                ),
                                blocks(
                                    "inference_accelerator_override",
                                    "InferenceAcceleratorOverrides",
                                    &[same("device_name", "DeviceName"), same("device_type", "DeviceType")],
                                ),
                            ],
                        ),
                        blocks("placement_constraint", "PlacementConstraints", PLACEMENT_CONSTRAINT),
                        blocks("placement_strategy", "PlacementStrategy", PLACEMENT_STRATEGY),
                    ],
                ),
                block(
                    "eventbridge_event_bus_parameters",
                    "EventBridgeEventBusParameters",
                    &[
                        same("detail_type", "DetailType"),
                        same("endpoint_id", "EndpointId"),
                        same("resources", "Resources"),
                        same("source", "Source"),
                        same("time", "Time"),
                    ],
                ),
                block(
                    "http_parameters",
                    "HttpParameters",
                    &[
                        same("header_parameters", "HeaderParameters"),
                        same("path_parameter_values", "PathParameterValues"),
                        same("query_string_parameters", "QueryStringParameters"),
                    ],
                ),
                block(
                    "kinesis_stream_parameters",
                    "KinesisStreamParameters",
                    &[same("partition_key", "PartitionKey")],
                ),
                block(
                    "lambda_function_parameters",
                    "LambdaFunctionParameters",
                    &[same("invocation_type", "InvocationType")],
                ),
                block(
                    "redshift_data_parameters",
                    "RedshiftDataParameters",
                    &[
                        same("database", "Database"),
                        same("db_user", "DbUser"),
                        same("secret_manager_arn", "SecretManagerArn"),
                        same("sqls", "Sqls"),
                        same("statement_name", "StatementName"),
                        same("with_event", "WithEvent"),
                    ],
                ),
                block(
                    "sqs_queue_parameters",
                    "SqsQueueParameters",
                    &[
                        same("message_deduplication_id", "MessageDeduplicationId"),
                        same("message_group_id", "MessageGroupId"),
                    ],
                ),
                block(
                    "step_function_state_machine_parameters",
                    "StepFunctionStateMachineParameters",
                    &[same("invocation_type", "InvocationType")],
                ),
            ],
        ),
        same("tags", "Tags"),
    ],
    attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
    finish: None,
}];
