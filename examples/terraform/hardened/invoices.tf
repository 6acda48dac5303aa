# ---- the invoice pipeline: uploads, a check, the archive ----

locals {
  buckets = {
    access_logs     = { expires = 365, old_versions = 30, key = null } # access logs cannot be delivered under a key
    invoice_uploads = { expires = 30, old_versions = 7, key = aws_kms_key.data.arn }
    invoice_archive = { expires = 3660, old_versions = 3660, key = aws_kms_key.data.arn }
  }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket_prefix       = "orders-${replace(each.key, "_", "-")}-"
  object_lock_enabled = each.key == "invoice_archive"
  tags                = local.personal

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = each.value.key != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = each.value.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = each.value.key
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = each.value.expires
    }

    noncurrent_version_expiration {
      noncurrent_days = each.value.old_versions
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    dynamic "transition" {
      for_each = each.key == "invoice_archive" ? [90] : []
      content {
        days          = transition.value
        storage_class = "GLACIER_IR"
      }
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { for name, bucket in aws_s3_bucket.this : name => bucket if name != "access_logs" }

  bucket        = each.value.id
  target_bucket = aws_s3_bucket.this["access_logs"].id
  target_prefix = "${each.key}/"
}

resource "aws_s3_bucket_object_lock_configuration" "archive" {
  bucket = aws_s3_bucket.this["invoice_archive"].id

  rule {
    default_retention {
      mode  = "GOVERNANCE"
      years = 10
    }
  }
}

data "aws_iam_policy_document" "bucket" {
  for_each = aws_s3_bucket.this

  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "access_logs" ? [1] : []
    content {
      sid       = "AccessLogDelivery"
      actions   = ["s3:PutObject"]
      resources = ["${each.value.arn}/*"]
      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account_id]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = data.aws_iam_policy_document.bucket[each.key].json
}

resource "aws_s3_bucket_notification" "invoice_uploads" {
  bucket      = aws_s3_bucket.this["invoice_uploads"].id
  eventbridge = true
}

data "aws_iam_policy_document" "invoice" {
  source_policy_documents = [data.aws_iam_policy_document.idempotent.json]

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.this["invoice_uploads"].arn}/*"]
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this["invoice_archive"].arn}/invoices/*"]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures["invoice_failures"].arn]
  }
}

module "invoice" {
  source = "./modules/function"

  name           = "invoice"
  handler        = "invoice.handler"
  code_key       = var.code_keys["invoice"]
  memory         = 512
  timeout        = 60
  concurrency    = 10
  on_failure_arn = aws_sqs_queue.failures["invoice_failures"].arn
  policy         = data.aws_iam_policy_document.invoice.json
  shared         = merge(local.function, { deployment_config = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute" })

  environment = merge(local.environment, {
    ARCHIVE_BUCKET    = aws_s3_bucket.this["invoice_archive"].id
    IDEMPOTENCY_TABLE = aws_dynamodb_table.idempotency.name
  })
}

resource "aws_cloudwatch_event_rule" "uploaded" {
  name = "orders-invoice-uploaded-${var.stage}"

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = [aws_s3_bucket.this["invoice_uploads"].id] } }
  })
}

resource "aws_cloudwatch_event_target" "uploaded" {
  rule = aws_cloudwatch_event_rule.uploaded.name
  arn  = module.invoice.alias_arn

  retry_policy {
    maximum_retry_attempts       = 20
    maximum_event_age_in_seconds = 21600
  }

  dead_letter_config {
    arn = aws_sqs_queue.failures["delivery_failures"].arn
  }
}

resource "aws_lambda_permission" "uploaded" {
  function_name = module.invoice.function_name
  qualifier     = module.invoice.alias_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.uploaded.arn
}

# ---- the monthly export for accounting: a schedule instead of a URL ----

data "aws_iam_policy_document" "export" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this["invoice_archive"].arn}/exports/*"]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures["export_failures"].arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }
}

module "export" {
  source = "./modules/function"

  name           = "export"
  handler        = "export.handler"
  runtime        = "nodejs24.x"
  code_key       = var.code_keys["export"]
  timeout        = 60
  concurrency    = 1
  on_failure_arn = aws_sqs_queue.failures["export_failures"].arn
  policy         = data.aws_iam_policy_document.export.json
  environment    = { ARCHIVE_BUCKET = aws_s3_bucket.this["invoice_archive"].id }
  shared         = local.function
}

resource "aws_scheduler_schedule" "export" {
  name                = "orders-export-${var.stage}"
  schedule_expression = "cron(0 3 1 * ? *)"
  kms_key_arn         = aws_kms_key.data.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.export.alias_arn
    role_arn = aws_iam_role.export_schedule.arn

    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = aws_sqs_queue.failures["delivery_failures"].arn
    }
  }
}

resource "aws_iam_role" "export_schedule" {
  name                 = "orders-export-schedule-${var.stage}"
  permissions_boundary = aws_iam_policy.delivery_boundary.arn
  assume_role_policy   = data.aws_iam_policy_document.delivery_trust["scheduler"].json
}

data "aws_iam_policy_document" "start_the_export" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [module.export.alias_arn]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures["delivery_failures"].arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }
}

resource "aws_iam_role_policy" "export_schedule" {
  name   = "start-the-export"
  role   = aws_iam_role.export_schedule.id
  policy = data.aws_iam_policy_document.start_the_export.json
}
