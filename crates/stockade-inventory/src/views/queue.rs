//! SQS queues.

use crate::{Inventory, Node};
use std::borrow::Cow;
use stockade_model::{Fact, Resource, Value};

/// An `AWS::SQS::Queue`.
#[derive(Debug, Clone, Copy)]
pub struct Queue<'a> {
    inventory: &'a Inventory,
    node: Node,
}

impl<'a> Queue<'a> {
    pub(crate) fn new(inventory: &'a Inventory, node: Node) -> Self {
        Self { inventory, node }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &'a Resource {
        self.inventory.resource(self.node)
    }

    /// The visibility timeout in seconds; 30 if it is not set (SQS API Reference, `CreateQueue`).
    #[must_use]
    pub fn visibility_timeout(&self) -> (Fact<f64>, Cow<'a, Value>) {
        let value = self.resource().properties.get("VisibilityTimeout");
        let fact = match value.number() {
            Fact::Absent => Fact::Known(30.0),
            other => other,
        };
        (fact, value)
    }
}
