# ---- the queue workers ----

locals {
  # Each queue that functions read or failures end in; `six times the worker's timeout` is what a message stays hidden.
  queues = {
    fulfilment_failures = "fulfilment-failures"
    refund_failures     = "refund-failures"
    invoice_failures    = "invoice-failures"
    export_failures     = "export-failures"
    delivery_failures   = "delivery-failures"
  }
}

resource "aws_sqs_queue" "failures" {
  for_each = local.queues

  name                      = "${each.value}-${var.stage}"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.data.key_id
}

resource "aws_sqs_queue" "fulfilment" {
  name                       = "fulfilment-${var.stage}"
  visibility_timeout_seconds = 185 # six times the worker's timeout, and its batching window
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.data.key_id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failures["fulfilment_failures"].arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "refund" {
  name                       = "refunds-${var.stage}"
  visibility_timeout_seconds = 180
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.data.key_id
}

resource "aws_sqs_queue_redrive_policy" "refund" {
  queue_url = aws_sqs_queue.refund.id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failures["refund_failures"].arn
    maxReceiveCount     = 5
  })
}

data "aws_iam_policy_document" "queue" {
  for_each = merge(
    { for name, queue in aws_sqs_queue.failures : name => queue.arn },
    { fulfilment = aws_sqs_queue.fulfilment.arn, refund = aws_sqs_queue.refund.arn },
  )

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
    for_each = each.key == "delivery_failures" ? [1] : []
    content {
      sid       = "RulesOfTheService"
      actions   = ["sqs:SendMessage"]
      resources = [each.value]
      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values = [
          aws_cloudwatch_event_bus.orders.arn,
          aws_cloudwatch_event_rule.picks.arn,
          aws_cloudwatch_event_rule.uploaded.arn,
        ]
      }
    }
  }
}

resource "aws_sqs_queue_policy" "failures" {
  for_each = aws_sqs_queue.failures

  queue_url = each.value.id
  policy    = data.aws_iam_policy_document.queue[each.key].json
}

resource "aws_sqs_queue_policy" "fulfilment" {
  queue_url = aws_sqs_queue.fulfilment.id
  policy    = data.aws_iam_policy_document.queue["fulfilment"].json
}

resource "aws_sqs_queue_policy" "refund" {
  queue_url = aws_sqs_queue.refund.id
  policy    = data.aws_iam_policy_document.queue["refund"].json
}

data "aws_iam_policy_document" "fulfil_order" {
  source_policy_documents = [data.aws_iam_policy_document.idempotent.json]

  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.fulfilment.arn]
  }
  statement {
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.orders.arn]
  }
}

module "fulfil_order" {
  source = "./modules/function"

