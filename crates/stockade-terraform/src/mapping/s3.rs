//! Amazon S3.

use super::lower::{Built, field, given, itself, written};
use super::row::{Part, Row, TAGS, Target, block, blocks, json, same, tags, values};
use crate::{ResourceInstance, Value, json};
use stockade_model::{Kind, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_s3_bucket",
        target: Target::Resource("AWS::S3::Bucket"),
        words: &[
            same("acceleration_status", "AccelerateConfiguration.AccelerationStatus"),
            values("acl", "AccessControl", CANNED_ACLS),
            same("bucket", "BucketName"),
            same("bucket_namespace", "BucketNamespace"),
            same("object_lock_enabled", "ObjectLockEnabled"),
            TAGS,
            blocks(
                "cors_rule",
                "CorsConfiguration.CorsRules",
                &[
                    same("allowed_headers", "AllowedHeaders"),
                    same("allowed_methods", "AllowedMethods"),
                    same("allowed_origins", "AllowedOrigins"),
                    same("expose_headers", "ExposedHeaders"),
                    same("max_age_seconds", "MaxAge"),
                ],
            ),
            blocks(
                "lifecycle_rule",
                "LifecycleConfiguration.Rules",
                &[
                    same(
                        "abort_incomplete_multipart_upload_days",
                        "AbortIncompleteMultipartUpload.DaysAfterInitiation",
                    ),
                    values("enabled", "Status", ENABLED),
                    same("id", "Id"),
                    same("prefix", "Prefix"),
                    tags("tags", "TagFilters"),
                    block(
                        "expiration",
                        "",
                        &[
                            same("date", "ExpirationDate"),
                            same("days", "ExpirationInDays"),
                            same("expired_object_delete_marker", "ExpiredObjectDeleteMarker"),
                        ],
                    ),
                    block(
                        "noncurrent_version_expiration",
                        "NoncurrentVersionExpiration",
                        &[same("days", "NoncurrentDays")],
                    ),
                    blocks(
                        "noncurrent_version_transition",
                        "NoncurrentVersionTransitions",
                        &[same("days", "TransitionInDays"), same("storage_class", "StorageClass")],
                    ),
                    blocks(
                        "transition",
                        "Transitions",
                        &[
                            same("date", "TransitionDate"),
                            same("days", "TransitionInDays"),
                            same("storage_class", "StorageClass"),
                        ],
                    ),
                ],
            ),
            block(
                "logging",
                "LoggingConfiguration",
                &[same("target_bucket", "DestinationBucketName"), same("target_prefix", "LogFilePrefix")],
            ),
            block(
                "object_lock_configuration",
                "ObjectLockConfiguration",
                &[
                    same("object_lock_enabled", "ObjectLockEnabled"),
                    block(
                        "rule",
                        "Rule",
                        &[block(
                            "default_retention",
                            "DefaultRetention",
                            &[same("days", "Days"), same("mode", "Mode"), same("years", "Years")],
                        )],
                    ),
                ],
            ),
            block(
                "server_side_encryption_configuration",
                "BucketEncryption",
                &[blocks(
                    "rule",
                    "ServerSideEncryptionConfiguration",
                    &[
                        same("bucket_key_enabled", "BucketKeyEnabled"),
                        block(
                            "apply_server_side_encryption_by_default",
                            "ServerSideEncryptionByDefault",
                            &[
                                same("kms_master_key_id", "KMSMasterKeyID"),
                                same("sse_algorithm", "SSEAlgorithm"),
                            ],
                        ),
                    ],
                )],
            ),
            block("versioning", "VersioningConfiguration", &[values("enabled", "Status", VERSIONING)]),
        ],
        attributes: &[
            ("arn", "Arn"),
            ("id", "Ref"),
            ("bucket", "Ref"),
            ("bucket_domain_name", "DomainName"),
            ("bucket_regional_domain_name", "RegionalDomainName"),
        ],
        finish: Some(inline),
    },
    Row {
        source: "aws_s3_bucket_acl",
        target: Target::Part(&Part { owners: &["aws_s3_bucket"], by: "bucket", at: "", list: false }),
        words: &[values("acl", "AccessControl", CANNED_ACLS)],
        attributes: &[],
        finish: Some(grants),
    },
    Row {
        source: "aws_s3_bucket_policy",
        target: Target::Resource("AWS::S3::BucketPolicy"),
        words: &[same("bucket", "Bucket"), json("policy", "PolicyDocument")],
        attributes: &[],
        finish: None,
    },
    // Each guard is off unless it is written, where the resource is there.
    Row {
        source: "aws_s3_bucket_public_access_block",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "PublicAccessBlockConfiguration",
            list: false,
        }),
        words: &[
            same("block_public_acls", "BlockPublicAcls").or("false"),
            same("block_public_policy", "BlockPublicPolicy").or("false"),
            same("ignore_public_acls", "IgnorePublicAcls").or("false"),
            same("restrict_public_buckets", "RestrictPublicBuckets").or("false"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_server_side_encryption_configuration",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "BucketEncryption",
            list: false,
        }),
        words: &[blocks(
            "rule",
            "ServerSideEncryptionConfiguration",
            &[
                same("blocked_encryption_types", "BlockedEncryptionTypes.EncryptionType"),
                same("bucket_key_enabled", "BucketKeyEnabled"),
                block(
                    "apply_server_side_encryption_by_default",
                    "ServerSideEncryptionByDefault",
                    &[same("kms_master_key_id", "KMSMasterKeyID"), same("sse_algorithm", "SSEAlgorithm")],
                ),
            ],
        )],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_versioning",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "VersioningConfiguration",
            list: false,
        }),
        words: &[block("versioning_configuration", "", &[same("status", "Status").unless("Disabled")])],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_lifecycle_configuration",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "LifecycleConfiguration",
            list: false,
        }),
        words: &[
            same("transition_default_minimum_object_size", "TransitionDefaultMinimumObjectSize"),
            blocks(
                "rule",
                "Rules",
                &[
                    same("id", "Id"),
                    same("prefix", "Prefix"),
                    same("status", "Status"),
                    block(
                        "abort_incomplete_multipart_upload",
                        "AbortIncompleteMultipartUpload",
                        &[same("days_after_initiation", "DaysAfterInitiation")],
                    ),
                    block(
                        "expiration",
                        "",
                        &[
                            same("date", "ExpirationDate"),
                            same("days", "ExpirationInDays"),
                            same("expired_object_delete_marker", "ExpiredObjectDeleteMarker"),
                        ],
                    ),
                    block(
                        "filter",
                        "",
                        &[
                            same("object_size_greater_than", "ObjectSizeGreaterThan"),
                            same("object_size_less_than", "ObjectSizeLessThan"),
                            same("prefix", "Prefix"),
                            block(
                                "and",
                                "",
                                &[
                                    same("object_size_greater_than", "ObjectSizeGreaterThan"),
                                    same("object_size_less_than", "ObjectSizeLessThan"),
                                    same("prefix", "Prefix"),
                                    tags("tags", "TagFilters"),
                                ],
                            ),
                            blocks("tag", "TagFilters", &[same("key", "Key"), same("value", "Value")]),
                        ],
                    ),
                    block(
                        "noncurrent_version_expiration",
                        "NoncurrentVersionExpiration",
                        &[
                            same("newer_noncurrent_versions", "NewerNoncurrentVersions"),
                            same("noncurrent_days", "NoncurrentDays"),
                        ],
                    ),
                    blocks(
                        "noncurrent_version_transition",
                        "NoncurrentVersionTransitions",
                        &[
                            same("newer_noncurrent_versions", "NewerNoncurrentVersions"),
                            same("noncurrent_days", "TransitionInDays"),
                            same("storage_class", "StorageClass"),
                        ],
                    ),
                    blocks(
                        "transition",
                        "Transitions",
                        &[
                            same("date", "TransitionDate"),
                            same("days", "TransitionInDays"),
                            same("storage_class", "StorageClass"),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_object_lock_configuration",
        target: Target::Part(&Part { owners: &["aws_s3_bucket"], by: "bucket", at: "", list: false }),
        words: &[
            same("object_lock_enabled", "ObjectLockConfiguration.ObjectLockEnabled").or("Enabled"),
            block(
                "rule",
                "ObjectLockConfiguration.Rule",
                &[block(
                    "default_retention",
                    "DefaultRetention",
                    &[same("days", "Days"), same("mode", "Mode"), same("years", "Years")],
                )],
            ),
        ],
        attributes: &[],
        finish: Some(locked),
    },
    Row {
        source: "aws_s3_bucket_ownership_controls",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "OwnershipControls",
            list: false,
        }),
        words: &[blocks("rule", "Rules", &[same("object_ownership", "ObjectOwnership")])],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_logging",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "LoggingConfiguration",
            list: false,
        }),
        words: &[same("target_bucket", "DestinationBucketName"), same("target_prefix", "LogFilePrefix")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_cors_configuration",
        target: Target::Part(&Part {
            owners: &["aws_s3_bucket"],
            by: "bucket",
            at: "CorsConfiguration",
            list: false,
        }),
        words: &[blocks(
            "cors_rule",
            "CorsRules",
            &[
                same("allowed_headers", "AllowedHeaders"),
                same("allowed_methods", "AllowedMethods"),
                same("allowed_origins", "AllowedOrigins"),
                same("expose_headers", "ExposedHeaders"),
                same("id", "Id"),
                same("max_age_seconds", "MaxAge"),
            ],
        )],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_s3_access_point",
        target: Target::Resource("AWS::S3::AccessPoint"),
        words: &[
            same("bucket", "Bucket"),
            same("bucket_account_id", "BucketAccountId"),
            same("name", "Name"),
            json("policy", "Policy"),
            block(
                "public_access_block_configuration",
                "PublicAccessBlockConfiguration",
                &[
                    same("block_public_acls", "BlockPublicAcls").or("true"),
                    same("block_public_policy", "BlockPublicPolicy").or("true"),
                    same("ignore_public_acls", "IgnorePublicAcls").or("true"),
                    same("restrict_public_buckets", "RestrictPublicBuckets").or("true"),
                ],
            ),
            block("vpc_configuration", "VpcConfiguration", &[same("vpc_id", "VpcId")]),
        ],
        attributes: &[("arn", "Arn"), ("name", "Ref"), ("alias", "Alias")],
        finish: None,
    },
    // CloudFormation has no type for it; the name says where it is from, the properties are those of a bucket.
    Row {
        source: "aws_s3_account_public_access_block",
        target: Target::Resource("Terraform::S3::AccountPublicAccessBlock"),
        words: &[
            same("account_id", "AccountId"),
            same("block_public_acls", "BlockPublicAcls").or("false"),
            same("block_public_policy", "BlockPublicPolicy").or("false"),
            same("ignore_public_acls", "IgnorePublicAcls").or("false"),
            same("restrict_public_buckets", "RestrictPublicBuckets").or("false"),
        ],
        attributes: &[],
        finish: None,
    },
];

