stage                     = "dev"
certificate_arn           = "arn:aws:acm:us-east-1:111122223333:certificate/4f3c2b1a-0d9e-4c8b-9a7f-6e5d4c3b2a10"
hosted_zone_id            = "Z0123456789ABCDEFGHIJ"
payment_provider_role_arn = "arn:aws:iam::444455556666:role/pay-dev-webhooks"
code_bucket               = "orders-signed-code-dev"

code_keys = {
  create-order    = "signed/0b5d2c71.zip"
  export          = "signed/1c6e3d82.zip"
  fulfil-order    = "signed/2d7f4e93.zip"
  get-order       = "signed/3e805fa4.zip"
  invoice         = "signed/4f9160b5.zip"
  payment-webhook = "signed/50a271c6.zip"
  refund          = "signed/61b382d7.zip"
  send-mail       = "signed/72c493e8.zip"
  track-order     = "signed/83d5a4f9.zip"
}
