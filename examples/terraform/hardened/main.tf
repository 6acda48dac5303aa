# Order service - public API, queue workers and the invoice pipeline, to the baseline

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  is_prod    = var.stage == "prod"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region

  stages = {
    dev  = { log_days = 30, queue_concurrency = 2 }
    prod = { log_days = 90, queue_concurrency = 10 }
  }
  current = local.stages[var.stage]

  personal = { data-class = "personal" }

  # What every function of the service has.
  function = {
    stage                   = var.stage
    code_bucket             = var.code_bucket
    code_signing_config_arn = aws_lambda_code_signing_config.signed_code.arn
    key_arn                 = aws_kms_key.data.arn
    boundary_arn            = aws_iam_policy.function_boundary.arn
    alarm_topic_arn         = aws_sns_topic.alarms.arn
    deployment_application  = aws_codedeploy_app.orders.name
    deployment_role_arn     = aws_iam_role.code_deploy.arn
    log_days                = local.current.log_days
    subnet_ids              = module.network.subnet_ids
    security_group_ids      = [module.network.function_security_group_id]
  }

  environment = {
    STAGE                        = var.stage
    TABLE_NAME                   = aws_dynamodb_table.orders.name
    POWERTOOLS_SERVICE_NAME      = "orders"
    POWERTOOLS_METRICS_NAMESPACE = "Orders"
  }
}

# ---- what everything stands on: a key, a ceiling for roles, signed code, a network without the internet ----

data "aws_iam_policy_document" "data_key" {
  statement {
    sid       = "TheAccountDecidesThroughIam"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }

  statement {
    sid       = "LogGroupsOfThisAccount"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
    }
  }

  statement {
    sid       = "ServicesThatSendToQueuesAndTopics"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "cloudwatch.amazonaws.com", "sns.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_kms_key" "data" {
  description             = "Orders, their queues and their logs (${var.stage})"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.data_key.json

  lifecycle {
    prevent_destroy = true
  }
}

# Whatever a policy grants, no role of the service gets beyond this.
data "aws_iam_policy_document" "function_boundary" {
  statement {
    sid = "LogsTracesAndTheNetwork"
    actions = [
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  statement {
    sid = "DataOfThisAccount"
    actions = [
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:Query",
      "sqs:SendMessage",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "events:PutEvents",
      "s3:GetObject",
      "s3:PutObject",
      "secretsmanager:GetSecretValue",
      "kms:Decrypt",
      "kms:GenerateDataKey",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "function_boundary" {
  name        = "orders-function-boundary-${var.stage}"
  description = "The most that a function of the order service may ever do"
  policy      = data.aws_iam_policy_document.function_boundary.json
}

resource "aws_signer_signing_profile" "orders" {
  platform_id = "AWSLambda-SHA384-ECDSA"
  name_prefix = "orders_"

  signature_validity_period {
    type  = "MONTHS"
    value = 12
  }
}

resource "aws_lambda_code_signing_config" "signed_code" {
  description = "Only what the pipeline signed is deployed"

  allowed_publishers {
    signing_profile_version_arns = [aws_signer_signing_profile.orders.version_arn]
  }

  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}

module "network" {
  source = "./modules/network"

  log_key_arn = aws_kms_key.data.arn
}

resource "aws_sns_topic" "alarms" {
  name              = "orders-alarms-${var.stage}"
  kms_master_key_id = aws_kms_key.data.key_id
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_mail
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

# ---- orders ----

resource "aws_dynamodb_table" "orders" {
  name                        = "orders-${var.stage}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "orderId"
  deletion_protection_enabled = local.is_prod
  tags                        = local.personal

  dynamic "attribute" {
    for_each = toset(["orderId", "day"])
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name               = "by-day"
    hash_key           = "day"
    projection_type    = "INCLUDE"
    non_key_attributes = ["payment"]
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "deleteAt"
    enabled        = true
  }
}

# What was done already, so that nothing is done twice.
resource "aws_dynamodb_table" "idempotency" {
  name         = "orders-idempotency-${var.stage}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags         = { data-class = "internal" }

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "expiration"
    enabled        = true
  }
}

# Its key is written by the rotation, so that no state file has it.
resource "aws_secretsmanager_secret" "payment" {
  name        = "orders/${var.stage}/payment"
  description = "Key that payment links and the provider's messages are signed with"
  kms_key_id  = aws_kms_key.data.arn
}
