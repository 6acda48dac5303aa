variable "stage" {
  type        = string
  description = "Which environment this is"

  validation {
    condition     = contains(["dev", "prod"], var.stage)
    error_message = "There is dev and there is prod."
  }
}

variable "owner" {
  type        = string
  description = "Team that answers for the service"
  default     = "orders-team"
}

variable "alarm_mail" {
  type        = string
  description = "Where alarms go"
  default     = "orders-oncall@example.com"
}

variable "shop_origin" {
  type        = string
  description = "The only web origin that may call the API from a browser"
  default     = "https://shop.example.com"
}

variable "api_domain" {
  type    = string
  default = "api.orders.example.com"
}

variable "tracking_domain" {
  type    = string
  default = "track.orders.example.com"
}

variable "certificate_arn" {
  type        = string
  description = "Certificate for both domains, in us-east-1"
}

variable "hosted_zone_id" {
  type = string
}

variable "payment_provider_role_arn" {
  type        = string
  description = "The role that the payment provider signs its calls with"
}

variable "warehouse_secret_name" {
  type        = string
  description = "Secret with the warehouse's API token, put there by hand"
  default     = "orders/warehouse"
}

variable "code_bucket" {
  type        = string
  description = "Where the pipeline puts what it signed"
}

variable "code_keys" {
  type        = map(string)
  description = "The signed archive of each function"
}
