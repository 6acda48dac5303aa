//! Route 53 Resolver DNS Firewall.

use super::row::{Part, Row, TAGS, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_route53_resolver_firewall_rule_group",
        target: Target::Resource("AWS::Route53Resolver::FirewallRuleGroup"),
        words: &[same("name", "Name"), TAGS],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_route53_resolver_firewall_rule",
        target: Target::Part(&Part {
            owners: &["aws_route53_resolver_firewall_rule_group"],
            by: "firewall_rule_group_id",
            at: "FirewallRules",
            list: true,
        }),
        words: &[
            same("action", "Action"),
            same("block_override_dns_type", "BlockOverrideDnsType"),
            same("block_override_domain", "BlockOverrideDomain"),
            same("block_override_ttl", "BlockOverrideTtl"),
            same("block_response", "BlockResponse"),
            same("confidence_threshold", "ConfidenceThreshold"),
            same("dns_threat_protection", "DnsThreatProtection"),
            same("firewall_domain_list_id", "FirewallDomainListId"),
            same("firewall_domain_redirection_action", "FirewallDomainRedirectionAction"),
            same("priority", "Priority"),
            same("q_type", "Qtype"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_route53_resolver_firewall_domain_list",
        target: Target::Resource("AWS::Route53Resolver::FirewallDomainList"),
        words: &[same("domains", "Domains"), same("name", "Name"), TAGS],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_route53_resolver_firewall_rule_group_association",
        target: Target::Resource("AWS::Route53Resolver::FirewallRuleGroupAssociation"),
        words: &[
            same("firewall_rule_group_id", "FirewallRuleGroupId"),
            same("mutation_protection", "MutationProtection"),
            same("name", "Name"),
            same("priority", "Priority"),
            TAGS,
            same("vpc_id", "VpcId"),
        ],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
];
