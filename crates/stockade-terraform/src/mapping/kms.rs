//! AWS KMS.

use super::lower::{Built, written};
use super::row::{Part, Row, TAGS, Target, json, same};
use crate::ResourceInstance;

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_kms_key",
        target: Target::Resource("AWS::KMS::Key"),
        words: &[
            same("bypass_policy_lockout_safety_check", "BypassPolicyLockoutSafetyCheck"),
            same("customer_master_key_spec", "KeySpec").or("SYMMETRIC_DEFAULT"),
            same("deletion_window_in_days", "PendingWindowInDays"),
            same("description", "Description"),
            same("enable_key_rotation", "EnableKeyRotation").or("false"),
            same("is_enabled", "Enabled").or("true"),
            same("key_usage", "KeyUsage").or("ENCRYPT_DECRYPT"),
            same("multi_region", "MultiRegion").or("false"),
            json("policy", "KeyPolicy"),
            same("rotation_period_in_days", "RotationPeriodInDays"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("key_id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_kms_external_key",
        target: Target::Resource("AWS::KMS::Key"),
        words: &[
            same("bypass_policy_lockout_safety_check", "BypassPolicyLockoutSafetyCheck"),
            same("deletion_window_in_days", "PendingWindowInDays"),
            same("description", "Description"),
            same("enabled", "Enabled"),
            same("key_spec", "KeySpec"),
            same("key_usage", "KeyUsage"),
            same("multi_region", "MultiRegion").or("false"),
            json("policy", "KeyPolicy"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref")],
        finish: Some(external),
    },
    Row {
        source: "aws_kms_replica_key",
        target: Target::Resource("AWS::KMS::ReplicaKey"),
        words: &[
            same("deletion_window_in_days", "PendingWindowInDays"),
            same("description", "Description"),
            same("enabled", "Enabled").or("true"),
            json("policy", "KeyPolicy"),
            same("primary_key_arn", "PrimaryKeyArn"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("key_id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_kms_alias",
        target: Target::Resource("AWS::KMS::Alias"),
        words: &[same("name", "AliasName"), same("target_key_id", "TargetKeyId")],
        attributes: &[("id", "Ref"), ("name", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_kms_key_policy",
        target: Target::Part(&Part {
            owners: &["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key"],
            by: "key_id",
            at: "",
            list: false,
        }),
        words: &[json("policy", "KeyPolicy")],
        attributes: &[],
        finish: None,
    },
];

/// A key whose material is imported.
fn external(_: &ResourceInstance, built: &mut Built) {
    built.set("Origin", written("EXTERNAL", &built.origin));
}
