//! The event `ScheduleV2`: a schedule of EventBridge Scheduler.

use super::events::Event;
use super::role::start_role;
use crate::SamError;
use crate::pieces::Piece;
use crate::shape::{Kind, Property, check, counts, may, may_plain, must};
use crate::words::Words;
use serde_json::json;
use smol_str::format_smolstr;
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    may("PermissionsBoundary", Kind::Text),
    must("ScheduleExpression", Kind::Text),
    may("FlexibleTimeWindow", Kind::Map),
    may("Name", Kind::Text),
    may("State", Kind::Text),
    may("Description", Kind::Text),
    may("StartDate", Kind::Text),
    may("EndDate", Kind::Text),
    may("ScheduleExpressionTimezone", Kind::Text),
    may("GroupName", Kind::Text),
    may("KmsKeyArn", Kind::Text),
    may("Input", Kind::Text),
    may("RoleArn", Kind::Text),
    may("DeadLetterConfig", Kind::Map),
    may("RetryPolicy", Kind::Map),
    may_plain("OmitName", Kind::Flag),
];

static SCHEDULE: Words = Words {
    rows: &[
        ("ScheduleExpression", "ScheduleExpression"),
        ("FlexibleTimeWindow", "FlexibleTimeWindow"),
        ("Name", "Name"),
        ("State", "State"),
        ("Description", "Description"),
        ("StartDate", "StartDate"),
        ("EndDate", "EndDate"),
        ("ScheduleExpressionTimezone", "ScheduleExpressionTimezone"),
        ("GroupName", "GroupName"),
        ("KmsKeyArn", "KmsKeyArn"),
        ("Target.Input", "Input"),
        ("Target.RetryPolicy", "RetryPolicy"),
        ("Target.RoleArn", "RoleArn"),
    ],
};

/// Lowers the event.
pub(crate) fn lower(event: &Event) -> Result<Vec<Piece>, SamError> {
    check(&event.properties, PROPERTIES, &event.id, event.origin.place)?;
    let origin = &event.origin;
    let mut schedule = SCHEDULE.lower(&event.properties, origin);
    if schedule.get("State").is_some_and(|state| !counts(state)) {
        schedule.remove("State");
    }
    match (event.given("OmitName"), event.given("Name")) {
        (Some(_), Some(name)) => {
            return Err(event.error("it has both `Name` and `OmitName`", name.origin.place));
        }
        (Some(_), None) => {
            schedule.remove("Name");
        }
        (None, Some(_)) => {}
        (None, None) => schedule.set("Name", Expr::string(event.id.clone(), origin)),
    }
    if event.given("FlexibleTimeWindow").is_none() {
        schedule.set("FlexibleTimeWindow", Expr::object(origin).with("Mode", Expr::string("OFF", origin)));
    }
    let mut target = schedule.remove("Target").unwrap_or_else(|| Expr::object(origin));
    target.set("Arn", event.target_arn());
    let mut pieces = Vec::new();
    let mut policies = Vec::new();
    if let Some((arn, queue)) = event.dead_letters()? {
        let at = &arn.origin;
        target.set("DeadLetterConfig", Expr::object(at).with("Arn", arn.clone()));
        let policy = json!({
            "PolicyName": format!("{}SQSPolicy", event.id),
            "PolicyDocument": {
                "Statement": [{"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": arn.to_json()}],
            },
        });
        policies.push(Expr::from_json(&policy, at));
        pieces.extend(queue);
    }
    if event.given("RoleArn").is_none() {
        let name = format_smolstr!("{}StartExecutionPolicy", event.id);
        let id = format_smolstr!("{}Role", event.id);
        let mut role = start_role(event, id, "scheduler.amazonaws.com", &name, policies);
        role.properties.remove("PermissionsBoundary");
        if let Some(boundary) = event.given("PermissionsBoundary") {
            role.properties.set("PermissionsBoundary", boundary.clone());
        }
        target.set("RoleArn", role.arn(origin));
        pieces.push(role);
    }
    schedule.set("Target", target);
    let schedule = schedule.in_containers(event.containers.clone());
    pieces.push(Piece::new(event.id.clone(), "AWS::Scheduler::Schedule", schedule, &SCHEDULE));
    Ok(pieces)
}
