//! An authorizer of a REST API: Cognito user pools, a Lambda function by token or by request, or IAM (AWS SAM
//! developer guide, "ApiAuth").

use super::Api;
use crate::SamError;
use crate::open_api::made;
use crate::presence::{is_set, set};
use smol_str::SmolStr;
use stockade_cfn::{Data, Entry, Expr};
use stockade_model::{Origin, Place};

/// Sources of identity, and what stands before the names in them.
const SOURCES: [(&str, &str); 4] = [
    ("Headers", "method.request.header."),
    ("QueryStrings", "method.request.querystring."),
    ("StageVariables", "stageVariables."),
    ("Context", "context."),
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
    /// `DisableFunctionDefaultPermissions`.
    pub no_permission: bool,
    written: Expr,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iam,
    Cognito,
    Token,
    Request,
}

impl Authorizer {
    /// Reads an entry of `Authorizers`; one of null is the built-in IAM authorizer.
    pub fn read(api: &Api, entry: &Entry) -> Result<Self, SamError> {
        let written = &entry.value;
        let name = &entry.key;
        let payload = written.get("FunctionPayloadType").filter(|payload| !payload.is_null());
        let request = match payload.map(|payload| payload.as_str()) {
            None | Some(Some("TOKEN")) => false,
            Some(Some("REQUEST")) => true,
            _ => {
                return Err(api.error(
                    format!("`FunctionPayloadType` of authorizer `{name}` must be `TOKEN` or `REQUEST`"),
                    payload.unwrap_or(written),
                ));
            }
        };
        let kind = match (written.is_null(), set(written, "UserPoolArn").is_some(), request) {
            (true, ..) => Kind::Iam,
            (_, true, _) => Kind::Cognito,
            (.., true) => Kind::Request,
            _ => Kind::Token,
        };
        if request {
            require_identity(api, name, written)?;
        }
        let scopes = written.get("AuthorizationScopes").filter(|scopes| !scopes.is_null());
        if let Some(scopes) = scopes.filter(|scopes| !scopes.is_list()) {
            return Err(
                api.error(format!("`AuthorizationScopes` of authorizer `{name}` must be a list"), scopes)
            );
        }
        let disable = written.get("DisableFunctionDefaultPermissions").filter(|disable| !disable.is_null());
        if let Some(disable) = disable.filter(|disable| disable.as_bool().is_none()) {
            return Err(api.error("`DisableFunctionDefaultPermissions` must be a boolean", disable));
        }
        Ok(Self {
            name: name.clone(),
            name_at: entry.key_place,
            scopes: scopes.cloned(),
            function: set(written, "FunctionArn").cloned(),
            no_permission: disable.and_then(Expr::as_bool).unwrap_or(false),
            written: written.clone(),
            kind,
        })
    }

    /// The security definition in the body.
    pub fn definition(&self, api: &Api) -> Result<Expr, SamError> {
        let made = made(&self.written.origin, api.resource);
        let text = |text: &str| Expr::string(text, &made);
        let identity = set(&self.written, "Identity");
        let header = match (self.kind, identity) {
            (Kind::Request, _) => text("Unused"),
            (_, Some(identity)) if !identity.is_object() => {
                return Err(api
                    .error(format!("`Identity` of authorizer `{}` must be an object", self.name), identity));
            }
            (_, identity) => identity
                .and_then(|identity| set(identity, "Header"))
                .cloned()
                .unwrap_or_else(|| text("Authorization")),
        };
        let kind = match self.kind {
            Kind::Iam => "awsSigv4",
            Kind::Cognito => "cognito_user_pools",
            Kind::Token | Kind::Request => "custom",
        };
        let mut out = Expr::object(&made)
            .with("type", text("apiKey"))
            .with("name", header)
            .with("in", text("header"))
            .with("x-amazon-apigateway-authtype", text(kind));
        let mut inner = match self.kind {
            Kind::Iam => return Ok(out),
            Kind::Cognito => self.cognito(&made),
            Kind::Token | Kind::Request => self.lambda(api, &made, identity)?,
        };
        if self.kind != Kind::Request
            && let Some(expression) = identity.and_then(|identity| set(identity, "ValidationExpression"))
        {
            inner.set("identityValidationExpression", expression.clone());
        }
        out.set("x-amazon-apigateway-authorizer", inner);
        Ok(out)
    }

