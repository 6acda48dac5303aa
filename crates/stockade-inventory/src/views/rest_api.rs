//! Who can reach a REST API at all: its endpoint and its resource policy.

use crate::{Exposure, Inventory};
use std::borrow::Cow;
use stockade_model::{Fact, Kleene, Resource, Symbol, Value};

/// An `AWS::ApiGateway::RestApi`.
#[derive(Debug, Clone, Copy)]
pub struct RestApi<'a> {
    inventory: &'a Inventory,
    resource: &'a Resource,
}

impl<'a> RestApi<'a> {
    pub(crate) fn new(inventory: &'a Inventory, resource: &'a Resource) -> Self {
        Self { inventory, resource }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &'a Resource {
        self.resource
    }

    /// `EndpointConfiguration.Types`, which hold one type.
    #[must_use]
    pub fn endpoint_types(&self) -> Cow<'a, Value> {
        self.resource.properties.get("EndpointConfiguration.Types")
    }

    /// Whether it can be called from within a VPC only.
    #[must_use]
    pub fn is_private(&self) -> Kleene {
        let types = self.endpoint_types();
        let may_have_more = Kleene::from(types.open().is_some()).and(Kleene::Unknown);
        types.items().iter().fold(may_have_more, |private, item| {
            private.or(match item.literal() {
                Fact::Known(kind) => (kind == "PRIVATE").into(),
                Fact::Unknown(symbol) if symbol.may_be("PRIVATE") => Kleene::Unknown,
                _ => Kleene::False,
            })
        })
    }

    /// The resource policy: that of the resource, else that of its body.
    #[must_use]
    pub fn policy(&self) -> Cow<'a, Value> {
        let own = self.resource.properties.get("Policy");
        if !own.is_absent() {
            return own;
        }
        self.resource.properties.get("Body.x-amazon-apigateway-policy")
    }

    /// Whether the resource policy keeps the public out: it lets in only named principals or requests from named
    /// addresses, endpoints or accounts, or it denies all others.
    #[must_use]
    pub fn is_closed_by_policy(&self) -> Kleene {
        let policy = self.policy();
        if policy.is_absent() {
            return Kleene::False;
        }
        if policy.fields().is_empty() {
            return Kleene::Unknown;
        }
        match self.inventory.exposure(&policy) {
            Exposure::Public(_) => Kleene::False,
            Exposure::NotPublic => Kleene::True,
            Exposure::Unknown(_) => Kleene::Unknown,
        }
    }

    /// What keeps from knowing whether the public can reach it.
    #[must_use]
    pub fn not_known_because(&self) -> Option<Symbol> {
        fn first(value: &Value) -> Option<Symbol> {
            let inside = || {
                let text = value.as_text();
                let named = text.as_ref().and_then(|text| text.symbols().next().cloned());
                named.or_else(|| value.fields().iter().find_map(|field| first(&field.value)))
            };
            value.open().cloned().or_else(inside).or_else(|| {
                let items = value.items();
                if std::ptr::eq(items.as_ptr(), value) { None } else { items.iter().find_map(first) }
            })
        }
        if self.is_private() == Kleene::Unknown {
            first(&self.endpoint_types())
        } else {
            first(&self.policy())
        }
    }
}
