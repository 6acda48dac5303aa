# ---- how it gets deployed ----

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "deploy_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:orders*"] # fault: CI-04 a pattern that others match too
    }
  }
}

resource "aws_iam_role" "deploy" {
  name               = "orders-deploy"
  assume_role_policy = data.aws_iam_policy_document.deploy_trust.json
}

data "aws_iam_policy_document" "preview_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:oidc-provider/token.actions.githubusercontent.com"] # fault: CI-04 no condition on whose it is
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "preview" {
  name               = "orders-preview"
  assume_role_policy = data.aws_iam_policy_document.preview_trust.json
}

# ---- the notifications, a module of their own ----

module "notifications" {
  source = "./modules/notifications"

  stage         = var.stage
  role_arn      = aws_iam_role.service.arn
  mail_timeout  = 90
  mail_password = "m4ilroom-relay!"
  mail_vpc      = var.export_vpc
  mail_subnets  = var.export_subnets
}

output "api_url" {
  value = "${aws_api_gateway_stage.prod.invoke_url}/orders"
}

output "tracking_url" {
  value = aws_lambda_function_url.track_order.function_url
}
