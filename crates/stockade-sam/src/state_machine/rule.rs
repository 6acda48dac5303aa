//! Events that become an EventBridge rule: `Schedule`, `CloudWatchEvent` and `EventBridgeRule`.

use super::events::Event;
use super::role::start_role;
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::is_set;
use crate::property_types::{Kind, Property, optional, required};
use crate::words::Words;
use serde_json::json;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

pub(super) const SCHEDULE_PROPERTIES: &[Property] = &[
    required("Schedule", Kind::String),
    optional("Input", Kind::String),
    optional("Enabled", Kind::Bool),
    optional("State", Kind::String),
    optional("Name", Kind::String),
    optional("Description", Kind::String),
    optional("DeadLetterConfig", Kind::Map),
    optional("RetryPolicy", Kind::Map),
    optional("Target", Kind::LiteralMap),
    optional("RoleArn", Kind::LiteralString),
];

static SCHEDULE: Words = Words {
    rows: &[
        ("ScheduleExpression", "Schedule"),
        ("State", "State"),
        ("Name", "Name"),
        ("Description", "Description"),
    ],
};

static SCHEDULE_TARGET: Words = Words { rows: &[("Input", "Input"), ("RetryPolicy", "RetryPolicy")] };

pub(super) const PATTERN_PROPERTIES: &[Property] = &[
    optional("EventBusName", Kind::String),
    optional("RuleName", Kind::String),
    optional("Pattern", Kind::Map),
    optional("Input", Kind::String),
    optional("InputPath", Kind::String),
    optional("DeadLetterConfig", Kind::Map),
    optional("RetryPolicy", Kind::Map),
    optional("State", Kind::String),
    optional("Target", Kind::LiteralMap),
    optional("InputTransformer", Kind::Map),
];

static PATTERN: Words = Words {
    rows: &[
        ("EventBusName", "EventBusName"),
        ("EventPattern", "Pattern"),
        ("Name", "RuleName"),
        ("State", "State"),
    ],
};

static PATTERN_TARGET: Words = Words {
    rows: &[
        ("Input", "Input"),
        ("InputPath", "InputPath"),
        ("RetryPolicy", "RetryPolicy"),
        ("InputTransformer", "InputTransformer"),
    ],
};

/// `Schedule`.
pub(crate) fn schedule(event: &Event) -> Result<Vec<Piece>, SamError> {
    let mut rule = SCHEDULE.lower(&event.properties, &event.origin);
    if let Some(enabled) = event.given("Enabled") {
        if event.set("State").is_some() {
            return Err(event.error_by_name("it has both `State` and `Enabled`", enabled.origin.place));
        }
        // An intrinsic function counts as true, as AWS does not look into it.
        let on = !matches!(enabled.data, Data::Bool(false));
        rule.set("State", Expr::string(if on { "ENABLED" } else { "DISABLED" }, &enabled.origin));
    }
    let target = SCHEDULE_TARGET.lower(&event.properties, &event.origin);
    finish(event, rule, target, &SCHEDULE)
}

/// `CloudWatchEvent` and `EventBridgeRule`.
pub(crate) fn pattern(event: &Event) -> Result<Vec<Piece>, SamError> {
    let rule = PATTERN.lower(&event.properties, &event.origin);
    let target = PATTERN_TARGET.lower(&event.properties, &event.origin);
    finish(event, rule, target, &PATTERN)
}

/// The rule with its target, the role that lets it start the state machine, and its dead-letter queue.
fn finish(
    event: &Event,
    mut rule: Expr,
    target: Expr,
    raise: &'static Words,
) -> Result<Vec<Piece>, SamError> {
    let origin = &event.origin;
    if rule.get("State").is_some_and(|state| !is_set(state)) {
        rule.remove("State");
    }
    let mut pieces = Vec::new();
    let role = match event.given("RoleArn") {
        Some(role) => role.clone(),
        None => {
            let id = format_smolstr!("{}Role", event.id);
            let policy = format_smolstr!("{id}StartExecutionPolicy");
            let role = start_role(event, id, "events.amazonaws.com", policy, Vec::new());
            let arn = role.arn(origin);
            pieces.push(role);
            arn
        }
    };
    let written_id = event.set("Target").and_then(|target| target.get("Id"));
    let id = written_id.cloned().unwrap_or_else(|| Expr::string(target_id(&event.id), origin));
    let mut target = target.with("Arn", event.target_arn()).with("Id", id).with("RoleArn", role);
    if let Some((arn, queue)) = event.dead_letters()? {
        let origin = arn.origin.clone();
        target.set("DeadLetterConfig", Expr::object(&origin).with("Arn", arn.clone()));
        if let Some(queue) = queue {
            pieces.push(queue_policy(event, &queue, &arn));
            pieces.push(queue);
        }
    }
    rule.set("Targets", Expr::list(vec![target], origin));
    let rule = rule.in_containers(event.containers.clone());
    pieces.push(Piece::new(event.id.clone(), "AWS::Events::Rule", rule, raise));
    Ok(pieces)
}

/// Lets the rule send to its dead-letter queue.
fn queue_policy(event: &Event, queue: &Piece, queue_arn: &Expr) -> Piece {
    let origin = &queue_arn.origin;
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Action": "sqs:SendMessage",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Resource": queue_arn.to_json(),
            "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [event.id.as_str(), "Arn"]}}},
        }],
    });
    let properties = event
        .object(origin)
        .with("PolicyDocument", Expr::from_json(&document, origin))
        .with("Queues", Expr::list(vec![queue.reference(origin)], origin));
    Piece::new(
        format_smolstr!("{}QueuePolicy", event.id),
        "AWS::SQS::QueuePolicy",
        properties,
        &super::GENERATED,
    )
}

/// The id of the rule's target, which EventBridge limits to 64 characters.
fn target_id(id: &str) -> SmolStr {
    const SUFFIX: &str = "StepFunctionsTarget";
    let head: String = id.chars().take(64 - SUFFIX.len()).collect();
    format_smolstr!("{head}{SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::target_id;

    #[test]
    fn a_target_id_is_cut_to_64_characters() {
        assert_eq!(target_id("Short"), "ShortStepFunctionsTarget");
        assert_eq!(target_id(&"x".repeat(70)).len(), 64);
    }
}
