//! `EventInvokeConfig`: what becomes of asynchronous invocations, with destinations that SAM makes where none
//! is given (AWS SAM developer guide, "EventInvokeConfiguration").

use super::optional_branch;
use crate::events::Target;
use crate::output::Output;
use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, logical_id, policies, resolve, role};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::ViaKind;

static WORDS: Words = Words {
    rows: &[
        ("DestinationConfig", "EventInvokeConfig.DestinationConfig"),
        ("MaximumEventAgeInSeconds", "EventInvokeConfig.MaximumEventAgeInSeconds"),
        ("MaximumRetryAttempts", "EventInvokeConfig.MaximumRetryAttempts"),
    ],
};

static NO_WORDS: Words = Words { rows: &[] };

/// A type of destination: what the function's role may do to it, and what SAM makes if none is given.
struct Kind {
    name: &'static str,
    policy: &'static str,
    action: &'static str,
    made: Option<(&'static str, &'static str)>,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "SQS",
        policy: "SQSPolicy",
        action: "sqs:SendMessage",
        made: Some(("AWS::SQS::Queue", "Queue")),
    },
    Kind {
        name: "SNS",
        policy: "SNSPolicy",
        action: "sns:publish",
        made: Some(("AWS::SNS::Topic", "Topic")),
    },
    Kind { name: "EventBridge", policy: "EventBridgePolicy", action: "events:PutEvents", made: None },
    Kind { name: "Lambda", policy: "LambdaPolicy", action: "lambda:InvokeFunction", made: None },
    Kind { name: "S3Bucket", policy: "S3Policy", action: "s3:PutObject", made: None },
];

/// Adds the configuration and the destinations that it makes; gives the inline policies for the function's
/// role.
pub(super) fn lower(
    target: &Target,
    alias: Option<&Expr>,
    context: &Context,
    output: &mut Output,
) -> Result<Vec<Expr>, SamError> {
    let resource = target.function;
    let Some(written) = set(&resource.properties, "EventInvokeConfig") else { return Ok(Vec::new()) };
    let config = resolve::parameters(written, context);
    let id = format_smolstr!("{}EventInvokeConfig", resource.id);
    let mut granted = Vec::new();
    let mut destinations = Expr::object(&config.origin);
    if let Some(given_destinations) = set(&config, "DestinationConfig") {
        if !given_destinations.is_object() {
            let message = "`EventInvokeConfig.DestinationConfig` should be a map";
            return Err(resource.error(message, given_destinations.origin.place));
        }
        destinations = Expr::object(&given_destinations.origin);
        for event in ["OnSuccess", "OnFailure"] {
            if let Some(destination) = given(given_destinations, event) {
                let (arn, policy) = lower_destination(destination, event, &id, resource, output)?;
                destinations.set(event, Expr::object(&destination.origin).with("Destination", arn));
                granted.push(policy);
            }
        }
    }
    let origin = &config.origin;
    let qualifier = alias.cloned().unwrap_or_else(|| Expr::string("$LATEST", origin));
    let properties = Expr::object(origin)
        .with("FunctionName", Expr::reference(resource.id.clone(), origin))
        .with("Qualifier", qualifier)
        .with("DestinationConfig", destinations)
        .with_some("MaximumEventAgeInSeconds", given(&config, "MaximumEventAgeInSeconds").cloned())
        .with_some("MaximumRetryAttempts", given(&config, "MaximumRetryAttempts").cloned());
    output.add_main(id.clone(), "AWS::Lambda::EventInvokeConfig", properties, resource, &WORDS);
    if let Some(body) = output.body_mut(&id) {
        body.remove("DependsOn");
        if let Some(alias) = &target.alias {
            body.set("DependsOn", Expr::list(vec![Expr::string(alias.clone(), origin)], origin));
        }
    }
    Ok(granted)
}

