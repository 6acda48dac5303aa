//! `S3` events: the bucket of the same template notifies the function, and waits for its permission.

use super::emit::{Made, NO_WORDS, propagated_tags};
use super::{Event, Grants, Target};
use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::format_smolstr;
use stockade_cfn::Expr;
use stockade_model::Origin;

/// What a resource that an event changes keeps beside its properties.
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

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let (id, mut bucket) = linked(event, target, "Bucket", "AWS::S3::Bucket", resources, output)?;
    let permission = event.permission_id(target);
    match target.function.condition() {
        Some(condition) => wait_by_tag(&id, &mut bucket, condition, &permission, &origin)?,
        None => wait(event, target, &mut bucket, &permission)?,
    }
    notify(event, target, &id, &mut bucket)?;
    if let Some(tags) = propagated_tags(target.function)
        && let Some(properties) = bucket.get_mut("Properties")
    {
        properties.set("Tags", tags);
    }
    let made = Made {
        id: permission,
        type_name: "AWS::Lambda::Permission",
        properties: event
            .permission("s3.amazonaws.com", &NO_WORDS, target)
            .with("SourceAccount", Expr::reference("AWS::AccountId", &origin)),
        raise: &NO_WORDS,
    };
    event.add(made, target, resources, output)?;
    if let Some(body) = output.body_mut(&id) {
        *body = bucket;
    }
    Ok(Grants::default())
}

/// The resource of the same template that a property of the event refers to, with its id.
pub(super) fn linked(
    event: &Event,
    target: &Target,
    property: &str,
    type_name: &str,
    resources: &[SamResource],
    output: &Output,
) -> Result<(String, Expr), SamError> {
    let written = event.get(property);
    let place = written.map_or(event.id_at, |written| written.origin.place);
    let id = written.and_then(|written| written.get("Ref")).and_then(Expr::as_str);
    if let Some(sam) = id.and_then(|id| resources.iter().find(|resource| resource.id == id)) {
        return Err(sam.error(format!("event `{}` needs a resource of type `{type_name}`", event.id), place));
    }
    let found = id.and_then(|id| output.resources.get_key_value(id)).filter(|(_, found)| !found.generated);
    let Some((id, declaration)) = found else {
        let message = format!("`{property}` must be a `Ref` to a resource of type `{type_name}` in this template");
        return Err(event.error(target, message, place));
    };
    if declaration.type_name != type_name {
        let message = format!("event `{}` needs a resource of type `{type_name}`", event.id);
        return Err(SamError { resource: id.clone(), message, place });
    }
    let mut body = declaration.body.clone();
    for entry in declaration.body.entries().iter().filter(|entry| !KEPT.contains(&entry.key.as_str())) {
        body.remove(&entry.key);
    }
    Ok((id.to_string(), body))
}

/// Makes the bucket wait for the permission, without which it cannot be told to notify.
fn wait(event: &Event, target: &Target, bucket: &mut Expr, permission: &str) -> Result<(), SamError> {
    let place = bucket.get("DependsOn").map_or(bucket.origin.place, |on| on.origin.place);
    let wrong = || event.property_error(target, "`DependsOn` of the bucket must be a text or a list of texts", place);
    let mut on = match bucket.get("DependsOn") {
        None => Vec::new(),
        Some(one) if one.as_str().is_some() => vec![one.clone()],
        Some(list) if list.is_list() && list.items().iter().all(|item| item.as_scalar().is_some()) => {
            list.items().to_vec()
        }
        Some(_) => return Err(wrong()),
    };
    let mut seen: Vec<Option<smol_str::SmolStr>> = Vec::new();
    on.push(Expr::string(permission, &event.origin()));
    on.retain(|item| {
        let first = !seen.contains(&item.as_scalar());
        seen.push(item.as_scalar());
        first
    });
    let origin = bucket.get("DependsOn").map_or_else(|| event.origin(), |on| on.origin.clone());
    bucket.set("DependsOn", Expr::list(on, &origin));
    Ok(())
}

/// Makes the bucket wait for a permission that is there on a condition: a tag refers to it, on the same condition.
fn wait_by_tag(
    id: &str,
    bucket: &mut Expr,
    condition: &Expr,
    permission: &str,
    origin: &Origin,
) -> Result<(), SamError> {
    if bucket.get("Properties").is_none_or(Expr::is_null) {
        bucket.set("Properties", Expr::object(origin));
    }
    let choice =
        vec![condition.clone(), Expr::reference(permission, origin), Expr::string("no dependency", origin)];
    let key = format_smolstr!("sam:ConditionalDependsOn:{permission}");
    let tag = Expr::object(origin)
        .with("Key", Expr::string(key, origin))
        .with("Value", Expr::call("Fn::If", Expr::list(choice, origin), origin));
    push_at(id, bucket, "Properties", &["Tags"], tag, origin)
}

/// Adds the notifications.
fn notify(event: &Event, target: &Target, id: &str, bucket: &mut Expr) -> Result<(), SamError> {
    let origin = event.origin();
    let Some(events) = event.get("Events") else { return Ok(()) };
    let events = if events.is_list() { events.items() } else { std::slice::from_ref(events) };
    for name in events {
        let mut notification = Expr::object(&origin)
            .with("Event", name.clone())
            .with("Function", target.arn(&origin))
            .with_some("Filter", event.get("Filter").cloned());
        if let Some(condition) = target.function.condition() {
            let otherwise = Expr::reference("AWS::NoValue", &origin);
            let choice = Expr::list(vec![condition.clone(), notification, otherwise], &origin);
            notification = Expr::call("Fn::If", choice, &origin);
        }
        let path = ["NotificationConfiguration", "LambdaConfigurations"];
        push_at(id, bucket, "Properties", &path, notification, &origin)?;
    }
    if let Some(properties) = bucket.get_mut("Properties") {
        let properties_were = properties.clone();
        for entry in properties_were.entries().iter().filter(|entry| entry.value.is_null()) {
            properties.remove(&entry.key);
        }
    }
    Ok(())
}

/// Adds an item to the list that stands at a path below `key`, unless it is there; objects and the list are made
/// where they are missing. Anything else in their place is an error of the resource.
fn push_at(
    id: &str,
    object: &mut Expr,
    key: &str,
    below: &[&str],
    item: Expr,
    origin: &Origin,
) -> Result<(), SamError> {
    let (expected, empty) = match below {
        [] => ("a list", Expr::list(Vec::new(), origin)),
        _ => ("an object", Expr::object(origin)),
    };
    // `Properties` that are written as null are an error, what is null below them counts as missing.
    let missing = object.get(key).is_none_or(|value| value.is_null() && key != "Properties");
    if missing {
        object.set(key, empty);
    }
    let wrong = |place| SamError { resource: id.into(), message: format!("`{key}` must be {expected}"), place };
    let place = object.origin.place;
    let Some(value) = object.get_mut(key) else { return Err(wrong(place)) };
    let fits = if below.is_empty() { value.is_list() } else { value.is_object() };
    if !fits {
        return Err(wrong(value.origin.place));
    }
    match below {
        [] => {
            let json = item.to_json();
            if !value.items().iter().any(|known| known.to_json() == json) {
                value.push(item);
            }
            Ok(())
        }
        [next, rest @ ..] => push_at(id, value, next, rest, item, origin),
    }
}
