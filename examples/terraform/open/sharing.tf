# ---- what other teams asked for, and got at once ----

resource "aws_lambda_permission" "audit_may_read_export" {
  function_name = aws_lambda_function.export.function_name
  action        = "lambda:GetFunction" # fault: IAM-19 the code and the environment
  principal     = "210987654321"       # fault: IAM-21 an account
}

resource "aws_lambda_permission" "partner_may_do_all_with_export" {
  function_name = aws_lambda_function.export.function_name
  action        = "lambda:*"                                             # fault: IAM-19 a wildcard
  principal     = "arn:${local.partition}:iam::210987654321:role/export" # fault: IAM-21 a role, in a text
}

resource "aws_sqs_queue_policy" "fulfilment" {
  queue_url = aws_sqs_queue.fulfilment.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ # fault: RL-16
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.fulfilment.arn
    }]
  })
}

data "aws_iam_policy_document" "refund_queue" {
  statement { # fault: RL-16
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.refund.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [var.refund_sources]
    }
  }
}

resource "aws_sqs_queue_policy" "refund" {
  queue_url = aws_sqs_queue.refund.id
  policy    = data.aws_iam_policy_document.refund_queue.json
}

data "aws_iam_policy_document" "export_failures" {
  statement { # fault: RL-17
    actions   = ["sns:Publish", "sns:Subscribe"]
    resources = [aws_sns_topic.export_failures.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_sns_topic_policy" "export_failures" {
  arn    = aws_sns_topic.export_failures.arn
  policy = data.aws_iam_policy_document.export_failures.json
}

resource "aws_cloudwatch_event_permission" "partners_may_put" {
  statement_id = "partners"
  action       = "events:PutEvents"
  principal    = "*" # fault: RL-17 the default bus
}

data "aws_iam_policy_document" "fraud_secret" {
  statement { # fault: SE-12
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_secretsmanager_secret_policy" "fraud_secret" {
  secret_arn = "orders/fraud"
  policy     = data.aws_iam_policy_document.fraud_secret.json
}

data "aws_iam_policy_document" "provider_secret" {
  statement { # fault: SE-12
    actions   = ["secretsmanager:*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_secretsmanager_secret_policy" "provider_secret" {
  secret_arn          = "orders/provider"
  block_public_policy = local.is_prod
  policy              = data.aws_iam_policy_document.provider_secret.json
}

resource "aws_kms_key" "archive" {
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      { # fault: SE-15
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_kms_key" "partner" {
  enable_key_rotation = true
}

data "aws_iam_policy_document" "partner_key" {
  statement { # fault: SE-15
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [var.key_users]
    }
  }
}

resource "aws_kms_key_policy" "partner" {
  key_id = aws_kms_key.partner.id
  policy = data.aws_iam_policy_document.partner_key.json
}

resource "aws_ecr_repository" "images" {
  name = "order-images"
}

data "aws_iam_policy_document" "images" {
  statement { # fault: SC-06
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_ecr_repository_policy" "images" {
  repository = aws_ecr_repository.images.name
  policy     = data.aws_iam_policy_document.images.json
}

resource "aws_ecr_registry_policy" "registry" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ # fault: SC-06
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "ecr:ReplicateImage"
      Resource  = "*"
    }]
  })
}

resource "aws_lambda_layer_version" "shared" {
  layer_name = "orders-shared"
  filename   = data.archive_file.code.output_path
}

resource "aws_lambda_layer_version_permission" "layer_for_everyone" {
  layer_name     = aws_lambda_layer_version.shared.layer_name
  version_number = aws_lambda_layer_version.shared.version
  statement_id   = "everyone"
  action         = "lambda:GetLayerVersion"
  principal      = "*" # fault: IAM-22 a literal
}

resource "aws_lambda_layer_version_permission" "layer_for_partners" {
  layer_name     = aws_lambda_layer_version.shared.layer_name
  version_number = aws_lambda_layer_version.shared.version
  statement_id   = "partners"
  action         = "lambda:GetLayerVersion"
  principal      = var.layer_users # fault: IAM-22 a variable's default
}
