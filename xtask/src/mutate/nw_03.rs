//! NW-03: a function's security group that lets traffic out to everyone.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, OTHER_CLAUSE, reference, resource, subject};
use stockade_inventory::{Inventory, Target};
use stockade_model::{Outcome, Resource, Verdict};
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for security groups");

fn group<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, group) = subject(inventory, verdict)?;
    (group.type_name == "AWS::EC2::SecurityGroup").then_some(group)
}

/// A rule that lets a port out to everyone, or all of them.
fn rule(
    protocol: &'static str,
    port: Option<&'static str>,
    everyone: &str,
    block: New,
) -> Vec<(&'static str, New)> {
    let key = if everyone.contains(':') { "CidrIpv6" } else { "CidrIp" };
    let mut rule = vec![("IpProtocol", New::string(protocol)), (key, block)];
    for name in ["FromPort", "ToPort"] {
        rule.extend(port.map(|port| (name, New::Number(port.into()))));
    }
    rule
}

/// Such a rule in the group's list, and as a resource of its own.
fn opened(
    group: &Resource,
    protocol: &'static str,
    port: Option<&'static str>,
    everyone: &'static str,
) -> Vec<Break> {
    let group_id = reference(group);
    vec![
        Break::set(group, "SecurityGroupEgress", everyone)
            .around(move |block| New::Sequence(vec![New::mapping(rule(protocol, port, everyone, block))])),
        Break::add_with(group, everyone, move |block| {
            let mut properties = rule(protocol, port, everyone, block);
            properties.push(("GroupId", group_id.clone()));
            resource("AWS::EC2::SecurityGroupEgress", properties)
        }),
    ]
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
            from: Outcome::Pass,
            breaks: |inventory, verdict| Some(opened(group(inventory, verdict)?, "-1", None, "0.0.0.0/0")),
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
        Clause {
            name: "a port to `::/0`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| Some(opened(group(inventory, verdict)?, "udp", Some("53"), "::/0")),
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
        Clause {
            name: "HTTPS to everyone, no allow-list",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let group = group(inventory, verdict)?;
                is_in_plain_vpc(inventory, group).then(|| opened(group, "tcp", Some("443"), "0.0.0.0/0"))
            },
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
        Clause {
            name: "no rule at all",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let group = group(inventory, verdict)?;
                let alone = !has_rules_beside(inventory, group);
                alone.then(|| {
                    vec![
                        Break::remove(group, "SecurityGroupEgress"),
                        Break::set_value(group, "SecurityGroupEgress", New::Sequence(Vec::new())),
                    ]
                })
            },
            impossible: &[
                (&[Form::Sub], "an empty list of rules is no text"),
                NO_GLOBALS,
                (&[Form::Separate], "a rule of its own keeps AWS from adding the open one"),
            ],
        },
    ],
};
