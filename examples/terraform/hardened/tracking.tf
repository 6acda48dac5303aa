# ---- the tracking page: WAF, then CloudFront, then a function URL that only CloudFront may call ----

module "track_order" {
  source = "./modules/function"

  name        = "track-order"
  handler     = "track_order.handler"
  code_key    = var.code_keys["track-order"]
  concurrency = 20
  policy      = data.aws_iam_policy_document.get_order.json
  environment = local.environment
  shared      = local.function
}

resource "aws_lambda_function_url" "track_order" {
  function_name      = module.track_order.function_name
  qualifier          = module.track_order.alias_name
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = [var.shop_origin]
    allow_methods = ["GET"]
  }
}

resource "aws_lambda_permission" "cloudfront_may_call_the_url" {
  function_name          = module.track_order.function_name
  qualifier              = module.track_order.alias_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "cloudfront.amazonaws.com"
  function_url_auth_type = "AWS_IAM"
  source_arn             = aws_cloudfront_distribution.tracking.arn
}

resource "aws_lambda_permission" "cloudfront_may_invoke_through_the_url" {
  function_name            = module.track_order.function_name
  qualifier                = module.track_order.alias_name
  action                   = "lambda:InvokeFunction"
  principal                = "cloudfront.amazonaws.com"
  invoked_via_function_url = true
  source_arn               = aws_cloudfront_distribution.tracking.arn
}

resource "aws_cloudfront_origin_access_control" "tracking" {
  name                              = "orders-tracking-${var.stage}"
  origin_access_control_origin_type = "lambda"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

module "tracking_web_acl" {
  source = "./modules/web-acl"

  name     = "orders-tracking-${var.stage}"
  scope    = "CLOUDFRONT"
  log_days = local.current.log_days
  key_arn  = aws_kms_key.data.arn
}

resource "aws_cloudfront_distribution" "tracking" {
  enabled      = true
  comment      = "Order tracking"
  http_version = "http2and3"
  aliases      = [var.tracking_domain]
  web_acl_id   = module.tracking_web_acl.arn

  origin {
    origin_id                = "track"
    domain_name              = split("/", aws_lambda_function_url.track_order.function_url)[2]
    origin_access_control_id = aws_cloudfront_origin_access_control.tracking.id

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id           = "track"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
    origin_request_policy_id   = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AllViewerExceptHostHeader
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03" # SecurityHeadersPolicy
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "tracking" {
  zone_id = var.hosted_zone_id
  name    = var.tracking_domain
  type    = "A"

  alias {
    name                   = aws_cloudfront_distribution.tracking.domain_name
    zone_id                = aws_cloudfront_distribution.tracking.hosted_zone_id
    evaluate_target_health = false
  }
}
