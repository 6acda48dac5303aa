//! Lambda functions.

use crate::{Inventory, LogGroupLink, Node, Target};
use smol_str::SmolStr;
use std::borrow::Cow;
use stockade_model::{Fact, Place, Resource, Symbol, Value};

/// An `AWS::Lambda::Function`.
#[derive(Debug, Clone, Copy)]
pub struct Function<'a> {
    inventory: &'a Inventory,
    node: Node,
}

/// How a function is packaged.
#[derive(Debug, Clone, PartialEq)]
pub enum Package {
    /// A zip archive, run by a managed runtime.
    Zip,
    /// A container image.
    Image,
    /// Not known.
    Unknown(Symbol),
}

/// An environment variable.
#[derive(Debug, Clone)]
pub struct Variable<'a> {
    /// Its name.
    pub name: &'a SmolStr,
    /// Where that is written.
    pub name_at: Place,
    /// Its value.
    pub value: &'a Value,
}

/// The types that stand for a function where one is named.
const INVOCABLE: [&str; 3] = ["AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"];

impl<'a> Function<'a> {
    pub(crate) fn new(inventory: &'a Inventory, node: Node) -> Self {
        Self { inventory, node }
    }

    /// The function that a value names, through its aliases and versions.
    ///
    /// # Errors
    /// What the value names instead.
    pub fn named_by(inventory: &'a Inventory, value: &Value) -> Result<Self, Target> {
        let mut target = inventory.resolve(value, &INVOCABLE);
        // An alias of a version of a function: at most two steps.
        for _ in 0..3 {
            let Target::Node(node) = target else { return Err(target) };
            let resource = inventory.resource(node);
            if resource.type_name == "AWS::Lambda::Function" {
                return Ok(Self { inventory, node });
            }
            target = inventory.resolve(&resource.properties.get("FunctionName"), &INVOCABLE);
        }
        Err(target)
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

    /// A property.
    #[must_use]
    pub fn get(&self, path: &str) -> Cow<'a, Value> {
        self.resource().properties.get(path)
    }

    /// The execution role.
    #[must_use]
    pub fn role(&self) -> Cow<'a, Value> {
        self.get("Role")
    }

    /// How it is packaged; a function without `PackageType` is a zip archive.
    #[must_use]
    pub fn package(&self) -> Package {
        match self.get("PackageType").literal() {
            Fact::Known(kind) if kind == "Image" => Package::Image,
            Fact::Unknown(symbol) => Package::Unknown(symbol),
            _ => Package::Zip,
        }
    }

    /// The timeout in seconds; 3 if it is not set (Lambda API Reference, `CreateFunction`).
    #[must_use]
    pub fn timeout(&self) -> (Fact<f64>, Cow<'a, Value>) {
        let value = self.get("Timeout");
        let fact = match value.number() {
            Fact::Absent => Fact::Known(3.0),
            other => other,
        };
        (fact, value)
    }

    /// Its environment variables, and a symbol if there may be more.
    #[must_use]
    pub fn variables(&self) -> (Vec<Variable<'a>>, Option<Symbol>) {
        let properties = &self.resource().properties;
        let variables = properties.get("Environment.Variables");
        let open = variables.open().cloned();
        let Cow::Borrowed(variables) = variables else { return (Vec::new(), open) };
        let list = variables
            .fields()
            .iter()
            .map(|field| Variable { name: &field.key, name_at: field.key_place, value: &field.value })
            .collect();
        (list, open)
    }

    /// The log group that Lambda writes to.
    #[must_use]
    pub fn log_group(&self) -> LogGroupLink<'a> {
        LogGroupLink::of(self.inventory, *self)
    }
}
