//! LG-07: a function whose requests leave no trace.

use crate::Context;
use crate::allowed::{Setting, setting};
use stockade_inventory::{Function, Inventory};
use stockade_model::{Applicability, Change, Fact, Language, Outcome, Subject, Symbol, Verdict};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().map(judge_function));
}

/// What a function's layers and wrapper say of OpenTelemetry.
enum Telemetry {
    On,
    Off,
    Unknown(Symbol),
}

fn judge_function(function: Function) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let mode = function.get("TracingConfig.Mode");
    let verdict = |outcome| {
        let verdict = if mode.is_absent() {
            Verdict::new(subject.clone(), outcome, resource.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &mode.origin)
        };
        verdict.with("function", resource.id.to_string())
    };
    let message = match setting(&mode, |literal| literal == "Active") {
        Setting::Good => return verdict(Outcome::Pass),
        Setting::Unknown(symbol) => return verdict(Outcome::Unknown).because(&symbol),
        Setting::Bad => "off",
        Setting::Absent => "fail",
    };
    match telemetry(function) {
        Telemetry::On => return verdict(Outcome::Pass).message("telemetry"),
        Telemetry::Unknown(symbol) => return verdict(Outcome::Unknown).because(&symbol),
        Telemetry::Off => {}
    }
    let change = Change::Set {
        resource: resource.id.clone(),
        property: "TracingConfig.Mode".into(),
        value: New::string("Active"),
    };
    let description = match resource.raise.language() {
        Language::Sam => {
            "trace requests with X-Ray; the role must allow `xray:PutTraceSegments` and \
             `xray:PutTelemetryRecords`, which SAM adds to the roles that it makes"
        }
        _ => {
            "trace requests with X-Ray; the role must allow `xray:PutTraceSegments` and \
             `xray:PutTelemetryRecords`"
        }
    };
    let failure = verdict(Outcome::Fail).message(message).root(format!("tracing: {message}"));
    failure.fix(Applicability::Unsafe, description, vec![change])
}

/// An OpenTelemetry layer traces only where its wrapper starts it.
fn telemetry(function: Function) -> Telemetry {
    let wrapper = function.get("Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER");
    match wrapper.literal() {
        Fact::Known(path) if path.starts_with("/opt/otel-") => {}
        Fact::Unknown(symbol) => return Telemetry::Unknown(symbol),
        _ => return Telemetry::Off,
    }
    let layers = function.get("Layers");
    let mut unknown = layers.open().cloned();
    for text in layers.items().iter().filter_map(|layer| layer.as_text()) {
        let spelled = text.to_string();
        if spelled.contains(":layer:AWSOpenTelemetryDistro")
            || spelled.contains(":layer:aws-otel-")
            || spelled.contains(":layer:opentelemetry-")
        {
            return Telemetry::On;
        }
        if let Some(symbol) = text.as_symbol() {
            unknown.get_or_insert_with(|| symbol.clone());
        }
    }
    unknown.map_or(Telemetry::Off, Telemetry::Unknown)
}
