//! The stage of a REST API.

use super::Api;
use crate::implicit_api::{GlobalWords, is_implicit};
use crate::logical_id::hash;
use crate::output::Output;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static WORDS: Words = Words {
    rows: &[
        ("StageName", "StageName"),
        ("CacheClusterEnabled", "CacheClusterEnabled"),
        ("CacheClusterSize", "CacheClusterSize"),
        ("Variables", "Variables"),
        ("MethodSettings", "MethodSettings"),
        ("AccessLogSetting", "AccessLogSetting"),
        ("CanarySetting", "CanarySetting"),
        ("TracingEnabled", "TracingEnabled"),
    ],
};
static IMPLICIT: GlobalWords = GlobalWords { section: "Api", words: &WORDS };

/// The logical id of the stage: the name is in it if it is known.
pub(super) fn id(api: &Api) -> SmolStr {
    named(
        &api.resource.id,
        api.resource.properties.get("StageName").and_then(Expr::as_str).unwrap_or_default(),
    )
}

/// The logical id of the stage of that name.
pub(crate) fn named(api: &str, name: &str) -> SmolStr {
    if !name.is_empty() && name.chars().all(char::is_alphanumeric) {
        format_smolstr!("{api}{name}Stage")
    } else if name.is_empty() {
        format_smolstr!("{api}Stage")
    } else {
        format_smolstr!("{api}Stage{}", hash(name, 10))
    }
}

/// Adds the stage.
pub(super) fn add(api: &Api, id: &str, deployment: &str, output: &mut Output) {
    let origin = api.resource.origin();
    let mut properties = WORDS
        .lower(&api.resource.properties, &origin)
        .with("RestApiId", Expr::reference(api.resource.id.clone(), &origin))
        .with("DeploymentId", Expr::reference(deployment, &origin));
    if let Some(tags) = api.resource.properties.get("Tags").filter(|tags| !tags.is_null()) {
        properties.set("Tags", super::tag_list(tags));
    }
    let raise: &'static dyn stockade_model::Raise =
        if is_implicit(api.resource) { &IMPLICIT } else { &WORDS };
    output.add_generated(id, "AWS::ApiGateway::Stage", properties, api.resource, raise);
}