    fn cognito(&self, made: &Origin) -> Expr {
        let pools = self.written.get("UserPoolArn").cloned().unwrap_or_else(|| Expr::null(made));
        // The list counts as the transform's where the user wrote one pool.
        let pools = if pools.is_list() { pools } else { Expr::list(vec![pools], made) };
        Expr::object(made).with("type", Expr::string("cognito_user_pools", made)).with("providerARNs", pools)
    }

    fn lambda(&self, api: &Api, made: &Origin, identity: Option<&Expr>) -> Result<Expr, SamError> {
        let text = |text: &str| Expr::string(text, made);
        let function = self.written.get("FunctionArn").cloned().unwrap_or_else(|| Expr::null(made));
        let uri = invocation_uri(api.context.partition, function, made);
        let kind = if self.kind == Kind::Request { "request" } else { "token" };
        let mut out = Expr::object(made).with("type", text(kind)).with("authorizerUri", uri);
        if let Some(seconds) =
            identity.and_then(|identity| crate::presence::given(identity, "ReauthorizeEvery"))
        {
            out.set("authorizerResultTtlInSeconds", seconds.clone());
        }
        if let Some(role) =
            set(&self.written, "FunctionInvokeRole").filter(|role| role.as_str() != Some("NONE"))
        {
            out.set("authorizerCredentials", role.clone());
        }
        if self.kind == Kind::Request {
            let source = self.identity_source(api, identity)?;
            if let Some(source) = source {
                out.set("identitySource", source);
            }
        }
        Ok(out)
    }

    /// Where the identity is found, as one text.
    fn identity_source(&self, api: &Api, identity: Option<&Expr>) -> Result<Option<Expr>, SamError> {
        let Some(identity) = identity else { return Ok(None) };
        let mut all: Vec<String> = Vec::new();
        for (name, prefix) in SOURCES {
            let Some(names) = set(identity, name) else { continue };
            if !names.is_list() {
                return Err(api.error(format!("`{name}` of `Identity` must be a list"), names));
            }
            for item in names.items() {
                let Some(item) = item.as_str() else {
                    return Err(api.error(format!("`{name}` of `Identity` must be a list of strings"), item));
                };
                all.push(format!("{prefix}{item}"));
            }
        }
        Ok((!all.is_empty()).then(|| Expr::string(all.join(", "), &identity.origin)))
    }
}

/// The URI under which API Gateway calls an authorizer's function.
pub(crate) fn invocation_uri(partition: &str, function: Expr, made: &Origin) -> Expr {
    let arn = format!(
        "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}/invocations"
    );
    let arguments = vec![Expr::string(arn, made), Expr::object(made).with("__FunctionArn__", function)];
    Expr::call("Fn::Sub", Expr::list(arguments, made), made)
}

/// An authorizer by request needs a source of identity, unless its answers are not cached.
fn require_identity(api: &Api, name: &str, written: &Expr) -> Result<(), SamError> {
    let missing = |at: &Expr| {
        let sources = "one of `Headers`, `QueryStrings`, `StageVariables` and `Context`";
        Err(api.error(format!("authorizer `{name}` needs an `Identity` with {sources}"), at))
    };
    let Some(identity) = set(written, "Identity") else { return missing(written) };
    if !identity.is_object() {
        return Err(api.error(format!("`Identity` of authorizer `{name}` must be an object"), identity));
    }
    let any = SOURCES.iter().any(|(source, _)| set(identity, source).is_some());
    let uncached = identity.get("ReauthorizeEvery").is_some_and(|seconds| match &seconds.data {
        Data::Bool(value) => !value,
        _ => {
            is_set(seconds) && seconds.as_i64().is_some_and(|seconds| seconds <= 0)
                || seconds.as_i64() == Some(0)
        }
    });
    if any || uncached { Ok(()) } else { missing(identity) }
}
