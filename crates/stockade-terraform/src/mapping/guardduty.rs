//! Amazon GuardDuty.

use super::row::{Part, Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_guardduty_detector",
        target: Target::Resource("AWS::GuardDuty::Detector"),
        words: &[
            same("enable", "Enable").or("true"),
            same("finding_publishing_frequency", "FindingPublishingFrequency"),
            TAGS,
            block(
                "datasources",
                "DataSources",
                &[
                    block(
                        "kubernetes",
                        "Kubernetes",
                        &[block("audit_logs", "AuditLogs", &[same("enable", "Enable")])],
                    ),
                    block(
                        "malware_protection",
                        "MalwareProtection",
                        &[block(
                            "scan_ec2_instance_with_findings",
                            "ScanEc2InstanceWithFindings",
                            &[block("ebs_volumes", "EbsVolumes", &[])],
                        )],
                    ),
                    block("s3_logs", "S3Logs", &[same("enable", "Enable")]),
                ],
            ),
        ],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_guardduty_detector_feature",
        target: Target::Part(&Part {
            owners: &["aws_guardduty_detector"],
            by: "detector_id",
            at: "Features",
            list: true,
        }),
        words: &[
            same("name", "Name"),
            same("status", "Status"),
            blocks(
                "additional_configuration",
                "AdditionalConfiguration",
                &[same("name", "Name"), same("status", "Status")],
            ),
        ],
        attributes: &[],
        finish: None,
    },
];
