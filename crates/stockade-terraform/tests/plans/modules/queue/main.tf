variable "name" {
  type = string
}

variable "role" {
  type = string
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = 30 * 6
}

resource "aws_lambda_function" "reader" {
  function_name = "${var.name}-reader"
  role          = var.role
  handler       = "index.handler"
  runtime       = "python3.13"
  filename      = "reader.zip"
}

resource "aws_lambda_event_source_mapping" "reader" {
  event_source_arn = aws_sqs_queue.this.arn
  function_name    = aws_lambda_function.reader.arn
}

output "name" {
  value = aws_sqs_queue.this.name
}
