//! `AWS::Serverless::StateMachine`: a Step Functions state machine, its role, its version and alias, and
//! what starts it (AWS SAM developer guide, "AWS::Serverless::StateMachine").

mod api;
mod definition;
mod events;
mod role;
mod rule;
mod schedule_v2;

use crate::output::Output;
use crate::pieces::{Piece, add_all};
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check_at, optional};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, tags};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    optional("Definition", Kind::Map),
    optional("DefinitionUri", Kind::StringOrMap),
    optional("Logging", Kind::Map),
    optional("Role", Kind::String),
    optional("RolePath", Kind::Any),
    optional("DefinitionSubstitutions", Kind::Map),
    optional("Events", Kind::MapOfMaps),
    optional("Name", Kind::String),
    optional("Type", Kind::String),
    optional("Tags", Kind::Map),
    optional("PropagateTags", Kind::Bool),
    optional("Policies", Kind::StringOrList),
    optional("Tracing", Kind::Map),
    optional("PermissionsBoundary", Kind::String),
    optional("AutoPublishAlias", Kind::Any),
    optional("DeploymentPreference", Kind::Any),
    optional("UseAliasAsEventTarget", Kind::LiteralBool),
];

/// The state machine itself.
static MACHINE: Words = Words {
    rows: &[
        ("StateMachineName", "Name"),
        ("StateMachineType", "Type"),
        ("LoggingConfiguration", "Logging"),
        ("TracingConfiguration", "Tracing"),
        ("RoleArn", "Role"),
    ],
};

/// The alias that follows the newest version.
static ALIAS: Words =
    Words { rows: &[("Name", "AutoPublishAlias"), ("DeploymentPreference", "DeploymentPreference")] };

/// Resources of which nothing is written by the user.
pub(crate) static GENERATED: Words = Words { rows: &[] };

/// Types of generated resources that take over tags.
const TAGGED: [&str; 2] = ["AWS::IAM::Role", "AWS::SQS::Queue"];

/// Lowers a state machine.
pub(crate) fn lower(
    machine: &SamResource,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let properties = &machine.properties;
    check_at(properties, PROPERTIES, &machine.id, machine.id_at)?;
    let events = events::read(machine, resources)?;
    let origin = machine.origin();
    let mut out = MACHINE.lower(properties, &origin);
    definition::lower(machine, &mut out)?;
    let mut pieces = Vec::new();
    match (set(properties, "Role"), set(properties, "Policies")) {
        (Some(_), Some(policies)) => {
            return Err(machine.error("it has both `Role` and `Policies`", policies.origin.place));
        }
        (Some(role), None) => out.set("RoleArn", role.clone()),
        (None, _) => {
            let role = role::execution_role(machine, context)?;
            out.set("RoleArn", role.arn(&origin));
            pieces.push(role);
        }
    }
    let written_tags = given(properties, "Tags");
    out.set("Tags", tags::list_under("stateMachine:createdBy", written_tags, &origin));
    let alias = publish(machine, &mut pieces)?;
    let target = match alias {
        Some(alias) if set(properties, "UseAliasAsEventTarget").is_some() => alias,
        _ => machine.id.clone(),
    };
    pieces.extend(events.lower(&target, resources, context, output)?);
    // With `PropagateTags` every resource gets the written tags and these only.
    if set(properties, "PropagateTags").is_some()
        && let Some(written) = written_tags.filter(|tags| crate::presence::is_set(tags))
    {
        out.set("Tags", tags::list_of(written));
        for piece in pieces.iter_mut().filter(|piece| TAGGED.contains(&piece.type_name)) {
            piece.properties.set("Tags", tags::list_of(written));
        }
    }
    output.add_main(machine.id.clone(), "AWS::StepFunctions::StateMachine", out, machine, &MACHINE);
    add_all(pieces, machine, output);
    Ok(())
}

/// The version and the alias of `AutoPublishAlias`; gives the alias's logical id.
fn publish(machine: &SamResource, pieces: &mut Vec<Piece>) -> Result<Option<SmolStr>, SamError> {
    let properties = &machine.properties;
    let Some(name) = set(properties, "AutoPublishAlias") else {
        for needs in ["UseAliasAsEventTarget", "DeploymentPreference"] {
            if let Some(value) = set(properties, needs) {
                let message = format!("its `{needs}` needs `AutoPublishAlias`");
                return Err(machine.error(message, value.origin.place));
            }
        }
        return Ok(None);
    };
    let origin = &name.origin;
    let suffix = name.as_scalar().unwrap_or_default();
    let id = format_smolstr!("{}Alias{suffix}", machine.id);
    if suffix.is_empty() || !suffix.chars().all(|character| character.is_ascii_alphanumeric()) {
        let message = "its `AutoPublishAlias` is not made of letters and digits".to_owned();
        return Err(SamError { resource: id, message, place: origin.place });
    }
    let version = Expr::object(origin)
        .with("StateMachineArn", Expr::reference(machine.id.clone(), origin))
        .with("StateMachineRevisionId", Expr::get_att(machine.id.clone(), "StateMachineRevisionId", origin));
    let mut version = Piece::new(
        format_smolstr!("{}Version", machine.id),
        "AWS::StepFunctions::StateMachineVersion",
        version,
        &GENERATED,
    );
    // Older versions stay, as a gradual deployment needs them.
    for attribute in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if machine.body.get(attribute).is_none() {
            version = version.with(attribute, Expr::string("Retain", origin));
        }
    }
    let preference = match set(properties, "DeploymentPreference") {
        Some(preference) if preference.is_object() => preference.clone(),
        Some(preference) => {
            return Err(machine.error("its `DeploymentPreference` is not an object", preference.origin.place));
        }
        None => Expr::object(origin).with("Type", Expr::string("ALL_AT_ONCE", origin)),
    };
    let preference = preference.with("StateMachineVersionArn", version.reference(origin));
    let alias = Expr::object(origin).with("Name", name.clone()).with("DeploymentPreference", preference);
    pieces.push(version);
    pieces.push(Piece::new(id.clone(), "AWS::StepFunctions::StateMachineAlias", alias, &ALIAS));
    Ok(Some(id))
}
