//! `CloudWatchLogs` events: a subscription filter of a log group, and its permission.

use super::emit::{Made, NO_WORDS};
use super::{Event, Grants, Target};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use stockade_cfn::Expr;

static WORDS: Words = Words { rows: &[("LogGroupName", "LogGroupName"), ("FilterPattern", "FilterPattern")] };

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let permission_id = event.permission_id(target);
    let group = event.get("LogGroupName").cloned().unwrap_or_else(|| Expr::null(&origin));
    let arn = format!(
        "arn:{}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{__LogGroupName__}}:*",
        context.partition
    );
    let variables = Expr::object(&group.origin).with("__LogGroupName__", group.clone());
    let source = Expr::list(vec![Expr::string(arn, &group.origin), variables], &group.origin);
    let source = Expr::call("Fn::Sub", source, &group.origin);
    let permission = Made {
        id: permission_id.clone(),
        type_name: "AWS::Lambda::Permission",
        properties: event.permission("logs.amazonaws.com", &NO_WORDS, target).with("SourceArn", source),
        raise: &NO_WORDS,
    };
    event.add(permission, target, resources, output)?;

    let id = event.logical_id(target);
    let filter = Made {
        id: id.clone(),
        type_name: "AWS::Logs::SubscriptionFilter",
        properties: event.lower(&WORDS).with("DestinationArn", target.arn(&origin)),
        raise: &WORDS,
    };
    event.add(filter, target, resources, output)?;
    if let Some(body) = output.body_mut(&id) {
        body.set("DependsOn", Expr::list(vec![Expr::string(permission_id, &origin)], &origin));
    }
    Ok(Grants::default())
}
