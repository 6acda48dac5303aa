//! Event source mappings: what polls a source for a function.

use crate::{Function, Inventory, Node, Queue, Target};
use std::borrow::Cow;
use stockade_model::{Kleene, Piece, Resource, SymbolKind, Value};

/// An `AWS::Lambda::EventSourceMapping`.
#[derive(Debug, Clone, Copy)]
pub struct EventSourceMapping<'a> {
    inventory: &'a Inventory,
    node: Node,
}

impl<'a> EventSourceMapping<'a> {
    pub(crate) fn new(inventory: &'a Inventory, node: Node) -> Self {
        Self { inventory, node }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &'a Resource {
        self.inventory.resource(self.node)
    }

    /// What it polls.
    #[must_use]
    pub fn source(&self) -> Cow<'a, Value> {
        self.resource().properties.get("EventSourceArn")
    }

    /// The function that it invokes.
    ///
    /// # Errors
    /// What the value names instead.
    pub fn function(&self) -> Result<Function<'a>, Target> {
        Function::named_by(self.inventory, &self.resource().properties.get("FunctionName"))
    }

    /// The queue that it polls.
    ///
    /// # Errors
    /// What the value names instead.
    pub fn queue(&self) -> Result<Queue<'a>, Target> {
        match self.inventory.resolve(&self.source(), &["AWS::SQS::Queue"]) {
            Target::Node(node) => Ok(Queue::new(self.inventory, node)),
            other => Err(other),
        }
    }

    /// Whether it polls a queue at all: the source is a queue of the deployment, or an ARN of SQS.
    #[must_use]
    pub fn polls_a_queue(&self) -> Kleene {
        let source = self.source();
        let Some(text) = source.as_text() else { return Kleene::False };
        match text.pieces() {
            [Piece::Symbol(symbol)] => match symbol.kind() {
                SymbolKind::Attribute { resource, .. } => match self.inventory.node(resource) {
                    Some(node) => match self.inventory.resource(node).type_name.as_str() {
                        "AWS::SQS::Queue" => Kleene::True,
                        // It may hand on the queue of a template that is not known.
                        "AWS::CloudFormation::Stack" => Kleene::Unknown,
                        _ => Kleene::False,
                    },
                    None => Kleene::Unknown,
                },
                _ => Kleene::Unknown,
            },
            pieces => {
                // arn:partition:sqs:…: the service stands in the first known piece unless that is a symbol.
                let canonical = self.inventory.canonical(&text);
                let spelled: String = match canonical.pieces().first() {
                    Some(Piece::Literal(literal)) => literal.to_string(),
                    _ => return if pieces.is_empty() { Kleene::False } else { Kleene::Unknown },
                };
                let mut parts = spelled.split(':');
                match (parts.next(), parts.next(), parts.next()) {
                    (Some("arn"), Some(_), Some(service)) if parts.next().is_some() => {
                        (service == "sqs").into()
                    }
                    (Some("arn"), ..) => Kleene::Unknown,
                    _ => Kleene::False,
                }
            }
        }
    }
}
