//! Security groups and where their egress rules let traffic go.

use crate::{Inventory, Node, Target};
use smol_str::{SmolStr, format_smolstr};
use std::borrow::Cow;
use stockade_model::{Fact, Kind, Kleene, Resource, Symbol, SymbolKind, Text, Value};

/// An `AWS::EC2::SecurityGroup`.
#[derive(Debug, Clone, Copy)]
pub struct SecurityGroup<'a> {
    inventory: &'a Inventory,
    node: Node,
}

/// An egress rule of a group: an item of its `SecurityGroupEgress`, or a resource of its own.
#[derive(Debug, Clone)]
pub struct EgressRule<'a> {
    /// The rule: an object.
    pub rule: Cow<'a, Value>,
    /// The resource that it is written in.
    pub resource: &'a Resource,
    /// The path of the rule in it, with a dot behind; empty for a resource of its own.
    pub path: SmolStr,
}

/// How far a rule opens a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// To named networks, groups or prefix lists only.
    Narrow,
    /// To everyone, by TCP port 443 alone. The value is the address block.
    Https(Value),
    /// To everyone, by other ports or protocols too.
    Everyone(Value),
    /// Not known: the value that would decide, and why it is not known.
    Unknown(Value, Symbol),
}

impl<'a> SecurityGroup<'a> {
    pub(crate) fn new(inventory: &'a Inventory, node: Node) -> Self {
        Self { inventory, node }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &'a Resource {
        self.inventory.resource(self.node)
    }

    /// Its node.
    #[must_use]
    pub fn node(&self) -> Node {
        self.node
    }

    /// The rules that it is declared with.
    #[must_use]
    pub fn own_egress(&self) -> Cow<'a, Value> {
        self.resource().properties.get("SecurityGroupEgress")
    }

    /// All rules of the deployment that certainly are its, and the symbol of what else may be: items that are not
    /// known, rules whose group is not known. A group without any has the one that AWS adds: everything to everyone.
    #[must_use]
    pub fn egress(&self) -> (Vec<EgressRule<'a>>, Option<Symbol>) {
        let own = self.own_egress();
        let mut more = own.open().cloned();
        let mut rules = Vec::new();
        for (at, rule) in own.items().iter().enumerate().filter(|(_, rule)| rule.unknown().is_none()) {
            let path = match own.kind {
                Kind::List(_) => format_smolstr!("SecurityGroupEgress.{at}."),
                _ => SmolStr::new_static("SecurityGroupEgress."),
            };
            rules.push(EgressRule { rule: Cow::Owned(rule.clone()), resource: self.resource(), path });
        }
        for (_, resource) in self.inventory.of_type("AWS::EC2::SecurityGroupEgress") {
            match self.inventory.resolve(&resource.properties.get("GroupId"), &["AWS::EC2::SecurityGroup"]) {
                Target::Node(node) if node == self.node => {
                    let path = SmolStr::default();
                    rules.push(EgressRule { rule: Cow::Borrowed(&resource.properties), resource, path });
                }
                Target::Ambiguous(nodes, symbol) if nodes.contains(&self.node) => {
                    more.get_or_insert(symbol);
                }
                // What a stack is given from outside is no group that the stack itself makes.
                Target::Unknown(symbol)
                    if !matches!(symbol.kind(), SymbolKind::Parameter { .. } | SymbolKind::Import(_)) =>
                {
                    more.get_or_insert(symbol);
                }
                _ => {}
            }
        }
        (rules, more)
    }
}

impl EgressRule<'_> {
    /// How far it opens the group. Half of all addresses counts as all: two such rules are everyone.
    #[must_use]
    pub fn opening(&self) -> Opening {
        opening(&self.rule)
    }
}

fn opening(rule: &Value) -> Opening {
    let mut unknown = None;
    for key in ["CidrIp", "CidrIpv6"] {
        let block = rule.get(key);
        match covers_everyone(&block) {
            Kleene::True => return to_everyone(rule, block.into_owned()),
            Kleene::Unknown => {
                let symbol = block.as_text().and_then(|text| text.symbols().next().cloned());
                if let Some(symbol) = symbol {
                    unknown.get_or_insert(Opening::Unknown(block.into_owned(), symbol));
                }
            }
            Kleene::False => {}
        }
    }
    unknown.unwrap_or(Opening::Narrow)
}

