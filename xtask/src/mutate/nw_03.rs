//! NW-03: a function's security group that lets traffic out to everyone.

use super::mutator::{Break, Clause, Form, Mutator, reference, resource, subject};
use stockade_inventory::{Inventory, Target};
use stockade_model::{Finding, Resource};
use stockade_syntax::New;

const NO_GLOBALS: &str = "SAM has no `Globals` for security groups";
const OTHER_CLAUSE: &str = "that a group has no rule is a clause of its own";

fn rules(protocol: &str, port: Option<&str>, key: &str, block: New) -> New {
    let mut rule = vec![("IpProtocol", New::string(protocol)), (key, block)];
    for name in ["FromPort", "ToPort"] {
        rule.extend(port.map(|port| (name, New::Number(port.into()))));
    }
    New::Sequence(vec![New::mapping(rule)])
}

fn list(group: &Resource, scalar: &str, wrap: fn(New) -> New) -> Break {
    Break::Set {
        resource: group.id.clone(),
        property: "SecurityGroupEgress".into(),
        scalar: scalar.into(),
        wrap,
        no_echo: false,
        also: Vec::new(),
        shows_at: None,
    }
}

fn group<'a>(inventory: &'a Inventory, finding: &Finding) -> Option<&'a Resource> {
    subject(inventory, finding)
        .map(|(_, group)| group)
        .filter(|group| group.type_name == "AWS::EC2::SecurityGroup")
}

fn has_rules_beside(inventory: &Inventory, group: &Resource) -> bool {
    let named = |rule: &Resource| {
        let id = rule.properties.get("GroupId");
        inventory.resolve(&id, &["AWS::EC2::SecurityGroup"])
            == inventory.node(&group.id).map_or(Target::Nothing, Target::Node)
    };
    inventory.of_type("AWS::EC2::SecurityGroupEgress").any(|(_, rule)| named(rule))
}

/// A VPC of the deployment, which has neither kind of firewall.
fn is_in_plain_vpc(inventory: &Inventory, group: &Resource) -> bool {
    let firewalls = ["AWS::Route53Resolver::FirewallRuleGroupAssociation", "AWS::NetworkFirewall::Firewall"];
    let vpc = inventory.resolve(&group.properties.get("VpcId"), &["AWS::EC2::VPC"]);
    matches!(vpc, Target::Node(_))
        && inventory.open().is_none()
        && firewalls.iter().all(|kind| inventory.of_type(kind).next().is_none())
}

pub const MUTATOR: Mutator = Mutator {
    control: "NW-03",
    clauses: &[
        Clause {
            name: "everything to `0.0.0.0/0`",
            breaks: |inventory, finding| {
                let Some(group) = group(inventory, finding) else { return Vec::new() };
                let everyone = [
                    ("GroupId", reference(group)),
                    ("IpProtocol", New::string("-1")),
                    ("CidrIp", New::string("0.0.0.0/0")),
                ];
                let body = resource("AWS::EC2::SecurityGroupEgress", everyone);
                vec![
                    list(group, "0.0.0.0/0", |block| rules("-1", None, "CidrIp", block)),
                    Break::Add { beside: group.id.clone(), body },
                ]
            },
            impossible: &[(&[Form::Globals], NO_GLOBALS), (&[Form::Absent], OTHER_CLAUSE)],
        },
        Clause {
            name: "a port to `::/0`",
            breaks: |inventory, finding| {
                let Some(group) = group(inventory, finding) else { return Vec::new() };
                let everyone = [
                    ("GroupId", reference(group)),
                    ("IpProtocol", New::string("udp")),
                    ("FromPort", New::Number("53".into())),
                    ("ToPort", New::Number("53".into())),
                    ("CidrIpv6", New::string("::/0")),
                ];
                let body = resource("AWS::EC2::SecurityGroupEgress", everyone);
                vec![
                    list(group, "::/0", |block| rules("udp", Some("53"), "CidrIpv6", block)),
                    Break::Add { beside: group.id.clone(), body },
                ]
            },
            impossible: &[(&[Form::Globals], NO_GLOBALS), (&[Form::Absent], OTHER_CLAUSE)],
        },
        Clause {
            name: "HTTPS to everyone, no allow-list",
            breaks: |inventory, finding| {
                let alone = group(inventory, finding).filter(|group| is_in_plain_vpc(inventory, group));
                let Some(group) = alone else { return Vec::new() };
                let everyone = [
                    ("GroupId", reference(group)),
                    ("IpProtocol", New::string("tcp")),
                    ("FromPort", New::Number("443".into())),
                    ("ToPort", New::Number("443".into())),
                    ("CidrIp", New::string("0.0.0.0/0")),
                ];
                let body = resource("AWS::EC2::SecurityGroupEgress", everyone);
                vec![
                    list(group, "0.0.0.0/0", |block| rules("tcp", Some("443"), "CidrIp", block)),
                    Break::Add { beside: group.id.clone(), body },
                ]
            },
            impossible: &[(&[Form::Globals], NO_GLOBALS), (&[Form::Absent], OTHER_CLAUSE)],
        },
        Clause {
            name: "no rule at all",
            breaks: |inventory, finding| {
                let alone = group(inventory, finding).filter(|group| !has_rules_beside(inventory, group));
                let Some(group) = alone else { return Vec::new() };
                vec![
                    Break::remove(group, "SecurityGroupEgress"),
                    list(group, "", |_| New::Sequence(Vec::new())),
                ]
            },
            impossible: &[
                (&[Form::Ref, Form::Sub], "an empty list of rules is neither a parameter nor a text"),
                (&[Form::Globals], NO_GLOBALS),
                (&[Form::Separate], "a rule of its own keeps AWS from adding the open one"),
            ],
        },
    ],
};
