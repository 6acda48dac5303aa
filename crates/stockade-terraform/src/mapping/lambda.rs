//! AWS Lambda.

use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_lambda_function",
    target: Target::Resource("AWS::Lambda::Function"),
    words: &[
        same("function_name", "FunctionName"),
        same("description", "Description"),
        same("role", "Role"),
        same("handler", "Handler"),
        same("runtime", "Runtime"),
        same("architectures", "Architectures"),
        same("package_type", "PackageType").or("Zip"),
        same("s3_bucket", "Code.S3Bucket"),
        same("s3_key", "Code.S3Key"),
        same("s3_object_version", "Code.S3ObjectVersion"),
        same("image_uri", "Code.ImageUri"),
        block(
            "image_config",
            "ImageConfig",
            &[
                same("command", "Command"),
                same("entry_point", "EntryPoint"),
                same("working_directory", "WorkingDirectory"),
            ],
        ),
        same("timeout", "Timeout").or("3"),
        same("memory_size", "MemorySize").or("128"),
        same("layers", "Layers"),
        same("kms_key_arn", "KmsKeyArn"),
        same("code_signing_config_arn", "CodeSigningConfigArn"),
        // The provider's word for none.
        same("reserved_concurrent_executions", "ReservedConcurrentExecutions").unless("-1"),
        block("environment", "Environment", &[same("variables", "Variables")]),
        block("dead_letter_config", "DeadLetterConfig", &[same("target_arn", "TargetArn")]),
        block("tracing_config", "TracingConfig", &[same("mode", "Mode")]),
        block("ephemeral_storage", "EphemeralStorage", &[same("size", "Size")]),
        block("snap_start", "SnapStart", &[same("apply_on", "ApplyOn")]),
        blocks(
            "file_system_config",
            "FileSystemConfigs",
            &[same("arn", "Arn"), same("local_mount_path", "LocalMountPath")],
        ),
        block(
            "vpc_config",
            "VpcConfig",
            &[
                same("subnet_ids", "SubnetIds"),
                same("security_group_ids", "SecurityGroupIds"),
                same("ipv6_allowed_for_dual_stack", "Ipv6AllowedForDualStack"),
            ],
        ),
        block(
            "logging_config",
            "LoggingConfig",
            &[
                same("log_format", "LogFormat"),
                same("application_log_level", "ApplicationLogLevel"),
                same("system_log_level", "SystemLogLevel"),
                same("log_group", "LogGroup"),
            ],
        ),
        TAGS,
    ],
    attributes: &[("arn", "Arn"), ("id", "Ref"), ("function_name", "Ref")],
    finish: None,
}];
