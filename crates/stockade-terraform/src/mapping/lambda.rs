//! AWS Lambda: functions, their versions and layers, and what they run on.

use super::row::{Part, Row, TAGS, Target, block, blocks, pairs, same};

/// What may own a part of a function.
const FUNCTION: &[&str] = &["aws_lambda_function"];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_lambda_function",
        target: Target::Resource("AWS::Lambda::Function"),
        words: &[
            same("architectures", "Architectures"),
            same("code_signing_config_arn", "CodeSigningConfigArn"),
            same("description", "Description"),
            same("function_name", "FunctionName"),
            same("handler", "Handler"),
            same("image_uri", "Code.ImageUri"),
            same("kms_key_arn", "KmsKeyArn"),
            same("layers", "Layers"),
            same("memory_size", "MemorySize").or("128"),
            same("package_type", "PackageType").or("Zip"),
            same("reserved_concurrent_executions", "ReservedConcurrentExecutions").null_at("-1"),
            same("role", "Role"),
            same("runtime", "Runtime"),
            same("s3_bucket", "Code.S3Bucket"),
            same("s3_key", "Code.S3Key"),
            same("s3_object_version", "Code.S3ObjectVersion"),
            same("source_kms_key_arn", "Code.SourceKMSKeyArn"),
            same("timeout", "Timeout").or("3"),
            block(
                "capacity_provider_config",
                "CapacityProviderConfig",
                &[block(
                    "lambda_managed_instances_capacity_provider_config",
                    "LambdaManagedInstancesCapacityProviderConfig",
                    &[
                        same("capacity_provider_arn", "CapacityProviderArn"),
                        same(
                            "execution_environment_memory_gib_per_vcpu",
                            "ExecutionEnvironmentMemoryGiBPerVCpu",
                        ),
                        same(
                            "per_execution_environment_max_concurrency",
                            "PerExecutionEnvironmentMaxConcurrency",
                        ),
                    ],
                )],
            ),
            block("dead_letter_config", "DeadLetterConfig", &[same("target_arn", "TargetArn")]),
            block(
                "durable_config",
                "DurableConfig",
                &[
                    same("execution_timeout", "ExecutionTimeout"),
                    same("retention_period", "RetentionPeriodInDays"),
                ],
            ),
            block("environment", "Environment", &[same("variables", "Variables")]),
            block("ephemeral_storage", "EphemeralStorage", &[same("size", "Size")]),
            blocks(
                "file_system_config",
                "FileSystemConfigs",
                &[same("arn", "Arn"), same("local_mount_path", "LocalMountPath")],
            ),
            block(
                "image_config",
                "ImageConfig",
                &[
                    same("command", "Command"),
                    same("entry_point", "EntryPoint"),
                    same("working_directory", "WorkingDirectory"),
                ],
            ),
            block(
                "logging_config",
                "LoggingConfig",
                &[
                    same("application_log_level", "ApplicationLogLevel"),
                    same("log_format", "LogFormat"),
                    same("log_group", "LogGroup"),
                    same("system_log_level", "SystemLogLevel"),
                ],
            ),
            block("snap_start", "SnapStart", &[same("apply_on", "ApplyOn")]),
            block("tenancy_config", "TenancyConfig", &[same("tenant_isolation_mode", "TenantIsolationMode")]),
            block("tracing_config", "TracingConfig", &[same("mode", "Mode")]),
            block(
                "vpc_config",
                "VpcConfig",
                &[
                    same("ipv6_allowed_for_dual_stack", "Ipv6AllowedForDualStack"),
                    same("security_group_ids", "SecurityGroupIds"),
                    same("subnet_ids", "SubnetIds"),
                ],
            ),
            TAGS,
        ],
        attributes: &[
            ("arn", "Arn"),
            ("id", "Ref"),
            ("function_name", "Ref"),
            ("version", "Version"),
            ("qualified_arn", "{Arn}:{Version}"),
            (
                "invoke_arn",
                "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2015-03-31/functions/{Arn}/invocations",
            ),
            (
                "qualified_invoke_arn",
                "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2015-03-31/functions/{Arn}:{Version}/invocations",
            ),
            (
                "response_streaming_invoke_arn",
                "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2021-11-15/functions/{Arn}/response-streaming-invocations",
            ),
        ],
        finish: None,
    },
    Row {
        source: "aws_lambda_layer_version",
        target: Target::Resource("AWS::Lambda::LayerVersion"),
        words: &[
            same("compatible_architectures", "CompatibleArchitectures"),
            same("compatible_runtimes", "CompatibleRuntimes"),
            same("description", "Description"),
            same("layer_name", "LayerName"),
            same("license_info", "LicenseInfo"),
            same("s3_bucket", "Content.S3Bucket"),
            same("s3_key", "Content.S3Key"),
            same("s3_object_version", "Content.S3ObjectVersion"),
        ],
        attributes: &[("arn", "LayerVersionArn"), ("id", "LayerVersionArn")],
        finish: None,
    },
    Row {
        source: "aws_lambda_alias",
        target: Target::Resource("AWS::Lambda::Alias"),
        words: &[
            same("description", "Description"),
            same("function_name", "FunctionName"),
            same("function_version", "FunctionVersion"),
            same("name", "Name"),
            block(
                "routing_config",
                "RoutingConfig",
                &[pairs(
                    "additional_version_weights",
                    "AdditionalVersionWeights",
                    "FunctionVersion",
                    "FunctionWeight",
                )],
            ),
        ],
        attributes: &[
            ("arn", "Ref"),
            ("id", "Ref"),
            (
                "invoke_arn",
                "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2015-03-31/functions/{Ref}/invocations",
            ),
        ],
        finish: None,
    },
    Row {
        source: "aws_lambda_code_signing_config",
        target: Target::Resource("AWS::Lambda::CodeSigningConfig"),
        words: &[
            same("description", "Description"),
            block(
                "allowed_publishers",
                "AllowedPublishers",
                &[same("signing_profile_version_arns", "SigningProfileVersionArns")],
            ),
            block(
                "policies",
                "CodeSigningPolicies",
                &[same("untrusted_artifact_on_deployment", "UntrustedArtifactOnDeployment")],
            ),
            TAGS,
        ],
        attributes: &[
            ("arn", "CodeSigningConfigArn"),
            ("id", "CodeSigningConfigArn"),
            ("config_id", "CodeSigningConfigId"),
        ],
        finish: None,
    },
    Row {
        source: "aws_lambda_capacity_provider",
        target: Target::Resource("AWS::Lambda::CapacityProvider"),
        words: &[
            block(
                "capacity_provider_scaling_config",
                "CapacityProviderScalingConfig",
                &[
                    same("max_vcpu_count", "MaxVCpuCount"),
                    same("scaling_mode", "ScalingMode"),
                    blocks(
                        "scaling_policies",
                        "ScalingPolicies",
                        &[
                            same("predefined_metric_type", "PredefinedMetricType"),
                            same("target_value", "TargetValue"),
                        ],
                    ),
                ],
            ),
            block(
                "instance_requirements",
                "InstanceRequirements",
                &[
                    same("allowed_instance_types", "AllowedInstanceTypes"),
                    same("architectures", "Architectures"),
                    same("excluded_instance_types", "ExcludedInstanceTypes"),
                ],
            ),
            same("kms_key_arn", "KmsKeyArn"),
            same("name", "CapacityProviderName"),
            block(
                "permissions_config",
                "PermissionsConfig",
                &[same("capacity_provider_operator_role_arn", "CapacityProviderOperatorRoleArn")],
            ),
            block(
                "vpc_config",
                "VpcConfig",
                &[same("security_group_ids", "SecurityGroupIds"), same("subnet_ids", "SubnetIds")],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_lambdacore_network_connector",
        target: Target::Resource("AWS::Lambda::NetworkConnector"),
        words: &[
            same("name", "Name"),
            same("operator_role", "OperatorRole"),
            block(
                "configuration",
                "Configuration",
                &[block(
                    "vpc_egress_configuration",
                    "VpcEgressConfiguration",
                    &[
                        same("associated_compute_resource_types", "AssociatedComputeResourceTypes"),
                        same("network_protocol", "NetworkProtocol"),
                        same("security_group_ids", "SecurityGroupIds"),
                        same("subnet_ids", "SubnetIds"),
                    ],
                )],
            ),
        ],
        attributes: &[("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_lambdamicrovms_image",
        target: Target::Resource("AWS::Lambda::MicrovmImage"),
        words: &[
            same("additional_os_capabilities", "AdditionalOsCapabilities"),
            same("base_image_arn", "BaseImageArn"),
            same("base_image_version", "BaseImageVersion"),
            same("build_role_arn", "BuildRoleArn"),
            same("description", "Description"),
            same("egress_network_connectors", "EgressNetworkConnectors"),
            pairs("environment_variables", "EnvironmentVariables", "Key", "Value"),
            same("name", "Name"),
            block("code_artifact", "CodeArtifact", &[same("uri", "Uri")]),
            blocks("cpu_configuration", "CpuConfigurations", &[same("architecture", "Architecture")]),
            TAGS,
        ],
        attributes: &[("arn", "ImageArn"), ("image_arn", "ImageArn")],
        finish: None,
    },
    Row {
        source: "aws_lambda_function_recursion_config",
        target: Target::Part(&Part { owners: FUNCTION, by: "function_name", at: "", list: false }),
        words: &[same("recursive_loop", "RecursiveLoop")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_lambda_runtime_management_config",
        target: Target::Part(&Part {
            owners: FUNCTION,
            by: "function_name",
            at: "RuntimeManagementConfig",
            list: false,
        }),
        words: &[
            same("runtime_version_arn", "RuntimeVersionArn"),
            same("update_runtime_on", "UpdateRuntimeOn"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_lambda_function_scaling_config",
        target: Target::Part(&Part { owners: FUNCTION, by: "function_name", at: "", list: false }),
        words: &[block(
            "function_scaling_config",
            "FunctionScalingConfig",
            &[
                same("max_execution_environments", "MaxExecutionEnvironments"),
                same("min_execution_environments", "MinExecutionEnvironments"),
            ],
        )],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_lambda_provisioned_concurrency_config",
        // Where no alias has the qualifier, it is that of a version, which the function publishes itself.
        target: Target::KeyedOr(
            &Part { owners: &["aws_lambda_alias"], by: "", at: "ProvisionedConcurrencyConfig", list: false },
            &[("qualifier", "Name"), ("function_name", "FunctionName")],
            "AWS::Lambda::Version",
        ),
        words: &[same("provisioned_concurrent_executions", "ProvisionedConcurrentExecutions")],
        attributes: &[],
        finish: None,
    },
];
