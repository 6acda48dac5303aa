//! The stage of an HTTP API, which deploys itself.

use super::HttpApi;
use crate::implicit_api::{GlobalWords, is_implicit};
use crate::output::Output;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static WORDS: Words = Words {
    rows: &[
        ("StageName", "StageName"),
        ("StageVariables", "StageVariables"),
        ("AccessLogSettings", "AccessLogSettings"),
        ("DefaultRouteSettings", "DefaultRouteSettings"),
        ("RouteSettings", "RouteSettings"),
    ],
};
static IMPLICIT: GlobalWords = GlobalWords { section: "HttpApi", words: &WORDS };

/// Adds the stage and gives its logical id.
pub(super) fn add(api: &HttpApi, output: &mut Output) -> SmolStr {
    let origin = api.resource.origin();
    let name = api.filled("StageName").cloned().unwrap_or_else(|| Expr::string("$default", &origin));
    let id = match name.as_str() {
        Some("$default") => format_smolstr!("{}ApiGatewayDefaultStage", api.resource.id),
        name => crate::api::stage_id(&api.resource.id, name.unwrap_or_default()),
    };
    let properties = WORDS
        .lower(&api.resource.properties, &origin)
        .with("StageName", name)
        .with("ApiId", Expr::reference(api.resource.id.clone(), &origin))
        .with("AutoDeploy", Expr::bool(true, &origin))
        .with_some("Tags", api.tags.clone());
    let raise: &'static dyn stockade_model::Raise =
        if is_implicit(api.resource) { &IMPLICIT } else { &WORDS };
    output.add_generated(id.clone(), "AWS::ApiGatewayV2::Stage", properties, api.resource, raise);
    id
}
