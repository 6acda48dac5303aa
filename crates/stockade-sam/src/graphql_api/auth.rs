//! Who may call a GraphQL API: `Auth`.

use super::{Part, connector};
use crate::SamError;
use crate::presence::given;
use crate::property_types::{Kind, Property, check_at, optional, required};
use crate::resource::SamResource;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

const AUTH: &[Property] = &[
    required("Type", Kind::LiteralString),
    optional("LambdaAuthorizer", Kind::LiteralMap),
    optional("OpenIDConnect", Kind::LiteralMap),
    optional("UserPool", Kind::LiteralMap),
    optional("Additional", Kind::Any),
];

/// An authentication type with a configuration of its own.
struct Configured {
    type_name: &'static str,
    written: &'static str,
    property: &'static str,
    table: &'static [Property],
}

const CONFIGURED: &[Configured] = &[
    Configured {
        type_name: "AWS_LAMBDA",
        written: "LambdaAuthorizer",
        property: "LambdaAuthorizerConfig",
        table: &[
            optional("AuthorizerResultTtlInSeconds", Kind::Any),
            required("AuthorizerUri", Kind::Any),
            optional("IdentityValidationExpression", Kind::Any),
        ],
    },
    Configured {
        type_name: "OPENID_CONNECT",
        written: "OpenIDConnect",
        property: "OpenIDConnectConfig",
        table: &[
            optional("AuthTTL", Kind::Any),
            optional("ClientId", Kind::Any),
            optional("IatTTL", Kind::Any),
            optional("Issuer", Kind::Any),
        ],
    },
    Configured {
        type_name: "AMAZON_COGNITO_USER_POOLS",
        written: "UserPool",
        property: "UserPoolConfig",
        table: &[
            optional("AppIdClientRegex", Kind::Any),
            optional("AwsRegion", Kind::Any),
            optional("DefaultAction", Kind::Any),
            required("UserPoolId", Kind::Any),
        ],
    },
];

const PLAIN: [&str; 2] = ["AWS_IAM", "API_KEY"];

/// Puts the authentication into the API's properties and adds a connector for each Lambda authorizer.
pub(super) fn lower(
    api: &SamResource,
    out: &mut Expr,
    connectors: &mut Vec<SamResource>,
) -> Result<(), SamError> {
    let empty = Expr::object(&api.origin());
    let auth = api.properties.get("Auth").unwrap_or(&empty);
    let mut authorizers = Vec::new();
    if let Some((property, config)) = configuration(api, auth)? {
        authorizers.extend(authorizer(property, &config));
        out.set(property, config);
    }
    let mut additional = Vec::new();
    if let Some(several) = given(auth, "Additional") {
        if !several.is_list() {
            return Err(api.error("its `Auth.Additional` is not a list", several.origin.place));
        }
        for one in several.items() {
            if let Some(nested) = one.entry("Additional") {
                return Err(api.error("an entry of its `Auth.Additional` has `Additional`", nested.key_place));
            }
            let config = configuration(api, one)?;
            let written = one.get("Type").cloned().unwrap_or_else(|| Expr::null(&one.origin));
            let mut provider = Expr::object(&one.origin).with("AuthenticationType", written);
            if let Some((property, mut config)) = config {
                authorizers.extend(authorizer(property, &config));
                if property == "UserPoolConfig" {
                    // Only the first way of authentication has a default action.
                    config.remove("DefaultAction");
                }
                provider.set(property, config);
            }
            additional.push(provider);
        }
        if !additional.is_empty() {
            out.set("AdditionalAuthenticationProviders", Expr::list(additional, &several.origin));
        }
    }
    for (at, arn) in authorizers.into_iter().enumerate() {
        connectors.push(to_authorizer(api, auth, at + 1, arn));
    }
    Ok(())
}

/// The configuration that an authentication's type needs, with the property that it becomes.
fn configuration(api: &SamResource, auth: &Expr) -> Result<Option<(&'static str, Expr)>, SamError> {
    check_at(auth, AUTH, &api.id, auth.origin.place)?;
    let type_name = auth.get("Type").and_then(Expr::as_str).unwrap_or_default();
    for known in CONFIGURED {
        if let Some(config) = given(auth, known.written) {
            check_at(config, known.table, &api.id, config.origin.place)?;
        }
    }
    let configured = CONFIGURED.iter().filter(|known| given(auth, known.written).is_some()).count();
    if configured > 1 {
        return Err(api.error("its `Auth` has more than one configuration", auth.origin.place));
    }
    let Some(known) = CONFIGURED.iter().find(|known| known.type_name == type_name) else {
        if PLAIN.contains(&type_name) {
            return Ok(None);
        }
        let place = auth.get("Type").map_or(auth.origin.place, |written| written.origin.place);
        return Err(api.error(format!("there is no authentication type `{type_name}`"), place));
    };
    let Some(config) = given(auth, known.written) else {
        let message = format!("its authentication type `{type_name}` needs `{}`", known.written);
        return Err(api.error(message, auth.origin.place));
    };
    Ok(Some((known.property, without_nulls(config))))
}

fn without_nulls(config: &Expr) -> Expr {
    let mut out = config.clone();
    for entry in config.entries().iter().filter(|entry| entry.value.is_null()) {
        out.remove(&entry.key);
    }
    out
}

fn authorizer(property: &str, config: &Expr) -> Option<Expr> {
    config.get("AuthorizerUri").filter(|_| property == "LambdaAuthorizerConfig").cloned()
}

/// Lets the API call a Lambda authorizer.
fn to_authorizer(api: &SamResource, auth: &Expr, number: usize, arn: Expr) -> SamResource {
    let origin = arn.origin.clone();
    let text = |text: &'static str| Expr::string(text, &origin);
    let part = Part { api, name: SmolStr::new_static("Auth"), origin: origin.clone(), properties: auth };
    let source = Expr::object(&origin)
        .with("Type", text("AWS::AppSync::GraphQLApi"))
        .with("Arn", Expr::reference(api.id.clone(), &origin))
        .with("ResourceId", part.api_id());
    let destination = Expr::object(&origin).with("Type", text("AWS::Lambda::Function")).with("Arn", arn);
    let permissions = Expr::list(vec![text("Write")], &origin);
    let id = format_smolstr!("{}ToLambdaAuthConnector{number}", api.id);
    connector(&part, id, source, destination, permissions)
}
