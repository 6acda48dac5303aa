//! VPC, security groups, load balancers, firewalls, CloudFront and WAF.

use crate::{property, shown};
use insta::assert_snapshot;

const EGRESS: &str = "AWS::EC2::SecurityGroupEgress";

#[test]
fn a_network() {
    assert_snapshot!(shown(
        r#"
        resource "aws_vpc" "v" {
          cidr_block           = "10.0.0.0/16"
          enable_dns_hostnames = true
        }
        resource "aws_subnet" "s" {
          vpc_id     = aws_vpc.v.id
          cidr_block = "10.0.1.0/24"
        }
        resource "aws_internet_gateway" "i" { vpc_id = aws_vpc.v.id }
        resource "aws_egress_only_internet_gateway" "e" { vpc_id = aws_vpc.v.id }
        resource "aws_internet_gateway_attachment" "i" {
          vpc_id              = aws_vpc.v.id
          internet_gateway_id = aws_internet_gateway.i.id
        }
        resource "aws_nat_gateway" "n" {
          subnet_id     = aws_subnet.s.id
          allocation_id = "eipalloc-1"
        }
        resource "aws_route_table" "r" {
          vpc_id = aws_vpc.v.id
          route {
            cidr_block     = "0.0.0.0/0"
            nat_gateway_id = aws_nat_gateway.n.id
          }
          route {
            ipv6_cidr_block        = "::/0"
            egress_only_gateway_id = aws_egress_only_internet_gateway.e.id
          }
        }
        resource "aws_default_route_table" "r" {
          default_route_table_id = "rtb-1"
          route {
            cidr_block = "0.0.0.0/0"
            gateway_id = aws_internet_gateway.i.id
          }
        }
        resource "aws_route" "r" {
          route_table_id         = aws_route_table.r.id
          destination_cidr_block = "10.9.0.0/16"
          transit_gateway_id     = "tgw-1"
        }
        resource "aws_route_table_association" "r" {
          subnet_id      = aws_subnet.s.id
          route_table_id = aws_route_table.r.id
        }
        resource "aws_vpc_endpoint" "s3" {
          vpc_id       = aws_vpc.v.id
          service_name = "com.amazonaws.eu-west-1.s3"
        }
        resource "aws_vpc_endpoint_policy" "s3" {
          vpc_endpoint_id = aws_vpc_endpoint.s3.id
          policy          = "{\"Statement\": []}"
        }
        resource "aws_vpc_endpoint_route_table_association" "s3" {
          vpc_endpoint_id = aws_vpc_endpoint.s3.id
          route_table_id  = aws_route_table.r.id
        }
        resource "aws_vpc_endpoint_subnet_association" "s3" {
          vpc_endpoint_id = aws_vpc_endpoint.s3.id
          subnet_id       = aws_subnet.s.id
        }
        resource "aws_flow_log" "v" {
          vpc_id          = aws_vpc.v.id
          traffic_type    = "ALL"
          iam_role_arn    = "arn:aws:iam::123456789012:role/logs"
          log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:flows"
        }
        resource "aws_vpc_block_public_access_options" "o" { internet_gateway_block_mode = "block-bidirectional" }
        resource "aws_network_acl" "a" {
          vpc_id     = aws_vpc.v.id
          subnet_ids = [aws_subnet.s.id]
          egress {
            rule_no    = 100
            action     = "allow"
            protocol   = "tcp"
            cidr_block = "0.0.0.0/0"
            from_port  = 443
            to_port    = 443
          }
        }
        resource "aws_network_acl_rule" "a" {
          network_acl_id = aws_network_acl.a.id
          rule_number    = 200
          rule_action    = "deny"
          protocol       = "-1"
          cidr_block     = "0.0.0.0/0"
        }
        resource "aws_network_acl_association" "a" {
          network_acl_id = aws_network_acl.a.id
          subnet_id      = aws_subnet.s.id
        }
        "#
    ));
}

