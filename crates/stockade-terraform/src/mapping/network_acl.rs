//! Network access control lists of a VPC.

use super::lower::{Built, field, given, itself, written};
use super::row::{Row, TAGS, Target, Word, same, values};
use crate::{ResourceInstance, Value};
use stockade_model::Kind;

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_network_acl",
        target: Target::Resource("AWS::EC2::NetworkAcl"),
        words: &[TAGS, same("vpc_id", "VpcId")],
        attributes: &[("id", "Ref")],
        finish: Some(entries),
    },
    Row {
        source: "aws_network_acl_rule",
        target: Target::Resource("AWS::EC2::NetworkAclEntry"),
        words: &[
            same("cidr_block", "CidrBlock"),
            same("egress", "Egress").or("false"),
            same("from_port", "PortRange.From"),
            same("icmp_code", "Icmp.Code"),
            same("icmp_type", "Icmp.Type"),
            same("ipv6_cidr_block", "Ipv6CidrBlock"),
            same("network_acl_id", "NetworkAclId"),
            values("protocol", "Protocol", PROTOCOLS),
            same("rule_action", "RuleAction"),
            same("rule_number", "RuleNumber"),
            same("to_port", "PortRange.To"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_network_acl_association",
        target: Target::Resource("AWS::EC2::SubnetNetworkAclAssociation"),
        words: &[same("network_acl_id", "NetworkAclId"), same("subnet_id", "SubnetId")],
        attributes: &[],
        finish: None,
    },
];

/// Numbers of protocols, where the provider takes names too (IANA protocol numbers).
const PROTOCOLS: &[(&str, &str)] =
    &[("all", "-1"), ("icmp", "1"), ("tcp", "6"), ("udp", "17"), ("icmpv6", "58")];

/// An entry that the list itself says.
const ENTRY: &[Word] = &[
    same("action", "RuleAction"),
    same("cidr_block", "CidrBlock").unless(""),
    same("ipv6_cidr_block", "Ipv6CidrBlock").unless(""),
    same("from_port", "PortRange.From"),
    same("to_port", "PortRange.To"),
    same("icmp_code", "Icmp.Code"),
    same("icmp_type", "Icmp.Type"),
    values("protocol", "Protocol", PROTOCOLS),
    same("rule_no", "RuleNumber"),
];

/// Entries and subnets that the list itself names, each a resource of its own in CloudFormation.
fn entries(instance: &ResourceInstance, built: &mut Built) {
    for (argument, egress) in [("ingress", "false"), ("egress", "true")] {
        let rules = given(&instance.value, argument);
        for rule in rules.map(Value::blocks).unwrap_or_default() {
            let Kind::Object(entry) = Built::of_block(ENTRY, rule).kind else { continue };
            let mut fields = entry.fields;
            fields.push(field("NetworkAclId", itself(instance, "id")));
            fields.push(field("Egress", written(egress, &rule.origin)));
            built.add("/entry", "AWS::EC2::NetworkAclEntry", fields);
        }
    }
    for subnet in given(&instance.value, "subnet_ids").map(Value::items).unwrap_or_default() {
        let fields =
            vec![field("NetworkAclId", itself(instance, "id")), field("SubnetId", subnet.to_model())];
        built.add("/subnet", "AWS::EC2::SubnetNetworkAclAssociation", fields);
    }
}
