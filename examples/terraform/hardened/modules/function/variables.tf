variable "name" {
  type        = string
  description = "What the function does, without the stage"
}

variable "handler" {
  type = string
}

variable "runtime" {
  type        = string
  description = "Every choice is one that AWS patches"
  default     = "python3.13"

  validation {
    condition     = contains(["python3.13", "python3.14", "nodejs24.x"], var.runtime)
    error_message = "A runtime that AWS patches."
  }
}

variable "code_key" {
  type = string
}

variable "memory" {
  type    = number
  default = 256
}

variable "timeout" {
  type    = number
  default = 10
}

variable "concurrency" {
  type        = number
  description = "The most that run at once"
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "policy" {
  type        = string
  description = "What the function may do beyond writing its logs and traces"
}

variable "on_failure_arn" {
  type        = string
  description = "Where events go that were given up, for functions that are invoked asynchronously"
  default     = null
}

# What all functions share.
variable "shared" {
  type = object({
    stage                   = string
    code_bucket             = string
    code_signing_config_arn = string
    key_arn                 = string
    boundary_arn            = string
    alarm_topic_arn         = string
    deployment_application  = string
    deployment_role_arn     = string
    log_days                = number
    subnet_ids              = list(string)
    security_group_ids      = list(string)
    deployment_config       = optional(string, "CodeDeployDefault.LambdaCanary10Percent5Minutes")
    tags                    = optional(map(string), { data-class = "personal" })
  })
}