#[test]
fn a_group_without_egress_lets_nothing_out() {
    let none = "[\n  {\n    CidrIp: \"127.0.0.1/32\"\n    IpProtocol: \"-1\"}]";
    let group = |body: &str| {
        let hcl = format!("resource \"aws_security_group\" \"g\" {{\n{body}\n}}");
        property(&hcl, "AWS::EC2::SecurityGroup", "SecurityGroupEgress")
    };
    assert_eq!(group(""), none);
    assert_eq!(group("egress = []"), none);
    assert_eq!(
        property(
            "resource \"aws_default_security_group\" \"d\" {}",
            "AWS::EC2::SecurityGroup",
            "SecurityGroupEgress"
        ),
        none
    );
    let open = group(
        "egress {\n from_port = 0\n to_port = 0\n protocol = \"-1\"\n cidr_blocks = [\"0.0.0.0/0\"]\n}",
    );
    assert!(open.contains("0.0.0.0/0") && !open.contains("127.0.0.1"), "{open}");
}

#[test]
fn rules_name_one_place_each() {
    assert_snapshot!(shown(
        r#"
        variable "blocks" { type = list(string) }
        resource "aws_security_group" "g" {
          name   = "g"
          vpc_id = "vpc-1"
          ingress {
            from_port       = 443
            to_port         = 443
            protocol        = "tcp"
            cidr_blocks     = ["10.0.0.0/8", "192.168.0.0/16"]
            ipv6_cidr_blocks = ["fd00::/8"]
            security_groups = ["sg-1"]
            self            = true
          }
          egress {
            description     = "anywhere"
            from_port       = 0
            to_port         = 0
            protocol        = "all"
            cidr_blocks     = var.blocks
            prefix_list_ids = ["pl-1"]
          }
        }
        resource "aws_security_group_rule" "out" {
          type              = "egress"
          security_group_id = aws_security_group.g.id
          from_port         = 443
          to_port           = 443
          protocol          = "tcp"
          cidr_blocks       = ["0.0.0.0/0", "10.0.0.0/8"]
        }
        resource "aws_security_group_rule" "in" {
          type                     = "ingress"
          security_group_id        = aws_security_group.g.id
          from_port                = 80
          to_port                  = 80
          protocol                 = "tcp"
          source_security_group_id = "sg-2"
        }
        resource "aws_security_group_rule" "self" {
          type              = "ingress"
          security_group_id = aws_security_group.g.id
          from_port         = 22
          to_port           = 22
          protocol          = "tcp"
          self              = true
        }
        resource "aws_vpc_security_group_egress_rule" "out" {
          security_group_id = aws_security_group.g.id
          ip_protocol       = "-1"
          cidr_ipv4         = "0.0.0.0/0"
        }
        resource "aws_vpc_security_group_ingress_rule" "in" {
          security_group_id            = aws_security_group.g.id
          ip_protocol                  = "tcp"
          from_port                    = 443
          to_port                      = 443
          referenced_security_group_id = "sg-3"
        }"#
    ));
}

#[test]
fn a_rule_of_unknown_way_may_be_either() {
    let hcl = r#"
        variable "way" { type = string }
        resource "aws_security_group_rule" "r" {
          type              = var.way
          security_group_id = "sg-1"
          from_port         = 0
          to_port           = 0
          protocol          = "-1"
          cidr_blocks       = ["0.0.0.0/0"]
        }"#;
    assert_eq!(property(hcl, EGRESS, "GroupId"), "\"sg-1\"");
    assert_eq!(property(hcl, EGRESS, "CidrIp"), "${variable `way`}");
}

