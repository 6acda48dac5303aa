//! What an OpenAPI body says of who may call its methods, as API Gateway imports it.
//!
//! Source: API Gateway developer guide, "OpenAPI extensions for API Gateway" (`x-amazon-apigateway-auth`,
//! `x-amazon-apigateway-authorizer`, `x-amazon-apigateway-authtype`, `x-amazon-apigateway-integration`).

use crate::views::route::{Authorization, Requirement};
use smol_str::{SmolStr, format_smolstr};
use stockade_model::{Fact, Field, Kind, Place, Symbol, Value, ViaKind};

const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"];

/// A method of a body.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// The method in capitals, `ANY` for all.
    pub method: SmolStr,
    /// The path.
    pub path: SmolStr,
    /// Where the user wrote the method, or the event that it was made from.
    pub place: Place,
    /// Whether a transform made it.
    pub made: bool,
    /// Who may call it.
    pub authorization: Authorization,
    /// The type of its integration.
    pub integration: Fact<SmolStr>,
}

impl Operation {
    /// `GET /orders`; a key that is a route of its own (`$default`) stands alone.
    pub fn name(&self) -> SmolStr {
        if self.path.starts_with('$') {
            self.path.clone()
        } else {
            format_smolstr!("{} {}", self.method, self.path)
        }
    }
}

/// The methods of a body, and what stands for those that are not known.
pub(crate) fn operations(body: &Value) -> (Vec<Operation>, Option<Symbol>) {
    let mut found = Vec::new();
    let paths = body.get("paths");
    let mut open = paths.open().cloned();
    for path in paths.fields() {
        if open.is_none() {
            open = path.value.open().cloned();
        }
        for method in path.value.fields() {
            let lower = method.key.to_ascii_lowercase();
            if METHODS.contains(&lower.as_str()) && matches!(method.value.kind, Kind::Object(_)) {
                found.push(operation(body, path, method, &lower));
            }
        }
    }
    (found, open)
}

fn operation(body: &Value, path: &Field, method: &Field, lower: &str) -> Operation {
    let made = method.value.origin.vias().any(|via| via.kind == ViaKind::Transform);
    let name =
        if lower == "x-amazon-apigateway-any-method" { "ANY".into() } else { lower.to_ascii_uppercase() };
    Operation {
        method: name.into(),
        path: path.key.clone(),
        place: if made { method.value.origin.place } else { method.key_place },
        made,
        authorization: authorization(body, &method.value),
        integration: method.value.get("x-amazon-apigateway-integration.type").literal(),
    }
}

fn authorization(body: &Value, operation: &Value) -> Authorization {
    let auth = operation.get("x-amazon-apigateway-auth.type");
    let own = if auth.is_absent() { None } else { Some(Authorization::of(&auth)) };
    if let Some(Authorization { requirement: Requirement::Some, .. }) = &own {
        return Authorization { requirement: Requirement::Some, at: Some(auth.origin.clone()), key_at: None };
    }
    let security = by_security(body, operation);
    match (own, security.requirement.clone()) {
        (_, Requirement::Some) | (None, _) => security,
        (Some(Authorization { requirement: Requirement::None, .. }), Requirement::Unknown(_)) => security,
        (Some(own), _) => own,
    }
}

/// What the `security` of an operation asks for. That of the whole body is no part of what API Gateway imports for
/// sure, so it leaves open what an operation without one asks for.
fn by_security(body: &Value, operation: &Value) -> Authorization {
    let own = operation.get("security");
    let whole = body.get("security");
    let (security, certain) = match (own.is_absent(), whole.is_absent()) {
        (true, true) => return Authorization::NONE,
        (true, false) => (whole, false),
        (false, _) => (own, true),
    };
    let mut requirement = match security.open() {
        Some(symbol) => Requirement::Unknown(symbol.clone()),
        None => Requirement::None,
    };
    for item in security.items() {
        if let Some(symbol) = item.open() {
            requirement = requirement.or(Requirement::Unknown(symbol.clone()));
        }
        for scheme in item.fields() {
            requirement = requirement.or(by_scheme(body, &scheme.key));
        }
    }
    let at = security.items().first().map_or_else(|| security.origin.clone(), |item| item.origin.clone());
    if !certain {
        if requirement == Requirement::None {
            return Authorization::NONE;
        }
        let why = "API Gateway imports the security of operations, not surely that of the whole body";
        requirement = Requirement::Unknown(Symbol::opaque(security.origin.place, why));
    }
    let made = at.vias().any(|via| via.kind == ViaKind::Transform);
    if requirement == Requirement::None && made {
        let opts_out = security.items().iter().flat_map(Value::fields).any(|scheme| scheme.key == "NONE");
        // SAM takes `NONE` away where a key stays; the list then has its place.
        if !opts_out && security.origin.place != at.place {
            return Authorization { requirement, at: Some(security.origin.clone()), key_at: None };
        }
        if !opts_out {
            return Authorization { key_at: Some(at.place), ..Authorization::NONE };
        }
    }
    Authorization { requirement, at: Some(at), key_at: None }
}

/// Whether a security scheme names an authorizer: one that only describes a key or a token does not.
fn by_scheme(body: &Value, name: &str) -> Requirement {
    let mut open = None;
    for list in ["securityDefinitions", "components.securitySchemes"] {
        let schemes = body.get(list);
        if let Some(scheme) = schemes.fields().iter().find(|field| field.key == name) {
            let parts = ["x-amazon-apigateway-authtype", "x-amazon-apigateway-authorizer"];
            return parts.iter().fold(Requirement::None, |requirement, part| {
                let value = scheme.value.get(part);
                requirement.or(match value.unknown() {
                    Some(symbol) => Requirement::Unknown(symbol.clone()),
                    None if value.is_absent() || matches!(value.kind, Kind::Null) => Requirement::None,
                    None => Requirement::Some,
                })
            });
        }
        open = open.or_else(|| schemes.open().cloned());
    }
    open.map_or(Requirement::None, Requirement::Unknown)
}
