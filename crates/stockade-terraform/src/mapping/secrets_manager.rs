//! AWS Secrets Manager.

use super::lower::{Built, field, given, itself};
use super::row::{Part, Row, TAGS, Target, block, blocks, json, same};
use crate::{ResourceInstance, json};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_secretsmanager_secret",
        target: Target::Resource("AWS::SecretsManager::Secret"),
        words: &[
            same("description", "Description"),
            same("kms_key_id", "KmsKeyId"),
            same("name", "Name"),
            TAGS,
            same("type", "Type"),
            blocks("replica", "ReplicaRegions", &[same("kms_key_id", "KmsKeyId"), same("region", "Region")]),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: Some(inline_policy),
    },
    Row {
        source: "aws_secretsmanager_secret_policy",
        target: Target::Resource("AWS::SecretsManager::ResourcePolicy"),
        words: &[
            same("block_public_policy", "BlockPublicPolicy").or("false"),
            json("policy", "ResourcePolicy"),
            same("secret_arn", "SecretId"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_secretsmanager_secret_rotation",
        target: Target::Resource("AWS::SecretsManager::RotationSchedule"),
        words: &[
            same("external_secret_rotation_role_arn", "ExternalSecretRotationRoleArn"),
            same("rotate_immediately", "RotateImmediatelyOnUpdate").or("true"),
            same("rotation_lambda_arn", "RotationLambdaARN"),
            same("secret_id", "SecretId"),
            blocks(
                "external_secret_rotation_metadata",
                "ExternalSecretRotationMetadata",
                &[same("key", "Key"), same("value", "Value")],
            ),
            block(
                "rotation_rules",
                "RotationRules",
                &[
                    same("automatically_after_days", "AutomaticallyAfterDays"),
                    same("duration", "Duration"),
                    same("schedule_expression", "ScheduleExpression"),
                ],
            ),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_secretsmanager_secret_version",
        target: Target::Part(&Part {
            owners: &["aws_secretsmanager_secret"],
            by: "secret_id",
            at: "",
            list: false,
        }),
        words: &[same("secret_string", "SecretString")],
        attributes: &[],
        finish: None,
    },
];

/// The policy that the secret itself names.
fn inline_policy(instance: &ResourceInstance, built: &mut Built) {
    // An empty string is none to the provider.
    let Some(policy) = given(&instance.value, "policy").filter(|policy| policy.as_str() != Some("")) else {
        return;
    };
    let policy = json::decoded(policy).to_model();
    let fields = vec![field("SecretId", itself(instance, "arn")), field("ResourcePolicy", policy)];
    built.add("/policy", "AWS::SecretsManager::ResourcePolicy", fields);
}