  name        = "fulfil-order"
  handler     = "fulfil_order.handler"
  code_key    = var.code_keys["fulfil-order"]
  timeout     = 30
  concurrency = 10
  policy      = data.aws_iam_policy_document.fulfil_order.json
  shared      = merge(local.function, { deployment_config = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute" })

  environment = merge(local.environment, {
    BUS_NAME          = aws_cloudwatch_event_bus.orders.name
    IDEMPOTENCY_TABLE = aws_dynamodb_table.idempotency.name
  })
}

resource "aws_lambda_event_source_mapping" "fulfil_order" {
  event_source_arn                   = aws_sqs_queue.fulfilment.arn
  function_name                      = module.fulfil_order.alias_arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 5
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = local.current.queue_concurrency
  }
}

# The warehouse is called by EventBridge, which keeps its token: the function needs neither it nor the internet.
resource "aws_cloudwatch_event_bus" "orders" {
  name               = "orders-${var.stage}"
  kms_key_identifier = aws_kms_key.data.arn

  dead_letter_config {
    arn = aws_sqs_queue.failures["delivery_failures"].arn
  }
}

ephemeral "aws_secretsmanager_secret_version" "warehouse" {
  secret_id = var.warehouse_secret_name
}

resource "aws_cloudwatch_event_connection" "warehouse" {
  name               = "orders-warehouse-${var.stage}"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key              = "Authorization"
      value_wo         = jsondecode(ephemeral.aws_secretsmanager_secret_version.warehouse.secret_string)["authorization"]
      value_wo_version = 1
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "warehouse" {
  name                             = "orders-warehouse-${var.stage}"
  connection_arn                   = aws_cloudwatch_event_connection.warehouse.arn
  http_method                      = "POST"
  invocation_endpoint              = "https://warehouse.example.com/picks"
  invocation_rate_limit_per_second = 20
}

data "aws_iam_policy_document" "delivery_trust" {
  for_each = toset(["events", "scheduler"])

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.value}.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

data "aws_iam_policy_document" "delivery_boundary" {
  statement {
    actions = [
      "events:InvokeApiDestination",
      "lambda:InvokeFunction",
      "sqs:SendMessage",
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

resource "aws_iam_policy" "delivery_boundary" {
  name        = "orders-delivery-boundary-${var.stage}"
  description = "The most that a rule or a schedule of the order service may ever do"
  policy      = data.aws_iam_policy_document.delivery_boundary.json
}

resource "aws_iam_role" "warehouse" {
  name                 = "orders-warehouse-${var.stage}"
  permissions_boundary = aws_iam_policy.delivery_boundary.arn
  assume_role_policy   = data.aws_iam_policy_document.delivery_trust["events"].json
}

data "aws_iam_policy_document" "call_the_warehouse" {
  statement {
    actions   = ["events:InvokeApiDestination"]
    resources = [aws_cloudwatch_event_api_destination.warehouse.arn]
  }
}

resource "aws_iam_role_policy" "warehouse" {
  name   = "call-the-warehouse"
  role   = aws_iam_role.warehouse.id
  policy = data.aws_iam_policy_document.call_the_warehouse.json
}

resource "aws_cloudwatch_event_rule" "picks" {
  name           = "orders-picks-${var.stage}"
  event_bus_name = aws_cloudwatch_event_bus.orders.name

  event_pattern = jsonencode({
    source      = ["orders"]
    detail-type = ["OrderAccepted"]
  })
}

resource "aws_cloudwatch_event_target" "picks" {
  rule           = aws_cloudwatch_event_rule.picks.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  target_id      = "warehouse"
  arn            = aws_cloudwatch_event_api_destination.warehouse.arn
  role_arn       = aws_iam_role.warehouse.arn

  retry_policy {
    maximum_retry_attempts       = 20
    maximum_event_age_in_seconds = 21600
  }

  dead_letter_config {
    arn = aws_sqs_queue.failures["delivery_failures"].arn
  }
}

# The back office sends to the queue; there is no URL.
data "aws_iam_policy_document" "refund" {
  source_policy_documents = [data.aws_iam_policy_document.idempotent.json]

  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.refund.arn]
  }
  statement {
    actions   = ["dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.orders.arn]
  }
}

module "refund" {
  source = "./modules/function"

  name        = "refund"
  handler     = "refund.handler"
  code_key    = var.code_keys["refund"]
  timeout     = 30
  concurrency = 5
  policy      = data.aws_iam_policy_document.refund.json
  environment = merge(local.environment, { IDEMPOTENCY_TABLE = aws_dynamodb_table.idempotency.name })
  shared      = merge(local.function, { deployment_config = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute" })
}

resource "aws_lambda_event_source_mapping" "refund" {
  event_source_arn        = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:refunds-${var.stage}"
  function_name           = module.refund.alias_arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }
}

# ---- somebody hears of it when a message is given up ----

resource "aws_cloudwatch_metric_alarm" "failures" {
  for_each = aws_sqs_queue.failures

  alarm_name          = each.value.name
  alarm_description   = "Messages were given up: ${each.value.name}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
