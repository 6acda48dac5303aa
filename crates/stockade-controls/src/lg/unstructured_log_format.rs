//! LG-03: logs in plain text, which nothing can search by field.

use crate::Context;
use crate::allowed::{Setting, setting};
use stockade_inventory::{Function, Inventory};
use stockade_model::{Applicability, Change, Confidence, Fact, Outcome, Subject, Verdict};
use stockade_syntax::New;

/// What inline code imports where it logs structured records itself.
const LOGGERS: [&str; 5] =
    ["aws_lambda_powertools", "@aws-lambda-powertools/logger", "structlog", "pino", "winston"];

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().map(judge_function));
}

fn judge_function(function: Function) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let format = function.get("LoggingConfig.LogFormat");
    let verdict = |outcome| {
        let verdict = if format.is_absent() {
            Verdict::new(subject.clone(), outcome, resource.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &format.origin)
        };
        verdict.with("function", resource.id.to_string())
    };
    let message = match setting(&format, |literal| literal == "JSON") {
        Setting::Good => return verdict(Outcome::Pass),
        Setting::Unknown(symbol) => return verdict(Outcome::Unknown).because(&symbol),
        Setting::Bad => "text",
        Setting::Absent => "fail",
    };
    if logs_structured(function) {
        return verdict(Outcome::Pass).message("logger");
    }
    let change = Change::Set {
        resource: resource.id.clone(),
        property: "LoggingConfig.LogFormat".into(),
        value: New::string("JSON"),
    };
    let description =
        "write the logs as JSON; filters and subscriptions that read the plain text must follow";
    // The function's code may bring a logger of its own.
    let failure = verdict(Outcome::Fail).message(message).confidence(Confidence::Medium);
    failure.root(format!("log format: {message}")).fix(Applicability::Unsafe, description, vec![change])
}

/// Whether the template shows that the code logs structured records itself: Powertools' layer, its logger's
/// settings, or the imports of inline code.
fn logs_structured(function: Function) -> bool {
    let layers = function.get("Layers");
    let powertools = layers.items().iter().filter_map(|layer| layer.as_text()).any(|layer| {
        let layer = layer.to_string();
        layer.contains("AWSLambdaPowertools") || layer.contains("/powertools/")
    });
    let (variables, _) = function.variables();
    let settings = variables.iter().any(|variable| {
        variable.name == "POWERTOOLS_LOG_LEVEL" || variable.name.starts_with("POWERTOOLS_LOGGER_")
    });
    let inline = match function.get("Code.ZipFile").literal() {
        Fact::Known(code) => LOGGERS.iter().any(|logger| code.contains(logger)),
        _ => false,
    };
    powertools || settings || inline
}
