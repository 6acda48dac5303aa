# terraform -chdir=.. output shared
orders = {
  stage                   = "prod"
  code_bucket             = "orders-signed-code-prod"
  code_signing_config_arn = "arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0f1e2d3c4b5a69788"
  key_arn                 = "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
  boundary_arn            = "arn:aws:iam::111122223333:policy/orders-function-boundary-prod"
  alarm_topic_arn         = "arn:aws:sns:us-east-1:111122223333:orders-alarms-prod"
  deployment_application  = "orders-prod"
  deployment_role_arn     = "arn:aws:iam::111122223333:role/orders-code-deploy-prod"
  subnet_ids              = ["subnet-0f1e2d3c4b5a69788", "subnet-1f1e2d3c4b5a69788"]
  vpc_id                  = "vpc-0f1e2d3c4b5a69788"
  orders_table            = "orders-prod"
  orders_table_arn        = "arn:aws:dynamodb:us-east-1:111122223333:table/orders-prod"
}

code_keys = {
  reconcile-orders   = "signed/94e6b50a.zip"
  report-differences = "signed/a5f7c61b.zip"
}
