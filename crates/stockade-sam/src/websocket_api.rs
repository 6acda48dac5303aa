//! `AWS::Serverless::WebSocketApi`: an API Gateway WebSocket API with its stage, routes, authorizer and
//! custom domain (AWS SAM developer guide, "AWS::Serverless::WebSocketApi").

mod auth;
mod domain;
mod routes;

use crate::output::Output;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, resolve};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::{Containers, Origin};

const PROPERTIES: &[Property] = &[
    optional("ApiKeySelectionExpression", Kind::String),
    optional("AccessLogSettings", Kind::Map),
    optional("Auth", Kind::Map),
    optional("DefaultRouteSettings", Kind::Map),
    optional("Description", Kind::String),
    optional("DisableExecuteApiEndpoint", Kind::Bool),
    optional("Domain", Kind::Map),
    optional("DisableSchemaValidation", Kind::Bool),
    optional("FailOnWarnings", Kind::Bool),
    optional("IpAddressType", Kind::String),
    optional("Name", Kind::String),
    optional("PropagateTags", Kind::Bool),
    required("Routes", Kind::Map),
    optional("RouteSettings", Kind::Map),
    required("RouteSelectionExpression", Kind::String),
    optional("StageName", Kind::StringOrMap),
    optional("StageVariables", Kind::Map),
    optional("Tags", Kind::Map),
];

static API: Words = Words {
    rows: &[
        ("ApiKeySelectionExpression", "ApiKeySelectionExpression"),
        ("Description", "Description"),
        ("DisableExecuteApiEndpoint", "DisableExecuteApiEndpoint"),
        ("DisableSchemaValidation", "DisableSchemaValidation"),
        ("IpAddressType", "IpAddressType"),
        ("Name", "Name"),
        ("RouteSelectionExpression", "RouteSelectionExpression"),
        ("Tags", "Tags"),
    ],
};

static STAGE: Words = Words {
    rows: &[
        ("StageName", "StageName"),
        ("StageVariables", "StageVariables"),
        ("AccessLogSettings", "AccessLogSettings"),
        ("DefaultRouteSettings", "DefaultRouteSettings"),
        ("RouteSettings", "RouteSettings"),
    ],
};

/// Resources of which nothing is written by the user.
static GENERATED: Words = Words { rows: &[] };

/// The tag that SAM puts on such APIs.
const CREATED_BY: &str = "websocketapi:createdBy";

/// Lowers a WebSocket API.
pub(crate) fn lower(
    written: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    check(written, PROPERTIES)?;
    let mut api = written.clone();
    for name in ["Auth", "Domain", "Routes"] {
        if let Some(value) = given(&written.properties, name) {
            api.properties.set(name, resolve::parameters(value, context));
        }
    }
    // Nothing of a WebSocket API takes over attributes but `DependsOn`, and that only the API itself.
    api.body = Expr::object(&api.body.origin);
    let properties = &api.properties;
    if let Some(kind) = given(properties, "IpAddressType").filter(|kind| kind.intrinsic().is_none())
        && !kind.as_str().is_some_and(|kind| matches!(kind, "ipv4" | "dualstack"))
    {
        return Err(api.error("its `IpAddressType` is neither `ipv4` nor `dualstack`", kind.origin.place));
    }
    let Some(routes) = set(properties, "Routes") else {
        return Err(api.error("its `Routes` are empty", api.id_at));
    };
    if let Some(auth) = set(properties, "Auth") {
        if routes.get("$connect").is_none() {
            return Err(api.error("it has `Auth` and no route `$connect`", auth.origin.place));
        }
        auth::check(&api, auth)?;
    }
    let stage = stage_id(&api)?;
    let mut pieces = vec![main(&api)];
    pieces.extend(routes::lower(&api, routes)?);
    let route_ids: Vec<SmolStr> = pieces
        .iter()
        .filter(|piece| piece.type_name == "AWS::ApiGatewayV2::Route")
        .map(|piece| piece.id.clone())
        .collect();
    if let Some(domain) = given(properties, "Domain") {
        let made = domain::lower(&api, domain, &stage)?;
        if let Some(first) = made.first() {
            output.references.generated.insert(format_smolstr!("{}.DomainName", api.id), first.id.clone());
        }
        pieces.extend(made);
    }
    output.references.generated.insert(format_smolstr!("{}.Stage", api.id), stage.clone());
    pieces.push(stage_piece(&api, stage, &route_ids));
    pieces.extend(auth::lower(&api));
    add(pieces, &api, written, output);
    Ok(())
}

