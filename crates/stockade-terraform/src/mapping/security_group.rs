//! Security groups and their rules.

use super::lower::{Built, field, given, itself, object, written};
use super::row::{Row, TAGS, Target, same};
use crate::{ResourceInstance, Value};
use stockade_model::{Field, Kind, List, Origin, Symbol, Text, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_security_group",
        target: Target::Resource("AWS::EC2::SecurityGroup"),
        words: &[
            same("description", "GroupDescription").or("Managed by Terraform"),
            same("name", "GroupName"),
            TAGS,
            same("vpc_id", "VpcId"),
        ],
        attributes: &[("id", "GroupId"), ("name", "GroupName"), ("vpc_id", "VpcId")],
        finish: Some(rules),
    },
    Row {
        source: "aws_default_security_group",
        target: Target::Resource("AWS::EC2::SecurityGroup"),
        words: &[TAGS, same("vpc_id", "VpcId")],
        attributes: &[("id", "GroupId")],
        finish: Some(default_group),
    },
    Row {
        source: "aws_security_group_rule",
        target: Target::Resource("AWS::EC2::SecurityGroupEgress"),
        words: &[same("security_group_id", "GroupId")],
        attributes: &[],
        finish: Some(rule),
    },
    Row {
        source: "aws_vpc_security_group_egress_rule",
        target: Target::Resource("AWS::EC2::SecurityGroupEgress"),
        words: &[
            same("cidr_ipv4", "CidrIp"),
            same("cidr_ipv6", "CidrIpv6"),
            same("description", "Description"),
            same("from_port", "FromPort"),
            same("ip_protocol", "IpProtocol"),
            same("prefix_list_id", "DestinationPrefixListId"),
            same("referenced_security_group_id", "DestinationSecurityGroupId"),
            same("security_group_id", "GroupId"),
            same("to_port", "ToPort"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpc_security_group_ingress_rule",
        target: Target::Resource("AWS::EC2::SecurityGroupIngress"),
        words: &[
            same("security_group_id", "GroupId"),
            same("cidr_ipv4", "CidrIp"),
            same("cidr_ipv6", "CidrIpv6"),
            same("description", "Description"),
            same("from_port", "FromPort"),
            same("ip_protocol", "IpProtocol"),
            same("prefix_list_id", "SourcePrefixListId"),
            same("referenced_security_group_id", "SourceSecurityGroupId"),
            same("to_port", "ToPort"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
];

/// The ways of traffic: the argument, the list of the group, the resource of a rule of its own and the prefix of the
/// properties that name a prefix list or a group.
const INGRESS: Way = Way {
    argument: "ingress",
    list: "SecurityGroupIngress",
    type_name: "AWS::EC2::SecurityGroupIngress",
    group: "SourceSecurityGroupId",
    prefix_list: "SourcePrefixListId",
};

const EGRESS: Way = Way {
    argument: "egress",
    list: "SecurityGroupEgress",
    type_name: "AWS::EC2::SecurityGroupEgress",
    group: "DestinationSecurityGroupId",
    prefix_list: "DestinationPrefixListId",
};

/// A way that traffic goes.
struct Way {
    argument: &'static str,
    list: &'static str,
    type_name: &'static str,
    group: &'static str,
    prefix_list: &'static str,
}

/// The rules that the group itself says. Where it says none of egress, the provider removes the rule that AWS makes,
/// which CloudFormation's own idiom for no egress is: one rule to an address that nothing leads to.
fn rules(instance: &ResourceInstance, built: &mut Built) {
    for way in [INGRESS, EGRESS] {
        let blocks = given(&instance.value, way.argument);
        let mut items = Vec::new();
        let mut open = match blocks.map(|blocks| &blocks.kind) {
            Some(crate::Kind::Sequence(sequence)) => sequence.open.clone(),
            _ => blocks.and_then(Value::symbol).cloned(),
        };
        for block in blocks.map(Value::blocks).unwrap_or_default() {
            if let Some(symbol) = block.symbol() {
                open.get_or_insert_with(|| symbol.clone());
            }
            let (rules, more) = of_block(block, &way, instance);
            open = open.or(more);
            items.extend(rules.into_iter().map(|fields| {
                ModelValue::new(Kind::Object(object(fields, &block.origin)), block.origin.clone())
            }));
        }
        // An open block may say them.
        if blocks.is_none() && built.properties.open.is_some() {
            continue;
        }
        let origin = blocks.map_or(&built.origin, |blocks| &blocks.origin).clone();
        if items.is_empty() && open.is_none() {
            if way.argument == "ingress" {
                continue;
            }
            let none = vec![
                field("CidrIp", written("127.0.0.1/32", &origin)),
                field("IpProtocol", every_protocol(&origin)),
            ];
            items.push(ModelValue::new(Kind::Object(object(none, &origin)), origin.clone()));
        }
        built.set(way.list, ModelValue::new(Kind::List(List { items, open }), origin));
    }
}

/// The group that a network has from the start: taken over, it has the rules that are written and no others.
fn default_group(instance: &ResourceInstance, built: &mut Built) {
    built.set("GroupName", written("default", &built.origin));
    built.set("GroupDescription", written("default VPC security group", &built.origin));
    rules(instance, built);
}

/// A rule of its own: one resource for each place that it names, in the way that its type says.
fn rule(instance: &ResourceInstance, built: &mut Built) {
    let kind = given(&instance.value, "type");
    let group = built.properties.fields.clone();
    let ways: &[Way] = match kind.map(|kind| (kind.as_str(), kind.symbol())) {
        Some((Some("ingress"), _)) => &[INGRESS],
        Some((Some("egress"), _)) => &[EGRESS],
        // It may be either.
        Some((_, Some(symbol))) => {
            built.properties.open = Some(symbol.clone());
            return;
        }
        _ => return,
    };
    for way in ways {
        let (rules, open) = of_block(&instance.value, way, instance);
        built.type_name = way.type_name.into();
        let mut rules = rules.into_iter();
        match rules.next() {
            Some(first) => built.properties.fields.extend(first),
            None => built.properties.fields.extend(shared(&instance.value)),
        }
        for rule in rules {
            built.add("/rule", way.type_name, group.iter().cloned().chain(rule).collect());
        }
        if let Some(symbol) = open {
            built.properties.open.get_or_insert(symbol);
        }
    }
}

/// The protocol that stands for all: a string, as rules have it.
fn every_protocol(origin: &Origin) -> ModelValue {
    ModelValue::text(Text::literal("-1"), origin.clone())
}

/// What all rules of a block share.
fn shared(block: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(protocol) = given(block, "protocol") {
        // The provider takes `all` for every protocol too.
        let all = protocol.as_str().is_some_and(|protocol| protocol.eq_ignore_ascii_case("all"));
        let value = if all { every_protocol(&protocol.origin) } else { protocol.to_model() };
        fields.push(field("IpProtocol", value));
    }
    for (argument, property) in
        [("from_port", "FromPort"), ("to_port", "ToPort"), ("description", "Description")]
    {
        let value = given(block, argument).filter(|value| value.as_str() != Some(""));
        fields.extend(value.map(|value| field(property, value.to_model())));
    }
    fields
}

/// The rules of a block, one for each place that it names, and what stands for more of them.
fn of_block(block: &Value, way: &Way, instance: &ResourceInstance) -> (Vec<Vec<Field>>, Option<Symbol>) {
    let shared = shared(block);
    let mut places = Vec::new();
    let mut open = None;
    for (argument, property) in [
        ("cidr_blocks", "CidrIp"),
        ("ipv6_cidr_blocks", "CidrIpv6"),
        ("prefix_list_ids", way.prefix_list),
        ("security_groups", way.group),
    ] {
        let Some(list) = given(block, argument) else { continue };
        if let crate::Kind::Unknown(symbol, _) = &list.kind {
            // It may name any number of places, none too.
            places.push(field(property, ModelValue::new(Kind::Unknown(symbol.clone()), list.origin.clone())));
        }
        if let crate::Kind::Sequence(sequence) = &list.kind {
            open = open.or_else(|| sequence.open.clone());
        }
        places.extend(list.items().iter().map(|item| field(property, item.to_model())));
    }
    if let Some(group) = given(block, "source_security_group_id") {
        places.push(field(way.group, group.to_model()));
    }
    match given(block, "self").map(|own| (own.as_bool(), own.symbol())) {
        Some((Some(true), _)) => {
            let group = given(block, "security_group_id").map(Value::to_model);
            places.push(field(way.group, group.unwrap_or_else(|| itself(instance, "id"))));
        }
        Some((_, Some(symbol))) => open = open.or_else(|| Some(symbol.clone())),
        _ => {}
    }
    let rules = places.into_iter().map(|place| shared.iter().cloned().chain([place]).collect()).collect();
    (rules, open)
}
