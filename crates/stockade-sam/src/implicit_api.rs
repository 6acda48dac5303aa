//! Implicit APIs (`ServerlessRestApi`, `ServerlessHttpApi`): the APIs of events that name none, made of those events.
//! Also what all APIs need before their events are lowered: a body to add paths to, and the conditions of functions
//! carried to the paths of the APIs that the transform writes (AWS SAM developer guide, "Api" and "HttpApi" events).

mod attributes;
mod raise;

pub(crate) use raise::GlobalWords;

use crate::open_api::{self, Key, MANAGED, Swagger, made, python};
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::resource::SamResource;
use crate::{Context, SamError, globals};
use attributes::Joined;
use smol_str::SmolStr;
use stockade_cfn::{Expr, Template};
use stockade_model::{Container, Containers, Origin, Place};

/// A kind of API that events may leave unnamed.
#[derive(Debug)]
struct Kind {
    /// The type of the API.
    type_name: &'static str,
    /// The type of its events.
    event: &'static str,
    /// The event's property that names the API.
    names_api: &'static str,
    /// The logical id of the implicit API.
    id: &'static str,
    /// The section of `Globals`.
    section: &'static str,
}

const REST: Kind = Kind {
    type_name: "AWS::Serverless::Api",
    event: "Api",
    names_api: "RestApiId",
    id: "ServerlessRestApi",
    section: "Api",
};

const HTTP: Kind = Kind {
    type_name: "AWS::Serverless::HttpApi",
    event: "HttpApi",
    names_api: "ApiId",
    id: "ServerlessHttpApi",
    section: "HttpApi",
};

/// Where route settings of an API and its events stand while events are connected, those of `Globals` left out.
const OWN_ROUTES: &str = "__ROUTE_SETTINGS";

/// Whether an API is an implicit one.
pub(crate) fn is_implicit(api: &SamResource) -> bool {
    api.body.get("Properties").is_none() && (api.id == REST.id || api.id == HTTP.id)
}

/// Makes the implicit APIs, gives every API without a body one, and adds the paths of events to the bodies that the
/// transform writes.
pub(crate) fn connect(
    resources: &mut Vec<SamResource>,
    template: &Template,
    _context: &Context,
    output: &mut Output,
) {
    let ordered = has_rest_api(resources);
    if ordered {
        order_as_python(resources, template);
    }
    for api in resources.iter_mut() {
        give_body(api);
    }
    for kind in [&REST, &HTTP] {
        let mut joined: Vec<Joined> = Vec::new();
        for at in 0..resources.len() {
            let owner = &resources[at];
            if matches!(
                owner.type_name.as_str(),
                "AWS::Serverless::Function" | "AWS::Serverless::StateMachine"
            ) && let Err(error) = connect_events(kind, at, resources, template, output, &mut joined)
            {
                output.errors.push(error);
            }
        }
        attributes::add_to_implicit(kind.id, resources, &joined, output);
        attributes::add_to_paths(kind.type_name, resources, &joined, output);
    }
    if ordered {
        order_as_python(resources, template);
    }
    for api in resources.iter_mut() {
        api.properties.remove(OWN_ROUTES);
        use_open_api_3(api);
    }
}

/// Whether the template has a REST API, written or implicit.
fn has_rest_api(resources: &[SamResource]) -> bool {
    let is_event =
        |entry: &stockade_cfn::Entry| entry.value.get("Type").and_then(Expr::as_str) == Some(REST.event);
    resources.iter().any(|resource| {
        let events = resource.properties.get("Events").map(Expr::entries).unwrap_or_default();
        resource.type_name == REST.type_name || events.iter().any(is_event)
    })
}

/// Puts the resources into the order in which AWS goes through them, which shows in the hash of a body.
fn order_as_python(resources: &mut [SamResource], template: &Template) {
    let origin = template.origin();
    let mut ids = Expr::object(origin);
    for id in template.resources.keys().map(SmolStr::as_str).chain([REST.id, HTTP.id]) {
        ids.set(id, Expr::null(origin));
    }
    let order: Vec<SmolStr> = python::entries(&ids).into_iter().map(|entry| entry.key.clone()).collect();
    resources.sort_by_key(|resource| order.iter().position(|id| *id == resource.id));
}