#[test]
fn load_balancers() {
    assert_snapshot!(shown(
        r#"
        resource "aws_lb" "public" {
          name    = "public"
          subnets = ["subnet-1", "subnet-2"]
        }
        resource "aws_alb" "private" { internal = true }
        resource "aws_lb_target_group" "f" {
          name        = "f"
          target_type = "lambda"
        }
        resource "aws_lb_target_group_attachment" "f" {
          target_group_arn = aws_lb_target_group.f.arn
          target_id        = "arn:aws:lambda:eu-west-1:123456789012:function:f"
        }
        resource "aws_lb_listener" "l" {
          load_balancer_arn = aws_lb.public.arn
          port              = 443
          protocol          = "HTTPS"
          ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
          certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
          mutual_authentication {
            mode            = "verify"
            trust_store_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/t/1"
          }
          default_action {
            type = "forward"
            forward {
              target_group { arn = aws_lb_target_group.f.arn }
            }
          }
        }
        resource "aws_lb_listener_rule" "r" {
          listener_arn = aws_lb_listener.l.arn
          priority     = 10
          action {
            type = "authenticate-cognito"
            authenticate_cognito {
              user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/p"
              user_pool_client_id = "c"
              user_pool_domain    = "d"
            }
          }
          condition {
            path_pattern { values = ["/api/*"] }
          }
        }"#
    ));
}

#[test]
fn firewalls() {
    assert_snapshot!(shown(
        r#"
        resource "aws_networkfirewall_rule_group" "g" {
          name     = "domains"
          type     = "STATEFUL"
          capacity = 100
          rule_group {
            rules_source {
              rules_source_list {
                generated_rules_type = "ALLOWLIST"
                target_types         = ["TLS_SNI"]
                targets              = [".acme.example"]
              }
            }
          }
        }
        resource "aws_networkfirewall_firewall_policy" "p" {
          name = "p"
          firewall_policy {
            stateless_default_actions          = ["aws:forward_to_sfe"]
            stateless_fragment_default_actions = ["aws:forward_to_sfe"]
            stateful_default_actions           = ["aws:drop_strict"]
            stateful_engine_options { rule_order = "STRICT_ORDER" }
            stateful_rule_group_reference { resource_arn = aws_networkfirewall_rule_group.g.arn }
          }
        }
        resource "aws_networkfirewall_firewall" "f" {
          name                = "f"
          firewall_policy_arn = aws_networkfirewall_firewall_policy.p.arn
          vpc_id              = "vpc-1"
          subnet_mapping { subnet_id = "subnet-1" }
        }
        resource "aws_route53_resolver_firewall_domain_list" "d" {
          name    = "d"
          domains = ["acme.example."]
        }
        resource "aws_route53_resolver_firewall_rule_group" "g" { name = "g" }
        resource "aws_route53_resolver_firewall_rule" "allow" {
          name                    = "allow"
          action                  = "ALLOW"
          priority                = 1
          firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.d.id
          firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.g.id
        }
        resource "aws_route53_resolver_firewall_rule" "block" {
          name                    = "block"
          action                  = "BLOCK"
          block_response          = "NODATA"
          priority                = 2
          firewall_domain_list_id = "rslvr-fdl-1"
          firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.g.id
        }
        resource "aws_route53_resolver_firewall_rule_group_association" "a" {
          name                   = "a"
          firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.g.id
          priority               = 101
          vpc_id                 = "vpc-1"
        }"#
    ));
}

