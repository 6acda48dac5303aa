# A function with all that the baseline asks for: a role and a log group of its own, an alias with alarms behind it.

data "aws_partition" "current" {}

locals {
  name = "${var.shared.stage}-${var.name}"
}

resource "aws_lambda_function" "this" {
  function_name                  = local.name
  role                           = aws_iam_role.this.arn
  handler                        = var.handler
  runtime                        = var.runtime
  architectures                  = ["arm64"]
  s3_bucket                      = var.shared.code_bucket
  s3_key                         = var.code_key
  memory_size                    = var.memory
  timeout                        = var.timeout
  publish                        = true
  kms_key_arn                    = var.shared.key_arn
  code_signing_config_arn        = var.shared.code_signing_config_arn
  reserved_concurrent_executions = var.concurrency
  tags                           = var.shared.tags

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.this.name
  }

  vpc_config {
    subnet_ids         = var.shared.subnet_ids
    security_group_ids = var.shared.security_group_ids
  }

  environment {
    variables = var.environment
  }
}

resource "aws_lambda_function_recursion_config" "this" {
  function_name  = aws_lambda_function.this.function_name
  recursive_loop = "Terminate"
}

resource "aws_lambda_runtime_management_config" "this" {
  function_name     = aws_lambda_function.this.function_name
  update_runtime_on = "Auto"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [function_version, routing_config] # CodeDeploy moves it
  }
}

resource "aws_lambda_function_event_invoke_config" "live" {
  count = var.on_failure_arn == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = var.on_failure_arn
    }
  }
}

# ---- what it runs as ----

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = local.name
  permissions_boundary = var.shared.boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(["service-role/AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess"])

  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy" "this" {
  name   = var.name
  role   = aws_iam_role.this.id
  policy = var.policy
}

# ---- its logs ----

resource "aws_cloudwatch_log_group" "this" {
  name              = "/orders/${var.shared.stage}/${var.name}"
  retention_in_days = var.shared.log_days
  kms_key_id        = var.shared.key_arn
}

resource "aws_cloudwatch_log_data_protection_policy" "this" {
  log_group_name = aws_cloudwatch_log_group.this.name

  policy_document = jsonencode({
    Name    = "mask-personal-data"
    Version = "2021-06-01"
    Statement = [
      for sid, operation in {
        audit = { Audit = { FindingsDestination = {} } }
        mask  = { Deidentify = { MaskConfig = {} } }
        } : {
        Sid            = sid
        Operation      = operation
        DataIdentifier = [for kind in ["EmailAddress", "CreditCardNumber", "AwsSecretKey"] : "arn:aws:dataprotection::aws:data-identifier/${kind}"]
      }
    ]
  })
}

# ---- new versions roll out slowly, and back when it fails ----

resource "aws_codedeploy_deployment_group" "this" {
  app_name               = var.shared.deployment_application
  deployment_group_name  = local.name
  deployment_config_name = var.shared.deployment_config
  service_role_arn       = var.shared.deployment_role_arn

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  alarm_configuration {
    enabled = true
    alarms  = [aws_cloudwatch_metric_alarm.this["errors"].alarm_name]
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
  }
}

# ---- somebody hears of it ----

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = {
    errors      = { metric = "Errors", statistic = "Sum", threshold = 0, says = "fails" }
    throttles   = { metric = "Throttles", statistic = "Sum", threshold = 0, says = "is throttled" }
    concurrency = { metric = "ConcurrentExecutions", statistic = "Maximum", threshold = var.concurrency - 1, says = "runs as often as it may" }
  }

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "${local.name} ${each.value.says}"
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.shared.alarm_topic_arn]
}

# The slowest of a hundred calls takes four fifths of the timeout.
resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name          = "${local.name}-duration"
  alarm_description   = "${local.name} comes close to its timeout"
  evaluation_periods  = 3
  threshold           = 80
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.shared.alarm_topic_arn]

  metric_query {
    id = "duration"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Duration"
      period      = 300
      stat        = "p99"
      dimensions  = { FunctionName = aws_lambda_function.this.function_name }
    }
  }

  metric_query {
    id          = "share"
    label       = "Duration in percent of the timeout"
    expression  = "100 * duration / ${var.timeout * 1000}"
    return_data = true
  }
}
