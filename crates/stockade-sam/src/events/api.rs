//! Events of type `Api`: a path and method of a REST API invokes a function, or starts a state machine (AWS SAM
//! developer guide, "Api").

mod request;
mod route;

pub(crate) use route::Route;

use super::{Event, Grants, Target};
use crate::logical_id::hash;
use crate::open_api::{INTEGRATION, MANAGED, Swagger, arn_path, each_path_item, has_integration, put};
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::resolve;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::{Origin, ViaKind};

/// A permission is an event's own doing: it has no words in SAM.
pub(super) static PERMISSION: Words = Words { rows: &[] };

pub(crate) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let route = Route::read(event, target.function, resources, output)?;
    add_permission(&route, target, context, output);
    let Some(api) = route.api_mut(resources) else { return Ok(Grants::default()) };
    let merge = set(&api.properties, "MergeDefinitions").is_some();
    if (api.properties.get(MANAGED).is_some() || merge) && api.properties.get("DefinitionBody").is_some() {
        integrate(&route, target, api, merge, context)?;
    }
    override_auth(&route, api, context)?;
    Ok(Grants::default())
}

/// Lets API Gateway call the function for this path and method, in every stage.
fn add_permission(route: &Route, target: &Target, context: &Context, output: &mut Output) {
    let origin = Origin::at(route.event.id_at);
    let path = match route.path.text.strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() => shorter,
        _ => route.path.text.as_str(),
    };
    let method = if route.method.text == "any" { "*".to_owned() } else { route.method.text.to_uppercase() };
    let arn = format!(
        "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/{method}{}",
        context.partition,
        arn_path(path, None)
    );
    let suffix = route.stage.as_str().unwrap_or_default();
    let id = format_smolstr!("{}{}Permission", route.owner.id, route.event.id);
    let id: SmolStr = if suffix.chars().all(char::is_alphanumeric) {
        format_smolstr!("{id}{suffix}")
    } else {
        format_smolstr!("{id}{}", hash(suffix, 10))
    };
    add_invoke_permission(&id, arn, &route.api_reference, &origin, route.event, target, output);
}

/// Adds the permission to call the function under an ARN in which API and stage are variables.
pub(super) fn add_invoke_permission(
    id: &str,
    arn: String,
    api: &Expr,
    origin: &Origin,
    event: &Event,
    target: &Target,
    output: &mut Output,
) {
    let variables =
        Expr::object(origin).with("__ApiId__", api.clone()).with("__Stage__", Expr::string("*", origin));
    let arguments = vec![Expr::string(arn, origin), variables];
    let properties = Expr::object(origin)
        .with("Action", Expr::string("lambda:InvokeFunction", origin))
        .with("FunctionName", target.reference(origin))
        .with("Principal", Expr::string("apigateway.amazonaws.com", origin))
        .with("SourceArn", Expr::call("Fn::Sub", Expr::list(arguments, origin), origin))
        .in_containers(event.containers.clone());
    output.add_generated(id, "AWS::Lambda::Permission", properties, target.function, &PERMISSION);
}

/// Adds the function's integration to the API's body.
fn integrate(
    route: &Route,
    target: &Target,
    api: &mut SamResource,
    merge: bool,
    context: &Context,
) -> Result<(), SamError> {
    let skeleton = crate::open_api::skeleton("swagger", "2.0", &route.made);
    let body = api.properties.get("DefinitionBody").cloned().unwrap_or_else(|| skeleton.clone());
    // A body that the user wrote takes only what SAM makes of the one method.
    let mut swagger = route.open(if merge { &skeleton } else { &body })?;
    let auth = set(&route.event.properties, "Auth");
    let api_auth = set(&api.properties, "Auth").cloned();
    for (auth, holder) in [(auth, route.owner), (api_auth.as_ref(), &*api)] {
        if let Some(wrong) = auth.filter(|auth| !auth.is_object()) {
            return Err(holder.error("`Auth` must be an object", wrong.origin.place));
        }
    }
    let streams = set(&route.event.properties, "ResponseTransferMode")
        .filter(|mode| mode.as_str() == Some("RESPONSE_STREAM"))
        .cloned();
    let made = &route.made;
    let mut integration = Expr::object(made)
        .with("type", Expr::string("aws_proxy", made))
        .with("httpMethod", Expr::string("POST", made))
        .with("uri", invocation_uri(target, context.partition, streams.is_some(), made));
    if let Some(mode) = &streams {
        integration.set("responseTransferMode", Expr::string("STREAM", &crate::open_api::remade(made, mode)));
    }
    if let Some(credentials) = credentials(auth, api_auth.as_ref(), context, made) {
        integration.set("credentials", credentials);
    }
    route.integrate(&mut swagger, integration, &Expr::object(made))?;
    route.add_auth(auth, api, &mut swagger, context)?;
    request::add(route, api, &mut swagger)?;
    let generated = swagger.finish();
    let body = if merge { route.merged(&body, &generated, api)? } else { generated };
    put(&mut api.properties, "DefinitionBody", body);
    Ok(())
}

