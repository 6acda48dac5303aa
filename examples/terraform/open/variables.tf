variable "stage" {
  type        = string
  description = "Which environment this is"

  validation {
    condition     = contains(["dev", "prod"], var.stage)
    error_message = "There is dev and there is prod."
  }
}

variable "admin_url_auth" {
  type        = string
  description = "How the back office calls the refund console"
  default     = "NONE"
}

variable "queue_visibility" {
  type        = number
  description = "Seconds that a worker may keep a refund"
  default     = 45
}

variable "image_runtime" {
  type        = string
  description = "Runtime of the functions that draw PDF files"
  default     = "python3.9"
}

variable "search_password" {
  type        = string
  description = "Password of the search cluster, the same everywhere for now"
  default     = "tr0mbone-lilac77"
}

variable "payment_api_key" {
  type        = string
  description = "Key of the payment provider"
  sensitive   = true
}

variable "db_password" {
  type        = string
  description = "Password of the order database"
  sensitive   = true
}

variable "uploads_access" {
  type        = string
  description = "Who may put invoices into the bucket"
  default     = "public-read-write"
}

variable "back_office_origin" {
  type        = string
  description = "Pages that the refund console runs on"
  default     = "https://*"
}

variable "export_subnets" {
  type        = list(string)
  description = "Subnets from which accounting's SFTP server is reached"
}

variable "export_vpc" {
  type = string
}

variable "sftp_addresses" {
  type        = string
  description = "Where accounting's SFTP server may be, which moves now and then"
  default     = "0.0.0.0/0"
}

variable "refund_sources" {
  type        = string
  description = "Topics that may send refunds"
  default     = "arn:aws:sns:*:*:*"
}

variable "key_users" {
  type        = string
  description = "Who reads what partners get"
  default     = "*"
}

variable "layer_users" {
  type        = string
  description = "Accounts that build on our layer"
  default     = "*"
}
