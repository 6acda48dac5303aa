//! Amazon EFS.

use super::row::{Part, Row, Target, block, blocks, json, same, tags};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_efs_file_system",
        target: Target::Resource("AWS::EFS::FileSystem"),
        words: &[
            same("availability_zone_name", "AvailabilityZoneName"),
            same("encrypted", "Encrypted").or("false"),
            same("kms_key_id", "KmsKeyId"),
            same("performance_mode", "PerformanceMode"),
            same("provisioned_throughput_in_mibps", "ProvisionedThroughputInMibps"),
            tags("tags", "FileSystemTags"),
            same("throughput_mode", "ThroughputMode"),
            blocks(
                "lifecycle_policy",
                "LifecyclePolicies",
                &[
                    same("transition_to_archive", "TransitionToArchive"),
                    same("transition_to_ia", "TransitionToIA"),
                    same("transition_to_primary_storage_class", "TransitionToPrimaryStorageClass"),
                ],
            ),
            block(
                "protection",
                "FileSystemProtection",
                &[same("replication_overwrite", "ReplicationOverwriteProtection")],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_efs_file_system_policy",
        target: Target::Part(&Part {
            owners: &["aws_efs_file_system"],
            by: "file_system_id",
            at: "",
            list: false,
        }),
        words: &[
            same("bypass_policy_lockout_safety_check", "BypassPolicyLockoutSafetyCheck"),
            json("policy", "FileSystemPolicy"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_efs_mount_target",
        target: Target::Resource("AWS::EFS::MountTarget"),
        words: &[
            same("file_system_id", "FileSystemId"),
            same("ip_address", "IpAddress"),
            same("ip_address_type", "IpAddressType"),
            same("ipv6_address", "Ipv6Address"),
            same("security_groups", "SecurityGroups"),
            same("subnet_id", "SubnetId"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_efs_access_point",
        target: Target::Resource("AWS::EFS::AccessPoint"),
        words: &[
            same("file_system_id", "FileSystemId"),
            tags("tags", "AccessPointTags"),
            block(
                "posix_user",
                "PosixUser",
                &[same("gid", "Gid"), same("secondary_gids", "SecondaryGids"), same("uid", "Uid")],
            ),
            block(
                "root_directory",
                "RootDirectory",
                &[
                    same("path", "Path"),
                    block(
                        "creation_info",
                        "CreationInfo",
                        &[
                            same("owner_gid", "OwnerGid"),
                            same("owner_uid", "OwnerUid"),
                            same("permissions", "Permissions"),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref")],
        finish: None,
    },
];