/// The ARN of a destination, made if there is none, and what the function's role needs for it.
fn lower_destination(
    config: &Expr,
    event: &str,
    config_id: &str,
    resource: &SamResource,
    output: &mut Output,
) -> Result<(Expr, Expr), SamError> {
    let at = config.origin.place;
    if !config.is_object() {
        let message = format!("`EventInvokeConfig.DestinationConfig.{event}` should be a map");
        return Err(resource.error(message, at));
    }
    let name = given(config, "Type").and_then(Expr::as_str);
    let Some(kind) = KINDS.iter().find(|kind| Some(kind.name) == name) else {
        let names = KINDS.map(|kind| kind.name).join("`, `");
        return Err(resource.error(format!("the `Type` of a destination should be one of `{names}`"), at));
    };
    let destination = given(config, "Destination");
    let id = format_smolstr!("{config_id}{event}");
    // AWS notes the destination in `Globals` itself, where the next function finds it.
    let shared = config.origin.vias().any(|via| via.kind == ViaKind::Globals)
        && !set(&resource.body, "IgnoreGlobals").is_some_and(Expr::is_list);
    let noted = output.shared_destinations.get(&at).filter(|_| shared).cloned();
    let arn = match noted.as_ref().or(destination) {
        Some(arn) if arn.intrinsic().is_none_or(|(name, _)| name != "Fn::If") => arn.clone(),
        Some(choice) if policies::branches_of(choice).is_none() => {
            let message = "the `Fn::If` of `Destination` takes three arguments";
            return Err(SamError {
                resource: SmolStr::new(config_id),
                message: message.into(),
                place: choice.origin.place,
            });
        }
        Some(choice) => match optional_branch(choice) {
            None => choice.clone(),
            Some((condition, if_true, other)) => {
                let condition = made_if(condition, if_true, config_id, output)
                    .ok_or_else(|| resource.error("the condition of `Destination` is not a name", at))?;
                let made = made(kind, &id, Some(&condition), config, resource, output)?;
                let arguments = vec![condition, made, other.clone()];
                Expr::call("Fn::If", Expr::list(arguments, &choice.origin), &choice.origin)
            }
        },
        None => made(kind, &id, None, config, resource, output)?,
    };
    if shared {
        output.shared_destinations.insert(at, arn.clone());
    }
    Ok((arn.clone(), policy(kind, &id, arn)))
}

/// The condition under which a destination is made: that of the `Fn::If`, or its negation.
fn made_if(condition: &Expr, if_true: bool, config_id: &str, output: &mut Output) -> Option<Expr> {
    let name = condition.as_str()?;
    if if_true {
        return Some(condition.clone());
    }
    let negated = format_smolstr!("NOT{name}{}", logical_id::hash(config_id, 10));
    output.conditions.insert(negated.clone(), role::not(condition));
    Some(Expr::string(negated, &condition.origin))
}

/// Makes a queue or topic and gives its ARN.
fn made(
    kind: &Kind,
    id: &str,
    condition: Option<&Expr>,
    config: &Expr,
    resource: &SamResource,
    output: &mut Output,
) -> Result<Expr, SamError> {
    let Some((type_name, suffix)) = kind.made else {
        let message = format!("a destination of the type `{}` needs a `Destination`", kind.name);
        return Err(resource.error(message, config.origin.place));
    };
    let id = format_smolstr!("{id}{suffix}");
    let origin = &config.origin;
    output.add_generated(id.clone(), type_name, Expr::object(origin), resource, &NO_WORDS);
    if let Some(condition) = condition {
        let both = match resource.condition().and_then(Expr::as_str) {
            Some(outer) => both(outer, condition, resource, output),
            None => condition.clone(),
        };
        if let Some(body) = output.body_mut(&id) {
            body.set("Condition", both);
        }
    }
    Ok(if kind.name == "SQS" { Expr::get_att(id, "Arn", origin) } else { Expr::reference(id, origin) })
}

/// A condition that is the function's own and another.
fn both(outer: &str, inner: &Expr, resource: &SamResource, output: &mut Output) -> Expr {
    let origin = &inner.origin;
    let inner_name = inner.as_str().unwrap_or_default();
    let name = format_smolstr!("{outer}AND{inner_name}{}", logical_id::hash(&resource.id, 10));
    let named = |name: &str| Expr::call("Condition", Expr::string(name, origin), origin);
    let and = Expr::call("Fn::And", Expr::list(vec![named(outer), named(inner_name)], origin), origin);
    output.conditions.insert(name.clone(), and);
    Expr::string(name, origin)
}

/// What the function's role needs for a destination.
fn policy(kind: &Kind, id: &str, arn: Expr) -> Expr {
    let origin = arn.origin.clone();
    let statements = if kind.name == "S3Bucket" {
        let parts = Expr::list(vec![arn.clone(), Expr::string("*", &origin)], &origin);
        let objects =
            Expr::call("Fn::Join", Expr::list(vec![Expr::string("/", &origin), parts], &origin), &origin);
        vec![role::allow(kind.action, objects), role::allow("s3:ListBucket", arn)]
    } else {
        vec![role::allow(kind.action, arn)]
    };
    role::inline(format_smolstr!("{id}{}", kind.policy), role::document(statements, &origin))
}
