# Order service - public API, queue workers and the invoice pipeline

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/../../open/src"
  output_path = "${path.module}/.build/code.zip"
}

locals {
  is_prod    = var.stage == "prod"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region

  stages = {
    dev = {
      export_runtime    = "nodejs18.x"
      export_url_auth   = "NONE"
      warehouse_token   = "wh4rehouse!dev77"
      return_visibility = 20
      export_origin     = "*"
    }
    prod = {
      export_runtime    = "nodejs24.x"
      export_url_auth   = "AWS_IAM"
      warehouse_token   = ""
      return_visibility = 360
      export_origin     = "https://books.example.com"
    }
  }
  current = local.stages[var.stage]

  # What every function has that does not say otherwise.
  runtime = "python3.9"
  timeout = 60
  layers  = ["arn:aws:lambda:${local.region}:464622532012:layer:Datadog-Extension:65"] # fault: SC-11 for every function
  environment = {
    STAGE           = var.stage
    TABLE_NAME      = aws_dynamodb_table.orders.name
    SEARCH_PASSWORD = var.search_password # fault: RT-06 SE-01 a variable's default, handed to every function, and into the snapshots of one
  }
}

# ---- what all functions run as ----

data "aws_iam_policy_document" "service_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"] # fault: IAM-15 a service of another kind
    }
  }

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::210987654321:root"] # fault: IAM-15 another account
    }
  }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "service" { # fault: IAM-06
  name               = "order-service-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.service_trust.json
}

resource "aws_iam_role_policy_attachment" "service_logs" {
  role       = aws_iam_role.service.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "everything_the_service_needs" {
  statement {
    actions   = ["dynamodb:*", "s3:*", "sqs:*"] # fault: IAM-03 of three services
    resources = ["*"]                           # fault: IAM-04 IAM-13 a literal
  }
}

resource "aws_iam_role_policy" "service" {
  name   = "everything-the-service-needs"
  role   = aws_iam_role.service.id
  policy = data.aws_iam_policy_document.everything_the_service_needs.json
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders-${var.stage}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "orderId"

  attribute {
    name = "orderId"
    type = "S"
  }
}
