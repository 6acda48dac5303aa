//! `S3` events: the bucket of the same template notifies the function, and waits for its permission.

use super::emit::{Made, NO_WORDS, propagated_tags};
use super::{Event, Grants, Resources, Target, linked};
use crate::output::Output;
use crate::{Context, SamError};
use foldhash::HashSet;
use smol_str::format_smolstr;
use stockade_cfn::Expr;
use stockade_model::{Container, Containers, Origin};

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Resources,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let (id, mut bucket) = linked::take(event, target, "Bucket", "AWS::S3::Bucket", resources, output)?;
    let permission = event.permission_id(target);
    match target.function.condition() {
        Some(condition) => wait_by_tag(id, &mut bucket, condition, &permission, &origin)?,
        None => wait(event, target, &mut bucket, &permission)?,
    }
    notify(event, target, id, &mut bucket)?;
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
    linked::put_back(id, bucket, output);
    Ok(Grants::default())
}

/// Makes the bucket wait for the permission, without which it cannot be told to notify.
fn wait(event: &Event, target: &Target, bucket: &mut Expr, permission: &str) -> Result<(), SamError> {
    let place = bucket.get("DependsOn").map_or(bucket.origin.place, |on| on.origin.place);
    let wrong =
        || event.property_error(target, "`DependsOn` of the bucket must be a text or a list of texts", place);
    let mut on = match bucket.get("DependsOn") {
        None => Vec::new(),
        Some(one) if one.as_str().is_some() => vec![one.clone()],
        Some(list) if list.is_list() && list.items().iter().all(|item| item.as_scalar().is_some()) => {
            list.items().to_vec()
        }
        Some(_) => return Err(wrong()),
    };
    on.push(Expr::string(permission, &event.origin()));
    let mut seen = HashSet::default();
    on.retain(|item| seen.insert(item.as_scalar()));
    let origin = bucket.get("DependsOn").map_or_else(|| event.origin(), |on| on.origin.clone());
    bucket.set("DependsOn", Expr::list(on, &origin));
    Ok(())
}

/// Makes the bucket wait for a permission that is there on a condition: a tag refers to it, on the same
/// condition.
fn wait_by_tag(
    id: &str,
    bucket: &mut Expr,
    condition: &Expr,
    permission: &str,
    origin: &Origin,
) -> Result<(), SamError> {
    if bucket.get("Properties").is_none_or(Expr::is_null) {
        bucket.set("Properties", properties(bucket, origin));
    }
    let choice =
        vec![condition.clone(), Expr::reference(permission, origin), Expr::string("no dependency", origin)];
    let key = format_smolstr!("sam:ConditionalDependsOn:{permission}");
    let tag = Expr::object(origin)
        .with("Key", Expr::string(key, origin))
        .with("Value", Expr::call("Fn::If", Expr::list(choice, origin), origin));
    push_at(id, bucket, "Properties", &["Tags"], vec![tag], origin)
}

/// The properties of a bucket that has none: what more they need is written at the bucket.
fn properties(bucket: &Expr, origin: &Origin) -> Expr {
    let missing = Container { place: bucket.origin.place, key: Some("Properties".into()) };
    Expr::object(origin).in_containers(Containers::At([missing].into()))
}

/// Adds the notifications.
fn notify(event: &Event, target: &Target, id: &str, bucket: &mut Expr) -> Result<(), SamError> {
    let origin = event.origin();
    let Some(events) = event.get("Events") else { return Ok(()) };
    if bucket.get("Properties").is_none() {
        bucket.set("Properties", properties(bucket, &origin));
    }
    let events = if events.is_list() { events.items() } else { std::slice::from_ref(events) };
    let notification = |name: &Expr| {
        let notification = Expr::object(&origin)
            .with("Event", name.clone())
            .with("Function", target.arn(&origin))
            .with_some("Filter", event.get("Filter").cloned());
        let Some(condition) = target.function.condition() else { return notification };
        let otherwise = Expr::reference("AWS::NoValue", &origin);
        let choice = Expr::list(vec![condition.clone(), notification, otherwise], &origin);
        Expr::call("Fn::If", choice, &origin)
    };
    let path = ["NotificationConfiguration", "LambdaConfigurations"];
    push_at(id, bucket, "Properties", &path, events.iter().map(notification).collect(), &origin)
}

/// Adds items to the list that stands at a path below `key`, those that are not there; objects and the list are
/// made where they are missing. Anything else in their place is an error of the resource.
fn push_at(
    id: &str,
    object: &mut Expr,
    key: &str,
    below: &[&str],
    items: Vec<Expr>,
    origin: &Origin,
) -> Result<(), SamError> {
    let (expected, empty) = match below {
        [] => ("a list", Expr::list(Vec::new(), origin)),
        _ => ("an object", Expr::object(origin)),
    };
    // `Properties` that are written as null are an error, what is null below them counts as missing.
    if object.get(key).is_none_or(|value| value.is_null() && key != "Properties") {
        object.set(key, empty);
    }
    let wrong =
        |place| SamError { resource: id.into(), message: format!("`{key}` must be {expected}"), place };
    let place = object.origin.place;
    let Some(value) = object.get_mut(key) else { return Err(wrong(place)) };
    let fits = if below.is_empty() { value.is_list() } else { value.is_object() };
    if !fits {
        return Err(wrong(value.origin.place));
    }
    if let [next, rest @ ..] = below {
        return push_at(id, value, next, rest, items, origin);
    }
    for item in items {
        let json = item.to_json();
        if !value.items().iter().any(|known| known.to_json() == json) {
            value.push(item);
        }
    }
    Ok(())
}
