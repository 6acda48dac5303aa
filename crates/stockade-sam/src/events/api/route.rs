//! The path and method that an event stands for, and the API that it names.

use crate::SamError;
use crate::events::Event;
use crate::open_api::{self, Key, put};
use crate::output::Output;
use crate::presence::set;
use crate::resource::SamResource;
use smol_str::{SmolStr, ToSmolStr};
use stockade_cfn::{Entry, Expr};
use stockade_model::Origin;

/// A path and method of an API, read from an event.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    /// The event.
    pub event: &'a Event,
    /// The function or state machine that it belongs to.
    pub owner: &'a SamResource,
    /// The API's logical id.
    pub api: SmolStr,
    /// The event's `RestApiId`.
    pub api_reference: Expr,
    /// The path.
    pub path: Key,
    /// The method, lower case.
    pub method: Key,
    /// The API's stage name, `Stage` if it is not known.
    pub stage: Expr,
    /// The origin of what is made for the event.
    pub made: Origin,
}

impl<'a> Route<'a> {
    /// Reads an event's route.
    pub fn read(
        event: &'a Event,
        owner: &'a SamResource,
        resources: &[SamResource],
        output: &Output,
    ) -> Result<Self, SamError> {
        let made = open_api::made(&Origin::at(event.id_at), owner);
        let text = |name: &str| {
            let value = event.properties.get(name);
            let place = value.map_or(event.id_at, |value| value.origin.place);
            let error = || owner.error(format!("event `{}` needs a string as `{name}`", event.id), place);
            value.and_then(Key::of).ok_or_else(error)
        };
        let (path, method) = (text("Path")?, text("Method")?);
        let method = Key { text: method.text.to_lowercase().into(), ..method };
        let reference = event.properties.get("RestApiId").cloned();
        let reference = reference.unwrap_or_else(|| Expr::reference("ServerlessRestApi", &made));
        let api = reference.as_reference().or(reference.as_str()).map(|id| id.to_smolstr());
        let no_api = || {
            let message =
                format!("`RestApiId` of event `{}` must be the id of an API in the template", event.id);
            owner.error(message, reference.origin.place)
        };
        let api = api.ok_or_else(no_api)?;
        let properties = match resources.iter().find(|resource| resource.id == api) {
            Some(resource) => Some(&resource.properties),
            None => output.resources.get(&api).ok_or_else(no_api)?.properties(),
        };
        let stage = properties.and_then(|properties| properties.get("StageName"));
        let stage = match stage.filter(|stage| stage.as_str().is_some()) {
            Some(stage) if stage.as_str() == Some("") => {
                let message = "`StageName` cannot be empty".into();
                return Err(SamError { resource: api, message, place: stage.origin.place });
            }
            Some(stage) => stage.clone(),
            None => Expr::string("Stage", &made),
        };
        Ok(Self { event, owner, api, api_reference: reference, path, method, stage, made })
    }

    /// The API, if it is a SAM resource.
    pub fn api_mut<'r>(&self, resources: &'r mut [SamResource]) -> Option<&'r mut SamResource> {
        resources.iter_mut().find(|resource| resource.id == self.api)
    }

    /// An error of the event.
    pub fn error(&self, message: impl AsRef<str>, at: &Expr) -> SamError {
        self.owner.error(format!("event `{}`: {}", self.event.id, message.as_ref()), at.origin.place)
    }

    /// That what the event's `Auth` names is there in the API's.
    pub fn check_auth(
        &self,
        auth: &Expr,
        api_auth: Option<&Expr>,
        api: &SamResource,
    ) -> Result<(), SamError> {
        let authorizer = set(auth, "Authorizer");
        let authorizers = api_auth.and_then(|auth| set(auth, "Authorizers"));
        if let (Some(_), Some(wrong)) =
            (authorizer, authorizers.filter(|authorizers| !authorizers.is_object()))
        {
            return Err(api.error("`Auth.Authorizers` must be an object", wrong.origin.place));
        }
        match authorizer.map(|authorizer| (authorizer, authorizer.as_str())) {
            None | Some((_, Some("AWS_IAM"))) => {}
            Some((authorizer, Some("NONE"))) => {
                if api_auth.and_then(|auth| set(auth, "DefaultAuthorizer")).is_none() {
                    return Err(self.error("`NONE` needs a `DefaultAuthorizer` of the API", authorizer));
                }
            }
            Some((authorizer, Some(name))) => {
                if authorizers.and_then(|all| set(all, name)).is_none() {
                    return Err(self.error(format!("the API has no authorizer `{name}`"), authorizer));
                }
            }
            Some((authorizer, None)) => return Err(self.error("`Authorizer` must be a string", authorizer)),
        }
        if let Some(scopes) = set(auth, "AuthorizationScopes") {
            if !scopes.is_list() {
                return Err(self.error("`AuthorizationScopes` must be a list", scopes));
            }
            if authorizer.is_none() {
                return Err(self.error("`AuthorizationScopes` needs an `Authorizer`", scopes));
            }
        }
        let required = auth.get("ApiKeyRequired").filter(|required| !required.is_null());
        match required.filter(|required| !crate::presence::is_set(required)) {
            Some(required) if api_auth.and_then(|auth| set(auth, "ApiKeyRequired")).is_none() => {
                Err(self.error("`ApiKeyRequired: false` needs `ApiKeyRequired` of the API", required))
            }
            _ => Ok(()),
        }
    }

    /// `MergeDefinitions`: the body that the user wrote, with what SAM makes of this method merged into the method
    /// there.
    pub fn merged(&self, written: &Expr, generated: &Expr, api: &SamResource) -> Result<Expr, SamError> {
        let (path, method) = (&self.path.text, &self.method.text);
        let key = open_api::normal_method(method);
        let ours =
            generated.get("paths").and_then(|paths| paths.get(path)).and_then(|item| item.get(&key)).cloned();
        let ours = ours.unwrap_or_else(|| Expr::object(&self.made));
        let mut body = written.clone();
        let object = |value: &Expr| {
            let message =
                format!("method `{method}` of path `{path}` in `DefinitionBody` must be in objects");
            if value.is_object() || value.is_null() {
                Ok(())
            } else {
                Err(api.error(message, value.origin.place))
            }
        };
        let Some(paths) = body.get_mut("paths").filter(|paths| crate::presence::is_set(paths)) else {
            return Ok(body);
        };
        object(paths)?;
        let missing = Expr::object(&self.made);
        let item = paths.get(path).cloned().unwrap_or_else(|| missing.clone());
        object(&item)?;
        let mut item = if item.is_null() { missing.clone() } else { item };
        let mut definition = set(&item, method).cloned().unwrap_or(missing);
        object(&definition)?;
        for entry in ours.entries() {
            match definition.entry(&entry.key).map(|before| before.key_place) {
                Some(key_place) => definition.set_entry(Entry { key_place, ..entry.clone() }),
                None => definition.set_entry(entry.clone()),
            }
        }
        let at = item.entry(method).map_or(self.method.place, |entry| entry.key_place);
        item.set_entry(Entry { key: method.clone(), key_place: at, value: definition });
        let at = paths.entry(path).map_or(self.path.place, |entry| entry.key_place);
        paths.set_entry(Entry { key: path.clone(), key_place: at, value: item });
        let paths = paths.clone();
        put(&mut body, "paths", paths);
        Ok(body)
    }
}
