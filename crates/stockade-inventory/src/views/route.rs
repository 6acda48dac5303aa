//! Methods of REST APIs and routes of HTTP and WebSocket APIs: each way in, declared as a resource or in a body.

use crate::views::open_api::operations;
use crate::{Inventory, RestApi, Target};
use smol_str::{SmolStr, format_smolstr};
use stockade_model::{Fact, Kind, Origin, Place, Resource, Symbol, SymbolKind, Value};

/// What a caller must show.
#[derive(Debug, Clone, PartialEq)]
pub enum Requirement {
    /// Nothing.
    None,
    /// A signature, a token or what an authorizer asks for.
    Some,
    /// Not known.
    Unknown(Symbol),
}

impl Requirement {
    /// Either: what is certain wins.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Some, _) | (_, Self::Some) => Self::Some,
            (Self::Unknown(symbol), _) | (_, Self::Unknown(symbol)) => Self::Unknown(symbol),
            _ => Self::None,
        }
    }
}

/// Who may call a route.
#[derive(Debug, Clone, PartialEq)]
pub struct Authorization {
    /// What a caller must show.
    pub requirement: Requirement,
    /// Where that is written; none if it is nowhere.
    pub at: Option<Origin>,
    /// Where an API key, or another scheme without an authorizer, is all that a generated method asks for.
    pub key_at: Option<Place>,
}

impl Authorization {
    /// Nothing is asked for, and nothing is said of it.
    pub(crate) const NONE: Self = Self { requirement: Requirement::None, at: None, key_at: None };

    /// What an authorization type says; one that is absent is `NONE` (API Gateway API References, `PutMethod` and
    /// `CreateRoute`).
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let none = |literal: &str| literal.eq_ignore_ascii_case("NONE");
        let requirement = match value.literal() {
            Fact::Known(literal) if none(&literal) => Requirement::None,
            Fact::Absent => Requirement::None,
            Fact::Known(_) => Requirement::Some,
            Fact::Other => Requirement::Unknown(Symbol::opaque(
                value.origin.place,
                "an authorization type must be a text",
            )),
            Fact::Unknown(symbol) => {
                let allowed = symbol.allowed().unwrap_or_default();
                let open = allowed.iter().filter(|literal| none(literal)).count();
                match (value.unknown().is_some() && !allowed.is_empty(), open) {
                    (true, 0) => Requirement::Some,
                    (true, open) if open == allowed.len() => Requirement::None,
                    _ => Requirement::Unknown(symbol),
                }
            }
        };
        let at = (!matches!(value.literal(), Fact::Absent)).then(|| value.origin.clone());
        Self { requirement, at, key_at: None }
    }
}

/// A way into an API: a method of a REST API, a route of an HTTP or WebSocket API.
#[derive(Debug, Clone)]
pub struct Route<'a> {
    /// The resource that declares it: its own, or the API that has it in its body.
    pub resource: &'a Resource,
    /// Its name in the body, if it stands there.
    pub part: Option<SmolStr>,
    /// Its name for a reader, `GET /orders`.
    pub name: SmolStr,
    /// The API, or what its id names instead.
    pub api: Result<&'a Resource, Target>,
    /// Where it is declared.
    pub place: Place,
    /// Whether a transform made it.
    pub made: bool,
    /// Who may call it.
    pub authorization: Authorization,
    /// Whether it only answers browsers that ask for CORS, or from a mock: no entry.
    pub harmless: Fact<bool>,
}

/// The routes of an API and what stands for those that are not known.
#[derive(Debug, Clone, Default)]
pub struct Routes<'a> {
    /// Those that are known.
    pub known: Vec<Route<'a>>,
    /// APIs that may have more.
    pub open: Vec<(&'a Resource, Symbol)>,
}

const REST_API: &str = "AWS::ApiGateway::RestApi";
const HTTP_API: &str = "AWS::ApiGatewayV2::Api";

/// The key of the route that a client of a WebSocket API takes first.
const CONNECT: &str = "$connect";