/// Gives an API that has neither a body nor a location of one an empty body.
fn give_body(api: &mut SamResource) {
    let kind = match [&REST, &HTTP].into_iter().find(|kind| kind.type_name == api.type_name) {
        Some(kind) => kind,
        None => return,
    };
    let own = api.body.get("Properties");
    let has = |name: &str| own.and_then(|own| set(own, name)).is_some();
    if !has("DefinitionBody") && !has("DefinitionUri") {
        let made = made(&api.origin(), api);
        manage(&mut api.properties, kind, &made);
    }
}

/// Makes the body of an API ours to write.
fn manage(properties: &mut Expr, kind: &Kind, made: &Origin) {
    let (key, version) = if kind.section == "Api" { ("swagger", "2.0") } else { ("openapi", "3.0.1") };
    properties.set("DefinitionBody", open_api::skeleton(key, version, made));
    properties.set(MANAGED, Expr::bool(true, made));
}

/// In bodies that the transform writes, `OpenApiVersion` takes the place of the Swagger version.
fn use_open_api_3(api: &mut SamResource) {
    let managed = api.type_name == REST.type_name && api.properties.get(MANAGED).is_some();
    let version =
        api.properties.get("OpenApiVersion").filter(|version| open_api::is_version_3(version)).cloned();
    let (true, Some(version)) = (managed, version) else { return };
    let version = match (version.as_str(), version.as_scalar()) {
        (None, Some(text)) => Expr::string(text, &made(&version.origin, api)),
        _ => version,
    };
    api.properties.set("OpenApiVersion", version.clone());
    if let Some(body) = api.properties.get_mut("DefinitionBody") {
        open_api::put(body, "openapi", version);
        python::remove(body, "swagger");
    }
}

/// Connects the events of a function or state machine.
fn connect_events(
    kind: &Kind,
    owner: usize,
    resources: &mut Vec<SamResource>,
    template: &Template,
    output: &Output,
    joined: &mut Vec<Joined>,
) -> Result<(), SamError> {
    let Some(events) = resources[owner].properties.get("Events") else { return Ok(()) };
    let mut mine = Expr::object(&events.origin);
    for entry in python::entries(events) {
        if entry.value.get("Type").and_then(Expr::as_str) == Some(kind.event) {
            mine.set_entry(entry.clone());
        }
    }
    let ids: Vec<(SmolStr, Place)> =
        python::entries(&mine).into_iter().map(|entry| (entry.key.clone(), entry.key_place)).collect();
    for (id, id_at) in ids {
        let properties = event_properties(kind, &resources[owner], &id, id_at)?;
        let cause = made(&Origin::at(id_at), &resources[owner]);
        let mut properties = properties;
        let implicit = properties.get(kind.names_api).is_none();
        if implicit {
            properties.set(kind.names_api, Expr::reference(kind.id, &cause));
        }
        if kind.section == "HttpApi"
            && set(&properties, "Path").is_none()
            && set(&properties, "Method").is_none()
        {
            properties.set("Path", Expr::string("$default", &cause));
            properties.set("Method", Expr::string(open_api::ANY, &cause));
        }
        let event = Connecting { kind, owner, id: &id, id_at, properties: &properties };
        let result = event.connect(resources, template, output, implicit, joined);
        if let Some(event) =
            resources[owner].properties.get_mut("Events").and_then(|events| events.get_mut(&id))
        {
            event.set("Properties", properties);
        }
        result?;
    }
    Ok(())
}

