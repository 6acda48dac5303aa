//! What controls say of environment variables.

use stockade_inventory::EnvironmentVariable;
use stockade_model::{Kind, Outcome, Resource, Subject, Value, Verdict};

/// A verdict on one variable of a resource.
pub(crate) fn on_variable(resource: &Resource, variable: &EnvironmentVariable, outcome: Outcome) -> Verdict {
    let name = &variable.name;
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone()).part(name.clone());
    let mut verdict = Verdict::on(subject, outcome, &variable.value.origin)
        .with("variable", name.to_string())
        .with("resource", resource.id.to_string());
    verdict.discriminator = name.clone();
    verdict
}

/// What to say of a variable whose value is no text: nothing is in it, or nothing that deploys.
pub(crate) fn without_text(value: &Value) -> Outcome {
    if matches!(value.kind, Kind::Null) { Outcome::Pass } else { Outcome::NotApplicable }
}
