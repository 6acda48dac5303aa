variable "keep_reports" {
  type        = bool
  description = "Whether reports are kept for the auditors"
  default     = false
}

variable "orders" {
  description = "What the order service gives: its output `shared`"

  type = object({
    stage                   = string
    code_bucket             = string
    code_signing_config_arn = string
    key_arn                 = string
    boundary_arn            = string
    alarm_topic_arn         = string
    deployment_application  = string
    deployment_role_arn     = string
    subnet_ids              = list(string)
    vpc_id                  = string
    orders_table            = string
    orders_table_arn        = string
  })
}

variable "code_keys" {
  type        = map(string)
  description = "The signed archive of each function"
}
