//! What one scenario deploys, by id and by type.

use crate::resolve::Names;
use crate::views::{
    EventSourceMapping, Function, FunctionRole, FunctionUrl, IdentityPolicies, PublicGrants, SecurityGroup,
    VpcAttachment,
};
use foldhash::HashMap;
use smol_str::SmolStr;
use std::sync::{Arc, OnceLock};
use stockade_model::{Resource, Symbol};

/// A resource's index in an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(pub(crate) usize);

/// The resources of one scenario of a deployment.
#[derive(Debug)]
pub struct Inventory {
    resources: Vec<Arc<Resource>>,
    by_id: HashMap<SmolStr, Node>,
    by_type: HashMap<SmolStr, Vec<Node>>,
    open: Option<Symbol>,
    region: SmolStr,
    partition: SmolStr,
    pub(crate) names: OnceLock<Names>,
    pub(crate) public_grants: OnceLock<PublicGrants>,
    pub(crate) function_roles: OnceLock<Vec<FunctionRole>>,
    pub(crate) identity_policies: OnceLock<IdentityPolicies>,
}

impl Inventory {
    /// An inventory of `resources`; `open` is set if there may be more of them than are known.
    #[must_use]
    pub fn new(
        resources: Vec<Arc<Resource>>,
        open: Option<Symbol>,
        region: SmolStr,
        partition: SmolStr,
    ) -> Self {
        let mut by_id = HashMap::with_capacity_and_hasher(resources.len(), Default::default());
        let mut by_type: HashMap<SmolStr, Vec<Node>> = HashMap::default();
        for (at, resource) in resources.iter().enumerate() {
            by_id.insert(resource.id.clone(), Node(at));
            by_type.entry(resource.type_name.clone()).or_default().push(Node(at));
        }
        Self {
            resources,
            by_id,
            by_type,
            open,
            region,
            partition,
            names: OnceLock::new(),
            public_grants: OnceLock::new(),
            function_roles: OnceLock::new(),
            identity_policies: OnceLock::new(),
        }
    }

    /// What stands for the resources that may exist and are not known.
    #[must_use]
    pub fn open(&self) -> Option<&Symbol> {
        self.open.as_ref()
    }

    /// The region's name.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The partition's name.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The resource of a node.
    #[must_use]
    pub fn resource(&self, node: Node) -> &Resource {
        &self.resources[node.0]
    }

    /// The node of an id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The resources of a type, in the order written.
    pub fn of_type(&self, type_name: &str) -> impl Iterator<Item = (Node, &Resource)> {
        let nodes = self.by_type.get(type_name).map(Vec::as_slice).unwrap_or_default();
        nodes.iter().map(|node| (*node, self.resource(*node)))
    }

    /// All resources, in the order written.
    pub fn resources(&self) -> impl Iterator<Item = (Node, &Resource)> {
        self.resources.iter().enumerate().map(|(at, resource)| (Node(at), resource.as_ref()))
    }

    /// Lambda functions.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        self.of_type("AWS::Lambda::Function").map(|(node, _)| Function::new(self, node))
    }

    /// Function URLs.
    pub fn function_urls(&self) -> impl Iterator<Item = FunctionUrl<'_>> {
        self.of_type("AWS::Lambda::Url").map(|(node, _)| FunctionUrl::new(self, node))
    }

    /// Security groups.
    pub fn security_groups(&self) -> impl Iterator<Item = SecurityGroup<'_>> {
        self.of_type("AWS::EC2::SecurityGroup").map(|(node, _)| SecurityGroup::new(self, node))
    }

    /// What attaches the compute of functions to a VPC.
    pub fn vpc_attachments(&self) -> impl Iterator<Item = VpcAttachment<'_>> {
        VpcAttachment::all(self)
    }

    /// Event source mappings.
    pub fn event_source_mappings(&self) -> impl Iterator<Item = EventSourceMapping<'_>> {
        self.of_type("AWS::Lambda::EventSourceMapping").map(|(node, _)| EventSourceMapping::new(self, node))
    }
}
