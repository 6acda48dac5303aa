//! Amazon ECR.

use super::row::{Part, Row, TAGS, Target, block, blocks, json, same, tags};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_ecr_repository",
        target: Target::Resource("AWS::ECR::Repository"),
        words: &[
            same("force_delete", "EmptyOnDelete"),
            same("image_tag_mutability", "ImageTagMutability").or("MUTABLE"),
            same("name", "RepositoryName"),
            TAGS,
            block(
                "encryption_configuration",
                "EncryptionConfiguration",
                &[same("encryption_type", "EncryptionType").or("AES256"), same("kms_key", "KmsKey")],
            ),
            block(
                "image_scanning_configuration",
                "ImageScanningConfiguration",
                &[same("scan_on_push", "ScanOnPush")],
            ),
            blocks(
                "image_tag_mutability_exclusion_filter",
                "ImageTagMutabilityExclusionFilters",
                &[
                    same("filter", "ImageTagMutabilityExclusionFilterValue"),
                    same("filter_type", "ImageTagMutabilityExclusionFilterType"),
                ],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref"), ("repository_url", "RepositoryUri")],
        finish: None,
    },
    Row {
        source: "aws_ecr_repository_policy",
        target: Target::Part(&Part {
            owners: &["aws_ecr_repository"],
            by: "repository",
            at: "",
            list: false,
        }),
        words: &[json("policy", "RepositoryPolicyText")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_ecr_lifecycle_policy",
        target: Target::Part(&Part {
            owners: &["aws_ecr_repository"],
            by: "repository",
            at: "",
            list: false,
        }),
        words: &[same("policy", "LifecyclePolicy.LifecyclePolicyText")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_ecr_registry_policy",
        target: Target::Resource("AWS::ECR::RegistryPolicy"),
        words: &[json("policy", "PolicyText")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_ecr_registry_scanning_configuration",
        target: Target::Resource("AWS::ECR::RegistryScanningConfiguration"),
        words: &[
            same("scan_type", "ScanType"),
            blocks(
                "rule",
                "Rules",
                &[
                    same("scan_frequency", "ScanFrequency"),
                    blocks(
                        "repository_filter",
                        "RepositoryFilters",
                        &[same("filter", "Filter"), same("filter_type", "FilterType")],
                    ),
                ],
            ),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_ecr_repository_creation_template",
        target: Target::Resource("AWS::ECR::RepositoryCreationTemplate"),
        words: &[
            same("applied_for", "AppliedFor"),
            same("custom_role_arn", "CustomRoleArn"),
            same("description", "Description"),
            same("image_tag_mutability", "ImageTagMutability").or("MUTABLE"),
            same("lifecycle_policy", "LifecyclePolicy"),
            same("prefix", "Prefix"),
            same("repository_policy", "RepositoryPolicy"),
            tags("resource_tags", "ResourceTags"),
            block(
                "encryption_configuration",
                "EncryptionConfiguration",
                &[same("encryption_type", "EncryptionType"), same("kms_key", "KmsKey")],
            ),
            blocks(
                "image_tag_mutability_exclusion_filter",
                "ImageTagMutabilityExclusionFilters",
                &[
                    same("filter", "ImageTagMutabilityExclusionFilterValue"),
                    same("filter_type", "ImageTagMutabilityExclusionFilterType"),
                ],
            ),
        ],
        attributes: &[("id", "Ref"), ("prefix", "Ref")],
        finish: None,
    },
];
