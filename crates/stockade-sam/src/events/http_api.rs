//! Events of type `HttpApi`: a path and method of an HTTP API invokes a function (AWS SAM developer guide, "HttpApi").

use super::api::add_invoke_permission;
use super::{Event, Grants, Target};
use crate::open_api::{
    self, ANY, Fault, INTEGRATION, Key, MANAGED, add_path, arn_path, branches, each_method, each_path_item,
    has_integration, is_open_api, put, put_written,
};
use crate::output::Output;
use crate::presence::set;
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};
use std::sync::Arc;
use stockade_cfn::{Data, Expr};
use stockade_model::Origin;

/// The path of requests that no other path takes.
const DEFAULT_PATH: &str = "$default";

/// A path and method of an API, read from an event.
struct Route<'a> {
    event: &'a Event,
    owner: &'a SamResource,
    target: &'a Target<'a>,
    path: Key,
    method: Key,
    reference: Expr,
    made: Origin,
}

pub(crate) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let _ = context;
    let owner = target.function;
    let made = open_api::made(&Origin::at(event.id_at), owner);
    let key = |name: &str, default: &'static str| {
        // An event that has neither has been given both.
        let value = event.properties.get(name);
        value.and_then(Key::of).unwrap_or(Key { text: default.into(), place: event.id_at })
    };
    let (path, method) = (key("Path", DEFAULT_PATH), key("Method", ANY));
    let method = Key { text: method.text.to_lowercase().into(), ..method };
    let reference = event.properties.get("ApiId").cloned();
    let reference = reference.unwrap_or_else(|| Expr::reference("ServerlessHttpApi", &made));
    let route = Route { event, owner, target, path, method, reference, made };
    let id = route.reference.as_reference().or(route.reference.as_str()).map(|id| id.to_smolstr());
    let found = id.as_ref().and_then(|id| resources.iter_mut().find(|resource| resource.id == *id));
    let plain = id.as_ref().is_some_and(|id| output.resources.contains_key(id));
    if found.is_none() && !plain {
        let message = "`ApiId` must be the id of an HTTP API in the template";
        return Err(route.error(message, &route.reference));
    }
    route.add_permission(found.as_deref(), output)?;
    if let Some(api) = found {
        route.integrate(api)?;
    }
    Ok(Grants::default())
}

