//! `DeadLetterConfig` of schedules and rules: a queue that the user names, or one that is made along
//! (AWS SAM developer guide, "DeadLetterConfig").

use super::emit::{Made, NO_WORDS};
use super::{Event, Target};
use crate::SamError;
use crate::output::Output;
use crate::resource::SamResource;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::Origin;

/// The ARN of the queue for what could not be delivered, if the event has one. A queue that is made for a rule gets
/// a policy that lets the rule with the ARN `rule` send to it.
pub(super) fn queue(
    event: &Event,
    target: &Target,
    rule: Option<Expr>,
    resources: &[SamResource],
    output: &mut Output,
) -> Result<Option<Expr>, SamError> {
    let Some(config) = event.get("DeadLetterConfig") else { return Ok(None) };
    let origin = config.origin.clone();
    let reject = |message: &str| Err(event.error(target, message, origin.place));
    match (config.get("Arn"), config.get("Type")) {
        (Some(_), Some(_)) => return reject("`DeadLetterConfig` takes `Arn` or `Type`, not both"),
        (None, None) => return reject("`DeadLetterConfig` needs `Arn` or `Type`"),
        (None, Some(name)) if name.as_str() != Some("SQS") => {
            return reject("`Type` of `DeadLetterConfig` must be `SQS`");
        }
        (Some(arn), None) if !arn.is_null() => return Ok(Some(arn.clone())),
        _ => {}
    }
    let id = match config.get("QueueLogicalId").filter(|id| !id.is_null()) {
        Some(id) => match id.as_str() {
            Some(id) => SmolStr::new(id),
            None => return reject("`QueueLogicalId` must be a text"),
        },
        None => SmolStr::default(),
    };
    let own = event.logical_id(target);
    let id = if id.is_empty() { format_smolstr!("{own}Queue") } else { id };
    let made = Made {
        id: id.clone(),
        type_name: "AWS::SQS::Queue",
        properties: Expr::object(&origin),
        raise: &NO_WORDS,
    };
    event.add(made, target, resources, output)?;
    let arn = Expr::get_att(id.clone(), "Arn", &origin);
    if let Some(rule) = rule {
        let principal = Expr::object(&origin).with("Service", Expr::string("events.amazonaws.com", &origin));
        let made = Made {
            id: format_smolstr!("{own}QueuePolicy"),
            type_name: "AWS::SQS::QueuePolicy",
            properties: queue_policy(arn.clone(), Expr::reference(id, &origin), principal, rule, &origin),
            raise: &NO_WORDS,
        };
        event.add(made, target, resources, output)?;
    }
    Ok(Some(arn))
}

/// The properties of a policy that lets a principal send to a queue on behalf of a source.
pub(super) fn queue_policy(arn: Expr, url: Expr, principal: Expr, source: Expr, origin: &Origin) -> Expr {
    let condition = Expr::object(origin).with("aws:SourceArn", source);
    let condition = Expr::object(origin).with("ArnEquals", condition);
    let statement = Expr::object(origin)
        .with("Action", Expr::string("sqs:SendMessage", origin))
        .with("Effect", Expr::string("Allow", origin))
        .with("Principal", principal)
        .with("Resource", arn)
        .with("Condition", condition);
    let document = Expr::object(origin)
        .with("Version", Expr::string("2012-10-17", origin))
        .with("Statement", Expr::list(vec![statement], origin));
    Expr::object(origin).with("PolicyDocument", document).with("Queues", Expr::list(vec![url], origin))
}
