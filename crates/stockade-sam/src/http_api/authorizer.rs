//! An authorizer of an HTTP API: JSON web tokens (OAuth 2), a Lambda function, or IAM (AWS SAM developer guide,
//! "HttpApiAuth").

use super::HttpApi;
use crate::SamError;
use crate::open_api::made;
use crate::presence::{is_set, set};
use smol_str::SmolStr;
use stockade_cfn::{Data, Entry, Expr};
use stockade_model::Place;

const TOKEN_ONLY: [&str; 3] = ["AuthorizationScopes", "JwtConfiguration", "IdentitySource"];
const LAMBDA_ONLY: [&str; 6] = [
    "FunctionArn",
    "FunctionInvokeRole",
    "Identity",
    "AuthorizerPayloadFormatVersion",
    "EnableSimpleResponses",
    "EnableFunctionDefaultPermissions",
];
/// Sources of identity, and what stands before the names in them.
const SOURCES: [(&str, &str); 4] = [
    ("Headers", "$request.header."),
    ("QueryStrings", "$request.querystring."),
    ("StageVariables", "$stageVariables."),
    ("Context", "$context."),
];

/// An authorizer.
#[derive(Debug)]
pub(super) struct Authorizer {
    /// Its name.
    pub name: SmolStr,
    /// Where that is written.
    pub name_at: Place,
    /// `AuthorizationScopes`.
    pub scopes: Option<Expr>,
    /// `FunctionArn`.
    pub function: Option<Expr>,
    /// `EnableFunctionDefaultPermissions`, if it is true.
    pub permission: Option<Expr>,
    written: Expr,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iam,
    Token,
    Lambda,
}

impl Authorizer {
    /// The built-in IAM authorizer, because of a setting.
    pub fn iam(setting: &Expr) -> Self {
        Self {
            name: "AWS_IAM".into(),
            name_at: setting.origin.place,
            scopes: None,
            function: None,
            permission: None,
            written: setting.clone(),
            kind: Kind::Iam,
        }
    }

    /// Reads an entry of `Authorizers`.
    pub fn read(api: &HttpApi, entry: &Entry) -> Result<Self, SamError> {
        let (name, written) = (&entry.key, &entry.value);
        if !written.is_object() {
            return Err(api.error(format!("authorizer `{name}` must be an object"), written));
        }
        if let Some(gone) = written.get("OpenIdConnectUrl") {
            return Err(api.error("`OpenIdConnectUrl` is no longer a property of authorizers", gone));
        }
        let there = |key: &str| written.get(key).filter(|value| !value.is_null());
        let tokens = set(written, "JwtConfiguration");
        if let Some(wrong) = tokens.filter(|tokens| !tokens.is_object()) {
            return Err(api.error("`JwtConfiguration` must be an object", wrong));
        }
        if let Some(wrong) = there("AuthorizationScopes").filter(|scopes| !scopes.is_list()) {
            return Err(api.error("`AuthorizationScopes` must be a list", wrong));
        }
        let (kind, foreign, required): (_, &[&str], _) = match tokens {
            Some(_) => (Kind::Token, &LAMBDA_ONLY, ["IdentitySource"].as_slice()),
            None => (Kind::Lambda, &TOKEN_ONLY, ["FunctionArn", "AuthorizerPayloadFormatVersion"].as_slice()),
        };
        let foreign = foreign.iter().find_map(|key| there(key).map(|value| (key, value)));
        if let Some((key, value)) = foreign.filter(|(key, _)| **key != "JwtConfiguration") {
            return Err(api.error(format!("authorizer `{name}` is of a kind that has no `{key}`"), value));
        }
        if let Some(missing) = required.iter().find(|key| set(written, key).is_none()) {
            return Err(api.error(format!("authorizer `{name}` needs `{missing}`"), written));
        }
        let permission = there("EnableFunctionDefaultPermissions");
        if let Some(wrong) = permission.filter(|value| !matches!(value.data, Data::Bool(_))) {
            return Err(api.error("`EnableFunctionDefaultPermissions` must be a boolean", wrong));
        }
        Ok(Self {
            name: name.clone(),
            name_at: entry.key_place,
            scopes: there("AuthorizationScopes").cloned(),
            function: set(written, "FunctionArn").cloned(),
            permission: permission.filter(|permission| is_set(permission)).cloned(),
            written: written.clone(),
            kind,
        })
    }

    /// The security scheme in the body.
    pub fn definition(&self, api: &HttpApi) -> Result<Expr, SamError> {
        let made = made(&self.written.origin, api.resource);
        let text = |text: &str| Expr::string(text, &made);
        let key = |name: &str| {
            Expr::object(&made)
                .with("type", text("apiKey"))
                .with("name", text(name))
                .with("in", text("header"))
        };
        let authorizer = "x-amazon-apigateway-authorizer";
        Ok(match self.kind {
            Kind::Iam => key("Authorization").with("x-amazon-apigateway-authtype", text("awsSigv4")),
            Kind::Token => {
                let mut configuration = Expr::object(&made);
                for entry in self.written.get("JwtConfiguration").map(Expr::entries).unwrap_or_default() {
                    configuration.set_entry(Entry { key: entry.key.to_lowercase().into(), ..entry.clone() });
                }
                let inner = Expr::object(&made)
                    .with("jwtConfiguration", configuration)
                    .with_some("identitySource", self.written.get("IdentitySource").cloned())
                    .with("type", text("jwt"));
                Expr::object(&made).with("type", text("oauth2")).with(authorizer, inner)
            }
            Kind::Lambda => key("Unused").with(authorizer, self.lambda(api)?),
        })
    }

    fn lambda(&self, api: &HttpApi) -> Result<Expr, SamError> {
        let made = made(&self.written.origin, api.resource);
        let function = self.function.clone().unwrap_or_else(|| Expr::null(&made));
        let uri = crate::api::invocation_uri(api.context.partition, function, &made);
        let mut out =
            Expr::object(&made).with("type", Expr::string("request", &made)).with("authorizerUri", uri);
        if let Some(role) =
            set(&self.written, "FunctionInvokeRole").filter(|role| role.as_str() != Some("NONE"))
        {
            out.set("authorizerCredentials", role.clone());
        }
        if let Some(identity) = set(&self.written, "Identity") {
            if !identity.is_object() {
                return Err(api
                    .error(format!("`Identity` of authorizer `{}` must be an object", self.name), identity));
            }
            if let Some(seconds) = identity.get("ReauthorizeEvery").filter(|seconds| !seconds.is_null()) {
                out.set("authorizerResultTtlInSeconds", seconds.clone());
            }
            out.set("identitySource", identity_source(api, identity)?);
        }
        if let Some(version) = self.written.get("AuthorizerPayloadFormatVersion") {
            out.set("authorizerPayloadFormatVersion", version.clone());
        }
        if let Some(simple) = set(&self.written, "EnableSimpleResponses") {
            out.set("enableSimpleResponses", simple.clone());
        }
        Ok(out)
    }
}

/// Where the identity is found.
fn identity_source(api: &HttpApi, identity: &Expr) -> Result<Expr, SamError> {
    let mut all = Vec::new();
    for (name, prefix) in SOURCES {
        let Some(names) = set(identity, name) else { continue };
        let wrong = || api.error(format!("`{name}` of `Identity` must be a list of strings"), names);
        if !names.is_list() {
            return Err(wrong());
        }
        for item in names.items() {
            let text = item.as_str().ok_or_else(wrong)?;
            all.push(Expr::string(format!("{prefix}{text}"), &item.origin));
        }
    }
    Ok(Expr::list(all, &identity.origin))
}
