//! Amazon MQ.

use super::row::{Row, TAGS, Target, block, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_mq_broker",
    target: Target::Resource("AWS::AmazonMQ::Broker"),
    words: &[
        same("authentication_strategy", "AuthenticationStrategy"),
        same("auto_minor_version_upgrade", "AutoMinorVersionUpgrade"),
        same("broker_name", "BrokerName"),
        same("deployment_mode", "DeploymentMode"),
        block(
            "encryption_options",
            "EncryptionOptions",
            &[same("kms_key_id", "KmsKeyId"), same("use_aws_owned_key", "UseAwsOwnedKey")],
        ),
        same("engine_type", "EngineType"),
        same("engine_version", "EngineVersion"),
        same("host_instance_type", "HostInstanceType"),
        block("logs", "Logs", &[same("audit", "Audit"), same("general", "General")]),
        same("publicly_accessible", "PubliclyAccessible"),
        same("security_groups", "SecurityGroups"),
        same("storage_type", "StorageType"),
        same("subnet_ids", "SubnetIds"),
        TAGS,
    ],
    attributes: &[("arn", "Arn"), ("id", "Ref")],
    finish: None,
}];
