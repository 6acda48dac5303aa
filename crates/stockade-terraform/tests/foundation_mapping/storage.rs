//! S3, EFS and ECR.

use crate::{property, shown};
use insta::assert_snapshot;

const BUCKET: &str = "AWS::S3::Bucket";

#[test]
fn a_bucket_with_all_its_satellites_is_one_resource() {
    assert_snapshot!(shown(
        r#"
        resource "aws_s3_bucket" "data" {
          bucket              = "acme-data"
          object_lock_enabled = true
          tags = { owner = "team" }
        }
        resource "aws_s3_bucket_acl" "data" {
          bucket = aws_s3_bucket.data.id
          acl    = "public-read"
        }
        resource "aws_s3_bucket_public_access_block" "data" {
          bucket              = aws_s3_bucket.data.bucket
          block_public_acls   = true
        }
        resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
          bucket = "acme-data"
          rule {
            bucket_key_enabled       = true
            blocked_encryption_types = ["NONE"]
            apply_server_side_encryption_by_default {
              sse_algorithm     = "aws:kms"
              kms_master_key_id = aws_kms_key.data.arn
            }
          }
        }
        resource "aws_kms_key" "data" {}
        resource "aws_s3_bucket_versioning" "data" {
          bucket = aws_s3_bucket.data.id
          versioning_configuration { status = "Enabled" }
        }
        resource "aws_s3_bucket_lifecycle_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          rule {
            id     = "old"
            status = "Enabled"
            filter {
              and {
                prefix = "tmp/"
                tags   = { kind = "scratch" }
              }
            }
            expiration { days = 30 }
            transition {
              days          = 10
              storage_class = "GLACIER"
            }
            noncurrent_version_expiration { noncurrent_days = 7 }
            abort_incomplete_multipart_upload { days_after_initiation = 3 }
          }
        }
        resource "aws_s3_bucket_object_lock_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          rule {
            default_retention {
              mode = "COMPLIANCE"
              days = 365
            }
          }
        }
        resource "aws_s3_bucket_ownership_controls" "data" {
          bucket = aws_s3_bucket.data.id
          rule { object_ownership = "BucketOwnerEnforced" }
        }
        resource "aws_s3_bucket_logging" "data" {
          bucket        = aws_s3_bucket.data.id
          target_bucket = "acme-logs"
          target_prefix = "data/"
        }
        resource "aws_s3_bucket_cors_configuration" "data" {
          bucket = aws_s3_bucket.data.id
          cors_rule {
            allowed_methods = ["GET"]
            allowed_origins = ["*"]
          }
        }
        resource "aws_s3_bucket_notification" "data" {
          bucket      = aws_s3_bucket.data.id
          eventbridge = true
          lambda_function {
            lambda_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
            events              = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
            filter_prefix       = "in/"
            filter_suffix       = ".csv"
          }
          queue {
            queue_arn = "arn:aws:sqs:eu-west-1:123456789012:q"
            events    = ["s3:ObjectCreated:Put"]
          }
          topic {
            topic_arn = "arn:aws:sns:eu-west-1:123456789012:t"
            events    = ["s3:ObjectCreated:Put"]
          }
        }
        resource "aws_s3_bucket_policy" "data" {
          bucket = aws_s3_bucket.data.id
          policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "s3:*", Resource = aws_s3_bucket.data.arn }] })
        }
        "#
    ));
}

#[test]
fn arguments_of_older_providers_say_the_same() {
    assert_snapshot!(shown(
        r#"
        resource "aws_s3_bucket" "old" {
          bucket = "acme-old"
          acl    = "log-delivery-write"
          policy = "{\"Statement\": []}"
          versioning { enabled = true }
          logging { target_bucket = "acme-logs" }
          server_side_encryption_configuration {
            rule {
              apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
            }
          }
          lifecycle_rule {
            enabled = true
            prefix  = "tmp/"
            tags    = { kind = "scratch" }
            expiration { days = 1 }
          }
          cors_rule {
            allowed_methods = ["GET"]
            allowed_origins = ["https://acme.example"]
          }
          object_lock_configuration { object_lock_enabled = "Enabled" }
        }
        "#
    ));
}

#[test]
fn what_is_absent_of_a_bucket() {
    let bare = r#"resource "aws_s3_bucket" "b" {}"#;
    assert_eq!(property(bare, BUCKET, "PublicAccessBlockConfiguration"), "absent");
    assert_eq!(property(bare, BUCKET, "VersioningConfiguration"), "absent");
    let never = format!(
        "{bare}\nresource \"aws_s3_bucket_versioning\" \"b\" {{\n bucket = aws_s3_bucket.b.id\n \
         versioning_configuration {{ status = \"Disabled\" }}\n}}"
    );
    assert_eq!(property(&never, BUCKET, "VersioningConfiguration.Status"), "absent");
}

