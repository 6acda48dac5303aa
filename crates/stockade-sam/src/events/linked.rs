//! Resources of the same template that an event changes: buckets and user pools.

use super::{Event, Target};
use crate::SamError;
use crate::output::Output;
use crate::resource::SamResource;
use stockade_cfn::Expr;

/// What a resource that an event changes keeps of what is written.
const KEPT: [&str; 8] = [
    "Type",
    "DependsOn",
    "Condition",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "Properties",
];

/// The id of the resource that a property of the event refers to.
pub(super) fn find<'a>(
    event: &'a Event,
    target: &Target,
    property: &str,
    resources: &[SamResource],
    output: &Output,
) -> Result<&'a str, SamError> {
    let written = event.get(property);
    let place = written.map_or(event.id_at, |written| written.origin.place);
    let known = |id: &&str| {
        output.resources.get(*id).is_some_and(|found| !found.generated)
            || resources.iter().any(|resource| resource.id == *id)
    };
    let id = written.and_then(|written| written.get("Ref")).and_then(Expr::as_str);
    id.filter(known).ok_or_else(|| {
        event.error(target, format!("`{property}` must be a `Ref` to a resource of this template"), place)
    })
}

/// The body of the resource that a property of the event refers to, with its id.
pub(super) fn take<'a>(
    event: &'a Event,
    target: &Target,
    property: &str,
    type_name: &str,
    resources: &[SamResource],
    output: &Output,
) -> Result<(&'a str, Expr), SamError> {
    let id = find(event, target, property, resources, output)?;
    let declaration = output.resources.get(id).filter(|declaration| declaration.type_name == type_name);
    let Some(declaration) = declaration else {
        let place = event.get(property).map_or(event.id_at, |written| written.origin.place);
        let message = format!("event `{}` needs a resource of type `{type_name}`", event.id);
        return Err(SamError { resource: id.into(), message, place });
    };
    let mut body = declaration.body.clone();
    for entry in declaration.body.entries().iter().filter(|entry| !KEPT.contains(&entry.key.as_str())) {
        body.remove(&entry.key);
    }
    Ok((id, body))
}

/// Puts the body back, without properties that are written as null.
pub(super) fn put_back(id: &str, mut body: Expr, output: &mut Output) {
    if let Some(properties) = body.get_mut("Properties") {
        let entries = properties.entries().to_vec();
        for entry in entries.iter().filter(|entry| entry.value.is_null()) {
            properties.remove(&entry.key);
        }
    }
    if let Some(written) = output.body_mut(id) {
        *written = body;
    }
}
