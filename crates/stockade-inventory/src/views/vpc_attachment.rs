//! What attaches the compute of functions to a VPC: functions, capacity providers, network connectors.

use crate::{Inventory, SecurityGroup, Target};
use std::borrow::Cow;
use stockade_model::{Resource, Symbol, Value};

/// Where each type keeps its subnets and security groups.
const KINDS: [(&str, &str); 3] = [
    ("AWS::Lambda::Function", "VpcConfig"),
    ("AWS::Lambda::CapacityProvider", "VpcConfig"),
    ("AWS::Lambda::NetworkConnector", "Configuration.VpcEgressConfiguration"),
];

/// A resource that has network interfaces in a VPC, or may have.
#[derive(Debug, Clone)]
pub struct VpcAttachment<'a> {
    inventory: &'a Inventory,
    /// The resource.
    pub resource: &'a Resource,
    /// Its subnets and security groups.
    pub configuration: Cow<'a, Value>,
}

/// A security group of an attachment.
#[derive(Debug, Clone)]
pub enum AttachedGroup<'a> {
    /// One of the deployment's.
    Declared(SecurityGroup<'a>),
    /// One outside the deployment, or one that is not known, with the symbol that says why.
    Elsewhere(Value, Option<Symbol>),
}

impl<'a> VpcAttachment<'a> {
    pub(crate) fn all(inventory: &'a Inventory) -> impl Iterator<Item = Self> {
        KINDS.into_iter().flat_map(move |(type_name, path)| {
            inventory.of_type(type_name).filter_map(move |(_, resource)| {
                let configuration = resource.properties.get(path);
                (!configuration.is_absent()).then_some(Self { inventory, resource, configuration })
            })
        })
    }

    /// The property that names the security groups.
    #[must_use]
    pub fn security_group_ids(&self) -> Cow<'_, Value> {
        self.configuration.get("SecurityGroupIds")
    }

    /// Its security groups.
    #[must_use]
    pub fn security_groups(&self) -> Vec<AttachedGroup<'a>> {
        let ids = self.security_group_ids();
        if let Some(symbol) = ids.unknown() {
            return vec![AttachedGroup::Elsewhere(ids.clone().into_owned(), Some(symbol.clone()))];
        }
        let mut groups: Vec<AttachedGroup> = ids.items().iter().map(|id| self.group(id)).collect();
        if let Some(symbol) = ids.open() {
            groups.push(AttachedGroup::Elsewhere(ids.clone().into_owned(), Some(symbol.clone())));
        }
        groups
    }

    fn group(&self, id: &Value) -> AttachedGroup<'a> {
        match self.inventory.resolve(id, &["AWS::EC2::SecurityGroup"]) {
            Target::Node(node) => AttachedGroup::Declared(SecurityGroup::new(self.inventory, node)),
            Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => {
                AttachedGroup::Elsewhere(id.clone(), Some(symbol))
            }
            Target::External(_) | Target::Nothing => AttachedGroup::Elsewhere(id.clone(), None),
        }
    }
}
