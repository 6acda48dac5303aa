//! Amazon S3.

use super::row::{Part, Row, TAGS, Target, same};

const BUCKET: &[&str] = &["aws_s3_bucket"];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_s3_bucket",
        target: Target::Resource("AWS::S3::Bucket"),
        words: &[same("bucket", "BucketName"), TAGS],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("bucket", "Ref"), ("bucket_domain_name", "DomainName")],
        finish: None,
    },
    Row {
        source: "aws_s3_bucket_public_access_block",
        target: Target::Part(&Part {
            owners: BUCKET,
            by: "bucket",
            at: "PublicAccessBlockConfiguration",
            list: false,
        }),
        // Each guard is off unless it is written, where the resource is there.
        words: &[
            same("block_public_acls", "BlockPublicAcls").or("false"),
            same("block_public_policy", "BlockPublicPolicy").or("false"),
            same("ignore_public_acls", "IgnorePublicAcls").or("false"),
            same("restrict_public_buckets", "RestrictPublicBuckets").or("false"),
        ],
        attributes: &[],
        finish: None,
    },
];
