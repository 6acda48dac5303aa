//! The event `ScheduleV2`: a schedule of EventBridge Scheduler.

use super::events::Event;
use super::role::start_role;
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::is_set;
use crate::property_types::{Kind, Property, optional, required};
use crate::role::{allow, document, inline};
use crate::words::Words;
use smol_str::format_smolstr;
use stockade_cfn::Expr;

pub(super) const PROPERTIES: &[Property] = &[
    optional("PermissionsBoundary", Kind::String),
    required("ScheduleExpression", Kind::String),
    optional("FlexibleTimeWindow", Kind::Map),
    optional("Name", Kind::String),
    optional("State", Kind::String),
    optional("Description", Kind::String),
    optional("StartDate", Kind::String),
    optional("EndDate", Kind::String),
    optional("ScheduleExpressionTimezone", Kind::String),
    optional("GroupName", Kind::String),
    optional("KmsKeyArn", Kind::String),
    optional("Input", Kind::String),
    optional("RoleArn", Kind::String),
    optional("DeadLetterConfig", Kind::Map),
    optional("RetryPolicy", Kind::Map),
    optional("OmitName", Kind::LiteralBool),
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
    let origin = &event.origin;
    let mut schedule = SCHEDULE.lower(&event.properties, origin);
    if schedule.get("State").is_some_and(|state| !is_set(state)) {
        schedule.remove("State");
    }
    match (event.set("OmitName"), event.set("Name")) {
        (Some(_), Some(name)) => {
            return Err(event.error("it has both `Name` and `OmitName`", name.origin.place));
        }
        (Some(_), None) => {
            schedule.remove("Name");
        }
        (None, Some(_)) => {}
        (None, None) => schedule.set("Name", Expr::string(event.id.clone(), origin)),
    }
    if event.set("FlexibleTimeWindow").is_none() {
        schedule.set("FlexibleTimeWindow", Expr::object(origin).with("Mode", Expr::string("OFF", origin)));
    }
    let mut target = schedule.remove("Target").unwrap_or_else(|| Expr::object(origin));
    target.set("Arn", event.target_arn());
    let mut pieces = Vec::new();
    let mut policies = Vec::new();
    if let Some((arn, queue)) = event.dead_letters()? {
        let at = &arn.origin;
        target.set("DeadLetterConfig", Expr::object(at).with("Arn", arn.clone()));
        let send = document(vec![allow("sqs:SendMessage", arn.clone())], at);
        policies.push(inline(format_smolstr!("{}SQSPolicy", event.id), send));
        pieces.extend(queue);
    }
    if event.set("RoleArn").is_none() {
        let name = format_smolstr!("{}StartExecutionPolicy", event.id);
        let id = format_smolstr!("{}Role", event.id);
        let mut role = start_role(event, id, "scheduler.amazonaws.com", name, policies);
        role.properties.remove("PermissionsBoundary");
        if let Some(boundary) = event.set("PermissionsBoundary") {
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
