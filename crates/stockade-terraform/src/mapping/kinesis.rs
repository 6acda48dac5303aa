//! Amazon Kinesis and Amazon Data Firehose.

use super::lower::{Built, given, written};
use super::row::{Row, TAGS, Target, block, blocks, json, same};
use crate::{ResourceInstance, Value};
use stockade_model::{Kind, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_kinesis_stream",
        target: Target::Resource("AWS::Kinesis::Stream"),
        words: &[
            same("encryption_type", "StreamEncryption.EncryptionType").unless("NONE"),
            same("kms_key_id", "StreamEncryption.KeyId"),
            same("max_record_size_in_kib", "MaxRecordSizeInKiB"),
            same("name", "Name"),
            same("retention_period", "RetentionPeriodHours").or("24"),
            same("shard_count", "ShardCount"),
            same("shard_level_metrics", "DesiredShardLevelMetrics"),
            TAGS,
            same("warm_throughput_mib_ps", "WarmThroughputMiBps"),
            block("stream_mode_details", "StreamModeDetails", &[same("stream_mode", "StreamMode")]),
        ],
        attributes: &[("arn", "Arn"), ("id", "Arn"), ("name", "Ref")],
        finish: Some(stream_encryption),
    },
    Row {
        source: "aws_kinesis_resource_policy",
        target: Target::Resource("AWS::Kinesis::ResourcePolicy"),
        words: &[json("policy", "ResourcePolicy"), same("resource_arn", "ResourceArn")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_kinesis_firehose_delivery_stream",
        target: Target::Resource("AWS::KinesisFirehose::DeliveryStream"),
        words: &[
            same("name", "DeliveryStreamName"),
            TAGS,
            block(
                "extended_s3_configuration",
                "ExtendedS3DestinationConfiguration",
                &[
                    same("bucket_arn", "BucketARN"),
                    same("buffering_interval", "BufferingHints.IntervalInSeconds"),
                    same("buffering_size", "BufferingHints.SizeInMBs"),
                    same("compression_format", "CompressionFormat"),
                    same("custom_time_zone", "CustomTimeZone"),
                    same("error_output_prefix", "ErrorOutputPrefix"),
                    same("file_extension", "FileExtension"),
                    same("kms_key_arn", "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN"),
                    same("prefix", "Prefix"),
                    same("role_arn", "RoleARN"),
                    same("s3_backup_mode", "S3BackupMode"),
                    block(
                        "cloudwatch_logging_options",
                        "CloudWatchLoggingOptions",
                        &[
                            same("enabled", "Enabled"),
                            same("log_group_name", "LogGroupName"),
                            same("log_stream_name", "LogStreamName"),
                        ],
                    ),
                    block(
                        "processing_configuration",
                        "ProcessingConfiguration",
                        &[
                            same("enabled", "Enabled"),
                            blocks(
                                "processors",
                                "Processors",
                                &[
                                    same("type", "Type"),
                                    blocks(
                                        "parameters",
                                        "Parameters",
                                        &[
                                            same("parameter_name", "ParameterName"),
                                            same("parameter_value", "ParameterValue"),
                                        ],
                                    ),
                                ],
                            ),
                        ],
                    ),
                ],
            ),
            block(
                "kinesis_source_configuration",
                "KinesisStreamSourceConfiguration",
                &[same("kinesis_stream_arn", "KinesisStreamARN"), same("role_arn", "RoleARN")],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Arn"), ("name", "Ref")],
        finish: Some(delivery_stream),
    },
];

/// A key without `encryption_type = "KMS"` encrypts nothing.
fn stream_encryption(_: &ResourceInstance, built: &mut Built) {
    built
        .properties
        .fields
        .retain(|field| field.key != "StreamEncryption" || !field.value.get("EncryptionType").is_absent());
}

/// Where records come from, and the key that they are kept under.
fn delivery_stream(instance: &ResourceInstance, built: &mut Built) {
    let block = |name: &str| given(&instance.value, name).filter(|value| !value.blocks().is_empty());
    let kind = match (block("kinesis_source_configuration"), block("msk_source_configuration")) {
        (Some(_), _) => "KinesisStreamAsSource",
        (_, Some(_)) => "MSKAsSource",
        _ => "DirectPut",
    };
    built.set("DeliveryStreamType", written(kind, &built.origin));
    let encryption = given(&instance.value, "server_side_encryption");
    if let Some(symbol) = encryption.and_then(Value::symbol) {
        let unknown = ModelValue::new(Kind::Unknown(symbol.clone()), built.origin.clone());
        built.set("DeliveryStreamEncryptionConfigurationInput", unknown);
    }
    let Some(encryption) = encryption.and_then(|encryption| encryption.blocks().first()) else { return };
    match given(encryption, "enabled").map(|enabled| (enabled.as_bool(), enabled.symbol())) {
        Some((Some(true), _)) => {
            let default = || written("AWS_OWNED_CMK", &encryption.origin);
            let kind = given(encryption, "key_type").map_or_else(default, Value::to_model);
            built.set("DeliveryStreamEncryptionConfigurationInput.KeyType", kind);
            if let Some(key) = given(encryption, "key_arn") {
                built.set("DeliveryStreamEncryptionConfigurationInput.KeyARN", key.to_model());
            }
        }
        Some((_, Some(symbol))) => {
            let unknown = ModelValue::new(Kind::Unknown(symbol.clone()), encryption.origin.clone());
            built.set("DeliveryStreamEncryptionConfigurationInput", unknown);
        }
        _ => {}
    }
}
