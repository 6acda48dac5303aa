//! What the mutators of EP-05 and EP-06 have in common: ways to take the authorization of a route away.

use super::mutator::{Break, Form};
use stockade_inventory::{Inventory, Route, Routes};
use stockade_model::{Field, Origin, Place, Verdict};
use stockade_syntax::New;

/// The route of a pass.
pub fn route<'a>(routes: Routes<'a>, verdict: &Verdict) -> Option<Route<'a>> {
    let subject = &verdict.subject;
    let mut known = routes.known.into_iter().filter(|route| route.api.is_ok());
    known.find(|route| route.resource.id == subject.id && route.part == subject.part)
}

/// The property that holds an operation of a body that the user wrote; a path of keys cannot name one with a dot.
fn operation(route: &Route) -> Option<String> {
    let part = route.part.as_ref().filter(|part| !route.made && !part.contains('.'))?;
    let paths = route.resource.properties.get("Body.paths");
    paths.fields().iter().find_map(|path| {
        let of_method = |method: &&Field| {
            let any = method.key == "x-amazon-apigateway-any-method" && part.starts_with("ANY ");
            let named = part.split_once(' ').is_some_and(|(name, _)| method.key.eq_ignore_ascii_case(name));
            any || named || part.starts_with('$')
        };
        let right_path = part.split_once(' ').map_or(part.as_str(), |(_, path)| path) == path.key;
        let method = path.value.fields().iter().filter(|_| right_path).find(of_method)?;
        Some(format!("Body.paths.{}.{}", path.key, method.key))
    })
}

/// Whether SAM makes what the route asks for: of an event, or of the API's `Auth` for a body that the user wrote.
fn is_made(route: &Route) -> bool {
    let (Some(operation), Some(at)) = (operation(route), &route.authorization.at) else { return route.made };
    let written = route.resource.properties.get(&operation).origin.place;
    !(written.file == at.place.file && written.span.contains(at.place.span))
}

/// Whether the event of a route names its own authorizer: what it asks for stands in the same resource.
fn names_its_own(inventory: &Inventory, route: &Route) -> bool {
    let owner = |place: Place| {
        let declared = inventory.resources().map(|(_, resource)| resource.declared_at);
        let before = declared.filter(|at| at.file == place.file && at.span.start <= place.span.start);
        before.map(|at| at.span.start).max()
    };
    route.authorization.at.as_ref().is_some_and(|at| owner(at.place) == owner(route.place))
}

/// Whether the route asks for what its SAM API says of all routes.
pub fn is_default(inventory: &Inventory, route: &Route) -> bool {
    let here = |at: &Origin| at.place.file == route.resource.declared_at.file;
    let of_template = route.authorization.at.as_ref().is_some_and(here);
    is_made(route) && of_template && !names_its_own(inventory, route)
}

/// The route says that it asks for nothing: `NONE`.
pub fn says_none(inventory: &Inventory, route: &Route) -> Vec<Break> {
    if is_made(route) {
        // SAM takes no intrinsic functions here, and `NONE` only in place of a default.
        let event = Break::set(route.resource, "Properties.Auth.Authorizer", "NONE").below_key(route.place);
        let possible = route.made && !names_its_own(inventory, route);
        return possible.then(|| event.only(&[Form::Literal])).into_iter().collect();
    }
    let Some(operation) = operation(route) else {
        return if route.part.is_none() {
            vec![Break::set(route.resource, "AuthorizationType", "NONE")]
        } else {
            Vec::new()
        };
    };
    let auth = format!("{operation}.x-amazon-apigateway-auth");
    if !route.resource.properties.get(&auth).is_absent() {
        return vec![Break::set(route.resource, format!("{auth}.type"), "NONE")];
    }
    let security =
        Break::set_value(route.resource, format!("{operation}.security"), New::Sequence(Vec::new()));
    vec![security.only(&[Form::Literal, Form::Condition])]
}

/// The route says nothing of what it asks for. `type_name` is the SAM type of its API.
pub fn says_nothing(inventory: &Inventory, route: &Route, type_name: &'static str) -> Vec<Break> {
    if is_made(route) {
        let Ok(api) = &route.api else { return Vec::new() };
        if names_its_own(inventory, route) {
            let own = Break::remove(route.resource, "Properties.Auth.Authorizer").below_key(route.place);
            return vec![own.only(&[Form::Absent]).shows_at_place(route.place)];
        }
        let default = Break::remove(api, "Auth.DefaultAuthorizer").written_as(type_name);
        return vec![default.only(&[Form::Absent, Form::Globals]).shows_at_place(route.place)];
    }
    let removed =
        |property: String| vec![Break::remove(route.resource, property).shows_at_place(route.place)];
    let Some(operation) = operation(route) else {
        return if route.part.is_none() { removed("AuthorizationType".into()) } else { Vec::new() };
    };
    let of_body = route.resource.properties.get("Body.security");
    let said = ["x-amazon-apigateway-auth", "security"].map(|key| format!("{operation}.{key}"));
    let there = said.into_iter().filter(|property| !route.resource.properties.get(property).is_absent());
    match there.collect::<Vec<_>>().as_slice() {
        [one] if of_body.is_absent() => removed(one.clone()),
        _ => Vec::new(),
    }
}

/// A further route beside one that is a resource of its own: the same with another key and that authorization.
pub fn beside(route: &Route, key: &str, other: &str) -> Option<impl Fn(Option<New>) -> New + 'static> {
    if route.part.is_some() || route.resource.generated {
        return None;
    }
    let copied = |field: &Field| {
        let value = if field.key == key { New::string(other) } else { field.value.to_new()? };
        Some((field.key.clone(), value))
    };
    let fields = route.resource.properties.fields().iter();
    let kept = fields.filter(|field| !field.key.starts_with("Authoriz"));
    let properties = kept.map(copied).collect::<Option<Vec<_>>>()?;
    let type_name = route.resource.type_name.clone();
    Some(move |authorization: Option<New>| {
        let authorization = authorization.map(|value| ("AuthorizationType".into(), value));
        let properties = properties.iter().cloned().chain(authorization).collect();
        New::mapping([("Type", New::string(type_name.clone())), ("Properties", New::Mapping(properties))])
    })
}
