# ---- the public API: WAF, then API Gateway, then functions ----

resource "aws_cognito_user_pool" "customers" {
  name                     = "orders-customers-${var.stage}"
  mfa_configuration        = "ON"
  user_pool_tier           = "PLUS"
  deletion_protection      = "ACTIVE"
  auto_verified_attributes = ["email"]
  username_attributes      = ["email"]

  software_token_mfa_configuration {
    enabled = true
  }

  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  password_policy {
    minimum_length                   = 14
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = true
    temporary_password_validity_days = 1
  }
}

resource "aws_cognito_user_pool_client" "shop" {
  name                                 = "shop"
  user_pool_id                         = aws_cognito_user_pool.customers.id
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true
  explicit_auth_flows                  = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  supported_identity_providers         = ["COGNITO"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid"]
  callback_urls                        = ["${var.shop_origin}/signed-in"]
  access_token_validity                = 15
  id_token_validity                    = 15
  refresh_token_validity               = 1

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

resource "aws_api_gateway_rest_api" "orders" {
  name                         = "orders-${var.stage}"
  disable_execute_api_endpoint = true

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

# Orders are for customers with a token; payments for nobody but the provider's role.
data "aws_iam_policy_document" "orders_api" {
  statement {
    actions   = ["execute-api:Invoke"]
    resources = ["execute-api:/${var.stage}/POST/payments"]
    principals {
      type        = "AWS"
      identifiers = [var.payment_provider_role_arn]
    }
  }

  statement {
    actions   = ["execute-api:Invoke"]
    resources = ["execute-api:/${var.stage}/POST/orders", "execute-api:/${var.stage}/GET/orders/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_api_gateway_rest_api_policy" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  policy      = data.aws_iam_policy_document.orders_api.json
}

resource "aws_api_gateway_authorizer" "customers" {
  name          = "customers"
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = [aws_cognito_user_pool.customers.arn]
}

resource "aws_api_gateway_request_validator" "all" {
  name                        = "all"
  rest_api_id                 = aws_api_gateway_rest_api.orders.id
  validate_request_body       = true
  validate_request_parameters = true
}

locals {
  models = {
    Order = {
      type                 = "object"
      required             = ["items", "mail"]
      additionalProperties = false
      properties = {
        mail = { type = "string", format = "email", maxLength = 254 }
        items = {
          type     = "array"
          minItems = 1
          maxItems = 50
          items = {
            type                 = "object"
            required             = ["sku", "quantity"]
            additionalProperties = false
            properties = {
              sku      = { type = "string", pattern = "^[A-Z0-9-]{4,20}$" }
              quantity = { type = "integer", minimum = 1, maximum = 99 }
            }
          }
        }
      }
    }
    Payment = {
      type                 = "object"
      required             = ["orderId", "state"]
      additionalProperties = false
      properties = {
        orderId = { type = "string", maxLength = 36 }
        state   = { type = "string", enum = ["paid", "failed", "refunded"] }
      }
    }
  }
}

resource "aws_api_gateway_model" "this" {
  for_each = local.models

  rest_api_id  = aws_api_gateway_rest_api.orders.id
  name         = each.key
  content_type = "application/json"
  schema       = jsonencode(each.value)
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

resource "aws_api_gateway_resource" "payments" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "payments"
}

resource "aws_api_gateway_method" "create_order" {
  rest_api_id          = aws_api_gateway_rest_api.orders.id
  resource_id          = aws_api_gateway_resource.orders.id
  http_method          = "POST"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.customers.id
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_models       = { "application/json" = aws_api_gateway_model.this["Order"].name }
}

resource "aws_api_gateway_method" "get_order" {
  rest_api_id          = aws_api_gateway_rest_api.orders.id
  resource_id          = aws_api_gateway_resource.order.id
  http_method          = "GET"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.customers.id
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_parameters   = { "method.request.path.orderId" = true }
}

# The payment provider signs its calls with a role of its own, and their bodies with the shared key.
resource "aws_api_gateway_method" "payments" {
  rest_api_id          = aws_api_gateway_rest_api.orders.id
  resource_id          = aws_api_gateway_resource.payments.id
  http_method          = "POST"
  authorization        = "AWS_IAM"
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_models       = { "application/json" = aws_api_gateway_model.this["Payment"].name }
}

resource "aws_api_gateway_integration" "create_order" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.create_order.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.create_order.alias_invoke_arn
}

resource "aws_api_gateway_integration" "get_order" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.get_order.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.get_order.alias_invoke_arn
}

resource "aws_api_gateway_integration" "payments" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.payments.id
  http_method             = aws_api_gateway_method.payments.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.payment_webhook.alias_invoke_arn
}

resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id

  triggers = {
    redeployment = sha1(jsonencode([
      local.models,
      data.aws_iam_policy_document.orders_api.json,
      aws_api_gateway_method.create_order.id,
      aws_api_gateway_method.get_order.id,
      aws_api_gateway_method.payments.id,
      aws_api_gateway_integration.create_order.id,
      aws_api_gateway_integration.get_order.id,
      aws_api_gateway_integration.payments.id,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "api_access" {
  name              = "/orders/${var.stage}/api-access"
  retention_in_days = local.current.log_days
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_api_gateway_stage" "orders" {
  rest_api_id          = aws_api_gateway_rest_api.orders.id
  deployment_id        = aws_api_gateway_deployment.orders.id
  stage_name           = var.stage
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api_access.arn
    format = jsonencode({
      requestId = "$context.requestId"
      time      = "$context.requestTimeEpoch"
      method    = "$context.httpMethod"
      path      = "$context.resourcePath"
      status    = "$context.status"
      sourceIp  = "$context.identity.sourceIp"
      latency   = "$context.responseLatency"
      error     = "$context.error.message"
      waf       = "$context.wafResponseCode"
      trace     = "$context.xrayTraceId"
    })
  }
}

resource "aws_api_gateway_method_settings" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  stage_name  = aws_api_gateway_stage.orders.stage_name
  method_path = "*/*"

  settings {
    logging_level          = "ERROR"
    data_trace_enabled     = false
    metrics_enabled        = true
    throttling_rate_limit  = 50
    throttling_burst_limit = 100
  }
}

resource "aws_api_gateway_domain_name" "orders" {
  domain_name              = var.api_domain
  regional_certificate_arn = var.certificate_arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "orders" {
  api_id      = aws_api_gateway_rest_api.orders.id
  stage_name  = aws_api_gateway_stage.orders.stage_name
  domain_name = aws_api_gateway_domain_name.orders.domain_name
}

resource "aws_route53_record" "orders" {
  zone_id = var.hosted_zone_id
  name    = var.api_domain
  type    = "A"

  alias {
    name                   = aws_api_gateway_domain_name.orders.regional_domain_name
    zone_id                = aws_api_gateway_domain_name.orders.regional_zone_id
    evaluate_target_health = false
  }
}

module "api_web_acl" {
  source = "./modules/web-acl"

  name     = "orders-api-${var.stage}"
  scope    = "REGIONAL"
  log_days = local.current.log_days
  key_arn  = aws_kms_key.data.arn
}

resource "aws_wafv2_web_acl_association" "api" {
  web_acl_arn  = module.api_web_acl.arn
  resource_arn = aws_api_gateway_stage.orders.arn
}

resource "aws_lambda_permission" "orders_api" {
  for_each = {
    create  = { function = module.create_order, call = "POST/orders" }
    get     = { function = module.get_order, call = "GET/orders/*" }
    payment = { function = module.payment_webhook, call = "POST/payments" }
  }

  function_name = each.value.function.function_name
  qualifier     = each.value.function.alias_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.orders.execution_arn}/${var.stage}/${each.value.call}"
}

data "aws_iam_policy_document" "create_order" {
  statement {
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.orders.arn]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.fulfilment.arn]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.payment.arn]
  }
  source_policy_documents = [data.aws_iam_policy_document.idempotent.json]
}

# What every function that does nothing twice may do.
data "aws_iam_policy_document" "idempotent" {
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    resources = [aws_dynamodb_table.idempotency.arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }
}

module "create_order" {
  source = "./modules/function"

  name        = "create-order"
  handler     = "create_order.handler"
  code_key    = var.code_keys["create-order"]
  concurrency = 50
  policy      = data.aws_iam_policy_document.create_order.json
  shared      = local.function

  environment = merge(local.environment, {
    QUEUE_URL          = aws_sqs_queue.fulfilment.url
    IDEMPOTENCY_TABLE  = aws_dynamodb_table.idempotency.name
    PAYMENT_SECRET_ARN = aws_secretsmanager_secret.payment.arn
  })
}

resource "aws_lambda_provisioned_concurrency_config" "create_order" {
  count = local.is_prod ? 1 : 0

  function_name                     = module.create_order.function_name
  qualifier                         = module.create_order.alias_name
  provisioned_concurrent_executions = 5
}

data "aws_iam_policy_document" "get_order" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.orders.arn]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
}

module "get_order" {
  source = "./modules/function"

  name        = "get-order"
  handler     = "get_order.handler"
  code_key    = var.code_keys["get-order"]
  concurrency = 50
  policy      = data.aws_iam_policy_document.get_order.json
  environment = local.environment
  shared      = local.function
}

data "aws_iam_policy_document" "payment_webhook" {
  statement {
    actions   = ["dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.orders.arn]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.payment.arn]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
}

module "payment_webhook" {
  source = "./modules/function"

  name        = "payment-webhook"
  handler     = "payment_webhook.handler"
  code_key    = var.code_keys["payment-webhook"]
  concurrency = 20
  policy      = data.aws_iam_policy_document.payment_webhook.json
  environment = merge(local.environment, { PAYMENT_SECRET_ARN = aws_secretsmanager_secret.payment.arn })
  shared      = local.function
}
