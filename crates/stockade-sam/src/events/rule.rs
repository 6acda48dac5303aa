//! `Schedule`, `EventBridgeRule` and `CloudWatchEvent` events: a rule of Amazon EventBridge that targets the
//! function, and its permission.

use super::emit::{Made, NO_WORDS};
use super::{Event, Grants, Target, dead_letter};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static SCHEDULE: Words = Words {
    rows: &[
        ("ScheduleExpression", "Schedule"),
        ("Name", "Name"),
        ("Description", "Description"),
        ("State", "State"),
    ],
};

static PATTERN: Words = Words {
    rows: &[
        ("EventBusName", "EventBusName"),
        ("EventPattern", "Pattern"),
        ("Name", "RuleName"),
        ("State", "State"),
    ],
};

/// What goes over to the rule's target as it is.
static TARGET: Words = Words {
    rows: &[
        ("Input", "Input"),
        ("InputPath", "InputPath"),
        ("RetryPolicy", "RetryPolicy"),
        ("InputTransformer", "InputTransformer"),
    ],
};

/// The most characters of a target's id.
const TARGET_ID_MAX: usize = 64;

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let origin = event.origin();
    let id = event.logical_id(target);
    let arn = Expr::get_att(id.clone(), "Arn", &origin);
    let queue = dead_letter::queue(event, target, Some(arn.clone()), resources, output)?;
    let words = if event.type_name == "Schedule" { &SCHEDULE } else { &PATTERN };
    let mut properties = event.lower_filled(words, &["State"]);
    if let Some(enabled) = event.get("Enabled") {
        if event.filled("State").is_some() {
            let message = "`State` and `Enabled` exclude each other";
            return Err(event.error(target, message, enabled.origin.place));
        }
        // An intrinsic function counts as enabled.
        let state = if enabled.as_bool() == Some(false) { "DISABLED" } else { "ENABLED" };
        properties.set("State", Expr::string(state, &enabled.origin));
    }

    let target_id = match event.get("Target").and_then(|target| target.get("Id")) {
        Some(id) => id.clone(),
        None => Expr::string(target_id(&id), &origin),
    };
    let mut to = event.lower(&TARGET).with("Arn", target.arn(&origin)).with("Id", target_id);
    if let Some(queue) = queue {
        to.set("DeadLetterConfig", Expr::object(&queue.origin).with("Arn", queue));
    }
    properties.set("Targets", Expr::list(vec![to], &origin));
    let rule = Made { id, type_name: "AWS::Events::Rule", properties, raise: words };
    event.add(rule, target, resources, output)?;

    let permission = Made {
        id: event.permission_id(target),
        type_name: "AWS::Lambda::Permission",
        properties: event.permission("events.amazonaws.com", &NO_WORDS, target).with("SourceArn", arn),
        raise: &NO_WORDS,
    };
    event.add(permission, target, resources, output)?;
    Ok(Grants::default())
}

/// The id of the rule's target, cut so that it is not too long.
fn target_id(rule: &str) -> SmolStr {
    const SUFFIX: &str = "LambdaTarget";
    let kept: String = rule.chars().take(TARGET_ID_MAX - SUFFIX.len()).collect();
    format_smolstr!("{kept}{SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_id_is_cut_to_64_characters() {
        assert_eq!(target_id("FnEvent"), "FnEventLambdaTarget");
        let fits = "a".repeat(52);
        assert_eq!(target_id(&fits), format!("{fits}LambdaTarget"));
        assert_eq!(target_id(&"a".repeat(53)), format!("{fits}LambdaTarget"));
    }
}
