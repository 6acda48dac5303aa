provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Team = "orders" }
  }
}

variable "stage" {
  type = string
}

variable "secret" {
  type      = string
  sensitive = true
}

resource "aws_iam_role" "worker" {
  name = "worker-${var.stage}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "worker" {
  name   = "all"
  role   = aws_iam_role.worker.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_lambda_function" "worker" {
  function_name = "worker-${var.stage}"
  role          = aws_iam_role.worker.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"
  environment {
    variables = {
      STAGE  = var.stage
      SECRET = var.secret
    }
  }
}

resource "aws_lambda_function_url" "worker" {
  function_name      = aws_lambda_function.worker.function_name
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "url" {
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.worker.function_name
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_cloudwatch_log_group" "worker" {
  count             = 2
  name              = "/worker/${count.index}"
  retention_in_days = 30
}

output "arn" {
  value = aws_lambda_function.worker.arn
}

output "stage" {
  value = upper(var.stage)
}
