//! `Auth` of a REST API: authorizers, the default one, API keys and the resource policy (AWS SAM developer guide,
//! "ApiAuth").

use super::authorizer::Authorizer;
use super::{Api, body, openapi_3, resource_policy, security};
use crate::SamError;
use crate::open_api::{Key, made, put, put_written, python};
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::words::Words;
use stockade_cfn::{Entry, Expr};

const KEYS: [&str; 8] = [
    "Authorizers",
    "DefaultAuthorizer",
    "InvokeRole",
    "AddDefaultAuthorizerToCorsPreflight",
    "AddApiKeyRequiredToCorsPreflight",
    "ApiKeyRequired",
    "ResourcePolicy",
    "UsagePlan",
];

static PERMISSION: Words = Words { rows: &[] };

/// Works `Auth` into the body.
pub(super) fn add(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(auth) = api.auth.as_ref().filter(|auth| is_set(auth)) else { return Ok(()) };
    if let Some(wrong) = auth.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        return Err(api.resource.error(format!("`Auth` has no property `{}`", wrong.key), wrong.key_place));
    }
    body::require_valid(api, body, "Auth", auth)?;
    let fault = |fault: crate::open_api::Fault| fault.of(api.resource);
    let mut swagger = body::open(api, body)?;
    let default = set(auth, "DefaultAuthorizer");
    let authorizers = authorizers(api, auth, default)?;
    if !authorizers.is_empty() {
        swagger.require_security().map_err(fault)?;
        for authorizer in &authorizers {
            let key = Key { text: authorizer.name.clone(), place: authorizer.name_at };
            put_written(&mut swagger.security, &key, authorizer.definition(api)?);
        }
        if let Some(default) = default {
            set_default(api, auth, &authorizers, default, &mut swagger)?;
        }
    }
    if let Some(required) = set(auth, "ApiKeyRequired") {
        let made = made(&required.origin, api.resource);
        security::define_api_key(&mut swagger, &made).map_err(fault)?;
        let preflight = auth.get("AddApiKeyRequiredToCorsPreflight").is_none_or(is_set);
        for path in swagger.paths() {
            security::require_api_key(&mut swagger, &path, preflight, &made).map_err(fault)?;
        }
    }
    if let Some(policy) = set(auth, "ResourcePolicy") {
        let stage = api.resource.properties.get("StageName").cloned();
        let stage = stage.unwrap_or_else(|| Expr::null(&policy.origin));
        if !policy.is_object() {
            return Err(api.error("`ResourcePolicy` must be an object", policy));
        }
        for path in swagger.paths() {
            resource_policy::add(&mut swagger, policy, &path, &stage, api.resource).map_err(fault)?;
        }
        resource_policy::add_statements(&mut swagger, policy, api.resource);
    }
    *body = swagger.finish();
    openapi_3::rewrite(api, body)
}

/// The authorizers, in Python's order; the IAM authorizer is among them only as the default.
fn authorizers(api: &Api, auth: &Expr, default: Option<&Expr>) -> Result<Vec<Authorizer>, SamError> {
    let mut all = Expr::object(&auth.origin);
    if let Some(default) = default.filter(|default| default.as_str() == Some("AWS_IAM")) {
        // A value of its own, so that a key of the same name below replaces it.
        let nothing = Expr::null(&api.made());
        all.set_entry(Entry { key: "AWS_IAM".into(), key_place: default.origin.place, value: nothing });
    }
    if let Some(written) = set(auth, "Authorizers") {
        if !written.is_object() {
            return Err(api.error("`Authorizers` must be an object", written));
        }
        for entry in python::entries(written) {
            if !entry.value.is_object() {
                return Err(api.error(format!("authorizer `{}` must be an object", entry.key), &entry.value));
            }
            all.set_entry(entry.clone());
        }
    }
    python::entries(&all).into_iter().map(|entry| Authorizer::read(api, entry)).collect()
}

/// Gives the default authorizer to every method that names none.
fn set_default(
    api: &Api,
    auth: &Expr,
    authorizers: &[Authorizer],
    default: &Expr,
    swagger: &mut crate::open_api::Swagger,
) -> Result<(), SamError> {
    let key = Key::of(default).ok_or_else(|| api.error("`DefaultAuthorizer` must be a string", default))?;
    let chosen = authorizers.iter().find(|authorizer| authorizer.name == key.text);
    if chosen.is_none() && key.text != "AWS_IAM" {
        return Err(api.error(
            format!("`DefaultAuthorizer` names `{}`, which is not in `Authorizers`", key.text),
            default,
        ));
    }
    let scopes = chosen.and_then(|authorizer| authorizer.scopes.clone());
    let default = security::Default {
        names: authorizers.iter().map(|authorizer| authorizer.name.clone()).collect(),
        scopes: scopes.unwrap_or_else(|| Expr::list(Vec::new(), &api.made())),
        origin: default.origin.clone(),
        key,
        preflight: auth.get("AddDefaultAuthorizerToCorsPreflight").is_none_or(is_set),
        made: made(&default.origin, api.resource),
    };
    for path in swagger.paths() {
        security::set_default(swagger, &path, &default).map_err(|fault| fault.of(api.resource))?;
    }
    Ok(())
}

/// Permissions for API Gateway to call the functions of authorizers.
pub(super) fn add_permissions(api: &Api, output: &mut Output) -> Result<(), SamError> {
    let Some(auth) = api.auth.as_ref().filter(|auth| is_set(auth)) else { return Ok(()) };
    for authorizer in authorizers(api, auth, None)? {
        let Some(function) = authorizer.function.as_ref().filter(|_| !authorizer.no_permission) else {
            continue;
        };
        let made = function.origin.clone();
        let arn = format!(
            "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*",
            api.context.partition
        );
        let id = Expr::reference(api.resource.id.clone(), &made);
        let arguments = vec![Expr::string(arn, &made), Expr::object(&made).with("__ApiId__", id)];
        let properties = Expr::object(&made)
            .with("Action", Expr::string("lambda:InvokeFunction", &made))
            .with("FunctionName", function.clone())
            .with("Principal", Expr::string("apigateway.amazonaws.com", &made))
            .with("SourceArn", Expr::call("Fn::Sub", Expr::list(arguments, &made), &made));
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

/// The definition of the built-in IAM authorizer, unless there is one.
pub(super) fn define_iam(security: &mut Expr, made: &stockade_model::Origin) {
    if security.get("AWS_IAM").is_none() {
        let text = |text: &str| Expr::string(text, made);
        let definition = Expr::object(made)
            .with("x-amazon-apigateway-authtype", text("awsSigv4"))
            .with("type", text("apiKey"))
            .with("name", text("Authorization"))
            .with("in", text("header"));
        put(security, "AWS_IAM", definition);
    }
}
