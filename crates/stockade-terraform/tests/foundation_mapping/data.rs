//! Keys, secrets, parameters, databases and streams.

use crate::{property, shown};
use insta::assert_snapshot;

#[test]
fn keys() {
    assert_snapshot!(shown(
        r#"
        resource "aws_kms_key" "k" { description = "data" }
        resource "aws_kms_key_policy" "k" {
          key_id = aws_kms_key.k.id
          policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*" }] })
        }
        resource "aws_kms_alias" "k" {
          name          = "alias/data"
          target_key_id = aws_kms_key.k.key_id
        }
        resource "aws_kms_external_key" "e" {}
        resource "aws_kms_replica_key" "r" {
          primary_key_arn = aws_kms_key.k.arn
          policy          = "{\"Statement\": []}"
        }"#
    ));
}

#[test]
fn secrets() {
    assert_snapshot!(shown(
        r#"
        resource "aws_secretsmanager_secret" "s" {
          name   = "s"
          policy = "{\"Statement\": []}"
          replica { region = "eu-central-1" }
        }
        resource "aws_secretsmanager_secret_version" "s" {
          secret_id     = aws_secretsmanager_secret.s.id
          secret_string = "plain"
        }
        resource "aws_secretsmanager_secret_policy" "s" {
          secret_arn = aws_secretsmanager_secret.s.arn
          policy     = "{\"Statement\": []}"
        }
        resource "aws_secretsmanager_secret_rotation" "s" {
          secret_id           = aws_secretsmanager_secret.s.id
          rotation_lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:rotate"
          rotation_rules { automatically_after_days = 30 }
        }
        resource "aws_ssm_parameter" "p" {
          name   = "/app/password"
          type   = "SecureString"
          value  = "plain"
          key_id = aws_kms_key.k.arn
        }
        resource "aws_kms_key" "k" { enable_key_rotation = true }"#
    ));
}

#[test]
fn tables() {
    assert_snapshot!(shown(
        r#"
        resource "aws_dynamodb_table" "t" {
          name             = "t"
          billing_mode     = "PAY_PER_REQUEST"
          hash_key         = "id"
          range_key        = "at"
          stream_enabled   = true
          stream_view_type = "NEW_IMAGE"
          attribute {
            name = "id"
            type = "S"
          }
          global_secondary_index {
            name            = "by-at"
            hash_key        = "at"
            projection_type = "ALL"
          }
          local_secondary_index {
            name            = "by-kind"
            range_key       = "kind"
            projection_type = "KEYS_ONLY"
          }
          ttl {
            attribute_name = "until"
            enabled        = true
          }
          point_in_time_recovery { enabled = true }
          server_side_encryption {
            enabled     = true
            kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
          }
        }
        resource "aws_dynamodb_resource_policy" "t" {
          resource_arn = aws_dynamodb_table.t.arn
          policy       = "{\"Statement\": []}"
        }
        resource "aws_dynamodb_table" "off" {
          name           = "off"
          hash_key       = "id"
          read_capacity  = 1
          write_capacity = 1
          stream_enabled = false
        }"#
    ));
}

#[test]
fn streams() {
    assert_snapshot!(shown(
        r#"
        resource "aws_kinesis_stream" "plain" {
          name            = "plain"
          encryption_type = "NONE"
        }
        resource "aws_kinesis_stream" "kept" {
          name            = "kept"
          encryption_type = "KMS"
          kms_key_id      = "alias/aws/kinesis"
          stream_mode_details { stream_mode = "ON_DEMAND" }
        }
        resource "aws_kinesis_resource_policy" "kept" {
          resource_arn = aws_kinesis_stream.kept.arn
          policy       = "{\"Statement\": []}"
        }
        resource "aws_kinesis_firehose_delivery_stream" "f" {
          name        = "f"
          destination = "extended_s3"
          server_side_encryption { enabled = true }
          extended_s3_configuration {
            role_arn           = "arn:aws:iam::123456789012:role/r"
            bucket_arn         = "arn:aws:s3:::b"
            buffering_interval = 60
            processing_configuration {
              enabled = true
              processors {
                type = "Lambda"
                parameters {
                  parameter_name  = "LambdaArn"
                  parameter_value = "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"
                }
              }
            }
          }
        }
        resource "aws_kinesis_firehose_delivery_stream" "source" {
          name        = "source"
          destination = "extended_s3"
          kinesis_source_configuration {
            kinesis_stream_arn = aws_kinesis_stream.kept.arn
            role_arn           = "arn:aws:iam::123456789012:role/r"
          }
        }"#
    ));
}

