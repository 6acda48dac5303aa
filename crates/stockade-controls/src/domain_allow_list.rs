//! Whether a list of allowed domains stands between a security group and the internet.

use stockade_inventory::{Inventory, SecurityGroup, Target};
use stockade_model::{Fact, Kleene, Resource, Symbol};

/// What is known of it.
pub(crate) enum AllowList {
    /// There is one.
    Stands,
    /// There is none in the group's VPC.
    Missing,
    /// It cannot be told; with the symbol, if one is why.
    Unknown(Option<Symbol>),
}

/// DNS Firewall serves the whole VPC; whether traffic passes a network firewall is for the routes to say.
pub(crate) fn domain_allow_list(inventory: &Inventory, group: SecurityGroup) -> AllowList {
    let vpc_id = group.resource().properties.get("VpcId");
    let vpc = match inventory.resolve(&vpc_id, &["AWS::EC2::VPC"]) {
        Target::Node(node) => node,
        Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => return AllowList::Unknown(Some(symbol)),
        Target::External(_) | Target::Nothing => return AllowList::Unknown(None),
    };
    let mut unknown: Option<Option<Symbol>> = inventory.open().cloned().map(Some);
    for (_, association) in inventory.of_type("AWS::Route53Resolver::FirewallRuleGroupAssociation") {
        match inventory.resolve(&association.properties.get("VpcId"), &["AWS::EC2::VPC"]) {
            Target::Node(node) if node == vpc => {}
            Target::Ambiguous(_, symbol) => {
                unknown.get_or_insert(Some(symbol));
                continue;
            }
            _ => continue,
        }
        let id = association.properties.get("FirewallRuleGroupId");
        match inventory.resolve(&id, &["AWS::Route53Resolver::FirewallRuleGroup"]) {
            Target::Node(node) => match blocks_the_rest(inventory, inventory.resource(node)) {
                Kleene::True => return AllowList::Stands,
                Kleene::False => {}
                Kleene::Unknown => {
                    unknown.get_or_insert(None);
                }
            },
            Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => {
                unknown.get_or_insert(Some(symbol));
            }
            Target::External(_) | Target::Nothing => {
                unknown.get_or_insert(None);
            }
        }
    }
    for (_, firewall) in inventory.of_type("AWS::NetworkFirewall::Firewall") {
        match inventory.resolve(&firewall.properties.get("VpcId"), &["AWS::EC2::VPC"]) {
            Target::Node(node) if node != vpc => {}
            _ => {
                unknown.get_or_insert(None);
            }
        }
    }
    unknown.map_or(AllowList::Missing, AllowList::Unknown)
}

/// Whether a rule group names what is allowed and blocks all other domains.
fn blocks_the_rest(inventory: &Inventory, group: &Resource) -> Kleene {
    let rules = group.properties.get("FirewallRules");
    let rest: Kleene = if rules.open().is_some() { Kleene::Unknown } else { Kleene::False };
    let (mut allows, mut blocks) = (rest, rest);
    for rule in rules.items() {
        match rule.get("Action").literal() {
            Fact::Known(action) if action == "ALLOW" => allows = Kleene::True,
            Fact::Known(action) if action == "BLOCK" => {
                let id = rule.get("FirewallDomainListId");
                blocks =
                    blocks.or(match inventory.resolve(&id, &["AWS::Route53Resolver::FirewallDomainList"]) {
                        Target::Node(node) => is_every_domain(inventory.resource(node)),
                        _ => Kleene::Unknown,
                    });
            }
            Fact::Unknown(_) => {
                allows = allows.or(Kleene::Unknown);
                blocks = blocks.or(Kleene::Unknown);
            }
            _ => {}
        }
    }
    allows.and(blocks)
}

fn is_every_domain(list: &Resource) -> Kleene {
    let domains = list.properties.get("Domains");
    let all =
        domains.items().iter().any(|domain| matches!(domain.literal(), Fact::Known(name) if name == "*"));
    match all {
        true => Kleene::True,
        false if domains.is_absent() || domains.open().is_some() => Kleene::Unknown,
        false => Kleene::False,
    }
}