fn main(api: &SamResource) -> Piece {
    let origin = api.origin();
    let mut out = API.lower(&api.properties, &origin);
    if out.get("Name").is_none() {
        out.set("Name", Expr::string(api.id.clone(), &origin));
    }
    out.set("ProtocolType", Expr::string("WEBSOCKET", &origin));
    let tags = set(&api.properties, "Tags").cloned();
    out.set("Tags", created_by_sam(tags, &origin));
    Piece::new(api.id.clone(), "AWS::ApiGatewayV2::Api", out, &API)
}

/// The logical id of the stage, which holds the stage's name if that is known.
fn stage_id(api: &SamResource) -> Result<SmolStr, SamError> {
    let name = given(&api.properties, "StageName");
    let Some(name) = name else { return Ok(format_smolstr!("{}DefaultStage", api.id)) };
    match name.as_str().unwrap_or_default() {
        "$default" => Err(api.error("its stage is named `$default`", name.origin.place)),
        "default" => Ok(format_smolstr!("{}DefaultStage", api.id)),
        text => {
            let id = format_smolstr!("{}{text}Stage", api.id);
            if id.chars().all(|character| character.is_ascii_alphanumeric()) {
                return Ok(id);
            }
            let message = "its `StageName` is not made of letters and digits".to_owned();
            Err(SamError { resource: id, message, place: name.origin.place })
        }
    }
}

fn stage_piece(api: &SamResource, id: SmolStr, routes: &[SmolStr]) -> Piece {
    let origin = api.origin();
    let mut out = STAGE.lower(&api.properties, &origin).with("ApiId", reference(api, &origin));
    if out.get("StageName").is_none() {
        out.set("StageName", Expr::string("default", &origin));
    }
    out.set("Tags", created_by_sam(None, &origin));
    out.set("AutoDeploy", Expr::bool(true, &origin));
    let stage = Piece::new(id, "AWS::ApiGatewayV2::Stage", out, &STAGE);
    // Settings name routes, so these have to be there.
    match set(&api.properties, "RouteSettings") {
        Some(settings) if !routes.is_empty() => {
            let ids = routes.iter().map(|id| Expr::string(id.clone(), &settings.origin)).collect();
            stage.with("DependsOn", Expr::list(ids, &settings.origin))
        }
        _ => stage,
    }
}

fn reference(api: &SamResource, origin: &Origin) -> Expr {
    Expr::reference(api.id.clone(), origin)
}

/// Tags as the map that API Gateway takes, with SAM's own.
fn created_by_sam(tags: Option<Expr>, origin: &Origin) -> Expr {
    let own = Expr::string("SAM", origin);
    tags.unwrap_or_else(|| Expr::object(origin).in_containers(Containers::Inherit)).with(CREATED_BY, own)
}

fn add(mut pieces: Vec<Piece>, api: &SamResource, written: &SamResource, output: &mut Output) {
    let tags = set(&api.properties, "Tags").filter(|_| set(&api.properties, "PropagateTags").is_some());
    for piece in &mut pieces {
        if let Some(tags) = tags
            && matches!(piece.type_name, "AWS::ApiGatewayV2::Stage" | "AWS::ApiGatewayV2::DomainName")
        {
            piece.properties.set("Tags", created_by_sam(Some(tags.clone()), &api.origin()));
        }
    }
    for piece in pieces {
        let depends = written.body.get("DependsOn").filter(|_| piece.id == api.id).cloned();
        let piece = match depends {
            Some(depends) => piece.with("DependsOn", depends),
            None => piece,
        };
        piece.add_with_all(api, output);
    }
}
