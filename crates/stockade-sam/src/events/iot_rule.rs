//! `IoTRule` events: a topic rule of AWS IoT, and its permission.

use super::emit::{Made, NO_WORDS};
use super::{Event, Grants, Target};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::{Words, set_path};
use crate::{Context, SamError};
use stockade_cfn::Expr;

static WORDS: Words = Words {
    rows: &[("TopicRulePayload.Sql", "Sql"), ("TopicRulePayload.AwsIotSqlVersion", "AwsIotSqlVersion")],
};

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let id = event.logical_id(target);
    let arn = format!("arn:{}:iot:${{AWS::Region}}:${{AWS::AccountId}}:rule/${{RuleName}}", context.partition);
    let variables = Expr::object(&origin).with("RuleName", Expr::reference(id.clone(), &origin));
    let source = Expr::list(vec![Expr::string(arn, &origin), variables], &origin);
    let permission = Made {
        id: event.permission_id(target),
        type_name: "AWS::Lambda::Permission",
        properties: event
            .permission("iot.amazonaws.com", &NO_WORDS, target)
            .with("SourceArn", Expr::call("Fn::Sub", source, &origin))
            .with("SourceAccount", Expr::sub("${AWS::AccountId}", &origin)),
        raise: &NO_WORDS,
    };
    event.add(permission, target, resources, output)?;

    let mut properties = event.lower_filled(&WORDS, &["AwsIotSqlVersion"]);
    let action = Expr::object(&origin).with("FunctionArn", target.arn(&origin));
    let action = Expr::object(&origin).with("Lambda", action);
    set_path(&mut properties, "TopicRulePayload.Actions", Expr::list(vec![action], &origin));
    set_path(&mut properties, "TopicRulePayload.RuleDisabled", Expr::bool(false, &origin));
    let rule = Made { id, type_name: "AWS::IoT::TopicRule", properties, raise: &WORDS };
    event.add(rule, target, resources, output)?;
    Ok(Grants::default())
}