impl Route<'_> {
    fn error(&self, message: impl AsRef<str>, at: &Expr) -> SamError {
        self.owner.error(format!("event `{}`: {}", self.event.id, message.as_ref()), at.origin.place)
    }

    /// Lets API Gateway call the function for this path and method, in every stage.
    fn add_permission(&self, api: Option<&SamResource>, output: &mut Output) -> Result<(), SamError> {
        let path = match self.path.text.strip_suffix('/') {
            Some(shorter) if !shorter.is_empty() => shorter,
            _ => self.path.text.as_str(),
        };
        let body = api.and_then(|api| Some((api, set(&api.properties, "DefinitionBody")?)));
        if let Some((api, body)) = body {
            if !is_open_api(body) {
                return Err(api.error("`DefinitionBody` is not an OpenAPI 3 document", body.origin.place));
            }
            let id = self.target.alias.as_ref().unwrap_or(&self.owner.id);
            let covered = path != DEFAULT_PATH && calls(body, id).map_err(|fault| fault.of(api))?;
            if covered {
                return Ok(());
            }
        }
        let path = if path == DEFAULT_PATH { SmolStr::default() } else { arn_path(path, Some("proxy")) };
        let any = self.method.text == "any" || self.method.text == ANY;
        let method = if any { "*".to_owned() } else { self.method.text.to_uppercase() };
        let resource = if self.method.text == "any" && path == "/$default" {
            path.to_string()
        } else {
            format!("/{method}{path}")
        };
        let arn = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/\
             ${{__Stage__}}{resource}"
        );
        let id = format_smolstr!("{}{}Permission", self.owner.id, self.event.id);
        let origin = Origin::at(self.event.id_at);
        add_invoke_permission(&id, arn, &self.reference, &origin, self.event, self.target, output);
        Ok(())
    }

    /// Adds the function's integration to the API's body.
    fn integrate(&self, api: &mut SamResource) -> Result<(), SamError> {
        let Some(mut body) = api.properties.get("DefinitionBody").filter(|body| !body.is_null()).cloned()
        else {
            return Ok(());
        };
        let fault = |fault: Fault| fault.of(self.owner);
        let (path, method) = (&self.path.text, &self.method.text);
        let there = has_integration(&body, path, method).map_err(fault)?;
        if there && set(&api.properties, MANAGED).is_some() {
            let message = format!("another event has method `{method}` of path `{path}` already");
            return Err(self.owner.error(message, self.path.place));
        }
        if !there {
            self.add_integration(&mut body).map_err(fault)?;
        }
        let properties = &self.event.properties;
        if let Some(auth) = set(properties, "Auth") {
            self.add_auth(auth, api, &mut body)?;
        }
        for (name, key) in
            [("TimeoutInMillis", "timeoutInMillis"), ("PayloadFormatVersion", "payloadFormatVersion")]
        {
            let Some(value) = set(properties, name) else { continue };
            let edit = &mut |definition: &mut Expr| {
                if let Some(integration) = definition.get_mut(INTEGRATION) {
                    put(integration, key, value.clone());
                }
                Ok(())
            };
            each_method(&mut body, path, method, edit).map_err(fault)?;
        }
        self.add_path_parameters(&mut body).map_err(fault)?;
        put(&mut api.properties, "DefinitionBody", body);
        Ok(())
    }

    fn add_integration(&self, body: &mut Expr) -> Result<(), Fault> {
        let made = &self.made;
        add_path(body, &self.path, &self.method, made)?;
        let condition = self.owner.condition();
        let uri = super::api::invocation_uri(self.target, "${AWS::Partition}", false, made);
        let uri = match condition {
            Some(condition) => open_api::conditional(condition.clone(), uri, made),
            None => uri,
        };
        let text = |text: &str| Expr::string(text, made);
        let integration = Expr::object(made)
            .with("type", text("aws_proxy"))
            .with("httpMethod", text("POST"))
            .with("payloadFormatVersion", text("2.0"))
            .with("uri", uri);
        let key = self.method.method(made).text;
        each_path_item(body, &self.path.text, &mut |item| {
            let Some(definition) = item.get_mut(&key) else { return Ok(()) };
            put(definition, INTEGRATION, integration.clone());
            if self.path.text == DEFAULT_PATH && key == ANY {
                put(definition, "isDefaultRoute", Expr::bool(true, made));
            }
            if definition.get("responses").is_none() {
                put(definition, "responses", Expr::object(made));
            }
            if let Some(condition) = condition {
                let whole = definition.clone();
                *definition = open_api::conditional(condition.clone(), whole, made);
            }
            Ok(())
        })
    }

    /// Adds the event's authorizer to its method.
    fn add_auth(&self, auth: &Expr, api: &SamResource, body: &mut Expr) -> Result<(), SamError> {
        let api_auth = api.properties.get("Auth").filter(|auth| !auth.is_null());
        if let Some(wrong) = api_auth.filter(|auth| !auth.is_object()) {
            return Err(api.error("`Auth` must be an object", wrong.origin.place));
        }
        let setting = |name: &str| api_auth.and_then(|auth| set(auth, name));
        let authorizer = set(auth, "Authorizer").or_else(|| setting("DefaultAuthorizer"));
        let Some(authorizer) = authorizer else {
            return Err(self.error("`Auth` needs an `Authorizer`, or a `DefaultAuthorizer` of the API", auth));
        };
        let iam = setting("EnableIamAuthorizer").is_some_and(|enable| enable.data == Data::Bool(true));
        let name =
            authorizer.as_str().ok_or_else(|| self.error("`Authorizer` must be a string", authorizer))?;
        let chosen = setting("Authorizers").and_then(|all| set(all, name));
        match name {
            "NONE" if setting("DefaultAuthorizer").is_none() => {
                return Err(self.error("`NONE` needs a `DefaultAuthorizer` of the API", authorizer));
            }
            "NONE" => {}
            "AWS_IAM" if iam => {}
            _ if chosen.is_none() => {
                return Err(self.error(format!("the API has no authorizer `{name}`"), authorizer));
            }
            _ => {}
        }
        let own = set(auth, "AuthorizationScopes");
        if let Some(wrong) = own.filter(|scopes| !scopes.is_list()) {
            return Err(self.error("`AuthorizationScopes` must be a list", wrong));
        }
        let scopes = chosen.filter(|_| name != "NONE" && name != "AWS_IAM");
        let scopes = scopes.and_then(|chosen| own.or_else(|| set(chosen, "AuthorizationScopes"))).cloned();
        let scopes = scopes.unwrap_or_else(|| Expr::list(Vec::new(), &self.made));
        let mut requirement = Expr::object(&authorizer.origin);
        put_written(&mut requirement, &Key { text: name.into(), place: authorizer.origin.place }, scopes);
        let edit = &mut |definition: &mut Expr| {
            let before = definition.get("security");
            if let Some(wrong) = before.filter(|security| !security.is_list()) {
                return Err(Fault::new("`security` must be a list", wrong));
            }
            let mut all = before.map(Expr::items).unwrap_or_default().to_vec();
            all.push(requirement.clone());
            put(definition, "security", Expr::list(all, &authorizer.origin));
            Ok(())
        };
        each_method(body, &self.path.text, &self.method.text, edit).map_err(|fault| fault.of(self.owner))
    }

    /// Declares the parameters in the path.
    fn add_path_parameters(&self, body: &mut Expr) -> Result<(), Fault> {
        let names: Vec<&str> = self
            .path
            .text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        let made = &self.made;
        let path = Origin::at(self.path.place);
        each_method(body, &self.path.text, &self.method.text, &mut |definition| {
            let mut all =
                definition.get("parameters").cloned().unwrap_or_else(|| Expr::list(Vec::new(), made));
            let Data::List(items) = &mut all.data else {
                return Err(Fault::new("`parameters` must be a list", &all));
            };
            let items = Arc::make_mut(items);
            for name in &names {
                let same = |item: &&mut Expr| item.get("name").and_then(Expr::as_str) == Some(name);
                let required = Expr::bool(true, made);
                let at = Expr::string("path", made);
                match items.iter_mut().find(same) {
                    Some(existing) => {
                        put(existing, "in", at);
                        put(existing, "required", required);
                    }
                    None => items.push(
                        Expr::object(made)
                            .with("name", Expr::string(*name, &path))
                            .with("in", at)
                            .with("required", required),
                    ),
                }
            }
            put(definition, "parameters", all);
            Ok(())
        })
    }
}

/// Whether the default route of a body calls the function: it then may be called under every path.
fn calls(body: &Expr, function: &str) -> Result<bool, Fault> {
    if !has_integration(body, DEFAULT_PATH, ANY)? {
        return Ok(false);
    }
    let Some(item) = body.get("paths").and_then(|paths| paths.get(DEFAULT_PATH)) else { return Ok(false) };
    for item in branches(item)? {
        let Some(definition) = item.get(ANY) else { return Ok(false) };
        for definition in branches(definition)? {
            let uri = definition.get(INTEGRATION).and_then(|integration| integration.get("uri"));
            let Some(uri) = uri.filter(|uri| uri.is_object()) else { return Ok(false) };
            for uri in branches(uri)? {
                let text = uri.get("Fn::Sub").and_then(Expr::as_str).unwrap_or_default();
                let called = text.find(".Arn").map(|end| {
                    let head = &text[..end];
                    let start = head.rfind(|character: char| !character.is_ascii_alphanumeric());
                    start.map_or(head, |start| &head[start + 1..])
                });
                if called != Some(function) {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}