impl Inventory {
    /// Methods of REST APIs.
    #[must_use]
    pub fn rest_methods(&self) -> Routes<'_> {
        let mut routes = Routes::default();
        for (_, api) in self.of_type(REST_API) {
            self.add_body(api, &mut routes);
        }
        for (_, method) in self.of_type("AWS::ApiGateway::Method") {
            let properties = &method.properties;
            let verb = properties.get("HttpMethod").literal();
            let mock = is(&properties.get("Integration.Type").literal(), "MOCK");
            let name = match &verb {
                Fact::Known(verb) => {
                    format_smolstr!("{verb} {}", self.path_of(&properties.get("ResourceId")))
                }
                _ => method.id.clone(),
            };
            routes.known.push(Route {
                resource: method,
                part: None,
                name,
                api: self.api_of(&properties.get("RestApiId"), REST_API),
                place: method.declared_at,
                made: false,
                authorization: Authorization::of(&properties.get("AuthorizationType")),
                harmless: either(is(&verb, "OPTIONS"), mock),
            });
        }
        routes
    }

    /// Routes of HTTP APIs, and `$connect` of WebSocket APIs: the others can have no authorizer, their callers
    /// have connected before (API Gateway developer guide, "Control and manage access to WebSocket APIs").
    #[must_use]
    pub fn http_routes(&self) -> Routes<'_> {
        let mut routes = Routes::default();
        for (_, api) in self.of_type(HTTP_API) {
            self.add_body(api, &mut routes);
            self.add_quick_created(api, &mut routes);
        }
        for (_, route) in self.of_type("AWS::ApiGatewayV2::Route") {
            let properties = &route.properties;
            let api = self.api_of(&properties.get("ApiId"), HTTP_API);
            let key = properties.get("RouteKey").literal();
            let protocol =
                api.as_ref().map_or(Fact::Absent, |api| api.properties.get("ProtocolType").literal());
            routes.known.push(Route {
                resource: route,
                part: None,
                name: if let Fact::Known(key) = &key { key.clone() } else { route.id.clone() },
                api,
                place: route.declared_at,
                made: false,
                authorization: Authorization::of(&properties.get("AuthorizationType")),
                harmless: no_entry(&key, &protocol),
            });
        }
        for (_, api) in self.of_type(HTTP_API) {
            self.add_missing_connect(api, &mut routes);
        }
        routes
    }

    /// A WebSocket API without a route for `$connect` lets in whoever connects: the route is optional, and the only one that
    /// can have an authorizer (API Gateway developer guide, "The `$connect` route").
    fn add_missing_connect<'a>(&'a self, api: &'a Resource, routes: &mut Routes<'a>) {
        let protocol = api.properties.get("ProtocolType").literal();
        if !matches!(protocol, Fact::Known(protocol) if protocol.eq_ignore_ascii_case("WEBSOCKET")) {
            return;
        }
        let mut has_routes = false;
        for (_, route) in self.of_type("AWS::ApiGatewayV2::Route") {
            match self.api_of(&route.properties.get("ApiId"), HTTP_API) {
                Ok(other) if other.id != api.id => continue,
                Ok(_) => has_routes = true,
                Err(_) => {}
            }
            // One whose key or API is not known may be it, and has an unknown of its own.
            if !matches!(route.properties.get("RouteKey").literal(), Fact::Known(key) if key != CONNECT) {
                return;
            }
        }
        let body =
            !api.properties.get("Body").is_absent() || !api.properties.get("BodyS3Location").is_absent();
        if !has_routes || body {
            return;
        }
        if let Some(symbol) = self.open() {
            routes.open.push((api, symbol.clone()));
            return;
        }
        routes.known.push(Route {
            resource: api,
            part: Some(CONNECT.into()),
            name: CONNECT.into(),
            api: Ok(api),
            place: api.declared_at,
            made: false,
            authorization: Authorization::NONE,
            harmless: Fact::Known(false),
        });
    }

    /// Adds what an API's body has.
    fn add_body<'a>(&'a self, api: &'a Resource, routes: &mut Routes<'a>) {
        let body = api.properties.get("Body");
        let elsewhere = api.properties.get("BodyS3Location");
        if !elsewhere.is_absent() {
            let why = "the body of the API lies in S3";
            routes.open.push((api, Symbol::opaque(elsewhere.origin.place, why)));
        }
        if matches!(body.kind, Kind::Text(_)) {
            let why = "the body of the API is a text";
            routes.open.push((api, Symbol::opaque(body.origin.place, why)));
        }
        let (found, open) = operations(&body);
        if let Some(symbol) = open {
            routes.open.push((api, symbol));
        }
        for operation in found {
            let name = operation.name();
            let verb = Fact::Known(operation.method);
            routes.known.push(Route {
                resource: api,
                part: Some(name.clone()),
                name,
                api: Ok(api),
                place: operation.place,
                made: operation.made,
                authorization: operation.authorization,
                harmless: either(is(&verb, "OPTIONS"), is(&operation.integration, "MOCK")),
            });
        }
    }

    /// `Target` makes a route that is open unless `ApiGatewayManagedOverrides` says otherwise.
    fn add_quick_created<'a>(&'a self, api: &'a Resource, routes: &mut Routes<'a>) {
        let target = api.properties.get("Target");
        if target.is_absent() {
            return;
        }
        let key = api.properties.get("RouteKey").literal();
        let name = if let Fact::Known(key) = key { key } else { SmolStr::new_static("$default") };
        let overrides =
            self.of_type("AWS::ApiGatewayV2::ApiGatewayManagedOverrides").map(|(_, resource)| resource);
        let of_it = overrides.filter(|overrides| {
            self.api_of(&overrides.properties.get("ApiId"), HTTP_API).is_ok_and(|other| other.id == api.id)
        });
        let own =
            of_it.map(|overrides| Authorization::of(&overrides.properties.get("Route.AuthorizationType")));
        let mut authorization = own.last().unwrap_or(Authorization::NONE);
        if let Some(symbol) = target.unknown().filter(|symbol| !symbol.has_known_shape()) {
            // It may come to nothing: a parameter, an attribute of something that is not known.
            if !matches!(symbol.kind(), SymbolKind::Parameter { .. } | SymbolKind::Import(_)) {
                authorization.requirement =
                    authorization.requirement.or(Requirement::Unknown(symbol.clone()));
            }
        }
        routes.known.push(Route {
            resource: api,
            part: Some(name.clone()),
            name,
            api: Ok(api),
            place: target.origin.place,
            made: false,
            authorization,
            harmless: Fact::Known(false),
        });
    }

    fn api_of(&self, id: &Value, type_name: &str) -> Result<&Resource, Target> {
        match self.resolve(id, &[type_name]) {
            Target::Node(node) => Ok(self.resource(node)),
            other => Err(other),
        }
    }

    /// The REST API of a route.
    #[must_use]
    pub fn rest_api<'a>(&'a self, route: &Route<'a>) -> Option<RestApi<'a>> {
        route.api.as_ref().ok().map(|api| RestApi::new(self, api))
    }

    /// The path of an `AWS::ApiGateway::Resource`, as far as it is known.
    fn path_of(&self, id: &Value) -> SmolStr {
        let mut parts = Vec::new();
        let mut at = id.clone();
        for _ in 0..20 {
            let Some(SymbolKind::Attribute { resource, attribute }) = at.unknown().map(Symbol::kind) else {
                break;
            };
            if attribute == "RootResourceId" {
                parts.push(SmolStr::default());
                break;
            }
            let Some(node) = self.node(resource) else { break };
            let properties = &self.resource(node).properties;
            let part = properties.get("PathPart").as_text();
            let Some(part) = part else { break };
            parts.push(part.to_string().into());
            at = properties.get("ParentId").into_owned();
        }
        match parts.as_slice() {
            [] => "…".into(),
            [root] if root.is_empty() => "/".into(),
            _ => parts.iter().rev().map(SmolStr::as_str).collect::<Vec<_>>().join("/").into(),
        }
    }
}