#[test]
fn grants_to_everyone_are_canned_lists() {
    let acl = |group: &str, permission: &str| {
        let hcl = format!(
            r#"
            resource "aws_s3_bucket" "b" {{}}
            resource "aws_s3_bucket_acl" "b" {{
              bucket = aws_s3_bucket.b.id
              access_control_policy {{
                owner {{ id = "1" }}
                grant {{
                  permission = "{permission}"
                  grantee {{
                    type = "Group"
                    uri  = "http://acs.amazonaws.com/groups/{group}"
                  }}
                }}
              }}
            }}"#
        );
        property(&hcl, BUCKET, "AccessControl")
    };
    assert_eq!(acl("global/AllUsers", "READ"), "\"PublicRead\"");
    assert_eq!(acl("global/AllUsers", "FULL_CONTROL"), "\"PublicReadWrite\"");
    assert_eq!(acl("global/AuthenticatedUsers", "READ"), "\"AuthenticatedRead\"");
    assert_eq!(acl("s3/LogDelivery", "WRITE"), "absent");
}

#[test]
fn a_satellite_of_a_bucket_that_is_not_known_opens_each_that_it_may_be() {
    let hcl = r#"
        variable "name" { type = string }
        resource "aws_s3_bucket" "b" { bucket = "acme-b" }
        resource "aws_s3_bucket" "c" {}
        resource "aws_s3_bucket_public_access_block" "b" {
          bucket            = var.name
          block_public_acls = true
        }
        resource "aws_s3_bucket_acl" "b" {
          bucket = var.name
          acl    = "public-read"
        }
        resource "aws_s3_bucket_versioning" "c" {
          bucket = aws_s3_bucket.c.id
          versioning_configuration { status = "Enabled" }
        }"#;
    assert_snapshot!(shown(hcl));
}

#[test]
fn a_satellite_of_one_instance_is_of_that_alone() {
    assert_snapshot!(shown(
        r#"
        resource "aws_s3_bucket" "b" {
          for_each = toset(["in", "out"])
          bucket   = "acme-${each.key}"
        }
        resource "aws_s3_bucket_versioning" "b" {
          bucket = aws_s3_bucket.b["in"].id
          versioning_configuration { status = "Enabled" }
        }
        resource "aws_s3_bucket_public_access_block" "b" {
          for_each = aws_s3_bucket.b
          bucket   = each.value.id
        }"#
    ));
}

#[test]
fn access_points_and_the_account() {
    assert_snapshot!(shown(
        r#"
        resource "aws_s3_account_public_access_block" "all" { block_public_acls = true }
        resource "aws_s3_access_point" "p" {
          name   = "p"
          bucket = "acme-b"
          public_access_block_configuration { block_public_acls = false }
        }"#
    ));
}

#[test]
fn file_systems() {
    assert_snapshot!(shown(
        r#"
        resource "aws_efs_file_system" "f" {
          tags = { owner = "team" }
          lifecycle_policy { transition_to_ia = "AFTER_30_DAYS" }
          protection { replication_overwrite = "ENABLED" }
        }
        resource "aws_efs_file_system_policy" "f" {
          file_system_id = aws_efs_file_system.f.id
          policy         = "{\"Statement\": []}"
        }
        resource "aws_efs_mount_target" "f" {
          file_system_id  = aws_efs_file_system.f.id
          subnet_id       = "subnet-1"
          security_groups = ["sg-1"]
        }
        resource "aws_efs_access_point" "f" {
          file_system_id = aws_efs_file_system.f.id
          posix_user {
            gid = 1000
            uid = 1000
          }
          root_directory {
            path = "/data"
            creation_info {
              owner_gid   = 1000
              owner_uid   = 1000
              permissions = "755"
            }
          }
        }"#
    ));
}

#[test]
fn image_repositories() {
    assert_snapshot!(shown(
        r#"
        resource "aws_ecr_repository" "r" {
          name         = "app"
          force_delete = true
          image_scanning_configuration { scan_on_push = true }
          encryption_configuration {}
          image_tag_mutability_exclusion_filter {
            filter      = "latest*"
            filter_type = "WILDCARD"
          }
        }
        resource "aws_ecr_repository_policy" "r" {
          repository = aws_ecr_repository.r.name
          policy     = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })
        }
        resource "aws_ecr_lifecycle_policy" "r" {
          repository = "app"
          policy     = "{\"rules\": []}"
        }
        resource "aws_ecr_registry_policy" "all" { policy = "{\"Statement\": []}" }
        resource "aws_ecr_registry_scanning_configuration" "all" {
          scan_type = "ENHANCED"
          rule {
            scan_frequency = "SCAN_ON_PUSH"
            repository_filter {
              filter      = "app*"
              filter_type = "WILDCARD"
            }
          }
        }
        resource "aws_ecr_repository_creation_template" "t" {
          prefix      = "team"
          applied_for = ["PULL_THROUGH_CACHE"]
        }"#
    ));
}
