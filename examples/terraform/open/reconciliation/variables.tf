variable "keep_reports" {
  type        = bool
  description = "Whether reports are kept for the auditors"
  default     = false
}

variable "vpc" {
  type = string
}

variable "subnets" {
  type = list(string)
}
