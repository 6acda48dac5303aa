# Mail to customers

data "archive_file" "code" {
  type        = "zip"
  source_file = "${path.module}/../../../../open/src/send_mail.py"
  output_path = "${path.module}/.build/send_mail.zip"
}

resource "aws_sqs_queue" "mail" { # fault: RL-05
  name                       = "mail-${var.stage}"
  visibility_timeout_seconds = 30 # fault: RL-03 below the 90 seconds that the root module sets
}

resource "aws_lambda_function" "send_mail" { # fault: CC-01 LG-01 LG-03 LG-07 SC-01 SE-02
  function_name    = "send-mail-${var.stage}"
  role             = var.role_arn # fault: IAM-01 shared with functions of the root module
  handler          = "send_mail.handler"
  runtime          = "python3.8" # fault: RT-01 a literal, in a module
  timeout          = var.mail_timeout
  layers           = [var.templates_layer] # fault: SC-11 another account's, by a variable's default
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256

  vpc_config {
    subnet_ids         = var.mail_subnets
    security_group_ids = [aws_security_group.mail.id]
  }

  environment {
    variables = {
      SMTP_PASSWORD = var.mail_password # fault: SE-01 a literal that the root module hands down
    }
  }
}

resource "aws_lambda_event_source_mapping" "send_mail" {
  event_source_arn = aws_sqs_queue.mail.arn
  function_name    = aws_lambda_function.send_mail.function_name
}

resource "aws_security_group" "mail" {
  name        = "mail-${var.stage}"
  description = "Mail leaves through here"
  vpc_id      = var.mail_vpc
}

# Whoever runs the mail server this month.
resource "aws_vpc_security_group_egress_rule" "to_mail_servers" {
  security_group_id = aws_security_group.mail.id
  ip_protocol       = "tcp"
  from_port         = 587
  to_port           = 587
  cidr_ipv6         = "::/0" # fault: NW-03 a port to everyone, as a resource of its own
}

# The mail server tells here which mails came back.
resource "aws_apigatewayv2_api" "bounce" {
  name          = "mail-bounces-${var.stage}"
  protocol_type = "HTTP"
  target        = aws_lambda_function.send_mail.arn # fault: EP-06 a route that quick creation makes
}

resource "aws_lambda_permission" "bounce_api_may_invoke" { # fault: IAM-18 API Gateway, for whoever asks it to
  function_name = aws_lambda_function.send_mail.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
}

# Support resends a mail through it.
resource "aws_lambda_function_url" "send_mail" { # fault: EP-02
  function_name      = aws_lambda_function.send_mail.arn
  authorization_type = "NONE" # fault: EP-01 in a module, with the permissions below

  cors {
    allow_origins = ["https://support.example.com"]
    allow_methods = ["*"] # fault: EP-04 any method, in a module
  }
}

resource "aws_lambda_permission" "send_mail_url_for_everyone" {
  function_name          = aws_lambda_function.send_mail.arn
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*" # fault: IAM-17
  function_url_auth_type = "NONE"
}

resource "aws_lambda_permission" "send_mail_invoke_for_everyone" {
  function_name            = aws_lambda_function.send_mail.arn
  action                   = "lambda:InvokeFunction"
  principal                = "*" # fault: IAM-17
  invoked_via_function_url = true
}
