//! Function URLs and who may call them.

use crate::{Function, Inventory, Node, Target};
use std::borrow::Cow;
use std::collections::HashMap;
use stockade_iam::{Effect, PolicyDocument};
use stockade_model::{Fact, Place, Resource, Symbol, Value};

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

    /// The public grants on its function, from `AWS::Lambda::Permission` and `AWS::Lambda::ResourcePolicy`.
    ///
    /// A URL can be called by anyone only with both halves, `lambda:InvokeFunctionUrl` and
    /// `lambda:InvokeFunction` (Lambda developer guide, "Control access to Lambda function URLs").
    #[must_use]
    pub fn public_grant(&self) -> Grant {
        let Ok(function) = self.function() else { return Grant::default() };
        let grants = self.inventory.public_grants.get_or_init(|| PublicGrants::of(self.inventory));
        let mut grant = grants.by_function.get(&function.node()).cloned().unwrap_or_default();
        grant.possible = grant.possible.or_else(|| grants.possible.clone());
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
        for (_, permission) in inventory.of_type("AWS::Lambda::Permission") {
            let named = permission.properties.get("FunctionName");
            grants.add(inventory, &named, |grant| read_permission(permission, grant));
        }
        for (_, policy) in inventory.of_type("AWS::Lambda::ResourcePolicy") {
            let named = policy.properties.get("ResourceArn");
            grants.add(inventory, &named, |grant| read_policy(policy, grant));
        }
        grants
    }

    fn add(&mut self, inventory: &Inventory, named: &Value, read: impl Fn(&mut Grant)) {
        let symbol = || named.as_text().and_then(|text| text.symbols().next().cloned());
        match Function::named_by(inventory, named) {
            Ok(function) => read(self.by_function.entry(function.node()).or_default()),
            Err(Target::Ambiguous(nodes, _)) => {
                for node in nodes {
                    let grant = self.by_function.entry(node).or_default();
                    grant.possible = grant.possible.take().or_else(symbol);
                }
            }
            Err(Target::Unknown(_)) => self.possible = self.possible.take().or_else(symbol),
            Err(_) => {}
        }
    }
}

fn read_permission(permission: &Resource, grant: &mut Grant) {
    let properties = &permission.properties;
    let principal = properties.get("Principal");
    match principal.literal() {
        Fact::Known(principal) if principal == "*" => {}
        Fact::Unknown(symbol) => {
            grant.possible.get_or_insert(symbol);
            return;
        }
        _ => return,
    }
    let narrowed = ["PrincipalOrgID", "SourceArn", "SourceAccount", "EventSourceToken"];
    if narrowed.iter().any(|name| !properties.get(name).is_absent()) {
        return;
    }
    let auth = properties.get("FunctionUrlAuthType").literal();
    let action = properties.get("Action");
    match action.literal() {
        Fact::Known(action) => {
            let place = permission.declared_at;
            let url_too = !matches!(&auth, Fact::Known(auth) if auth != "NONE");
            if url_too && covers(&action, "lambda:InvokeFunctionUrl") {
                grant.invoke_function_url.push(place);
            }
            if covers(&action, "lambda:InvokeFunction") {
                grant.invoke_function.push(place);
            }
        }
        Fact::Unknown(symbol) => {
            grant.possible.get_or_insert(symbol);
        }
        _ => {}
    }
}

fn read_policy(policy: &Resource, grant: &mut Grant) {
    let document = PolicyDocument::read(&policy.properties.get("PolicyDocument"));
    if let Some(symbol) = document.open {
        grant.possible.get_or_insert(symbol);
    }
    for statement in &document.statements {
        if statement.effect != Effect::Allow || !statement.is_for_anyone() {
            continue;
        }
        // What a condition leaves of the public is the policy engine's to say.
        let narrowed = statement.conditions.iter().any(|condition| {
            !["lambda:FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl"].contains(&condition.key.as_str())
        });
        if narrowed {
            continue;
        }
        if statement.covers_action("lambda:InvokeFunctionUrl") {
            grant.invoke_function_url.push(statement.place);
        }
        if statement.covers_action("lambda:InvokeFunction") {
            grant.invoke_function.push(statement.place);
        }
    }
}

fn covers(granted: &str, action: &str) -> bool {
    granted.eq_ignore_ascii_case(action) || granted == "*" || granted.eq_ignore_ascii_case("lambda:*")
}
