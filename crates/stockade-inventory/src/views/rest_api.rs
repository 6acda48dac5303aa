//! Who can reach a REST API at all: its endpoint and its resource policy.

use std::borrow::Cow;
use stockade_iam::{Condition, Effect, PolicyDocument, Statement};
use stockade_model::{Fact, Kleene, Resource, Symbol, Value};

/// An `AWS::ApiGateway::RestApi`.
#[derive(Debug, Clone, Copy)]
pub struct RestApi<'a> {
    resource: &'a Resource,
}

/// Keys of the request that fix where it comes from.
const ORIGINS: [&str; 8] = [
    "aws:sourceip",
    "aws:sourcevpce",
    "aws:sourcevpc",
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:principalarn",
];

impl<'a> RestApi<'a> {
    pub(crate) fn new(resource: &'a Resource) -> Self {
        Self { resource }
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
        let document = PolicyDocument::read(&policy);
        let mut public = Kleene::False;
        let mut denied = Kleene::from(document.open.is_some()).and(Kleene::Unknown);
        for statement in &document.statements {
            match statement.effect {
                Effect::Allow => public = public.or(lets_anyone_in(statement)),
                Effect::Deny => denied = denied.or(denies_others(statement)),
                Effect::Unknown(_) => denied = denied.or(Kleene::Unknown),
            }
        }
        (!public).or(denied).and(if document.open.is_some() { Kleene::Unknown } else { Kleene::True })
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

fn lets_anyone_in(statement: &Statement) -> Kleene {
    let anyone = if statement.is_for_anyone() {
        Kleene::True
    } else if statement.open.is_some() || statement.principals.is_empty() {
        Kleene::Unknown
    } else {
        let unknown = statement.principals.iter().any(|principal| principal.id.as_symbol().is_some());
        Kleene::from(unknown).and(Kleene::Unknown)
    };
    let narrowed = statement
        .conditions
        .iter()
        .fold(Kleene::False, |narrowed, condition| narrowed.or(narrows(condition)));
    let open = Kleene::from(statement.open.is_some()).and(Kleene::Unknown);
    anyone.and(!narrowed.or(open))
}

/// Whether a condition leaves only requests from named places; one that is not understood may.
fn narrows(condition: &Condition) -> Kleene {
    let operator = condition.operator.to_ascii_lowercase();
    let positive =
        ["stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "ipaddress"];
    if positive.contains(&operator.as_str()) && ORIGINS.contains(&condition.key.to_ascii_lowercase().as_str())
    {
        return names_places(condition);
    }
    Kleene::Unknown
}

/// Whether a statement denies everyone who does not come from named places.
fn denies_others(statement: &Statement) -> Kleene {
    let negative = [
        "stringnotequals",
        "stringnotlike",
        "stringnotequalsignorecase",
        "arnnotequals",
        "arnnotlike",
        "notipaddress",
    ];
    if !statement.is_for_anyone() {
        return Kleene::from(statement.open.is_some()).and(Kleene::Unknown);
    }
    if statement.open.is_some() {
        return Kleene::Unknown;
    }
    match statement.conditions.as_slice() {
        // A ban on everything is one on the public too.
        [] => Kleene::Unknown,
        [condition] => {
            let others = negative.contains(&condition.operator.to_ascii_lowercase().as_str())
                && ORIGINS.contains(&condition.key.to_ascii_lowercase().as_str());
            if others {
                names_places(condition)
            } else {
                // Some addresses are kept out; all others come in.
                let blocks = condition.operator.eq_ignore_ascii_case("IpAddress");
                if blocks { Kleene::False } else { Kleene::Unknown }
            }
        }
        _ => Kleene::Unknown,
    }
}

fn names_places(condition: &Condition) -> Kleene {
    let place = |text: &stockade_model::Text| match text.as_literal() {
        Some(literal) => Kleene::from(literal != "*" && !literal.ends_with("/0")),
        None if text.symbols().all(Symbol::has_known_shape) => Kleene::True,
        None => Kleene::Unknown,
    };
    if condition.values.is_empty() {
        return Kleene::Unknown;
    }
    condition.values.iter().map(place).fold(Kleene::True, Kleene::and)
}