/// The URI under which API Gateway calls a function or its alias.
pub(super) fn invocation_uri(target: &Target, partition: &str, streams: bool, made: &Origin) -> Expr {
    let (version, path) = if streams {
        ("2021-11-15", "response-streaming-invocations")
    } else {
        ("2015-03-31", "invocations")
    };
    // The function's own id makes this the user's text.
    let (function, origin) = match &target.alias {
        Some(alias) => (alias.clone(), made.clone()),
        None => (format_smolstr!("{}.Arn", target.function.id), target.function.origin()),
    };
    let arn = format!(
        "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/${{{function}}}/{path}"
    );
    Expr::call("Fn::Sub", Expr::string(arn, &origin), made)
}

/// With IAM, the function is called with the caller's credentials unless `InvokeRole` says otherwise.
fn credentials(
    auth: Option<&Expr>,
    api_auth: Option<&Expr>,
    context: &Context,
    made: &Origin,
) -> Option<Expr> {
    let is_iam = |value: Option<&Expr>| value.and_then(Expr::as_str) == Some("AWS_IAM");
    let own = is_iam(auth.and_then(|auth| auth.get("Authorizer")));
    let default = auth.is_none() && is_iam(api_auth.and_then(|auth| auth.get("DefaultAuthorizer")));
    if !own && !default {
        return None;
    }
    let role = |auth: Option<&Expr>| auth.and_then(|auth| auth.get("InvokeRole")).cloned();
    let role = role(auth).or_else(|| role(api_auth));
    match role {
        Some(role) if !is_set(&role) || role.as_str() == Some("NONE") => None,
        Some(role) if role.as_str() != Some("CALLER_CREDENTIALS") => Some(role),
        role => {
            let origin = role.map_or_else(|| made.clone(), |role| crate::open_api::remade(made, &role));
            Some(Expr::string(format!("arn:{}:iam::*:user/*", context.partition), &origin))
        }
    }
}

/// `OverrideApiAuth`: the event's authorizer goes into a body that the user wrote.
fn override_auth(route: &Route, api: &mut SamResource, context: &Context) -> Result<(), SamError> {
    let Some(auth) = set(&route.event.properties, "Auth") else { return Ok(()) };
    let Some(body) = set(&api.properties, "DefinitionBody").cloned() else { return Ok(()) };
    let Some(switch) = set(auth, "OverrideApiAuth") else { return Ok(()) };
    if !["Authorizer", "ApiKeyRequired", "ResourcePolicy"].iter().any(|name| set(auth, name).is_some()) {
        let message = "`OverrideApiAuth` needs `Authorizer`, `ApiKeyRequired` or `ResourcePolicy`";
        return Err(route.error(message, switch));
    }
    let mut swagger = route.open(&body)?;
    route.add_auth(Some(auth), api, &mut swagger, context)?;
    put(&mut api.properties, "DefinitionBody", swagger.finish());
    Ok(())
}

