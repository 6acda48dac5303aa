variable "names" {
  type    = set(string)
  default = ["jobs", "mail.out"]
}

resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = "{}"
}

module "queue" {
  source   = "./queue"
  for_each = var.names
  name     = each.key
  role     = aws_iam_role.reader.arn
}

output "urls" {
  value = [for queue in module.queue : queue.name]
}