/// The properties of an event. An `Api` event must have some, and AWS reports one without as a resource of its own.
fn event_properties(kind: &Kind, owner: &SamResource, id: &str, id_at: Place) -> Result<Expr, SamError> {
    let event = owner.properties.get("Events").and_then(|events| events.get(id));
    let properties = event.and_then(|event| event.get("Properties"));
    let rest = kind.section == REST.section;
    match properties {
        Some(properties) if !is_set(properties) && rest => Err(SamError {
            resource: smol_str::format_smolstr!("{}{id}", owner.id),
            message: format!("event `{id}` needs `Path` and `Method`"),
            place: properties.origin.place,
        }),
        Some(properties) if properties.is_object() => Ok(properties.clone()),
        Some(properties) => {
            Err(owner
                .error(format!("`Properties` of event `{id}` must be an object"), properties.origin.place))
        }
        None if rest => Err(SamError {
            resource: smol_str::format_smolstr!("{}{id}", owner.id),
            message: format!("event `{id}` needs `Path` and `Method`"),
            place: id_at,
        }),
        None => Ok(Expr::object(&Origin::at(id_at))),
    }
}

/// An event on its way to its API.
struct Connecting<'a> {
    kind: &'a Kind,
    owner: usize,
    id: &'a str,
    id_at: Place,
    properties: &'a Expr,
}