fn to_everyone(rule: &Value, block: Value) -> Opening {
    let protocol = rule.get("IpProtocol").literal();
    let ports = [rule.get("FromPort").number(), rule.get("ToPort").number()];
    let other_port = |port: &Fact<f64>| match port {
        Fact::Known(port) => (port - 443.0).abs() > f64::EPSILON,
        Fact::Unknown(symbol) => !symbol.may_be("443"),
        Fact::Absent | Fact::Other => true,
    };
    let other_protocol = match &protocol {
        Fact::Known(name) => !(name.eq_ignore_ascii_case("tcp") || name == "6"),
        Fact::Unknown(symbol) => !symbol.may_be("tcp") && !symbol.may_be("6"),
        Fact::Absent | Fact::Other => true,
    };
    if other_protocol || ports.iter().any(other_port) {
        return Opening::Everyone(block);
    }
    // What is left may be HTTPS alone.
    if let Fact::Unknown(symbol) = protocol {
        return Opening::Unknown(rule.get("IpProtocol").into_owned(), symbol);
    }
    for (key, port) in ["FromPort", "ToPort"].into_iter().zip(ports) {
        if let Fact::Unknown(symbol) = port {
            return Opening::Unknown(rule.get(key).into_owned(), symbol);
        }
    }
    Opening::Https(block)
}

/// Whether a block of addresses is everyone, or half of everyone.
fn covers_everyone(block: &Value) -> Kleene {
    match block.literal() {
        Fact::Known(block) => {
            let length = block.trim().rsplit_once('/').and_then(|(_, length)| length.parse::<u8>().ok());
            length.is_some_and(|length| length <= 1).into()
        }
        Fact::Unknown(symbol) => {
            // A VPC and its subnets have blocks of /16 and longer, of /44 and longer in IPv6 (Amazon VPC user guide).
            if matches!(symbol.kind(), SymbolKind::Attribute { attribute, .. } if attribute.contains("Cidr"))
            {
                return Kleene::False;
            }
            let Some(text) = block.as_text() else { return Kleene::Unknown };
            let wide = ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"];
            let may_be = |wide: &&str| text.compare(&Text::literal(*wide)) != Kleene::False;
            if wide.iter().any(may_be) { Kleene::Unknown } else { Kleene::False }
        }
        Fact::Absent | Fact::Other => Kleene::False,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{Field, Object, Origin, Place};

    fn rule(fields: &[(&str, &str)]) -> Opening {
        let origin = Origin::at(Place::default());
        let field = |(key, text): &(&str, &str)| Field {
            key: (*key).into(),
            key_place: Place::default(),
            value: Value::text(
                match text.strip_prefix('$') {
                    Some(name) => Text::symbol(Symbol::parameter("", name, None, Vec::new(), false)),
                    None => Text::literal(*text),
                },
                origin.clone(),
            ),
        };
        let object = Object { fields: fields.iter().map(field).collect(), ..Object::default() };
        let value = Value::new(Kind::Object(object), origin.clone());
        opening(&value)
    }

    #[test]
    fn only_tcp_443_is_https() {
        let https = |protocol, from, to| {
            let fields =
                [("CidrIp", "0.0.0.0/0"), ("IpProtocol", protocol), ("FromPort", from), ("ToPort", to)];
            matches!(rule(&fields), Opening::Https(_))
        };
        assert!(https("tcp", "443", "443") && https("6", "443", "443"));
        assert!(!https("udp", "443", "443") && !https("tcp", "443", "444") && !https("-1", "443", "443"));
        assert!(matches!(rule(&[("CidrIp", "0.0.0.0/0"), ("IpProtocol", "-1")]), Opening::Everyone(_)));
        let unknown = [("CidrIp", "0.0.0.0/0"), ("IpProtocol", "tcp"), ("FromPort", "$P"), ("ToPort", "443")];
        assert!(matches!(rule(&unknown), Opening::Unknown(..)));
        let unknown = [("CidrIp", "0.0.0.0/0"), ("IpProtocol", "tcp"), ("FromPort", "$P"), ("ToPort", "80")];
        assert!(matches!(rule(&unknown), Opening::Everyone(_)));
    }

    #[test]
    fn what_is_everyone() {
        let everyone =
            |key, block| matches!(rule(&[(key, block), ("IpProtocol", "-1")]), Opening::Everyone(_));
        assert!(everyone("CidrIp", "0.0.0.0/0") && everyone("CidrIpv6", "::/0"));
        assert!(everyone("CidrIp", "0.0.0.0/1") && everyone("CidrIp", "10.1.2.3/0"));
        assert!(!everyone("CidrIp", "10.0.0.0/8") && !everyone("CidrIp", "255.255.255.255/32"));
        assert_eq!(rule(&[("DestinationPrefixListId", "pl-1")]), Opening::Narrow);
        assert!(matches!(rule(&[("CidrIp", "$Block")]), Opening::Unknown(..)));
        assert!(matches!(rule(&[("CidrIp", "$Block"), ("CidrIpv6", "::/0")]), Opening::Everyone(_)));
    }
}
