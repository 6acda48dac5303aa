# Nightly comparison of orders and payments - a root module of its own

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region

  function = merge(var.orders, {
    log_days           = var.keep_reports ? 365 : 90
    security_group_ids = [aws_security_group.reconciliation.id]
  })
}

resource "aws_security_group" "reconciliation" {
  name        = "orders-reconciliation"
  description = "Functions of the reconciliation"
  vpc_id      = var.orders.vpc_id

  egress {
    description = "endpoints of the network"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.20.0.0/24"]
  }
}

# ---- orders against payments, every night ----

data "aws_iam_policy_document" "reconcile" {
  statement {
    actions   = ["dynamodb:Query"]
    resources = ["${var.orders.orders_table_arn}/index/by-day"]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.difference.arn, aws_sqs_queue.reconcile_failures.arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.orders.key_arn]
  }
}

module "reconcile" {
  source = "../modules/function"

  name           = "reconcile-orders"
  handler        = "reconcile.handler"
  code_key       = var.code_keys["reconcile-orders"]
  memory         = 512
  timeout        = 300
  concurrency    = 1
  on_failure_arn = aws_sqs_queue.reconcile_failures.arn
  policy         = data.aws_iam_policy_document.reconcile.json
  shared         = local.function

  environment = {
    TABLE_NAME              = var.orders.orders_table
    QUEUE_URL               = aws_sqs_queue.difference.url
    POWERTOOLS_SERVICE_NAME = "orders"
  }
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "reconcile-nightly"
  schedule_expression = "cron(0 2 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule      = aws_cloudwatch_event_rule.nightly.name
  target_id = "reconcile"
  arn       = module.reconcile.alias_arn

  retry_policy {
    maximum_retry_attempts       = 5
    maximum_event_age_in_seconds = 3600
  }

  dead_letter_config {
    arn = aws_sqs_queue.reconcile_failures.arn
  }
}

resource "aws_lambda_permission" "nightly" {
  function_name  = module.reconcile.function_name
  qualifier      = module.reconcile.alias_name
  action         = "lambda:InvokeFunction"
  principal      = "events.amazonaws.com"
  source_arn     = aws_cloudwatch_event_rule.nightly.arn
  source_account = local.account_id
}

resource "aws_sqs_queue" "reconcile_failures" {
  name                      = "reconcile-failures"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.orders.key_arn
}

# ---- differences become reports ----

resource "aws_sqs_queue" "difference" {
  name                       = "order-differences"
  visibility_timeout_seconds = var.keep_reports ? 3600 : 360
  message_retention_seconds  = 345600
  kms_master_key_id          = var.orders.key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.report_failures.arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "report_failures" {
  name                      = "report-failures"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.orders.key_arn
}

data "aws_iam_policy_document" "queue" {
  for_each = {
    difference         = aws_sqs_queue.difference.arn
    reconcile_failures = aws_sqs_queue.reconcile_failures.arn
    report_failures    = aws_sqs_queue.report_failures.arn
  }

  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]
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

  dynamic "statement" {
    for_each = each.key == "reconcile_failures" ? [1] : []
    content {
      sid       = "TheNightlyRule"
      actions   = ["sqs:SendMessage"]
      resources = [each.value]
      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [aws_cloudwatch_event_rule.nightly.arn]
      }
    }
  }
}

resource "aws_sqs_queue_policy" "difference" {
  queue_url = aws_sqs_queue.difference.id
  policy    = data.aws_iam_policy_document.queue["difference"].json
}

resource "aws_sqs_queue_policy" "reconcile_failures" {
  queue_url = aws_sqs_queue.reconcile_failures.id
  policy    = data.aws_iam_policy_document.queue["reconcile_failures"].json
}

resource "aws_sqs_queue_policy" "report_failures" {
  queue_url = aws_sqs_queue.report_failures.id
  policy    = data.aws_iam_policy_document.queue["report_failures"].json
}

data "aws_iam_policy_document" "report" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.difference.arn]
  }
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    resources = [aws_dynamodb_table.reported.arn]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.orders.key_arn]
  }
}

module "report" {
  source = "../modules/function"

  name        = "report-differences"
  handler     = "report.handler"
  code_key    = var.code_keys["report-differences"]
  timeout     = var.keep_reports ? 600 : 60
  concurrency = 2
  policy      = data.aws_iam_policy_document.report.json
  shared      = local.function

  environment = {
    IDEMPOTENCY_TABLE       = aws_dynamodb_table.reported.name
    POWERTOOLS_SERVICE_NAME = "orders"
  }
}

resource "aws_lambda_event_source_mapping" "report" {
  event_source_arn        = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:order-differences"
  function_name           = module.report.alias_arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }
}

# Differences that are in a report already.
resource "aws_dynamodb_table" "reported" {
  name         = "orders-reported-differences"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.orders.key_arn
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "expiration"
    enabled        = true
  }
}

# ---- somebody hears of it ----

resource "aws_cloudwatch_metric_alarm" "failures" {
  for_each = {
    reconcile = { queue = aws_sqs_queue.reconcile_failures.name, says = "Nights without a comparison" }
    report    = { queue = aws_sqs_queue.report_failures.name, says = "Differences that are in no report" }
  }

  alarm_name          = each.value.queue
  alarm_description   = each.value.says
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.orders.alarm_topic_arn]
}
