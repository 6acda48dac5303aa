//! Amazon VPC Lattice.

use super::row::{Part, Row, TAGS, Target, block, blocks, json, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_vpclattice_service",
        target: Target::Resource("AWS::VpcLattice::Service"),
        words: &[
            same("auth_type", "AuthType").or("NONE"),
            same("certificate_arn", "CertificateArn"),
            same("custom_domain_name", "CustomDomainName"),
            same("idle_timeout_seconds", "IdleTimeoutSeconds"),
            same("name", "Name"),
            TAGS,
        ],
        attributes: &[("id", "Id"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_service_network",
        target: Target::Resource("AWS::VpcLattice::ServiceNetwork"),
        words: &[same("auth_type", "AuthType").or("NONE"), same("name", "Name"), TAGS],
        attributes: &[("id", "Id"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_service_network_service_association",
        target: Target::Resource("AWS::VpcLattice::ServiceNetworkServiceAssociation"),
        words: &[
            same("service_identifier", "ServiceIdentifier"),
            same("service_network_identifier", "ServiceNetworkIdentifier"),
            TAGS,
        ],
        attributes: &[("id", "Id"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_auth_policy",
        target: Target::Resource("AWS::VpcLattice::AuthPolicy"),
        words: &[json("policy", "Policy"), same("resource_identifier", "ResourceIdentifier")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_target_group",
        target: Target::Resource("AWS::VpcLattice::TargetGroup"),
        words: &[
            same("name", "Name"),
            TAGS,
            same("type", "Type"),
            block(
                "config",
                "Config",
                &[
                    same("ip_address_type", "IpAddressType"),
                    same("lambda_event_structure_version", "LambdaEventStructureVersion"),
                    same("port", "Port"),
                    same("protocol", "Protocol"),
                    same("protocol_version", "ProtocolVersion"),
                    same("vpc_identifier", "VpcIdentifier"),
                    block(
                        "health_check",
                        "HealthCheck",
                        &[
                            same("enabled", "Enabled"),
                            same("health_check_interval_seconds", "HealthCheckIntervalSeconds"),
                            same("health_check_timeout_seconds", "HealthCheckTimeoutSeconds"),
                            same("healthy_threshold_count", "HealthyThresholdCount"),
                            same("path", "Path"),
                            same("port", "Port"),
                            same("protocol", "Protocol"),
                            same("protocol_version", "ProtocolVersion"),
                            same("unhealthy_threshold_count", "UnhealthyThresholdCount"),
                            block("matcher", "Matcher", &[same("value", "HttpCode")]),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("id", "Id"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_listener",
        target: Target::Resource("AWS::VpcLattice::Listener"),
        words: &[
            same("name", "Name"),
            same("port", "Port"),
            same("protocol", "Protocol"),
            same("service_arn", "ServiceIdentifier"),
            same("service_identifier", "ServiceIdentifier"),
            TAGS,
            block(
                "default_action",
                "DefaultAction",
                &[
                    block("fixed_response", "FixedResponse", &[same("status_code", "StatusCode")]),
                    block(
                        "forward",
                        "Forward",
                        &[blocks(
                            "target_groups",
                            "TargetGroups",
                            &[
                                same("target_group_identifier", "TargetGroupIdentifier"),
                                same("weight", "Weight"),
                            ],
                        )],
                    ),
                ],
            ),
        ],
        attributes: &[("listener_id", "Id"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpclattice_target_group_attachment",
        target: Target::Part(&Part {
            owners: &["aws_vpclattice_target_group"],
            by: "target_group_identifier",
            at: "Targets",
            list: true,
        }),
        words: &[block("target", "", &[same("id", "Id"), same("port", "Port")])],
        attributes: &[],
        finish: None,
    },
];
