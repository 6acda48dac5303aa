//! The transform `AWS::LanguageExtensions`: a template to the template that CloudFormation makes of it
//! (CloudFormation Template Reference, "`AWS::LanguageExtensions` transform").
//!
//! Loops are written out, intrinsic functions in places that plain CloudFormation does not allow them in become the
//! names that they give, and what the transform adds (`Fn::Length`, `Fn::ToJsonString`, a default in
//! `Fn::FindInMap`) becomes its value where that is known. What is not known stays as it is written.

mod attributes;
mod for_each;
mod identifiers;
mod length;
mod names;
mod to_json_string;

pub(crate) use length::length;

use crate::IndexMap;
use crate::{Data, Entry, Expr, Map, Scope, Template, TemplateError};
use for_each::Level;
use identifiers::Binding;
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_model::{Kind, Value};

/// The name that a template gives the transform in `Transform`.
pub const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// The sections that the transform works on; `Globals` is there for SAM, which runs after it.
const SECTIONS: [&str; 4] = ["Conditions", "Globals", "Resources", "Outputs"];

/// What the transform makes of a template.
pub struct Extended {
    /// The template after it.
    pub template: Template,
    /// What AWS would reject.
    pub errors: Vec<TemplateError>,
}

/// Applies the transform to `scope`'s template. Only what `scope` knows of parameters and conditions is resolved, and
/// its reads tell what the result depends on.
#[must_use]
pub fn extend_language(scope: &Scope) -> Extended {
    let template = scope.template;
    let mut walk = Walk { scope, errors: Vec::new(), open: None, made: 0, instances: IndexMap::default() };
    let mut root = template.root.clone();
    for section in SECTIONS {
        if let Some(entry) = root.entry(section) {
            let mut entry = entry.clone();
            entry.value = if section == "Resources" {
                walk.resources(&entry.value)
            } else {
                walk.expand(&entry.value, &[])
            };
            root.set_entry(entry);
        }
    }
    let Walk { mut errors, open, instances, .. } = walk;
    let mut extended = match Template::from_root(root) {
        Ok(extended) => extended,
        Err(error) => {
            errors.push(error);
            template.clone()
        }
    };
    for (id, declared) in instances {
        if let Some(declaration) = extended.resources.get_mut(&id) {
            declaration.declared_id = declared;
            declaration.generated = true;
            declaration.instance = Some(id);
        }
    }
    extended.transforms.retain(|name| name != LANGUAGE_EXTENSIONS);
    extended.open = open.or(extended.open);
    Extended { template: extended, errors }
}

/// The state of one run.
struct Walk<'a> {
    scope: &'a Scope<'a>,
    errors: Vec<TemplateError>,
    /// Why there are resources that are not known.
    open: Option<SmolStr>,
    /// How many entries loops have made.
    made: usize,
    /// The key in its loop's body of each resource that a loop made.
    instances: IndexMap<SmolStr, SmolStr>,
}

impl Walk<'_> {
    fn resources(&mut self, resources: &Expr) -> Expr {
        let Data::Object(map) = &resources.data else { return resources.clone() };
        let mut entries: Vec<Entry> = Vec::with_capacity(map.entries.len());
        for entry in &map.entries {
            if for_each::is_loop(&entry.key) {
                let first = entries.len();
                let written = self.for_each(entry, &[], Level::Resources, &mut entries);
                for (made, declared) in entries[first..].iter().zip(written) {
                    if !for_each::is_loop(&made.key) {
                        self.instances.insert(made.key.clone(), declared);
                    }
                }
            } else {
                entries.push(Entry { value: self.expand(&entry.value, &[]), ..entry.clone() });
            }
        }
        for entry in &mut entries {
            entry.value = self.attributes(&entry.value);
        }
        rebuilt(resources, map, entries)
    }

    /// An expression with loops written out and `bindings` put in.
    fn expand(&mut self, expr: &Expr, bindings: &[Binding]) -> Expr {
        match &expr.data {
            Data::String(text) => match identifiers::replaced(text, bindings) {
                Some(text) => Expr::string(text, &expr.origin),
                None => expr.clone(),
            },
            Data::List(items) => {
                Expr::list(items.iter().map(|item| self.expand(item, bindings)).collect(), &expr.origin)
            }
            Data::Object(map) => match expr.intrinsic() {
                Some((function, argument)) => self.call(function, argument, expr, map, bindings),
                None => self.object(expr, map, bindings),
            },
            _ => expr.clone(),
        }
    }

    fn object(&mut self, expr: &Expr, map: &Map, bindings: &[Binding]) -> Expr {
        let mut entries: Vec<Entry> = Vec::with_capacity(map.entries.len());
        for entry in &map.entries {
            if for_each::is_loop(&entry.key) {
                self.for_each(entry, bindings, Level::Other, &mut entries);
            } else {
                let key = identifiers::replaced(&entry.key, bindings).unwrap_or_else(|| entry.key.clone());
                let value = self.expand(&entry.value, bindings);
                entries.push(Entry { key, key_place: entry.key_place, value });
            }
        }
        rebuilt(expr, map, entries)
    }

    fn call(
        &mut self,
        function: &str,
        argument: &Expr,
        whole: &Expr,
        map: &Map,
        bindings: &[Binding],
    ) -> Expr {
        if let Some(value) = identifiers::referred(whole, bindings) {
            return value;
        }
        let entries = map
            .entries
            .iter()
            .map(|entry| Entry { value: self.expand(&entry.value, bindings), ..entry.clone() });
        let expanded = rebuilt(whole, map, entries.collect());
        match function {
            "Ref" | "Fn::GetAtt" => names::resolved(self.scope, &expanded, bindings).unwrap_or(expanded),
            "Fn::Sub" => identifiers::plain(argument, &expanded).unwrap_or(expanded),
            "Fn::Length" | "Fn::ToJsonString" => self.known(&expanded).unwrap_or(expanded),
            "Fn::FindInMap" if names::is_extended_find(argument) => self.known(&expanded).unwrap_or(expanded),
            _ => expanded,
        }
    }

    /// What an expression evaluates to, as an expression, if all of it is known.
    fn known(&self, expr: &Expr) -> Option<Expr> {
        match self.scope.evaluate(expr) {
            Some(value) => literal(&value),
            None => Some(Expr::reference("AWS::NoValue", &expr.origin)),
        }
    }
}

/// A value as the expression that a template would write for it, if it is a scalar or a list of such.
fn literal(value: &Value) -> Option<Expr> {
    let data = match &value.kind {
        Kind::Text(text) => Data::String(SmolStr::new(text.as_literal()?)),
        Kind::Number(number) => Data::Number(number.clone()),
        Kind::Bool(value) => Data::Bool(*value),
        Kind::List(list) if list.open.is_none() => {
            Data::List(Arc::new(list.items.iter().map(literal).collect::<Option<Vec<_>>>()?))
        }
        _ => return None,
    };
    Some(Expr { data, origin: value.origin.clone() })
}

fn rebuilt(expr: &Expr, map: &Map, entries: Vec<Entry>) -> Expr {
    let map = Map { entries, containers: map.containers.clone() };
    Expr { data: Data::Object(Arc::new(map)), origin: expr.origin.clone() }
}

#[cfg(test)]
mod tests;
