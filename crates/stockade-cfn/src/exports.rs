//! What stacks of one deployment export to each other.

use crate::{Expr, Scope};
use smol_str::SmolStr;
use std::collections::HashMap;
use stockade_model::{Kleene, Text, Value};

/// The exports and outputs of the stacks that were evaluated so far.
#[derive(Debug, Clone, Default)]
pub struct Exports {
    /// `None` where two outputs export the same name, so that it cannot be told which is meant.
    by_name: HashMap<Text, Option<Value>>,
    by_output: HashMap<(SmolStr, SmolStr), Value>,
}

impl Exports {
    /// Adds what the stack named `stack` exports in its scope. An output whose condition is not known counts: a
    /// stack that imports it could not be deployed without it.
    pub fn add(&mut self, stack: &str, scope: &Scope) {
        for (output, body) in &scope.template.outputs {
            let condition = body.get("Condition").and_then(Expr::as_str);
            if condition.is_some_and(|condition| scope.condition(condition) == Kleene::False) {
                continue;
            }
            let Some(value) = body.get("Value").and_then(|value| scope.evaluate(value)) else { continue };
            if let Some(name) = body.path("Export.Name").and_then(|name| scope.evaluate(name)?.as_text()) {
                let exported = Some(value.clone());
                self.by_name.entry(name).and_modify(|known| *known = None).or_insert(exported);
            }
            self.by_output.insert((SmolStr::new(stack), output.clone()), value);
        }
    }

    /// What `Fn::ImportValue` gives for a name, if exactly one stack exports it.
    #[must_use]
    pub fn import(&self, name: &Text) -> Option<&Value> {
        self.by_name.get(name)?.as_ref()
    }

    /// What `Fn::GetStackOutput` gives for an output of a stack.
    #[must_use]
    pub fn output(&self, stack: &str, output: &str) -> Option<&Value> {
        self.by_output.get(&(SmolStr::new(stack), SmolStr::new(output)))
    }
}
