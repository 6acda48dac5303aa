# ---- the notifications, a module of their own ----

module "notifications" {
  source = "./modules/notifications"

  mail_timeout = 20
  code_key     = var.code_keys["send-mail"]
  shared       = local.function
}

# ---- how it gets deployed ----

resource "aws_codedeploy_app" "orders" {
  name             = "orders-${var.stage}"
  compute_platform = "Lambda"
}

data "aws_iam_policy_document" "code_deploy_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["codedeploy.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role" "code_deploy" {
  name               = "orders-code-deploy-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.code_deploy_trust.json
}

resource "aws_iam_role_policy_attachment" "code_deploy" {
  role       = aws_iam_role.code_deploy.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
}

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
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:example/orders:environment:production"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  name               = "orders-deploy-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.deploy_trust.json
}

data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"]
    resources = ["arn:${local.partition}:codedeploy:${local.region}:${local.account_id}:deploymentgroup:${aws_codedeploy_app.orders.name}/*"]
  }
}

resource "aws_iam_role_policy" "deploy" {
  name   = "ask-for-the-deployment"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.deploy.json
}

output "api_url" {
  value = "https://${var.api_domain}/orders"
}

output "tracking_url" {
  value = "https://${var.tracking_domain}/"
}

# What the reconciliation builds on.
output "shared" {
  value = merge(local.function, {
    vpc_id           = module.network.vpc_id
    orders_table     = aws_dynamodb_table.orders.name
    orders_table_arn = aws_dynamodb_table.orders.arn
  })
}