#[test]
fn a_distribution() {
    assert_snapshot!(shown(
        r#"
        resource "aws_cloudfront_origin_access_control" "o" {
          name                              = "o"
          origin_access_control_origin_type = "lambda"
          signing_behavior                  = "always"
          signing_protocol                  = "sigv4"
        }
        resource "aws_cloudfront_distribution" "d" {
          enabled    = true
          aliases    = ["acme.example"]
          web_acl_id = aws_wafv2_web_acl.w.arn
          origin {
            domain_name              = "abc.lambda-url.eu-west-1.on.aws"
            origin_id                = "f"
            origin_access_control_id = aws_cloudfront_origin_access_control.o.id
            custom_origin_config {
              http_port              = 80
              https_port             = 443
              origin_protocol_policy = "https-only"
              origin_ssl_protocols   = ["TLSv1.2"]
            }
          }
          default_cache_behavior {
            allowed_methods        = ["GET", "HEAD"]
            cached_methods         = ["GET", "HEAD"]
            target_origin_id       = "f"
            viewer_protocol_policy = "redirect-to-https"
            lambda_function_association {
              event_type = "viewer-request"
              lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:edge:1"
            }
          }
          restrictions {
            geo_restriction { restriction_type = "none" }
          }
          viewer_certificate { acm_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
          viewer_mtls_config {
            mode = "required"
            trust_store_config { trust_store_id = "ts-1" }
          }
        }
        resource "aws_wafv2_web_acl" "w" {
          name  = "w"
          scope = "CLOUDFRONT"
          default_action {
            allow {}
          }
          rule {
            name     = "managed"
            priority = 1
            override_action {
              count {}
            }
            statement {
              managed_rule_group_statement {
                name        = "AWSManagedRulesCommonRuleSet"
                vendor_name = "AWS"
                rule_action_override {
                  name = "SizeRestrictions_BODY"
                  action_to_use {
                    count {}
                  }
                }
              }
            }
            visibility_config {
              cloudwatch_metrics_enabled = true
              metric_name                = "m"
              sampled_requests_enabled   = true
            }
          }
          rule {
            name     = "rate"
            priority = 2
            action {
              block {}
            }
            statement {
              rate_based_statement {
                limit = 1000
                scope_down_statement {
                  not_statement {
                    statement {
                      geo_match_statement { country_codes = ["CH"] }
                    }
                  }
                }
              }
            }
          }
          visibility_config {
            cloudwatch_metrics_enabled = true
            metric_name                = "w"
            sampled_requests_enabled   = true
          }
        }
        resource "aws_wafv2_rule_group" "g" {
          name     = "g"
          scope    = "REGIONAL"
          capacity = 10
        }
        resource "aws_wafv2_web_acl_association" "a" {
          resource_arn = "arn:aws:apigateway:eu-west-1::/restapis/a/stages/live"
          web_acl_arn  = aws_wafv2_web_acl.w.arn
        }
        resource "aws_wafv2_web_acl_logging_configuration" "l" {
          resource_arn            = aws_wafv2_web_acl.w.arn
          log_destination_configs = ["arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs"]
          logging_filter {
            default_behavior = "DROP"
            filter {
              behavior    = "KEEP"
              requirement = "MEETS_ANY"
              condition {
                action_condition { action = "BLOCK" }
              }
            }
          }
        }"#
    ));
}

#[test]
fn lattice_services() {
    assert_snapshot!(shown(
        r#"
        resource "aws_vpclattice_service" "s" { name = "s" }
        resource "aws_vpclattice_service_network" "n" {
          name      = "n"
          auth_type = "AWS_IAM"
        }
        resource "aws_vpclattice_service_network_service_association" "a" {
          service_identifier         = aws_vpclattice_service.s.id
          service_network_identifier = aws_vpclattice_service_network.n.id
        }
        resource "aws_vpclattice_auth_policy" "p" {
          resource_identifier = aws_vpclattice_service.s.arn
          policy              = "{\"Statement\": []}"
        }
        resource "aws_vpclattice_target_group" "t" {
          name = "t"
          type = "LAMBDA"
        }
        resource "aws_vpclattice_target_group_attachment" "t" {
          target_group_identifier = aws_vpclattice_target_group.t.id
          target { id = "arn:aws:lambda:eu-west-1:123456789012:function:f" }
        }
        resource "aws_vpclattice_listener" "l" {
          name               = "l"
          protocol           = "HTTPS"
          service_identifier = aws_vpclattice_service.s.id
          default_action {
            forward {
              target_groups { target_group_identifier = aws_vpclattice_target_group.t.id }
            }
          }
        }"#
    ));
}
