//! Amazon MSK.

use super::row::{Row, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_msk_cluster",
        target: Target::Resource("AWS::MSK::Cluster"),
        words: &[
            same("cluster_name", "ClusterName"),
            same("enhanced_monitoring", "EnhancedMonitoring"),
            same("kafka_version", "KafkaVersion"),
            same("number_of_broker_nodes", "NumberOfBrokerNodes"),
            same("storage_mode", "StorageMode"),
            same("tags", "Tags"),
            block(
                "broker_node_group_info",
                "BrokerNodeGroupInfo",
                &[
                    same("az_distribution", "BrokerAZDistribution"),
                    same("client_subnets", "ClientSubnets"),
                    same("instance_type", "InstanceType"),
                    same("security_groups", "SecurityGroups"),
                    block(
                        "connectivity_info",
                        "ConnectivityInfo",
                        &[
                            same("network_type", "NetworkType"),
                            block("public_access", "PublicAccess", &[same("type", "Type")]),
                            block(
                                "vpc_connectivity",
                                "VpcConnectivity",
                                &[block(
                                    "client_authentication",
                                    "ClientAuthentication",
                                    &[
                                        same("tls", "Tls.Enabled"),
                                        block(
                                            "sasl",
                                            "Sasl",
                                            &[same("iam", "Iam.Enabled"), same("scram", "Scram.Enabled")],
                                        ),
                                    ],
                                )],
                            ),
                        ],
                    ),
                    block(
                        "storage_info",
                        "StorageInfo",
                        &[block(
                            "ebs_storage_info",
                            "EBSStorageInfo",
                            &[
                                same("volume_size", "VolumeSize"),
                                block(
                                    "provisioned_throughput",
                                    "ProvisionedThroughput",
                                    &[
                                        same("enabled", "Enabled"),
                                        same("volume_throughput", "VolumeThroughput"),
                                    ],
                                ),
                            ],
                        )],
                    ),
                ],
            ),
            block(
                "client_authentication",
                "ClientAuthentication",
                &[
                    same("unauthenticated", "Unauthenticated.Enabled"),
                    block("sasl", "Sasl", &[same("iam", "Iam.Enabled"), same("scram", "Scram.Enabled")]),
                    block("tls", "Tls", &[same("certificate_authority_arns", "CertificateAuthorityArnList")]),
                ],
            ),
            block(
                "configuration_info",
                "ConfigurationInfo",
                &[same("arn", "Arn"), same("revision", "Revision")],
            ),
            block(
                "encryption_info",
                "EncryptionInfo",
                &[
                    same("encryption_at_rest_kms_key_arn", "EncryptionAtRest.DataVolumeKMSKeyId"),
                    block(
                        "encryption_in_transit",
                        "EncryptionInTransit",
                        &[
                            same("client_broker", "ClientBroker").or("TLS"),
                            same("in_cluster", "InCluster").or("true"),
                        ],
                    ),
                ],
            ),
            block(
                "logging_info",
                "LoggingInfo",
                &[block(
                    "broker_logs",
                    "BrokerLogs",
                    &[
                        block(
                            "cloudwatch_logs",
                            "CloudWatchLogs",
                            &[same("enabled", "Enabled"), same("log_group", "LogGroup")],
                        ),
                        block(
                            "firehose",
                            "Firehose",
                            &[same("delivery_stream", "DeliveryStream"), same("enabled", "Enabled")],
                        ),
                        block(
                            "s3",
                            "S3",
                            &[same("bucket", "Bucket"), same("enabled", "Enabled"), same("prefix", "Prefix")],
                        ),
                    ],
                )],
            ),
            block(
                "open_monitoring",
                "OpenMonitoring",
                &[block(
                    "prometheus",
                    "Prometheus",
                    &[
                        block("jmx_exporter", "JmxExporter", &[same("enabled_in_broker", "EnabledInBroker")]),
                        block(
                            "node_exporter",
                            "NodeExporter",
                            &[same("enabled_in_broker", "EnabledInBroker")],
                        ),
                    ],
                )],
            ),
            block("rebalancing", "Rebalancing", &[same("status", "Status")]),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_msk_serverless_cluster",
        target: Target::Resource("AWS::MSK::ServerlessCluster"),
        words: &[
            same("cluster_name", "ClusterName"),
            same("tags", "Tags"),
            block(
                "client_authentication",
                "ClientAuthentication",
                &[block("sasl", "Sasl", &[block("iam", "Iam", &[same("enabled", "Enabled")])])],
            ),
            blocks(
                "vpc_config",
                "VpcConfigs",
                &[same("security_group_ids", "SecurityGroups"), same("subnet_ids", "SubnetIds")],
            ),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
