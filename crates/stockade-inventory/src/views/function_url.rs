//! Function URLs and who may call them.

use super::public_invocation::Way;
use crate::{Function, Inventory, Node, ResourcePolicy, Target};
use foldhash::HashMap;
use smol_str::SmolStr;
use std::borrow::Cow;
use stockade_model::{Place, Resource, Symbol, Value};

/// An `AWS::Lambda::Url`.
#[derive(Debug, Clone, Copy)]
pub struct FunctionUrl<'a> {
    inventory: &'a Inventory,
    node: Node,
}

/// What the permissions of a function say of public calls through its URL.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    /// Grants of `lambda:InvokeFunctionUrl` to everyone, by the place of each.
    pub invoke_function_url: Vec<Place>,
    /// Grants of `lambda:InvokeFunction` to everyone.
    pub invoke_function: Vec<Place>,
    /// Set if a permission that is not known may grant it.
    pub possible: Option<Symbol>,
}

impl<'a> FunctionUrl<'a> {
    pub(crate) fn new(inventory: &'a Inventory, node: Node) -> Self {
        Self { inventory, node }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &'a Resource {
        self.inventory.resource(self.node)
    }

    /// `AuthType`.
    #[must_use]
    pub fn auth_type(&self) -> Cow<'a, Value> {
        self.resource().properties.get("AuthType")
    }

    /// The function that it is of.
    ///
    /// # Errors
    /// What the value names instead.
    pub fn function(&self) -> Result<Function<'a>, Target> {
        Function::named_by(self.inventory, &self.resource().properties.get("TargetFunctionArn"))
    }

    /// What messages call the function: its id, else that of the URL.
    #[must_use]
    pub fn function_name(&self) -> SmolStr {
        let resource = self.resource();
        let own = || resource.instance.clone().unwrap_or_else(|| resource.declared_id.clone());
        self.function().map_or_else(|_| own(), |function| function.resource().id.clone())
    }

    /// The public grants on its function, from `AWS::Lambda::Permission` and `AWS::Lambda::ResourcePolicy`.
    ///
    /// A URL can be called by anyone only with both halves, `lambda:InvokeFunctionUrl` and
    /// `lambda:InvokeFunction` (Lambda developer guide, "Control access to Lambda function URLs").
    #[must_use]
    pub fn public_grant(&self) -> Grant {
        let function = match self.function() {
            Ok(function) => function,
            Err(target) => return self.grant_on_the_same(&target),
        };
        let grants = self.inventory.public_grants.get_or_init(|| PublicGrants::of(self.inventory));
        let mut grant = grants.by_function.get(&function.node()).cloned().unwrap_or_default();
        grant.possible = grant.possible.or_else(|| grants.possible.clone());
        grant
    }

    /// The public grants on a function that is not in the deployment, by policies that name the same as the URL.
    fn grant_on_the_same(&self, target: &Target) -> Grant {
        let mut grant = Grant::default();
        if matches!(target, Target::Nothing) {
            return grant;
        }
        let policies = self.inventory.function_policies();
        for policy in policies.iter().filter(|policy| policy.of.contains(target)) {
            grant.add(self.inventory, policy);
        }
        grant
    }
}

/// The public grants on all functions.
#[derive(Debug, Default)]
pub(crate) struct PublicGrants {
    by_function: HashMap<Node, Grant>,
    /// Set if something that is not known to be of one function may grant it.
    possible: Option<Symbol>,
}

impl PublicGrants {
    fn of(inventory: &Inventory) -> Self {
        let mut grants = Self::default();
        for policy in inventory.function_policies() {
            for target in &policy.of {
                match target {
                    Target::Node(node) => {
                        grants.by_function.entry(*node).or_default().add(inventory, &policy);
                    }
                    Target::Ambiguous(nodes, symbol) => {
                        for node in nodes {
                            let grant = grants.by_function.entry(*node).or_default();
                            grant.possible.get_or_insert_with(|| symbol.clone());
                        }
                    }
                    Target::Unknown(symbol) => {
                        grants.possible.get_or_insert_with(|| symbol.clone());
                    }
                    Target::External(_) | Target::Nothing => {}
                }
            }
        }
        grants
    }
}

impl Grant {
    fn add(&mut self, inventory: &Inventory, policy: &ResourcePolicy) {
        let (url, may_be) = inventory.public_statements(policy, Way::Url);
        self.invoke_function_url.extend(url);
        let (function, may_be_too) = inventory.public_statements(policy, Way::ThroughUrl);
        self.invoke_function.extend(function);
        self.possible = self.possible.take().or(may_be).or(may_be_too);
    }
}
