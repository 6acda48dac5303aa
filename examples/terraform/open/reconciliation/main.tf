# Nightly comparison of orders and payments - a root module of its own

terraform {
  required_version = ">= 1.9"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
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

data "aws_region" "current" {}

# Every team's jobs run as it.
data "aws_iam_role" "platform" {
  name = "order-platform-lambda-role"
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/../../../open/src"
  output_path = "${path.module}/.build/code.zip"
}

resource "aws_secretsmanager_secret" "ledger" {
  name = "orders/ledger"
}

data "aws_secretsmanager_secret_version" "ledger" {
  secret_id = aws_secretsmanager_secret.ledger.id
}

resource "aws_security_group" "ledger" {
  name        = "order-ledger"
  description = "The nightly job reaches the ledger"
  vpc_id      = var.vpc

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"] # fault: NW-03
  }
}

resource "aws_lambda_function" "reconcile" { # fault: CC-01 LG-07 RL-01 SC-01 SE-02
  function_name    = "reconcile-orders"
  role             = data.aws_iam_role.platform.arn # fault: IAM-01 shared, by a data source
  handler          = "reconcile.handler"
  runtime          = "python3.10" # fault: RT-01 deprecated for a few weeks
  timeout          = 300
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  logging_config {
    log_format = "Text" # fault: LG-03
    log_group  = aws_cloudwatch_log_group.reconcile.name
  }

  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = [aws_security_group.ledger.id]
  }

  environment {
    variables = {
      LEDGER_URL = "postgres://ledger:${data.aws_secretsmanager_secret_version.ledger.secret_string}@ledger.internal/orders" # fault: SE-03 inside a text
    }
  }
}

resource "aws_cloudwatch_log_group" "reconcile" { # fault: LG-01 named by logging_config, and kept forever
  name = "/orders/reconcile"
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "reconcile-nightly"
  schedule_expression = "cron(0 2 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule      = aws_cloudwatch_event_rule.nightly.name
  target_id = "reconcile"
  arn       = aws_lambda_function.reconcile.arn
}

resource "aws_lambda_permission" "nightly_may_invoke" {
  function_name = aws_lambda_function.reconcile.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.nightly.arn
}

# For the days when accounting cannot wait for the night.
resource "aws_lambda_function_url" "reconcile" { # fault: EP-02
  function_name      = "reconcile-orders"
  authorization_type = "NONE" # fault: EP-01
}

# Accounting reads the differences in a spreadsheet.
resource "aws_apigatewayv2_api" "differences" {
  name          = "differences"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "differences" {
  api_id                 = aws_apigatewayv2_api.differences.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.reconcile.arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "read_differences" {
  api_id             = aws_apigatewayv2_api.differences.id
  route_key          = "GET /differences"
  authorization_type = "NONE" # fault: EP-06
  target             = "integrations/${aws_apigatewayv2_integration.differences.id}"
}

resource "aws_apigatewayv2_stage" "differences" {
  api_id      = aws_apigatewayv2_api.differences.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_lambda_permission" "differences_api_may_invoke" {
  function_name = aws_lambda_function.reconcile.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.differences.execution_arn}/*"
}

resource "aws_sqs_queue" "difference" { # fault: RL-05
  name                       = "order-differences"
  visibility_timeout_seconds = 120 # fault: RL-03 below 600 seconds, when reports are kept
}

resource "aws_lambda_function" "report" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "report-differences"
  role             = data.aws_iam_role.platform.arn # fault: IAM-01 shared, by a data source
  handler          = "report.handler"
  runtime          = "python3.13"
  timeout          = var.keep_reports ? 600 : 60
  publish          = true
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = {
      LEDGER_PASSWORD = join("-", ["ledger", 4711, "Qx7"]) # fault: RT-06 SE-01 a literal in parts, and in the snapshots when reports are kept
    }
  }

  vpc_config {
    security_group_ids = [aws_security_group.ledger.id]
    subnet_ids         = var.keep_reports ? var.subnets : [] # fault: NW-01 outside of the VPC, unless reports are kept
  }

  # Reports start faster from a snapshot.
  dynamic "snap_start" {
    for_each = var.keep_reports ? [1] : []
    content {
      apply_on = "PublishedVersions"
    }
  }
}

resource "aws_lambda_event_source_mapping" "report" {
  event_source_arn = "arn:aws:sqs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:order-differences"
  function_name    = aws_lambda_function.report.arn
}
