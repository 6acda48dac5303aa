//! `Cognito` events: the user pool of the same template gets the function as a trigger.

use super::emit::{Made, NO_WORDS};
use super::{Event, Grants, Target, linked};
use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::format_smolstr;
use stockade_cfn::Expr;

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let (id, mut pool) = linked::take(event, target, "UserPool", "AWS::Cognito::UserPool", resources, output)?;
    add_triggers(event, target, id, &mut pool)?;
    let invoked = target.alias.as_ref().unwrap_or(&target.function.id);
    let permission = Made {
        // One permission serves all triggers of the function.
        id: format_smolstr!("{invoked}CognitoPermission"),
        type_name: "AWS::Lambda::Permission",
        properties: event
            .permission("cognito-idp.amazonaws.com", &NO_WORDS, target)
            .with("SourceArn", Expr::get_att(id, "Arn", &origin)),
        raise: &NO_WORDS,
    };
    event.add(permission, target, resources, output)?;
    linked::put_back(id, pool, output);
    Ok(Grants::default())
}

fn add_triggers(event: &Event, target: &Target, id: &str, pool: &mut Expr) -> Result<(), SamError> {
    let origin = event.origin();
    let wrong = |key: &str, place| SamError { resource: id.into(), message: format!("`{key}` must be an object"), place };
    let mut at = pool;
    for key in ["Properties", "LambdaConfig"] {
        if at.get(key).is_none_or(Expr::is_null) {
            at.set(key, Expr::object(&origin));
        }
        let place = at.origin.place;
        at = at.get_mut(key).ok_or_else(|| wrong(key, place))?;
        if !at.is_object() {
            return Err(wrong(key, at.origin.place));
        }
    }
    let Some(triggers) = event.get("Trigger") else { return Ok(()) };
    let triggers = if triggers.is_list() { triggers.items() } else { std::slice::from_ref(triggers) };
    for trigger in triggers {
        let Some(name) = trigger.as_str() else { continue };
        if at.get(name).is_some() {
            let message = format!("the user pool has a trigger `{name}` already");
            return Err(event.error(target, message, trigger.origin.place));
        }
        at.set(name, target.arn(&trigger.origin));
    }
    Ok(())
}