#[test]
fn a_stream_that_is_not_encrypted_has_no_key() {
    let encryption = |body: &str| {
        let hcl = format!("resource \"aws_kinesis_stream\" \"s\" {{\n name = \"s\"\n {body}\n}}");
        property(&hcl, "AWS::Kinesis::Stream", "StreamEncryption")
    };
    assert_eq!(encryption("kms_key_id = \"alias/aws/kinesis\""), "absent");
    assert_eq!(encryption("encryption_type = \"NONE\"\nkms_key_id = \"alias/k\""), "absent");
    let delivery = "resource \"aws_kinesis_firehose_delivery_stream\" \"f\" {\n name = \"f\"\n server_side_encryption {}\n}";
    let type_name = "AWS::KinesisFirehose::DeliveryStream";
    assert_eq!(property(delivery, type_name, "DeliveryStreamEncryptionConfigurationInput"), "absent");
}

#[test]
fn databases() {
    assert_snapshot!(shown(
        r#"
        variable "parameter" { type = string }
        resource "aws_db_instance" "d" {
          identifier           = "d"
          engine               = "postgres"
          engine_version       = "14.10"
          instance_class       = "db.t4g.micro"
          username             = "admin"
          password             = "plain"
          parameter_group_name = aws_db_parameter_group.g.name
        }
        resource "aws_db_parameter_group" "g" {
          name   = "g"
          family = "postgres14"
          parameter {
            name  = "rds.force_ssl"
            value = "1"
          }
          parameter {
            name  = var.parameter
            value = "1"
          }
        }
        resource "aws_rds_cluster_parameter_group" "g" {
          family = "aurora-mysql8.0"
          parameter {
            name  = "require_secure_transport"
            value = "ON"
          }
        }
        resource "aws_rds_cluster" "c" {
          cluster_identifier          = "c"
          engine                      = "aurora-postgresql"
          manage_master_user_password = true
        }
        resource "aws_rds_cluster_instance" "c" {
          cluster_identifier = aws_rds_cluster.c.id
          engine             = aws_rds_cluster.c.engine
          instance_class     = "db.serverless"
        }
        resource "aws_db_proxy" "p" {
          name           = "p"
          engine_family  = "POSTGRESQL"
          role_arn       = "arn:aws:iam::123456789012:role/r"
          vpc_subnet_ids = ["subnet-1"]
          auth {
            auth_scheme = "SECRETS"
            secret_arn  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s"
          }
        }
        resource "aws_db_subnet_group" "s" { subnet_ids = ["subnet-1"] }"#
    ));
}

#[test]
fn brokers() {
    assert_snapshot!(shown(
        r#"
        resource "aws_msk_cluster" "m" {
          cluster_name           = "m"
          kafka_version          = "3.6.0"
          number_of_broker_nodes = 2
          broker_node_group_info {
            instance_type   = "kafka.t3.small"
            client_subnets  = ["subnet-1"]
            security_groups = ["sg-1"]
          }
          client_authentication {
            unauthenticated = false
            sasl { iam = true }
          }
          encryption_info {
            encryption_in_transit {}
          }
        }
        resource "aws_msk_serverless_cluster" "s" {
          cluster_name = "s"
          vpc_config { subnet_ids = ["subnet-1"] }
          client_authentication {
            sasl {
              iam { enabled = true }
            }
          }
        }"#
    ));
}
