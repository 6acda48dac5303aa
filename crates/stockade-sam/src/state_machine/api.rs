//! The event `Api`: a path and method of a REST API starts the state machine.

use super::events::Event;
use super::role::start_role;
use crate::events::api::{Route, integrate_state_machine};
use crate::open_api::made;
use crate::output::Output;
use crate::pieces::Piece;
use crate::property_types::{Kind, Property, optional, required};
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

pub(super) const PROPERTIES: &[Property] = &[
    required("Path", Kind::String),
    required("Method", Kind::String),
    optional("RestApiId", Kind::String),
    optional("Stage", Kind::String),
    optional("Auth", Kind::Map),
    optional("UnescapeMappingTemplate", Kind::LiteralBool),
];

/// Lowers the event: the API gets the path, and a role to start the state machine.
pub(crate) fn lower(
    event: &Event,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<Piece, SamError> {
    let id = format_smolstr!("{}Role", event.id);
    let policy = format_smolstr!("{id}StartExecutionPolicy");
    let role = start_role(event, id, "apigateway.amazonaws.com", policy, Vec::new());
    let entry = crate::events::Event {
        id: event.name.clone(),
        id_at: event.origin.place,
        type_name: SmolStr::new_static("Api"),
        properties: event.properties.clone(),
        containers: event.containers.clone(),
    };
    // An API that is not there is the state machine's fault, everything else the event's.
    Route::read(&entry, event.machine, resources, output)?;
    let by_event = |error: SamError| {
        let own = error.resource == event.machine.id;
        SamError { resource: if own { event.name.clone() } else { error.resource }, ..error }
    };
    let arn = role.arn(&made(&event.origin, event.machine));
    let templates = Some(request_templates(event));
    integrate_state_machine(&entry, event.machine, arn, templates, resources, context, output)
        .map_err(by_event)?;
    Ok(role)
}

/// What API Gateway makes of a request: the call that starts the state machine with the request's body.
fn request_templates(event: &Event) -> Expr {
    let written = event.set("UnescapeMappingTemplate");
    let origin = &made(written.map_or(&event.origin, |written| &written.origin), event.machine);
    // Escaping for JavaScript escapes single quotes too, which JSON does not have.
    let unescape = if written.is_some() { r#".replaceAll("\\'","'")"# } else { "" };
    let target = &event.target;
    let input = format!("$util.escapeJavaScript($input.json('$')){unescape}");
    let text = format!(r#"{{"input": "{input}", "stateMachineArn": "${{{target}}}"}}"#);
    Expr::object(origin).with("application/json", Expr::sub(text, origin))
}
