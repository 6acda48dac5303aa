stage          = "dev"
export_vpc     = "vpc-0a1b2c3d"
export_subnets = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
