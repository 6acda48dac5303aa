//! What an event says of the requests: a timeout, a model of the body, parameters.

use super::Route;
use crate::SamError;
use crate::open_api::{Fault, INTEGRATION, Swagger, each_method, is_version_3, made, put, python};
use crate::presence::{is_set, set};
use crate::resource::SamResource;
use stockade_cfn::{Data, Entry, Expr};

/// Where a parameter may be in a request.
const LOCATIONS: [(&str, &str); 3] = [("querystring", "query"), ("path", "path"), ("header", "header")];

/// Adds all of it to the method.
pub(super) fn add(route: &Route, api: &SamResource, swagger: &mut Swagger) -> Result<(), SamError> {
    let properties = &route.event.properties;
    if let Some(timeout) = set(properties, "TimeoutInMillis") {
        each(route, swagger, &mut |definition| {
            if let Some(integration) = definition.get_mut(INTEGRATION) {
                put(integration, "timeoutInMillis", timeout.clone());
            }
        })?;
    }
    if let Some(model) = set(properties, "RequestModel") {
        if !model.is_object() {
            return Err(route.error("`RequestModel` must be an object", model));
        }
        if let Some(name) = set(model, "Model") {
            add_model(route, api, model, name, swagger)?;
        }
    }
    match set(properties, "RequestParameters") {
        Some(parameters) => add_parameters(route, parameters, swagger),
        None => Ok(()),
    }
}

fn each(route: &Route, swagger: &mut Swagger, edit: &mut dyn FnMut(&mut Expr)) -> Result<(), SamError> {
    let edit = &mut |definition: &mut Expr| -> Result<(), Fault> {
        edit(definition);
        Ok(())
    };
    each_method(&mut swagger.doc, &route.path.text, &route.method.text, edit)
        .map_err(|fault| fault.of(route.owner))
}

/// Adds an item to a list of the method's.
fn append(definition: &mut Expr, key: &str, item: Expr, origin: &stockade_model::Origin) {
    let before = definition.get(key).filter(|list| list.is_list()).cloned();
    let mut list = before.unwrap_or_else(|| Expr::list(Vec::new(), origin));
    list.push(item);
    put(definition, key, list);
}

fn add_model(
    route: &Route,
    api: &SamResource,
    setting: &Expr,
    name: &Expr,
    swagger: &mut Swagger,
) -> Result<(), SamError> {
    let models = set(&api.properties, "Models").filter(|models| models.is_object());
    let known = name.as_str().filter(|name| models.and_then(|models| set(models, name)).is_some());
    let known =
        known.ok_or_else(|| route.error("`RequestModel` must name one of the API's `Models`", name))?;
    let known = known.to_lowercase();
    let origin = made(&name.origin, route.owner);
    let required = setting.get("Required").filter(|required| !required.is_null()).cloned();
    let reference = |section: &str| {
        Expr::object(&origin).with("$ref", Expr::string(format!("#/{section}/{known}"), &origin))
    };
    if swagger.doc.get("swagger").is_some_and(|version| !version.is_null()) {
        let parameter = Expr::object(&origin)
            .with("in", Expr::string("body", &origin))
            .with("name", Expr::string(known.clone(), &name.origin))
            .with("schema", reference("definitions"))
            .with_some("required", required);
        each(route, swagger, &mut |definition| append(definition, "parameters", parameter.clone(), &origin))?;
    } else if set(&swagger.doc, "openapi").is_some_and(is_version_3) {
        let content = Expr::object(&origin)
            .with("application/json", Expr::object(&origin).with("schema", reference("components/schemas")));
        let body = Expr::object(&origin).with("content", content).with_some("required", required);
        each(route, swagger, &mut |definition| put(definition, "requestBody", body.clone()))?;
    }
    add_validator(route, setting, swagger)
}

/// `ValidateBody` and `ValidateParameters`: a validator, named after what it does.
fn add_validator(route: &Route, setting: &Expr, swagger: &mut Swagger) -> Result<(), SamError> {
    const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
    let [body, parameters] = ["ValidateBody", "ValidateParameters"]
        .map(|name| setting.get(name).filter(|value| !value.is_null()).cloned());
    let Some(cause) = body.as_ref().or(parameters.as_ref()) else { return Ok(()) };
    let origin = made(&cause.origin, route.owner);
    let literal = |value: Option<&Expr>| match value {
        None => Ok(Expr::bool(false, &origin)),
        Some(value) if matches!(value.data, Data::Bool(_)) => Ok(value.clone()),
        Some(value) => Err(route.error("`ValidateBody` and `ValidateParameters` must be booleans", value)),
    };
    let (body, parameters) = (literal(body.as_ref())?, literal(parameters.as_ref())?);
    let name = match (is_set(&body), is_set(&parameters)) {
        (true, true) => "body-and-params",
        (true, false) => "body-only",
        (false, true) => "params-only",
        (false, false) => "no-validation",
    };
    let mut all = set(&swagger.doc, VALIDATORS).cloned().unwrap_or_else(|| Expr::object(&origin));
    if set(&all, name).is_none() {
        let validator = Expr::object(&origin)
            .with("validateRequestBody", body)
            .with("validateRequestParameters", parameters);
        put(&mut all, name, validator);
    }
    put(&mut swagger.doc, VALIDATORS, all);
    each(route, swagger, &mut |definition| {
        put(definition, "x-amazon-apigateway-request-validator", Expr::string(name, &origin));
    })
}

fn add_parameters(route: &Route, parameters: &Expr, swagger: &mut Swagger) -> Result<(), SamError> {
    for parameter in parameters.items() {
        let written: Option<&Entry> = python::entries(parameter).into_iter().next();
        let (name, settings) = match (parameter.as_str(), written) {
            (Some(name), _) => (name, None),
            (None, Some(entry)) => (entry.key.as_str(), Some(&entry.value)),
            (None, None) => {
                return Err(route.error("each request parameter must be a string or an object", parameter));
            }
        };
        let located = name.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'));
        let located = located.and_then(|(location, name)| {
            LOCATIONS.iter().find(|(known, _)| *known == location).map(|(_, location)| (*location, name))
        });
        let Some((location, short)) = located else {
            let message = "request parameters must be of the form `method.request.querystring.name`, or with `path` \
                           or `header`";
            return Err(route.error(message, parameter));
        };
        let known = ["Required", "Caching"];
        if let Some(settings) = settings
            && (!settings.is_object()
                || settings.entries().iter().any(|entry| !known.contains(&entry.key.as_str())))
        {
            return Err(route.error("a request parameter can have `Required` and `Caching`", settings));
        }
        let origin = made(&parameter.origin, route.owner);
        let setting = |name: &str| settings.and_then(|settings| settings.get(name)).cloned();
        let required = setting("Required").unwrap_or_else(|| Expr::bool(false, &origin));
        // Names and places in a request are cut out of the user's text.
        let written = |text: &str| Expr::string(text, &parameter.origin);
        let location = if location == "query" { Expr::string(location, &origin) } else { written(location) };
        let out = Expr::object(&origin)
            .with("in", location)
            .with("name", written(short))
            .with("required", required)
            .with("type", Expr::string("string", &origin));
        let caches = setting("Caching").is_some_and(|caching| is_set(&caching));
        each(route, swagger, &mut |definition| {
            append(definition, "parameters", out.clone(), &origin);
            if let Some(integration) = definition.get_mut(INTEGRATION).filter(|_| caches) {
                append(integration, "cacheKeyParameters", written(name), &origin);
            }
        })?;
    }
    Ok(())
}
