variable "stage" {
  type = string
}

variable "role_arn" {
  type = string
}

variable "mail_timeout" {
  type    = number
  default = 10
}

variable "mail_password" {
  type = string
}

variable "mail_vpc" {
  type = string
}

variable "mail_subnets" {
  type = list(string)
}

variable "templates_layer" {
  type        = string
  description = "The agency that writes our mails publishes its templates as a layer"
  default     = "arn:aws:lambda:us-east-1:210987654321:layer:order-mails:14"
}
