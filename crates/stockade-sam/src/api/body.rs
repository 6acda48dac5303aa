//! The body of a REST API: what the user or the events wrote, with the settings of the API worked in.

use super::{Api, auth, cors, gateway_responses, openapi_3};
use crate::SamError;
use crate::open_api::{self, Swagger, python};
use crate::presence::set;
use std::sync::Arc;
use stockade_cfn::{Data, Expr};

/// The body, if the API has one of its own.
pub(super) fn build(api: &Api) -> Result<Option<Expr>, SamError> {
    let body = api.filled("DefinitionBody");
    if let (Some(location), Some(_)) = (api.filled("DefinitionUri"), body) {
        return Err(api.error("`DefinitionUri` and `DefinitionBody` cannot be used together", location));
    }
    if let (Some(_), Some(merge)) = (api.filled("DefinitionUri"), api.filled("MergeDefinitions")) {
        return Err(api.error("`MergeDefinitions` cannot be used with `DefinitionUri`", merge));
    }
    if let Some(version) = api.filled("OpenApiVersion")
        && !version.as_scalar().is_some_and(|version| open_api::is_version(&version, '2'..='3', true))
    {
        return Err(api.error("`OpenApiVersion` must be of the form `3.0.1`", version));
    }
    let Some(mut body) = body.cloned() else {
        return require_nothing_needs_a_body(api).map(|()| None);
    };
    cors::add(api, &mut body)?;
    auth::add(api, &mut body)?;
    gateway_responses::add(api, &mut body)?;
    add_binary_media_types(api, &mut body)?;
    add_models(api, &mut body)?;
    add_endpoint_switch(api, &mut body)?;
    openapi_3::rewrite(api, &mut body)?;
    Ok(Some(body))
}

/// Without a body of its own an API can have none of the settings that are worked into it.
fn require_nothing_needs_a_body(api: &Api) -> Result<(), SamError> {
    let disable = api.resource.properties.get("DisableExecuteApiEndpoint").filter(|value| !value.is_null());
    let needs = ["Cors", "Auth", "GatewayResponses", "Models"];
    match needs
        .iter()
        .find_map(|name| api.filled(name).map(|value| (*name, value)))
        .or(disable.map(|value| ("DisableExecuteApiEndpoint", value)))
    {
        Some((name, value)) => {
            Err(api.error(format!("`{name}` works only with a body in `DefinitionBody`"), value))
        }
        None => Ok(()),
    }
}

/// Opens a body for the edits of a setting.
pub(super) fn open(api: &Api, body: &Expr) -> Result<Swagger, SamError> {
    Swagger::open(body, &api.made()).map_err(|fault| fault.of(api.resource))
}

/// That a body is one that a setting can be worked into.
pub(super) fn require_valid(api: &Api, body: &Expr, setting: &str, at: &Expr) -> Result<(), SamError> {
    if Swagger::is_valid(body) {
        return Ok(());
    }
    Err(api.error(format!("`{setting}` needs a Swagger or OpenAPI document in `DefinitionBody`"), at))
}

fn add_binary_media_types(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(types) = api.binary_media.as_ref().filter(|types| crate::presence::is_set(types)) else {
        return Ok(());
    };
    let mut swagger = open(api, body)?;
    open_api::put(&mut swagger.doc, "x-amazon-apigateway-binary-media-types", with_slashes(types));
    *body = swagger.finish();
    Ok(())
}

/// `~1` stands for a slash in media types.
fn with_slashes(value: &Expr) -> Expr {
    let mut out = value.clone();
    match &mut out.data {
        Data::String(text) => *text = text.replace("~1", "/").into(),
        Data::List(items) => Arc::make_mut(items).iter_mut().for_each(|item| *item = with_slashes(item)),
        Data::Object(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                entry.key = entry.key.replace("~1", "/").into();
                entry.value = with_slashes(&entry.value);
            }
        }
        _ => {}
    }
    out
}

fn add_models(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(models) = api.filled("Models") else { return Ok(()) };
    require_valid(api, body, "Models", models)?;
    if let Some(wrong) = models.entries().iter().find(|entry| !entry.value.is_object()) {
        return Err(api.error("each of `Models` must be an object", &wrong.value));
    }
    let mut swagger = open(api, body)?;
    for entry in python::entries(models) {
        if set(&entry.value, "type").is_none() {
            return Err(api.error(format!("model `{}` has no `type`", entry.key), &entry.value));
        }
        let key = open_api::Key { text: entry.key.to_lowercase().into(), place: entry.key_place };
        open_api::put_written(&mut swagger.definitions, &key, entry.value.clone());
    }
    *body = swagger.finish();
    openapi_3::rewrite(api, body)
}

/// `DisableExecuteApiEndpoint` stands in the servers of OpenAPI 3, at the top in Swagger.
fn add_endpoint_switch(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(value) =
        api.resource.properties.get("DisableExecuteApiEndpoint").filter(|value| !value.is_null())
    else {
        return Ok(());
    };
    let mut swagger = open(api, body)?;
    let made = open_api::made(&value.origin, api.resource);
    if set(&swagger.doc, "openapi").is_some_and(open_api::is_version_3) {
        let servers = swagger.doc.get("servers").cloned();
        let servers = servers.unwrap_or_else(|| Expr::list(vec![Expr::object(&made)], &made));
        let mut out = servers.clone();
        if let Data::List(items) = &mut out.data {
            for server in Arc::make_mut(items).iter_mut() {
                set_switch(api, server, value)?;
            }
        }
        open_api::put(&mut swagger.doc, "servers", out);
    } else {
        set_switch(api, &mut swagger.doc, value)?;
    }
    *body = swagger.finish();
    Ok(())
}

fn set_switch(api: &Api, holder: &mut Expr, value: &Expr) -> Result<(), SamError> {
    const CONFIGURATION: &str = "x-amazon-apigateway-endpoint-configuration";
    if !holder.is_object()
        || holder.get(CONFIGURATION).is_some_and(|configuration| !configuration.is_object())
    {
        return Err(api.error(format!("`{CONFIGURATION}` must be an object in an object"), holder));
    }
    let made = open_api::made(&value.origin, api.resource);
    let mut configuration = holder.get(CONFIGURATION).cloned().unwrap_or_else(|| Expr::object(&made));
    open_api::put(&mut configuration, "disableExecuteApiEndpoint", value.clone());
    open_api::put(holder, CONFIGURATION, configuration);
    Ok(())
}
