//! The routes of a WebSocket API: each with the integration that calls its function and the permission to do
//! so.

use super::{GENERATED, auth, reference};
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Entry, Expr};
use stockade_model::{Container, Containers, Origin};

static ROUTE: Words = Words {
    rows: &[
        ("ApiKeyRequired", "ApiKeyRequired"),
        ("ModelSelectionExpression", "ModelSelectionExpression"),
        ("OperationName", "OperationName"),
        ("RequestModels", "RequestModels"),
        ("RequestParameters", "RequestParameters"),
        ("RouteResponseSelectionExpression", "RouteResponseSelectionExpression"),
    ],
};

static INTEGRATION: Words = Words { rows: &[("TimeoutInMillis", "IntegrationTimeout")] };

/// Routes with a meaning of their own.
const SPECIAL: [&str; 3] = ["$connect", "$disconnect", "$default"];

/// Lowers the routes.
pub(super) fn lower(api: &SamResource, routes: &Expr) -> Result<Vec<Piece>, SamError> {
    let mut pieces = Vec::new();
    for entry in routes.entries() {
        pieces.extend(route(api, entry)?);
    }
    Ok(pieces)
}

fn route(api: &SamResource, entry: &Entry) -> Result<[Piece; 3], SamError> {
    let id = format_smolstr!("{}{}", api.id, id_part(api, entry)?);
    let origin = &Origin::at(entry.key_place);
    let spec = &entry.value;
    let integration_id = format_smolstr!("{id}Integration");
    let containers = Containers::At([Container::from(spec.origin.place)].into());
    let lower = |words: &Words| {
        words.lower(spec, origin).in_containers(containers.clone()).with("ApiId", reference(api, origin))
    };

    let mut route = lower(&ROUTE).with("RouteKey", Expr::string(entry.key.clone(), origin));
    match set(spec, "RequestParameters") {
        Some(parameters) if entry.key != "$connect" => {
            let message =
                format!("its route `{}` has `RequestParameters`, which only `$connect` takes", entry.key);
            return Err(api.error(message, parameters.origin.place));
        }
        Some(_) => {}
        None => {
            route.remove("RequestParameters");
        }
    }
    let target = vec![Expr::string("integrations", origin), Expr::reference(integration_id.clone(), origin)];
    let target = Expr::list(vec![Expr::string("/", origin), Expr::list(target, origin)], origin);
    route.set("Target", Expr::call("Fn::Join", target, origin));
    if entry.key == "$connect" {
        auth::authorize(api, &mut route);
    }

    let Some(function) = spec.get("FunctionArn") else {
        let message = format!("its route `{}` has no `FunctionArn`", entry.key);
        return Err(api.error(message, spec.origin.place));
    };
    let integration = lower(&INTEGRATION)
        .with("IntegrationType", Expr::string("AWS_PROXY", origin))
        .with("IntegrationUri", invocation("FunctionArn", function));

    let permission = Expr::object(origin)
        .in_containers(containers)
        .with("Action", Expr::string("lambda:InvokeFunction", origin))
        .with_some("FunctionName", given(spec, "FunctionArn").cloned())
        .with("Principal", Expr::string("apigateway.amazonaws.com", origin))
        .with("SourceArn", source_arn(api, &entry.key, origin));
    Ok([
        Piece::new(format_smolstr!("{id}Route"), "AWS::ApiGatewayV2::Route", route, &ROUTE),
        Piece::new(integration_id, "AWS::ApiGatewayV2::Integration", integration, &INTEGRATION),
        Piece::new(format_smolstr!("{id}Permission"), "AWS::Lambda::Permission", permission, &GENERATED),
    ])
}

/// The address at which API Gateway calls a function.
pub(super) fn invocation(variable: &'static str, function: &Expr) -> Expr {
    let origin = &function.origin;
    let text = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/\
         ${{{variable}}}/invocations"
    );
    let variables = Expr::object(origin).with(variable, function.clone());
    Expr::call("Fn::Sub", Expr::list(vec![Expr::string(text, origin), variables], origin), origin)
}

/// What of the API calls the function: the route in the stage.
fn source_arn(api: &SamResource, route: &str, origin: &Origin) -> Expr {
    let arn = |stage: &str| {
        let id = &api.id;
        format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:\
             ${{{id}.ApiId}}/{stage}/{route}"
        )
    };
    match given(&api.properties, "StageName") {
        None => Expr::sub(arn("default"), origin),
        Some(stage) => match stage.as_str() {
            Some(stage) => Expr::sub(arn(stage), origin),
            None => {
                let variables = Expr::object(origin).with("__StageName__", stage.clone());
                let text = Expr::string(arn("${__StageName__}"), origin);
                Expr::call("Fn::Sub", Expr::list(vec![text, variables], origin), origin)
            }
        },
    }
}

/// The part of logical ids that stands for a route.
fn id_part(api: &SamResource, entry: &Entry) -> Result<SmolStr, SamError> {
    let key = entry.key.as_str();
    let name = if SPECIAL.contains(&key) { key.trim_start_matches('$') } else { key };
    if name.is_empty() || !name.chars().all(|character| character.is_ascii_alphanumeric()) {
        let message = format!("its route `{key}` is not made of letters and digits");
        return Err(api.error(message, entry.key_place));
    }
    let mut out = name.to_ascii_lowercase();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Ok(out.into())
}
