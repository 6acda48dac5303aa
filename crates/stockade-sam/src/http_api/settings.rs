//! Settings of an HTTP API that stand in its body: CORS, tags, title, description, and the switch of the default
//! endpoint.

use super::HttpApi;
use super::body::{require_paths, require_valid};
use crate::SamError;
use crate::open_api::{is_open_api, made, put};
use crate::presence::{is_set, set};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_cfn::{Data, Expr};

/// Keys of `CorsConfiguration`, and those of the body's extension.
const CORS: [(&str, &str); 6] = [
    ("AllowOrigins", "allowOrigins"),
    ("AllowHeaders", "allowHeaders"),
    ("AllowMethods", "allowMethods"),
    ("ExposeHeaders", "exposeHeaders"),
    ("MaxAge", "maxAge"),
    ("AllowCredentials", "allowCredentials"),
];

pub(super) fn add_cors(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    const KEY: &str = "x-amazon-apigateway-cors";
    let Some(setting) = api.cors.as_ref().filter(|setting| is_set(setting)) else { return Ok(()) };
    require_valid(api, body, "CorsConfiguration", setting)?;
    let intrinsic = setting.intrinsic().is_some();
    if let Some(wrong) =
        setting.entries().iter().find(|entry| !intrinsic && !CORS.iter().any(|(key, _)| *key == entry.key))
    {
        return Err(api
            .resource
            .error(format!("`CorsConfiguration` has no property `{}`", wrong.key), wrong.key_place));
    }
    if !setting.is_object() && setting.data != Data::Bool(true) {
        return Err(api.error("`CorsConfiguration` must be `true` or an object", setting));
    }
    let origins = setting.get("AllowOrigins").map(Expr::items).unwrap_or_default();
    let credentials = setting.get("AllowCredentials").filter(|value| value.data == Data::Bool(true));
    if let (Some(credentials), [only]) = (credentials, origins)
        && only.as_str() == Some("*")
    {
        return Err(api.error("`AllowCredentials` needs `AllowOrigins` other than `*`", credentials));
    }
    let origin = made(&setting.origin, api.resource);
    let mut cors = body.get(KEY).cloned().unwrap_or_else(|| Expr::object(&origin));
    if !cors.is_object() {
        return Err(api.error(format!("`{KEY}` must be an object"), &cors));
    }
    let origins_call = setting.get("AllowOrigins").filter(|origins| origins.intrinsic().is_some());
    if let Some(call) = if intrinsic { Some(setting) } else { origins_call } {
        // The keys stand in the branches of the function.
        for entry in lower_keys(call).entries() {
            cors.set_entry(entry.clone());
        }
    } else if setting.data == Data::Bool(true) {
        put(&mut cors, "allowOrigins", Expr::list(vec![Expr::string("*", &origin)], &setting.origin));
    } else {
        for (key, name) in CORS {
            let value = match key {
                "MaxAge" => setting.get(key).filter(|age| !age.is_null()),
                "AllowCredentials" => credentials,
                _ => set(setting, key),
            };
            if let Some(value) = value {
                put(&mut cors, name, value.clone());
            }
        }
    }
    put(body, KEY, cors);
    Ok(())
}

/// A value with the keys of `CorsConfiguration` spelled as in a body, wherever they stand.
fn lower_keys(value: &Expr) -> Expr {
    let spell = |text: &SmolStr| -> SmolStr {
        CORS.iter().fold(text.to_string(), |text, (key, name)| text.replace(key, name)).into()
    };
    let mut out = value.clone();
    match &mut out.data {
        Data::String(text) => *text = spell(text),
        Data::List(items) => Arc::make_mut(items).iter_mut().for_each(|item| *item = lower_keys(item)),
        Data::Object(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                entry.key = spell(&entry.key);
                entry.value = lower_keys(&entry.value);
            }
        }
        _ => {}
    }
    out
}

/// Tags stand in the body, with an extension for their values.
pub(super) fn add_tags(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    const VALUE: &str = "x-amazon-apigateway-tag-value";
    if let Some(tags) = api.filled("Tags") {
        require_valid(api, body, "Tags", tags)?;
    }
    let Some(tags) = api.tags.as_ref().filter(|_| is_open_api(body)) else { return Ok(()) };
    require_paths(api, body)?;
    let mut all = set(body, "tags").cloned().unwrap_or_else(|| Expr::list(Vec::new(), &api.made()));
    let Data::List(items) = &mut all.data else {
        return Err(api.error("`tags` of `DefinitionBody` must be a list", &all));
    };
    let items = Arc::make_mut(items);
    for tag in tags.entries() {
        let same = |item: &&mut Expr| item.get("name").and_then(Expr::as_str) == Some(tag.key.as_str());
        match items.iter_mut().find(same) {
            Some(existing) => put(existing, VALUE, tag.value.clone()),
            None => items.push(
                Expr::object(&tag.value.origin)
                    .with("name", Expr::string(tag.key.clone(), &tag.value.origin))
                    .with(VALUE, tag.value.clone()),
            ),
        }
    }
    put(body, "tags", all);
    Ok(())
}

pub(super) fn add_endpoint_switch(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    const KEY: &str = "x-amazon-apigateway-endpoint-configuration";
    let Some(value) = api.there("DisableExecuteApiEndpoint") else { return Ok(()) };
    require_valid(api, body, "DisableExecuteApiEndpoint", value)?;
    let origin = made(&value.origin, api.resource);
    let servers = body.get("servers").cloned();
    let mut servers = servers.unwrap_or_else(|| Expr::list(vec![Expr::object(&origin)], &origin));
    let Data::List(items) = &mut servers.data else {
        return Err(api.error("`servers` of `DefinitionBody` must be a list", &servers));
    };
    for server in Arc::make_mut(items).iter_mut() {
        if !server.is_object() {
            return Err(api.error("each of `servers` of `DefinitionBody` must be an object", server));
        }
        let mut configuration = server.get(KEY).cloned().unwrap_or_else(|| Expr::object(&origin));
        put(&mut configuration, "disableExecuteApiEndpoint", value.clone());
        put(server, KEY, configuration);
    }
    put(body, "servers", servers);
    Ok(())
}

pub(super) fn add_title(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    let Some(name) = api.filled("Name") else { return Ok(()) };
    let ours = body.path("info.title").is_some_and(|title| title.as_reference() == Some("AWS::StackName"));
    if !ours {
        return Err(api.error("`Name` cannot be set, as `DefinitionBody` has a title of its own", name));
    }
    set_info(api, body, "title", name)
}

pub(super) fn add_description(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    let Some(description) = api.filled("Description") else { return Ok(()) };
    if body.path("info.description").is_some_and(is_set) {
        let message = "`Description` cannot be set, as `DefinitionBody` has one of its own";
        return Err(api.error(message, description));
    }
    set_info(api, body, "description", description)
}

fn set_info(api: &HttpApi, body: &mut Expr, key: &str, value: &Expr) -> Result<(), SamError> {
    require_valid(api, body, key, value)?;
    let mut info = set(body, "info").cloned().unwrap_or_else(|| Expr::object(&api.made()));
    if !info.is_object() {
        return Err(api.error("`info` of `DefinitionBody` must be an object", &info));
    }
    put(&mut info, key, value.clone());
    put(body, "info", info);
    Ok(())
}
