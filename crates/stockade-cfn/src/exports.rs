//! What stacks of one deployment export to each other.

use crate::{Expr, Scope};
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_model::{Fact, Kleene, Text, Value};

/// The exports and outputs of the stacks of a deployment, and the fixed exports of the project's other deployments.
/// Both are of a region.
#[derive(Debug, Clone, Default)]
pub struct Exports {
    /// By region and name; `None` where two outputs export the same name, so that it cannot be told which is meant, or
    /// where the one that does has no value that can be told.
    by_name: HashMap<(SmolStr, Text), Option<Value>>,
    /// By region, stack and output; `None` where two stacks have the same name.
    by_output: HashMap<(SmolStr, SmolStr, SmolStr), Option<Value>>,
}

impl Exports {
    /// Adds what the stack named `stack` exports in its scope. An output whose condition is not known counts: a
    /// stack that imports it could not be deployed without it.
    pub fn add(&mut self, stack: &str, scope: &Scope) {
        let region = &scope.environment.region;
        for (output, body) in &scope.template.outputs {
            let condition = body.get("Condition").and_then(Expr::as_str);
            if condition.is_some_and(|condition| scope.condition(condition) == Kleene::False) {
                continue;
            }
            let Some(value) = body.get("Value").and_then(|value| scope.evaluate(value)) else { continue };
            if let Some(name) = body.path("Export.Name").and_then(|name| scope.evaluate(name)?.as_text()) {
                let exported = self.by_name.entry((region.clone(), name));
                exported.and_modify(|known| *known = None).or_insert_with(|| Some(value.clone()));
            }
            let output = self.by_output.entry((region.clone(), SmolStr::new(stack), output.clone()));
            output.and_modify(|known| *known = None).or_insert(Some(value));
        }
    }

    /// Adds what a template exports to other deployments, as far as that is the same whatever it is deployed with: a
    /// literal under a literal name. Everything else that has a literal name only counts as an exporter of it.
    pub fn add_fixed(&mut self, scope: &Scope) {
        let region = &scope.environment.region;
        for body in scope.template.outputs.values() {
            scope.take_reads();
            let Some(name) = body.path("Export.Name").and_then(|name| scope.evaluate(name)?.as_text()) else {
                continue;
            };
            if name.as_literal().is_none() || !scope.take_reads().is_empty() {
                continue;
            }
            let value = body.get("Value").and_then(|value| scope.evaluate(value));
            let fixed = scope.take_reads().is_empty() && body.get("Condition").is_none();
            let value = value.filter(|value| fixed && matches!(value.literal(), Fact::Known(_)));
            let exported = self.by_name.entry((region.clone(), name));
            exported.and_modify(|known| *known = None).or_insert(value);
        }
    }

    /// Adds the named exports of another set. A name that both have is one that cannot be told.
    pub fn add_all(&mut self, other: &Self) {
        for (name, value) in &other.by_name {
            let exported = self.by_name.entry(name.clone());
            exported.and_modify(|known| *known = None).or_insert_with(|| value.clone());
        }
    }

    /// Takes the named exports of another set in the place of its own.
    pub fn prefer(&mut self, other: &Self) {
        self.by_name.extend(other.by_name.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    /// What `Fn::ImportValue` gives for a name in a region, if exactly one stack exports it there.
    #[must_use]
    pub fn import(&self, region: &str, name: &Text) -> Option<&Value> {
        self.by_name.get(&(SmolStr::new(region), name.clone()))?.as_ref()
    }

    /// What `Fn::GetStackOutput` gives for an output of a stack in a region.
    #[must_use]
    pub fn output(&self, region: &str, stack: &str, output: &str) -> Option<&Value> {
        self.by_output.get(&(SmolStr::new(region), SmolStr::new(stack), SmolStr::new(output)))?.as_ref()
    }
}
