# ---- the queue workers ----

resource "aws_sqs_queue" "fulfilment" { # fault: RL-03 RL-05 the default of 30 seconds, below the function's timeout
  name = "fulfilment-${var.stage}"
}

resource "aws_lambda_function" "fulfil_order" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02 the group below is not its own
  function_name    = "fulfil-order-${var.stage}"
  role             = aws_iam_role.fulfil_order.arn
  handler          = "fulfil_order.handler"
  runtime          = local.runtime # fault: RT-01
  timeout          = local.timeout
  layers           = local.layers
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = merge(local.environment, { WAREHOUSE_TOKEN = local.current.warehouse_token }) # fault: SE-01 from a map, in dev
  }
}

resource "aws_lambda_event_source_mapping" "fulfil_order_orders" {
  event_source_arn = aws_sqs_queue.fulfilment.arn
  function_name    = aws_lambda_function.fulfil_order.arn
  batch_size       = 10
}

resource "aws_lambda_event_source_mapping" "fulfil_order_returns" {
  event_source_arn = aws_sqs_queue.return.arn
  function_name    = aws_lambda_function.fulfil_order.arn
}

resource "aws_iam_role" "fulfil_order" { # fault: IAM-06
  name               = "fulfil-order-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy_attachment" "fulfil_order_queues" {
  role       = aws_iam_role.fulfil_order.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}

data "aws_iam_policy_document" "fulfil_order" {
  # Packing runs as a task of ECS.
  statement { # fault: IAM-11
    actions   = ["ecs:RunTask", "iam:PassRole"]
    resources = ["*"] # fault: IAM-04 IAM-12
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement { # fault: IAM-13
    actions       = ["s3:GetObject"]
    not_resources = ["arn:${local.partition}:s3:::order-payroll/*"] # fault: IAM-16 resources
  }
}

resource "aws_iam_role_policy" "fulfil_order" {
  name   = "fulfil-order"
  role   = aws_iam_role.fulfil_order.id
  policy = data.aws_iam_policy_document.fulfil_order.json
}

resource "aws_sqs_queue" "return" { # fault: RL-05
  name                       = "returns-${var.stage}"
  visibility_timeout_seconds = local.current.return_visibility # fault: RL-03 from a map, in dev
}

resource "aws_cloudwatch_log_group" "fulfil_order" {
  name              = "/aws/lambda/FulfilOrderFunction"
  retention_in_days = 30
}

resource "aws_sqs_queue" "refund" { # fault: RL-05
  name                       = "refunds-${var.stage}"
  visibility_timeout_seconds = var.queue_visibility # fault: RL-03 a variable's default, below the function's 120
}

resource "aws_lambda_function" "refund" { # fault: CC-01 LG-01 LG-03 LG-07 NW-01 SC-01 SE-02
  function_name    = "refund-${var.stage}"
  role             = aws_iam_role.refund.arn
  handler          = "refund.handler"
  runtime          = "python3.13"
  timeout          = 120
  layers           = local.layers
  publish          = true
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  snap_start {
    apply_on = "PublishedVersions"
  }

  environment {
    variables = local.environment
  }
}

resource "aws_lambda_alias" "refund" {
  name             = "live"
  function_name    = aws_lambda_function.refund.function_name
  function_version = aws_lambda_function.refund.version
}

resource "aws_lambda_function_url" "refund" { # fault: EP-02
  function_name      = aws_lambda_function.refund.function_name
  qualifier          = aws_lambda_alias.refund.name
  authorization_type = var.admin_url_auth # fault: EP-01 a variable's default

  cors {
    allow_origins     = [var.back_office_origin] # fault: EP-04 any page of a scheme, by a variable's default
    allow_methods     = ["POST"]
    allow_credentials = true
  }
}

resource "aws_iam_role" "refund" { # fault: IAM-06
  name               = "refund-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

# Until somebody finds out what refunds need.
resource "aws_iam_role_policy_attachment" "refund" {
  role       = aws_iam_role.refund.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" # fault: IAM-02 IAM-05 attached
}

# Written by hand: the queue by its ARN, the function by its alias.
resource "aws_lambda_event_source_mapping" "refund" {
  event_source_arn = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:refunds-${var.stage}"
  function_name    = aws_lambda_alias.refund.arn
}

# A second policy for the same reason.
resource "aws_iam_role_policy" "refund" {
  name = "refunds"
  role = aws_iam_role.refund.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { # fault: IAM-11
        Effect   = "Allow"
        Action   = "*" # fault: IAM-02 IAM-03
        Resource = "*" # fault: IAM-04 IAM-12 IAM-13 IAM-14
      },
      {
        Effect   = "Allow"
        Action   = "s3:HeadObject" # fault: IAM-24 the name of an operation
        Resource = "arn:${local.partition}:s3:::order-refunds/*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject" # fault: IAM-24 an action of objects on a bucket
        Resource = "arn:${local.partition}:s3:::order-refunds"
      },
      {
        Effect   = "Allow"
        Action   = "iam:Pass*"
        Resource = "arn:${local.partition}:iam::${local.account_id}:role/*" # fault: IAM-12 the account's roles
      },
    ]
  })
}
