//! The body of an HTTP API, with the settings of the API worked in.

use super::{HttpApi, auth, settings};
use crate::SamError;
use crate::open_api::{self, branches, is_open_api, require_path_item};
use stockade_cfn::Expr;

/// Settings that are worked into the body, so that they need one.
const NEED_BODY: [&str; 6] =
    ["CorsConfiguration", "Auth", "Tags", "DisableExecuteApiEndpoint", "Name", "Description"];

/// The body, if the API has one of its own.
pub(super) fn build(api: &HttpApi) -> Result<Option<Expr>, SamError> {
    let body = api.filled("DefinitionBody").cloned();
    if let (Some(uri), Some(_)) = (api.filled("DefinitionUri"), &body) {
        return Err(api.error("`DefinitionUri` and `DefinitionBody` cannot be used together", uri));
    }
    let Some(mut body) = body else {
        let needs = NEED_BODY.iter().find_map(|name| {
            let value = if *name == "DisableExecuteApiEndpoint" { api.there(name) } else { api.filled(name) };
            Some((*name, value?))
        });
        return match needs {
            Some((name, value)) => {
                Err(api.error(format!("`{name}` works only with a body in `DefinitionBody`"), value))
            }
            None => Ok(None),
        };
    };
    settings::add_cors(api, &mut body)?;
    auth::add(api, &mut body)?;
    settings::add_tags(api, &mut body)?;
    settings::add_endpoint_switch(api, &mut body)?;
    settings::add_title(api, &mut body)?;
    settings::add_description(api, &mut body)?;
    rename_default_path(api, &mut body);
    Ok(Some(body))
}

/// That a body is one that a setting can be worked into.
pub(super) fn require_valid(api: &HttpApi, body: &Expr, setting: &str, at: &Expr) -> Result<(), SamError> {
    if is_open_api(body) {
        return Ok(());
    }
    Err(api.error(format!("`{setting}` needs an OpenAPI 3 document in `DefinitionBody`"), at))
}

/// That every path of a body is an object.
pub(super) fn require_paths(api: &HttpApi, body: &Expr) -> Result<(), SamError> {
    let check = |path: &stockade_cfn::Entry| -> Result<(), open_api::Fault> {
        branches(&path.value)?.into_iter().try_for_each(|item| require_path_item(item, &path.key))
    };
    let mut paths = body.get("paths").map(Expr::entries).unwrap_or_default().iter();
    paths.try_for_each(check).map_err(|fault| fault.of(api.resource))
}

/// With warnings as failures, the default path has to begin with a slash.
fn rename_default_path(api: &HttpApi, body: &mut Expr) {
    let Some(paths) = body.get_mut("paths").filter(|_| api.filled("FailOnWarnings").is_some()) else {
        return;
    };
    let Some(entry) = paths.entry("$default").cloned() else { return };
    paths.remove("$default");
    paths.set_entry(stockade_cfn::Entry { key: "/$default".into(), ..entry });
}
