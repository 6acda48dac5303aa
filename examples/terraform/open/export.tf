# ---- the export for accounting, older than the rest ----

# Accounting drops a file here to start an export; nobody there has an account with AWS.
resource "aws_s3_bucket" "export_requests" {
  bucket = "order-export-requests-${local.account_id}"
}

resource "aws_s3_bucket_public_access_block" "export_requests" {
  bucket             = aws_s3_bucket.export_requests.id
  block_public_acls  = true
  ignore_public_acls = true
}

resource "aws_s3_bucket_notification" "export_requests" {
  bucket      = aws_s3_bucket.export_requests.id
  eventbridge = true
}

data "aws_iam_policy_document" "export_requests" {
  statement { # fault: DG-10 DG-11 the policy lets everyone write, and EventBridge runs the export
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.export_requests.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_s3_bucket_policy" "export_requests" { # fault: DG-04 with a policy that says nothing of it
  bucket = aws_s3_bucket.export_requests.id
  policy = data.aws_iam_policy_document.export_requests.json
}

resource "aws_cloudwatch_event_rule" "export_on_request" {
  name = "export-on-request-${var.stage}"
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [aws_s3_bucket.export_requests.id] } }
  })
}

resource "aws_cloudwatch_event_target" "export_on_request" {
  rule      = aws_cloudwatch_event_rule.export_on_request.name
  target_id = "export"
  arn       = aws_lambda_function.export.arn
}

resource "aws_lambda_permission" "rules_may_export" {
  function_name = aws_lambda_function.export.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${local.partition}:events:${local.region}:*:rule/*" # fault: IAM-18 a rule of any account
}

resource "aws_sns_topic" "export_failures" {
  name = "export-failures-${var.stage}"
}

resource "aws_security_group" "export" {
  name        = "order-export-${var.stage}"
  description = "The export reaches the SFTP server of accounting"
  vpc_id      = var.export_vpc

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.sftp_addresses] # fault: NW-03 everything to everyone, by a variable's default
  }
}

resource "aws_lambda_function" "export" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "export-${var.stage}"
  role             = aws_iam_role.service.arn # fault: IAM-01
  handler          = "export.handler"
  runtime          = local.current.export_runtime # fault: RT-01 from a map, in dev
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  dead_letter_config {
    target_arn = aws_sns_topic.export_failures.arn # fault: RL-02 the role may not publish
  }

  vpc_config {
    subnet_ids         = var.export_subnets
    security_group_ids = [aws_security_group.export.id]
  }

  environment {
    variables = {
      SFTP_PASSWORD = "hunter2hunter2" # fault: SE-01 a literal
    }
  }
}

resource "aws_lambda_function_url" "export" { # fault: EP-02
  function_name      = aws_lambda_function.export.arn
  authorization_type = local.current.export_url_auth # fault: EP-01 from a map, in dev

  cors {
    allow_origins = [local.current.export_origin] # fault: EP-04 from a map, in dev
    allow_methods = ["GET"]
  }
}

resource "aws_lambda_permission" "export_url_for_everyone" {
  function_name          = aws_lambda_function.export.function_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*" # fault: IAM-17
  function_url_auth_type = "NONE"
}

resource "aws_lambda_permission" "export_invoke_for_everyone" {
  function_name            = aws_lambda_function.export.function_name
  action                   = "lambda:InvokeFunction"
  principal                = "*" # fault: IAM-17
  invoked_via_function_url = true
}
