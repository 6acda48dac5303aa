//! Who may connect to a WebSocket API: `Auth`.

use super::routes::invocation;
use super::{GENERATED, reference};
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::{Container, Containers};

static AUTHORIZER: Words = Words {
    rows: &[
        ("AuthorizerCredentialsArn", "InvokeRole"),
        ("IdentitySource", "IdentitySource"),
        ("Name", "Name"),
    ],
};

const TYPES: [&str; 3] = ["NONE", "AWS_IAM", "CUSTOM"];

/// Checks the configuration.
pub(super) fn check(api: &SamResource, auth: &Expr) -> Result<(), SamError> {
    let Some(written) = set(auth, "AuthType") else {
        return Err(api.error("its `Auth` has no `AuthType`", auth.origin.place));
    };
    let type_name = written.as_str().unwrap_or_default();
    if !TYPES.contains(&type_name) {
        return Err(
            api.error(format!("its `AuthType` is none of {}", TYPES.join(", ")), written.origin.place)
        );
    }
    if type_name == "CUSTOM" {
        return match set(auth, "AuthArn") {
            Some(_) => Ok(()),
            None => Err(api.error("its `AuthType` is `CUSTOM` and it has no `AuthArn`", auth.origin.place)),
        };
    }
    if auth.entries().len() > 1 {
        let message = format!("its `AuthType` is `{type_name}`, which takes nothing else");
        return Err(api.error(message, auth.origin.place));
    }
    Ok(())
}

/// The function that decides who may connect.
fn authorizer(api: &SamResource) -> Option<(&Expr, &Expr)> {
    let auth = set(&api.properties, "Auth")?;
    let custom = auth.get("AuthType").and_then(Expr::as_str) == Some("CUSTOM");
    Some((auth, set(auth, "AuthArn").filter(|_| custom)?))
}

fn authorizer_id(api: &SamResource) -> SmolStr {
    format_smolstr!("{}ConnectAuthorizer", api.id)
}

/// Puts the authorization into the route `$connect`.
pub(super) fn authorize(api: &SamResource, route: &mut Expr) {
    let Some(written) = set(&api.properties, "Auth").and_then(|auth| set(auth, "AuthType")) else { return };
    route.set("AuthorizationType", written.clone());
    if let Some((_, function)) = authorizer(api) {
        route.set("AuthorizerId", Expr::reference(authorizer_id(api), &function.origin));
    }
}

/// The authorizer and the permission to call its function.
pub(super) fn lower(api: &SamResource) -> Vec<Piece> {
    let Some((auth, function)) = authorizer(api) else { return Vec::new() };
    let origin = &function.origin;
    let id = authorizer_id(api);
    let containers = Containers::At([Container::from(auth.origin.place)].into());
    let mut out = AUTHORIZER
        .lower(auth, origin)
        .in_containers(containers)
        .with("ApiId", reference(api, origin))
        .with("AuthorizerType", Expr::string("REQUEST", origin))
        .with("AuthorizerUri", invocation("AuthArn", function));
    if set(auth, "Name").is_none() {
        out.set("Name", Expr::string(id.clone(), origin));
    }
    let mut pieces = vec![Piece::new(id, "AWS::ApiGatewayV2::Authorizer", out, &AUTHORIZER)];
    // A role that is given is used in place of a permission.
    if given(auth, "InvokeRole").is_none_or(|role| !crate::presence::is_set(role)) {
        let text =
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*";
        let variables = Expr::object(origin).with("__ApiId__", reference(api, origin));
        let source = Expr::list(vec![Expr::string(text, origin), variables], origin);
        let permission = Expr::object(origin)
            .with("Action", Expr::string("lambda:InvokeFunction", origin))
            .with("FunctionName", function.clone())
            .with("Principal", Expr::string("apigateway.amazonaws.com", origin))
            .with("SourceArn", Expr::call("Fn::Sub", source, origin));
        let id = format_smolstr!("{}AuthorizerPermission", api.id);
        pieces.push(Piece::new(id, "AWS::Lambda::Permission", permission, &GENERATED));
    }
    pieces
}