/// Canned access control lists, as the S3 API and CloudFormation spell them.
const CANNED_ACLS: &[(&str, &str)] = &[
    ("private", "Private"),
    ("public-read", "PublicRead"),
    ("public-read-write", "PublicReadWrite"),
    ("authenticated-read", "AuthenticatedRead"),
    ("aws-exec-read", "AwsExecRead"),
    ("bucket-owner-read", "BucketOwnerRead"),
    ("bucket-owner-full-control", "BucketOwnerFullControl"),
    ("log-delivery-write", "LogDeliveryWrite"),
];

const ENABLED: &[(&str, &str)] = &[("true", "Enabled"), ("false", "Disabled")];

const VERSIONING: &[(&str, &str)] = &[("true", "Enabled"), ("false", "Suspended")];

/// The policy and the grants that the bucket itself says.
fn inline(instance: &ResourceInstance, built: &mut Built) {
    if let Some(policy) = given(&instance.value, "policy").filter(|policy| policy.as_str() != Some("")) {
        let policy = json::decoded(policy).to_model();
        let fields = vec![field("Bucket", itself(instance, "id")), field("PolicyDocument", policy)];
        built.add("/policy", "AWS::S3::BucketPolicy", fields);
    }
    let lock = given(&instance.value, "object_lock_configuration").and_then(|lock| lock.blocks().first());
    if lock.and_then(|lock| given(lock, "object_lock_enabled")).and_then(Value::as_str) == Some("Enabled") {
        locked(instance, built);
    }
    for grant in given(&instance.value, "grant").map(Value::blocks).unwrap_or_default() {
        let permissions = given(grant, "permissions").map(Value::items).unwrap_or_default();
        for permission in permissions {
            grant_to_group(given(grant, "uri"), permission, built);
        }
    }
}