/// Whether a route of that key is no way in by itself.
fn no_entry(key: &Fact<SmolStr>, protocol: &Fact<SmolStr>) -> Fact<bool> {
    let Fact::Known(key) = key else {
        return match key {
            Fact::Unknown(symbol) => Fact::Unknown(symbol.clone()),
            _ => Fact::Other,
        };
    };
    if key == CONNECT {
        return Fact::Known(false);
    }
    // `GET /orders` is a key of HTTP APIs alone.
    if let Some((method, _)) = key.split_once(" /") {
        return Fact::Known(method.eq_ignore_ascii_case("OPTIONS"));
    }
    match protocol {
        Fact::Known(protocol) if protocol.eq_ignore_ascii_case("WEBSOCKET") => Fact::Known(true),
        Fact::Unknown(symbol) => Fact::Unknown(symbol.clone()),
        Fact::Known(_) => Fact::Known(false),
        // The API is not known, so neither is what `$default` is; every other key is of a WebSocket API.
        _ if key == "$default" => Fact::Other,
        _ => Fact::Known(true),
    }
}

fn is(fact: &Fact<SmolStr>, word: &str) -> Fact<bool> {
    match fact {
        Fact::Known(text) => Fact::Known(text.eq_ignore_ascii_case(word)),
        Fact::Unknown(symbol) if symbol.may_be(word) => Fact::Unknown(symbol.clone()),
        _ => Fact::Known(false),
    }
}

fn either(one: Fact<bool>, other: Fact<bool>) -> Fact<bool> {
    match (one, other) {
        (Fact::Known(true), _) | (_, Fact::Known(true)) => Fact::Known(true),
        (Fact::Unknown(symbol), _) | (_, Fact::Unknown(symbol)) => Fact::Unknown(symbol),
        _ => Fact::Known(false),
    }
}
