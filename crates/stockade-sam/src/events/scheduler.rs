//! `ScheduleV2` events: a schedule of Amazon EventBridge Scheduler, with the role in which it invokes the function.

use super::emit::{Made, allow, policy};
use super::properties::is_filled;
use super::{Event, Grants, Target, dead_letter};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::{Words, set_path};
use crate::{Context, SamError};
use smol_str::format_smolstr;
use stockade_cfn::Expr;

static WORDS: Words = Words {
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
        ("Target.RoleArn", "RoleArn"),
        ("Target.RetryPolicy", "RetryPolicy"),
        ("Target.DeadLetterConfig.Arn", "DeadLetterConfig.Arn"),
    ],
};

static ROLE: Words = Words { rows: &[("PermissionsBoundary", "PermissionsBoundary")] };

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let id = event.logical_id(target);
    let mut properties = event.lower_filled(&WORDS, &["State", "Name", "RoleArn"]);
    match (event.filled("OmitName"), event.filled("Name")) {
        (Some(_), Some(name)) => {
            return Err(event.error(target, "`Name` and `OmitName` exclude each other", name.origin.place));
        }
        (None, None) => properties.set("Name", Expr::string(id.clone(), &origin)),
        _ => {}
    }
    if event.filled("FlexibleTimeWindow").is_none() {
        let window = Expr::object(&origin).with("Mode", Expr::string("OFF", &origin));
        properties.set("FlexibleTimeWindow", window);
    }
    let queue = dead_letter::queue(event, target, None, resources, output)?;
    if let Some(queue) = &queue {
        set_path(&mut properties, "Target.DeadLetterConfig.Arn", queue.clone());
    }
    set_path(&mut properties, "Target.Arn", target.arn(&origin));

    if event.filled("RoleArn").is_none() {
        let role_id = format_smolstr!("{id}Role");
        set_path(&mut properties, "Target.RoleArn", Expr::get_att(role_id.clone(), "Arn", &origin));
        let role = Made {
            id: role_id,
            type_name: "AWS::IAM::Role",
            properties: role(event, target, queue),
            raise: &ROLE,
        };
        event.add(role, target, resources, output)?;
    }
    let schedule = Made { id, type_name: "AWS::Scheduler::Schedule", properties, raise: &WORDS };
    event.add(schedule, target, resources, output)?;
    Ok(Grants::default())
}

/// The properties of the role in which the scheduler invokes the function and sends to the queue.
fn role(event: &Event, target: &Target, queue: Option<Expr>) -> Expr {
    let origin = event.origin();
    let id = event.logical_id(target);
    let text = |text: &'static str| Expr::string(text, &origin);
    let services = Expr::list(vec![text("scheduler.amazonaws.com")], &origin);
    let statement = Expr::object(&origin)
        .with("Action", Expr::list(vec![text("sts:AssumeRole")], &origin))
        .with("Effect", text("Allow"))
        .with("Principal", Expr::object(&origin).with("Service", services));
    let trust = Expr::object(&origin)
        .with("Version", text("2012-10-17"))
        .with("Statement", Expr::list(vec![statement], &origin));

    let invoke = allow(text("lambda:InvokeFunction"), target.arn(&origin), &origin);
    let mut policies = vec![policy(format_smolstr!("{id}LambdaPolicy"), vec![invoke], &origin)];
    if let Some(queue) = queue.filter(is_filled) {
        let at = queue.origin.clone();
        let send = allow(Expr::string("sqs:SendMessage", &at), queue, &at);
        policies.push(policy(format_smolstr!("{id}SQSPolicy"), vec![send], &at));
    }
    event
        .lower_filled(&ROLE, &["PermissionsBoundary"])
        .with("AssumeRolePolicyDocument", trust).with("Policies", Expr::list(policies, &origin))
}
