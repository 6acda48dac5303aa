//! `Auth` of an HTTP API: authorizers and the default one (AWS SAM developer guide, "HttpApiAuth").

use super::HttpApi;
use super::authorizer::Authorizer;
use super::body::{require_paths, require_valid};
use crate::SamError;
use crate::open_api::{Fault, Key, all_methods, each_path_item, put, put_written};
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::words::Words;
use smol_str::SmolStr;
use stockade_cfn::{Data, Expr};

const KEYS: [&str; 3] = ["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];

static PERMISSION: Words = Words { rows: &[] };

/// Works `Auth` into the body.
pub(super) fn add(api: &HttpApi, body: &mut Expr) -> Result<(), SamError> {
    let Some(auth) = api.filled("Auth") else { return Ok(()) };
    if let Some(wrong) = auth.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        return Err(api.resource.error(format!("`Auth` has no property `{}`", wrong.key), wrong.key_place));
    }
    require_valid(api, body, "Auth", auth)?;
    require_paths(api, body)?;
    let authorizers = authorizers(api, auth)?;
    if !authorizers.is_empty() {
        define(api, body, &authorizers)?;
    }
    let default = set(auth, "DefaultAuthorizer").filter(|default| !default.is_no_value());
    match default {
        Some(default) => set_default(api, body, &authorizers, default),
        None => Ok(()),
    }
}

/// The authorizers, the built-in one among them if it is enabled.
fn authorizers(api: &HttpApi, auth: &Expr) -> Result<Vec<Authorizer>, SamError> {
    let mut all = Vec::new();
    if let Some(entry) =
        auth.entry("EnableIamAuthorizer").filter(|entry| entry.value.data == Data::Bool(true))
    {
        all.push(Authorizer::iam(&entry.value));
    }
    let Some(written) = set(auth, "Authorizers") else { return Ok(all) };
    if !written.is_object() {
        return Err(api.error("`Authorizers` must be an object", written));
    }
    for entry in written.entries() {
        let authorizer = Authorizer::read(api, entry)?;
        all.retain(|other| other.name != authorizer.name);
        all.push(authorizer);
    }
    Ok(all)
}

/// Puts the authorizers into `components.securitySchemes`.
fn define(api: &HttpApi, body: &mut Expr, authorizers: &[Authorizer]) -> Result<(), SamError> {
    let object = |value: Option<&Expr>, what: &str| match value.filter(|value| is_set(value)) {
        Some(value) if !value.is_object() => Err(api.error(format!("`{what}` must be an object"), value)),
        Some(value) => Ok(value.clone()),
        None => Ok(Expr::object(&api.made())),
    };
    let mut components = object(body.get("components"), "components")?;
    let mut schemes = object(components.get("securitySchemes"), "components.securitySchemes")?;
    for authorizer in authorizers {
        let key = Key { text: authorizer.name.clone(), place: authorizer.name_at };
        put_written(&mut schemes, &key, authorizer.definition(api)?);
    }
    put(&mut components, "securitySchemes", schemes);
    put(body, "components", components);
    Ok(())
}

/// Gives the default authorizer to every method that has no security of its own.
fn set_default(
    api: &HttpApi,
    body: &mut Expr,
    authorizers: &[Authorizer],
    default: &Expr,
) -> Result<(), SamError> {
    let key = Key::of(default).ok_or_else(|| api.error("`DefaultAuthorizer` must be a string", default))?;
    let Some(chosen) = authorizers.iter().find(|authorizer| authorizer.name == key.text) else {
        let message = format!("`DefaultAuthorizer` names `{}`, which is not in `Authorizers`", key.text);
        return Err(api.error(message, default));
    };
    let scopes = chosen.scopes.clone().unwrap_or_else(|| Expr::list(Vec::new(), &api.made()));
    let mut requirement = Expr::object(&default.origin);
    put_written(&mut requirement, &key, scopes);
    let paths: Vec<SmolStr> = body
        .get("paths")
        .map(Expr::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| entry.key.clone())
        .collect();
    for path in paths {
        let result = require_normal_methods(body, &path).and_then(|()| {
            all_methods(body, &path, &["parameters"], &mut |method, definition| {
                if method != "options" && set(definition, "security").is_none() {
                    put(definition, "security", Expr::list(vec![requirement.clone()], &default.origin));
                }
                Ok(())
            })
        });
        result.map_err(|fault| fault.of(api.resource))?;
    }
    Ok(())
}

/// That methods are spelled as API Gateway has them.
fn require_normal_methods(body: &mut Expr, path: &str) -> Result<(), Fault> {
    each_path_item(body, path, &mut |item| {
        let wrong = item.entries().iter().find(|entry| {
            let normal = crate::open_api::normal_method(&entry.key);
            normal != "parameters" && normal != "options" && item.get(&normal).is_none()
        });
        match wrong {
            Some(wrong) => Err(Fault {
                message: format!("`{}` of path `{path}` is no method", wrong.key),
                place: wrong.key_place,
            }),
            None => Ok(()),
        }
    })
}

/// Permissions for API Gateway to call the functions of authorizers that ask for them.
pub(super) fn add_permissions(api: &HttpApi, output: &mut Output) -> Result<(), SamError> {
    let Some(auth) = api.filled("Auth") else { return Ok(()) };
    for authorizer in authorizers(api, auth)? {
        let (Some(function), Some(cause)) = (&authorizer.function, &authorizer.permission) else { continue };
        let origin = &cause.origin;
        let arn =
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*";
        let id = Expr::reference(api.resource.id.clone(), origin);
        let arguments = vec![Expr::string(arn, origin), Expr::object(origin).with("__ApiId__", id)];
        let properties = Expr::object(origin)
            .with("Action", Expr::string("lambda:InvokeFunction", origin))
            .with("FunctionName", function.clone())
            .with("Principal", Expr::string("apigateway.amazonaws.com", origin))
            .with("SourceArn", Expr::call("Fn::Sub", Expr::list(arguments, origin), origin));
        let id = format!("{}{}AuthorizerPermission", api.resource.id, authorizer.name);
        if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
            let message =
                format!("the name `{}` of an authorizer must have letters and digits only", authorizer.name);
            return Err(SamError { resource: id.into(), message, place: authorizer.name_at });
        }
        output.add_generated(id.clone(), "AWS::Lambda::Permission", properties, api.resource, &PERMISSION);
    }
    Ok(())
}
