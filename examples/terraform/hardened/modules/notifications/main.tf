# Mail to customers

variable "mail_timeout" {
  type    = number
  default = 10
}

variable "code_key" {
  type = string
}

# What all functions share.
variable "shared" {
  type = any
}

locals {
  stage   = var.shared.stage
  key_arn = var.shared.key_arn
}

resource "aws_sqs_queue" "mail" {
  name                       = "mail-${local.stage}"
  visibility_timeout_seconds = 6 * var.mail_timeout
  message_retention_seconds  = 345600
  kms_master_key_id          = local.key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failures.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failures" {
  name                      = "mail-failures-${local.stage}"
  message_retention_seconds = 1209600
  kms_master_key_id         = local.key_arn
}

data "aws_iam_policy_document" "only_over_tls" {
  for_each = { mail = aws_sqs_queue.mail.arn, failures = aws_sqs_queue.failures.arn }

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
}

resource "aws_sqs_queue_policy" "mail" {
  queue_url = aws_sqs_queue.mail.id
  policy    = data.aws_iam_policy_document.only_over_tls["mail"].json
}

resource "aws_sqs_queue_policy" "failures" {
  queue_url = aws_sqs_queue.failures.id
  policy    = data.aws_iam_policy_document.only_over_tls["failures"].json
}

# User and password of the mail server, put there by hand.
resource "aws_secretsmanager_secret" "mail" {
  name        = "orders/${local.stage}/mail"
  description = "SMTP credentials of SES"
  kms_key_id  = local.key_arn
}

data "aws_iam_policy_document" "send_mail" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.mail.arn]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.mail.arn]
  }
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    resources = [aws_dynamodb_table.sent.arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local.key_arn]
  }
}

# Support resends a mail by putting its message back into the queue; there is no URL.
module "send_mail" {
  source = "../function"

  name        = "send-mail"
  handler     = "send_mail.handler"
  code_key    = var.code_key
  timeout     = var.mail_timeout
  concurrency = 5
  policy      = data.aws_iam_policy_document.send_mail.json
  shared      = merge(var.shared, { deployment_config = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute" })

  environment = {
    MAIL_SECRET_ARN         = aws_secretsmanager_secret.mail.arn
    IDEMPOTENCY_TABLE       = aws_dynamodb_table.sent.name
    POWERTOOLS_SERVICE_NAME = "orders"
  }
}

resource "aws_lambda_event_source_mapping" "mails" {
  event_source_arn        = aws_sqs_queue.mail.arn
  function_name           = module.send_mail.alias_arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }
}

resource "aws_cloudwatch_metric_alarm" "failures" {
  alarm_name          = aws_sqs_queue.failures.name
  alarm_description   = "Mails that could not be sent"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failures.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.shared.alarm_topic_arn]
}

# Mails that were sent already.
resource "aws_dynamodb_table" "sent" {
  name         = "orders-sent-mails-${local.stage}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key_arn
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "expiration"
    enabled        = true
  }
}
