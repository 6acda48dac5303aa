# ---- the public API ----

resource "aws_api_gateway_rest_api" "orders" {
  name = "orders-${var.stage}"
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_resource" "order" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{orderId}"
}

resource "aws_api_gateway_method" "create_order" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "POST"
  authorization = "NONE" # fault: EP-05
}

resource "aws_api_gateway_integration" "create_order" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.create_order.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.create_order.invoke_arn
}

resource "aws_api_gateway_method" "get_order" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.order.id
  http_method   = "GET"
  authorization = "NONE" # fault: EP-05
}

resource "aws_api_gateway_integration" "get_order" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.get_order.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.get_order.invoke_arn
}

resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_resource.orders.id,
      aws_api_gateway_integration.create_order.id,
      aws_api_gateway_integration.get_order.id,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = aws_api_gateway_deployment.orders.id
  stage_name    = "Prod"
}

resource "aws_lambda_permission" "orders_api" {
  for_each = {
    create = { function = aws_lambda_function.create_order, call = "POST/orders" }
    get    = { function = aws_lambda_function.get_order, call = "GET/orders/*" }
  }

  function_name = each.value.function.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.orders.execution_arn}/*/${each.value.call}"
}

data "aws_secretsmanager_secret_version" "fraud" {
  secret_id = "orders/fraud"
}

resource "aws_lambda_function" "create_order" { # fault: CC-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "create-order-${var.stage}"
  role             = aws_iam_role.service.arn # fault: IAM-01 shared, by attribute
  handler          = "create_order.handler"
  runtime          = local.runtime # fault: RT-01
  timeout          = local.timeout
  layers           = local.layers
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = merge(local.environment, {
      QUEUE_URL       = aws_sqs_queue.fulfilment.url
      FRAUD_TOKEN     = jsondecode(data.aws_secretsmanager_secret_version.fraud.secret_string)["token"] # fault: SE-03 a part of a secret
      PAYMENT_API_KEY = var.payment_api_key                                                             # fault: SE-01 a variable that `sensitive` should hide
    })
  }
}

# Declared, but nobody said how long to keep what is in it.
resource "aws_cloudwatch_log_group" "create_order" { # fault: LG-01 no retention
  name = "/aws/lambda/${aws_lambda_function.create_order.function_name}"
}

resource "aws_lambda_function" "get_order" { # fault: CC-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "get-order-${var.stage}"
  role             = "arn:${local.partition}:iam::${local.account_id}:role/order-service-${var.stage}" # fault: IAM-01 shared, by an ARN put together from the role's name
  handler          = "get_order.handler"
  runtime          = local.runtime # fault: RT-01
  timeout          = local.timeout
  layers           = local.layers
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = merge(local.environment, {
      DATABASE_URL = "postgres://orders:${var.db_password}@db.orders.internal/orders" # fault: SE-01 such a variable inside a text
    })
  }
}

# Kept in production only; elsewhere the logs stay forever.
resource "aws_cloudwatch_log_group" "get_order" { # fault: LG-01 no retention in dev
  name              = "/aws/lambda/${aws_lambda_function.get_order.function_name}"
  retention_in_days = local.is_prod ? 90 : null
}

# The page that customers open from their mail.
resource "aws_lambda_function" "track_order" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02 no log group at all
  function_name    = "track-order-${var.stage}"
  role             = aws_iam_role.track_order.arn
  handler          = "track_order.handler"
  runtime          = local.runtime # fault: RT-01
  timeout          = local.timeout
  layers           = local.layers
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = local.environment
  }
}

resource "aws_lambda_function_url" "track_order" { # fault: EP-02
  function_name      = aws_lambda_function.track_order.function_name
  authorization_type = "NONE" # fault: EP-01

  cors {
    allow_origins = ["*"] # fault: EP-04 a literal
    allow_methods = ["GET"]
  }
}

resource "aws_iam_role" "track_order" { # fault: IAM-06
  name               = "track-order-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

# Meant to keep identities out of reach, and grants all the rest.
resource "aws_iam_role_policy" "track_order" {
  name = "track-order"
  role = aws_iam_role.track_order.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      NotAction = ["iam:*", "sts:*"] # fault: IAM-16 actions
      Resource  = aws_dynamodb_table.orders.arn
    }]
  })
}

# ---- payments: the provider moves to the HTTP API ----

data "aws_secretsmanager_secret_version" "provider" {
  secret_id = "orders/provider"
}

resource "aws_lambda_function" "payment_webhook" { # fault: CC-01 LG-03 LG-07 NW-01 RL-01 SC-01 SE-02
  function_name    = "${var.stage}-payment-webhook"
  role             = aws_iam_role.payment_webhook.arn
  handler          = "payment_webhook.handler"
  runtime          = local.is_prod ? "python3.13" : "python3.8" # fault: RT-01 in one branch only
  timeout          = local.timeout
  layers           = local.layers
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = merge(local.environment, {
      WEBHOOK_SECRET = local.is_prod ? "/orders/${var.stage}/webhook-secret" : "d3v-webhook-9471" # fault: SE-01 in one branch only
      PROVIDER_TOKEN = data.aws_secretsmanager_secret_version.provider.secret_string              # fault: SE-03 a whole secret
    })
  }
}

resource "aws_lambda_function_url" "payment_webhook" { # fault: EP-02
  function_name      = aws_lambda_function.payment_webhook.function_name
  authorization_type = local.is_prod ? "AWS_IAM" : "NONE" # fault: EP-01 in one branch only
}

resource "aws_iam_role" "payment_webhook" { # fault: IAM-06
  name               = "payment-webhook-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_cloudwatch_log_group" "payment_webhook" { # fault: LG-01 found by its name, and kept forever
  name = join("", ["/aws/lambda/", var.stage, "-payment-webhook"])
}

resource "aws_apigatewayv2_api" "payments" {
  name          = "payments-${var.stage}"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "payments" {
  api_id                 = aws_apigatewayv2_api.payments.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.payment_webhook.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "payments" { # fault: EP-06
  api_id    = aws_apigatewayv2_api.payments.id
  route_key = "POST /payments"
  target    = "integrations/${aws_apigatewayv2_integration.payments.id}"
}

resource "aws_apigatewayv2_stage" "payments" {
  api_id      = aws_apigatewayv2_api.payments.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_lambda_permission" "payments" {
  function_name = aws_lambda_function.payment_webhook.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.payments.execution_arn}/*/POST/payments"
}

# Asks for what the webhook missed.
resource "aws_cloudwatch_event_rule" "catch_up" {
  name                = "catch-up-${var.stage}"
  schedule_expression = "rate(1 hour)"
}

resource "aws_cloudwatch_event_target" "catch_up" {
  rule = aws_cloudwatch_event_rule.catch_up.name
  arn  = aws_lambda_function.payment_webhook.arn
}

resource "aws_lambda_permission" "catch_up" {
  function_name = aws_lambda_function.payment_webhook.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.catch_up.arn
}
