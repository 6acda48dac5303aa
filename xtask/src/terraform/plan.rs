//! The plan that Terraform makes of a tree of modules, read as a plan, beside the evaluation of the same tree: what both
//! know is the same.

use super::Memory;
use anyhow::{Context as _, Result};
use camino::Utf8Path;
use stockade_syntax::{FileId, Source, parse};
use stockade_terraform::{Evaluated, Inputs, Kind, Value, evaluate, is_plan, plan_variables, read_plan};

/// What is found.
#[derive(Default)]
pub struct Differences {
    /// Values that both know.
    pub compared: usize,
    /// Where they are not the same.
    pub found: Vec<String>,
}

/// Compares a plan, alone and with its source, with the evaluation of the source with the plan's variables.
pub fn differences(files: &Memory, plan: &str) -> Result<Differences> {
    let document = parse(&Source::new(FileId(0), "plan.json", plan), |_| None)?;
    let mut out = Differences::default();
    if !is_plan(&document) {
        out.found.push("the plan is not taken for one".to_owned());
        return Ok(out);
    }
    let inputs = Inputs { variables: plan_variables(&document), ..Inputs::default() };
    let source = evaluate(Utf8Path::new(""), files, &inputs);
    for (name, source_too) in [("the plan", None), ("the plan with its source", Some(&source))] {
        let read = read_plan(&document, source_too, &"us-east-1".into())
            .map_err(|error| anyhow::anyhow!("{name}: {}", error.message))?;
        out.outputs(&source, &read, name)?;
    }
    Ok(out)
}

impl Differences {
    fn outputs(&mut self, source: &Evaluated, plan: &Evaluated, name: &str) -> Result<()> {
        for (output, ours) in &source.outputs {
            let theirs =
                plan.outputs.get(output).with_context(|| format!("{name} has no output `{output}`"))?;
            self.value(ours, theirs, &format!("{name}: output `{output}`"));
        }
        Ok(())
    }

    /// A plan has no types: a list, set or tuple is an array, a map or object an object.
    fn value(&mut self, ours: &Value, theirs: &Value, path: &str) {
        match (&ours.kind, &theirs.kind) {
            (Kind::Unknown(..), _) | (_, Kind::Unknown(..)) => {}
            (Kind::Sequence(one), Kind::Sequence(other)) if one.items.len() == other.items.len() => {
                for (at, (ours, theirs)) in one.items.iter().zip(other.items.iter()).enumerate() {
                    self.value(ours, theirs, &format!("{path}[{at}]"));
                }
            }
            (Kind::Mapping(one), Kind::Mapping(other)) if one.entries.keys().eq(other.entries.keys()) => {
                for (key, entry) in one.entries.iter() {
                    if let Some(other) = other.entries.get(key) {
                        self.value(&entry.value, &other.value, &format!("{path}.{key}"));
                    }
                }
            }
            (Kind::Null(_), Kind::Null(_)) => self.compared += 1,
            _ => {
                self.compared += 1;
                let literal = |value: &Value| Some(value.to_text()?.as_literal()?.to_owned());
                match (literal(ours), literal(theirs)) {
                    (Some(ours), Some(theirs)) if ours == theirs => {}
                    (ours_text, theirs_text) => self.found.push(format!(
                        "{path}: {} and {}",
                        ours_text.unwrap_or_else(|| ours.canonical()),
                        theirs_text.unwrap_or_else(|| theirs.canonical())
                    )),
                }
            }
        }
    }
}
