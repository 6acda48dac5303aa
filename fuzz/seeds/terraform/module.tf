variable "names" {
  type    = map(object({ size = optional(number, 1), tags = optional(set(string)) }))
  default = { a = {}, b = { size = 2 } }
}
locals {
  sorted = [for k, v in var.names : "${k}-%{if v.size > 1}big%{else}small%{endif}"]
  text   = <<-EOT
    %{for n in local.sorted~}
    ${upper(n)}
    %{endfor~}
  EOT
}
module "again" {
  source   = "./inner"
  for_each = toset(local.sorted)
  names    = { (each.key) = { size = length(local.text) / 3 } }
}
resource "aws_sqs_queue" "q" {
  count = length(local.sorted)
  name  = try(format("%s-%03d", local.sorted[count.index], count.index), null)
  dynamic "x" {
    for_each = local.sorted
    content { y = x.value }
  }
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["sqs:*"]
    resources = aws_sqs_queue.q[*].arn
  }
}
output "all" {
  value = jsondecode(jsonencode({ q = aws_sqs_queue.q, m = module.again }))
}