impl Connecting<'_> {
    fn connect(
        &self,
        resources: &mut Vec<SamResource>,
        template: &Template,
        output: &Output,
        unnamed: bool,
        joined: &mut Vec<Joined>,
    ) -> Result<(), SamError> {
        let owner = resources[self.owner].clone();
        let api = self.properties.get(self.kind.names_api);
        let api_id = api.and_then(|api| api.as_reference().or(api.as_str())).map(SmolStr::new);
        let at = |value: Option<&Expr>| value.map_or(self.id_at, |value| value.origin.place);
        let fail =
            |what: &str, value: Option<&Expr>| owner.error(format!("event `{}`: {what}", self.id), at(value));
        let text = |name: &str| {
            let value = self.properties.get(name);
            let key = value.and_then(Key::of);
            key.ok_or_else(|| fail(&format!("`{name}` must be a string"), value))
        };
        if api_id.as_deref() == Some(self.kind.id) {
            self.make_implicit(&owner, resources, template);
        }
        if unnamed {
            self.propagate_tags(&owner, resources, template);
        }
        let (path, method) = (text("Path")?, text("Method")?);
        let api_id = api_id
            .ok_or_else(|| fail(&format!("`{}` must be the id of an API", self.kind.names_api), api))?;
        joined.push(Joined::new(&owner, &api_id, &path, &method, self.id_at));
        let found = resources.iter().position(|resource| resource.id == api_id);
        let wrong = found.is_some_and(|at| {
            let type_name = &resources[at].type_name;
            type_name == HTTP.type_name && type_name != self.kind.type_name
        });
        if wrong || (found.is_none() && !output.resources.contains_key(&api_id)) {
            let kind = self.kind.type_name;
            return Err(fail(
                &format!("`{}` must refer to an `{kind}` in the template", self.kind.names_api),
                api,
            ));
        }
        let Some(api) = found.and_then(|at| resources.get_mut(at)) else { return Ok(()) };
        self.add_path(api, &owner, &path, &method).map_err(|fault| fault.of(&owner))?;
        match self.properties.get("RouteSettings") {
            Some(settings) if self.kind.section == "HttpApi" => {
                self.add_route_settings(api, &owner, template, (&path, &method), settings)
            }
            _ => Ok(()),
        }
    }

    /// Adds the implicit API, unless an event before has done so.
    fn make_implicit(&self, owner: &SamResource, resources: &mut Vec<SamResource>, template: &Template) {
        let kind = self.kind;
        if resources.iter().any(|resource| resource.id == kind.id && is_implicit(resource)) {
            return;
        }
        let origin = Origin::at(self.id_at);
        let made = made(&origin, owner);
        let mut properties = Expr::object(&origin);
        if kind.section == "Api" {
            properties.set("StageName", Expr::string("Prod", &made));
        }
        manage(&mut properties, kind, &made);
        let global = globals::section(template, kind.type_name);
        let container = match (global, template.root.get("Globals")) {
            (Some(section), _) => section.origin.place.into(),
            (None, Some(all)) => Container { place: all.origin.place, key: Some(kind.section.into()) },
            (None, None) => Container { place: template.root.origin.place, key: Some("Globals".into()) },
        };
        if let Some(global) = global {
            properties = globals::merged(&globals::from_globals(global), &properties);
        }
        let api = SamResource {
            id: kind.id.into(),
            type_name: kind.type_name.into(),
            id_at: self.id_at,
            declared_id: owner.declared_id.clone(),
            // Functions share it.
            instance: None,
            body: Expr::object(&origin).with("Type", Expr::string(kind.type_name, &origin)),
            properties,
            containers: Containers::At([container].into()),
        };
        match resources.iter_mut().find(|resource| resource.id == kind.id) {
            Some(existing) => *existing = api,
            None => resources.push(api),
        }
    }

    /// Gives the owner's tags to the implicit API if the owner propagates them.
    fn propagate_tags(&self, owner: &SamResource, resources: &mut [SamResource], template: &Template) {
        let own = owner.body.get("Properties");
        let global = globals::section(template, &owner.type_name);
        let find = |name: &str| {
            own.and_then(|own| set(own, name)).or_else(|| global.and_then(|global| set(global, name)))
        };
        let (Some(tags), Some(_)) = (find("Tags"), find("PropagateTags")) else { return };
        let Some(api) = resources.iter_mut().find(|resource| resource.id == self.kind.id) else { return };
        let mut all = api.properties.get("Tags").cloned().unwrap_or_else(|| Expr::object(&tags.origin));
        for tag in tags.entries() {
            all.set_entry(tag.clone());
        }
        api.properties.set("PropagateTags", Expr::bool(true, &all.origin));
        api.properties.set("Tags", all);
    }

    /// Adds the event's path to a body that the transform writes.
    fn add_path(
        &self,
        api: &mut SamResource,
        owner: &SamResource,
        path: &Key,
        method: &Key,
    ) -> Result<(), open_api::Fault> {
        let Some(body) = api.properties.get("DefinitionBody") else { return Ok(()) };
        if api.properties.get(MANAGED).is_none() {
            return Ok(());
        }
        let made = made(&Origin::at(self.id_at), owner);
        let body = match self.kind.section {
            "Api" if Swagger::is_valid(body) => {
                let mut swagger = Swagger::open(body, &made)?;
                open_api::add_path(&mut swagger.doc, path, method, &made)?;
                swagger.finish()
            }
            "HttpApi" if open_api::is_open_api(body) => {
                let mut body = body.clone();
                open_api::add_path(&mut body, path, method, &made)?;
                body
            }
            _ => return Ok(()),
        };
        api.properties.set("DefinitionBody", body);
        Ok(())
    }

    /// Adds the event's route settings to the API's.
    fn add_route_settings(
        &self,
        api: &mut SamResource,
        owner: &SamResource,
        template: &Template,
        (path, method): (&Key, &Key),
        settings: &Expr,
    ) -> Result<(), SamError> {
        let made = made(&Origin::at(self.id_at), owner);
        let route = if method.text == open_api::ANY {
            path.text.clone()
        } else {
            smol_str::format_smolstr!("{} {}", method.text.to_uppercase(), path.text)
        };
        let written = api.body.get("Properties").and_then(|own| own.get("RouteSettings"));
        let own = api.properties.get(OWN_ROUTES).or(written);
        let mut all = own.cloned().unwrap_or_else(|| Expr::object(&made));
        if !all.is_object() {
            return Err(api.error("`RouteSettings` must be an object", all.origin.place));
        }
        let settings = match owner.condition() {
            Some(condition) => open_api::conditional(condition.clone(), settings.clone(), &made),
            None => settings.clone(),
        };
        if !settings.is_object() {
            let message = format!("event `{}`: `RouteSettings` must be an object", self.id);
            return Err(owner.error(message, settings.origin.place));
        }
        let mut route_settings = all.get(&route).cloned().unwrap_or_else(|| Expr::object(&settings.origin));
        for entry in settings.entries() {
            route_settings.set_entry(entry.clone());
        }
        all.set(route, route_settings);
        let global = globals::section(template, &api.type_name).map(globals::from_globals);
        let global = global.and_then(|global| global.get("RouteSettings").cloned());
        let merged = global.map_or_else(|| all.clone(), |global| globals::merged(&global, &all));
        api.properties.set("RouteSettings", merged);
        api.properties.set(OWN_ROUTES, all);
        Ok(())
    }
}
