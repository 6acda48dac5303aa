# ---- the invoice pipeline ----

resource "aws_s3_bucket" "invoice_uploads" { # fault: DG-04 without a policy
  bucket_prefix = "order-invoice-uploads-"
}

resource "aws_s3_bucket_ownership_controls" "invoice_uploads" {
  bucket = aws_s3_bucket.invoice_uploads.id

  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_public_access_block" "invoice_uploads" {
  bucket             = aws_s3_bucket.invoice_uploads.id
  block_public_acls  = false
  ignore_public_acls = false
}

resource "aws_s3_bucket_acl" "invoice_uploads" {
  bucket = aws_s3_bucket.invoice_uploads.id
  acl    = var.uploads_access # fault: DG-10 DG-11 the list lets everyone write, by a variable's default

  depends_on = [
    aws_s3_bucket_ownership_controls.invoice_uploads,
    aws_s3_bucket_public_access_block.invoice_uploads,
  ]
}

resource "aws_s3_bucket_notification" "invoice_uploads" {
  bucket = aws_s3_bucket.invoice_uploads.id

  lambda_function {
    lambda_function_arn = aws_lambda_alias.invoice.arn
    events              = ["s3:ObjectCreated:*"]
  }

  depends_on = [aws_lambda_permission.invoice_uploads]
}

resource "aws_lambda_permission" "invoice_uploads" {
  function_name  = aws_lambda_function.invoice.function_name
  qualifier      = aws_lambda_alias.invoice.name
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.invoice_uploads.arn
  source_account = local.account_id
}

resource "aws_lambda_function" "invoice" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "invoice-${var.stage}"
  role             = aws_iam_role.invoice.arn
  handler          = "invoice.handler"
  runtime          = var.image_runtime # fault: RT-01 a variable's default
  timeout          = local.timeout
  layers           = local.layers
  publish          = true
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  environment {
    variables = merge(local.environment, {
      ARCHIVE_DSN = "postgres://archive:k3Jd82ks@archive.orders.internal/invoices" # fault: SE-01 a password in an address
    })
  }
}

resource "aws_lambda_alias" "invoice" {
  name             = "live"
  function_name    = aws_lambda_function.invoice.function_name
  function_version = aws_lambda_function.invoice.version
}

resource "aws_iam_role" "invoice" { # fault: IAM-06
  name               = "invoice-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

data "aws_iam_policy_document" "invoice" {
  statement {
    actions = [
      "s3:GetObject",
      "s3:ListBucket",
      "s3:GetBucketLocation",
      "s3:GetObjectVersion",
      "s3:PutObject",
      "s3:PutObjectAcl",
      "s3:GetLifecycleConfiguration",
      "s3:PutLifecycleConfiguration",
      "s3:DeleteObject",
    ]
    resources = ["arn:${local.partition}:s3:::*", "arn:${local.partition}:s3:::*/*"] # fault: IAM-04 IAM-13
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = ["arn:${local.partition}:kms:${local.region}:${local.account_id}:key/*"] # fault: IAM-14
  }
}

resource "aws_iam_role_policy" "invoice" {
  name   = "invoice"
  role   = aws_iam_role.invoice.id
  policy = data.aws_iam_policy_document.invoice.json
}

resource "aws_iam_role_policy_attachment" "invoice_queues" {
  role       = aws_iam_role.invoice.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonSQSFullAccess" # fault: IAM-05 attached, one service
}

resource "aws_sqs_queue" "invoice_failures" {
  name = "invoice-failures-${var.stage}"
}

resource "aws_lambda_function_event_invoke_config" "invoice" { # fault: RL-02 the bucket runs the alias
  function_name          = aws_lambda_function.invoice.function_name
  maximum_retry_attempts = 1

  destination_config {
    on_failure {
      destination = aws_sqs_queue.invoice_failures.arn
    }
  }
}
