stage          = "prod"
export_vpc     = "vpc-4e5f6a7b"
export_subnets = ["subnet-4e5f6a7b", "subnet-5e5f6a7b"]