/// A configuration of Object Lock has it enabled.
fn locked(_: &ResourceInstance, built: &mut Built) {
    built.set("ObjectLockEnabled", written("true", &built.origin));
}

/// The grants of an access control list.
fn grants(instance: &ResourceInstance, built: &mut Built) {
    let policy = given(&instance.value, "access_control_policy").and_then(|policy| policy.blocks().first());
    for grant in policy.and_then(|policy| given(policy, "grant")).map(Value::blocks).unwrap_or_default() {
        let grantee = given(grant, "grantee").and_then(|grantee| grantee.blocks().first());
        let group = grantee.and_then(|grantee| given(grantee, "uri"));
        if let Some(permission) = given(grant, "permission") {
            grant_to_group(group, permission, built);
        }
    }
}

/// A grant to everyone as the canned list that grants the same, since CloudFormation has no others.
fn grant_to_group(group: Option<&Value>, permission: &Value, built: &mut Built) {
    let Some(group) = group else { return };
    if let Some(symbol) = group.symbol().or_else(|| permission.symbol()) {
        if built.properties.fields.iter().all(|field| field.key != "AccessControl") {
            built.set("AccessControl", ModelValue::new(Kind::Unknown(symbol.clone()), group.origin.clone()));
        }
        return;
    }
    // The groups that Amazon S3 predefines (Access control list overview).
    let canned = match (group.as_str().and_then(|group| group.rsplit_once('/')), permission.as_str()) {
        (Some((_, "AllUsers")), Some("WRITE" | "WRITE_ACP" | "FULL_CONTROL")) => "PublicReadWrite",
        (Some((_, "AllUsers")), Some(_)) => "PublicRead",
        (Some((_, "AuthenticatedUsers")), Some(_)) => "AuthenticatedRead",
        _ => return,
    };
    let so_far = built.properties.fields.iter().find(|field| field.key == "AccessControl");
    let so_far = so_far.and_then(|field| field.value.as_text());
    let wider = so_far.as_ref().and_then(|text| text.as_literal()).is_some_and(|text| {
        text == "PublicReadWrite" || text == "PublicRead" && canned == "AuthenticatedRead"
    });
    if !wider {
        built.set("AccessControl", written(canned, &group.origin));
    }
}