/// Adds the start of a state machine to the API that its event names. `credentials` is the ARN of the role for it,
/// `templates` what becomes of a request.
pub(crate) fn integrate_state_machine(
    event: &Event,
    machine: &SamResource,
    credentials: Expr,
    templates: Option<Expr>,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let mut route = Route::read(event, machine, resources, output)?;
    // Here the stage in ARNs is the event's own, mostly none.
    route.stage = event.properties.get("Stage").cloned().unwrap_or_else(|| Expr::null(&route.made));
    let Some(api) = route.api_mut(resources) else { return Ok(()) };
    let Some(body) = api.properties.get("DefinitionBody").cloned() else { return Ok(()) };
    if api.properties.get(MANAGED).is_none() {
        return Ok(());
    }
    let made = &route.made;
    let text = |text: &str| Expr::string(text, made);
    let ours = |value: Expr| value.with_via(ViaKind::Transform, machine.id_at);
    let mut swagger = route.open(&body)?;
    let coded = |key: &str, of: &dyn Fn(&'static str) -> &'static str| {
        ["200", "400"].into_iter().fold(Expr::object(made), |out, code| {
            out.with(code, Expr::object(made).with(key, text(of(code))))
        })
    };
    let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution";
    let mut integration = Expr::object(made)
        .with("type", text("aws"))
        .with("httpMethod", text("POST"))
        .with("uri", Expr::sub(uri, made))
        .with("responses", coded("statusCode", &|code| code))
        .with("credentials", ours(credentials));
    if let Some(templates) = templates {
        integration.set("requestTemplates", ours(templates));
    }
    let responses = coded("description", &|code| if code == "200" { "OK" } else { "Bad Request" });
    route.integrate(&mut swagger, integration, &responses)?;
    route.add_auth(set(&event.properties, "Auth"), api, &mut swagger, context)?;
    put(&mut api.properties, "DefinitionBody", swagger.finish());
    Ok(())
}

impl Route<'_> {
    /// Opens a body, and checks that this method of it has no integration yet.
    fn open(&self, body: &Expr) -> Result<Swagger, SamError> {
        Swagger::open(body, &self.made).map_err(|fault| fault.of(self.owner))
    }

    /// Adds an integration to the method, and empty responses; all of it depends on the owner's condition.
    fn integrate(&self, swagger: &mut Swagger, integration: Expr, responses: &Expr) -> Result<(), SamError> {
        let fault = |fault: crate::open_api::Fault| fault.of(self.owner);
        let (path, method) = (&self.path.text, &self.method.text);
        if has_integration(&swagger.doc, path, method).map_err(fault)? {
            let message = format!("another event has method `{method}` of path `{path}` already");
            return Err(self.owner.error(message, self.path.place));
        }
        crate::open_api::add_path(&mut swagger.doc, &self.path, &self.method, &self.made).map_err(fault)?;
        let condition = self.owner.condition().cloned();
        let mut integration = integration;
        if let Some(condition) = &condition
            && let Some(uri) = integration.get("uri").cloned()
        {
            let uri = crate::open_api::conditional(condition.clone(), uri, &self.made);
            put(&mut integration, "uri", uri);
        }
        let key = self.method.method(&self.made).text;
        let edit = &mut |item: &mut Expr| {
            let Some(definition) = item.get_mut(&key) else { return Ok(()) };
            put(definition, INTEGRATION, integration.clone());
            if definition.get("responses").is_none() {
                put(definition, "responses", responses.clone());
            }
            if let Some(condition) = &condition {
                let whole = definition.clone();
                *definition = crate::open_api::conditional(condition.clone(), whole, &self.made);
            }
            Ok(())
        };
        each_path_item(&mut swagger.doc, path, edit).map_err(fault)
    }

    /// Adds the event's `Auth` to the method.
    fn add_auth(
        &self,
        auth: Option<&Expr>,
        api: &mut SamResource,
        swagger: &mut Swagger,
        context: &Context,
    ) -> Result<(), SamError> {
        let Some(auth) = auth else { return Ok(()) };
        let api_auth = api.properties.get("Auth").map(|auth| resolve::parameters(auth, context));
        self.check_auth(auth, api_auth.as_ref(), api)?;
        let method = crate::api::security::MethodAuth {
            path: &self.path.text,
            method: &self.method.text,
            auth,
            authorizers: api_auth.as_ref().and_then(|auth| set(auth, "Authorizers")),
            made: self.made.clone(),
        };
        method.add(swagger).map_err(|fault| fault.of(self.owner))?;
        let Some(policy) = set(auth, "ResourcePolicy") else { return Ok(()) };
        if !policy.is_object() {
            return Err(self.error("`ResourcePolicy` must be an object", policy));
        }
        crate::api::resource_policy::add(swagger, policy, &self.path.text, &self.stage, self.owner)
            .map_err(|fault| fault.of(self.owner))?;
        crate::api::resource_policy::add_statements(swagger, policy, self.owner);
        Ok(())
    }
}
