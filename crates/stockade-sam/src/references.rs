//! References to what SAM resources become: `MyFunction.Alias`, and layers whose logical id changes
//! (AWS SAM developer guide, "Referencing generated resources").

use crate::resolve::{map_children, replace_names};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_cfn::IndexMap;

/// What the names that users write stand for in the transformed template.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// By `MyFunction.Alias`: the logical id of the generated resource.
    pub generated: IndexMap<SmolStr, SmolStr>,
    /// By the logical id that the user wrote: the one that the resource has now.
    pub renamed: IndexMap<SmolStr, SmolStr>,
}

impl References {
    /// Whether there is nothing to replace.
    pub fn is_empty(&self) -> bool {
        self.generated.is_empty() && self.renamed.is_empty()
    }

    /// The expression with its references replaced.
    pub fn replace(&self, expr: &Expr) -> Expr {
        let replaced = match expr.intrinsic() {
            Some(("Ref", name)) => name.as_str().and_then(|text| {
                let id = self.generated.get(text).or_else(|| self.renamed.get(text))?;
                Some(Expr::call("Ref", Expr::string(id.clone(), &name.origin), &expr.origin))
            }),
            Some(("Fn::GetAtt", argument)) => self.attribute(argument).map(|(id, attribute)| {
                let items =
                    vec![Expr::string(id, &argument.origin), Expr::string(attribute, &argument.origin)];
                Expr::call("Fn::GetAtt", Expr::list(items, &argument.origin), &expr.origin)
            }),
            Some(("Fn::Sub", argument)) => Some(Expr::call("Fn::Sub", self.text(argument), &expr.origin)),
            _ => None,
        };
        map_children(replaced.as_ref().unwrap_or(expr), &|child| self.replace(child))
    }

    /// A resource's body with its references replaced, those in `DependsOn` included.
    pub fn replace_in_body(&self, body: &Expr) -> Expr {
        let mut out = self.replace(body);
        if let Some(depends) = out.get_mut("DependsOn") {
            let name = |item: &Expr| match item.as_str().and_then(|id| self.renamed.get(id)) {
                Some(id) => Expr::string(id.clone(), &item.origin),
                None => item.clone(),
            };
            *depends = if depends.is_list() { map_children(depends, &name) } else { name(depends) };
        }
        out
    }

    fn attribute(&self, argument: &Expr) -> Option<(SmolStr, SmolStr)> {
        let joined = match argument.as_str() {
            Some(text) => text.to_owned(),
            None => {
                let parts: Option<Vec<&str>> = argument.items().iter().map(Expr::as_str).collect();
                parts.filter(|parts| parts.len() > 1)?.join(".")
            }
        };
        let (id, attribute) = self.split(&joined)?;
        (!attribute.is_empty()).then_some((id, attribute))
    }

    /// The new logical id for the start of a dotted name, and what follows it.
    fn split(&self, name: &str) -> Option<(SmolStr, SmolStr)> {
        let (id, rest) = name.split_once('.').unwrap_or((name, ""));
        if let Some(id) = self.renamed.get(id) {
            return Some((id.clone(), SmolStr::new(rest)));
        }
        let (property, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let id = self.generated.get(format_smolstr!("{id}.{property}").as_str())?;
        Some((id.clone(), SmolStr::new(rest)))
    }

    fn text(&self, argument: &Expr) -> Expr {
        let replace = |name: &str| {
            let (id, rest) = self.split(name)?;
            Some(if rest.is_empty() { format!("${{{id}}}") } else { format!("${{{id}.{rest}}}") })
        };
        match (argument.as_str(), argument.items()) {
            (Some(text), _) => Expr::string(replace_names(text, &replace), &argument.origin),
            (None, [first, rest @ ..]) if first.as_str().is_some() => {
                let items = std::iter::once(self.text(first)).chain(rest.iter().cloned()).collect();
                Expr::list(items, &argument.origin)
            }
            _ => argument.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stockade_model::{Origin, Place};

    #[test]
    fn references_follow_what_resources_became() {
        let references = References {
            generated: [("F.Alias".into(), "FAliaslive".into())].into_iter().collect(),
            renamed: [("Layer".into(), "Layer123".into())].into_iter().collect(),
        };
        let written = json!({"DependsOn": ["Layer", "F"], "A": {"Ref": "F.Alias"}, "B": {"Ref": "Layer"},
            "C": {"Fn::GetAtt": ["Layer", "Arn"]}, "D": {"Fn::Sub": "${F.Alias}:${Layer.Arn}:${F.Arn}"},
            "E": {"Fn::GetAtt": "F.Alias.Arn"}});
        let expr = Expr::from_json(&written, &Origin::at(Place::default()));
        assert_eq!(
            references.replace_in_body(&expr).to_json(),
            json!({"DependsOn": ["Layer123", "F"], "A": {"Ref": "FAliaslive"}, "B": {"Ref": "Layer123"},
            "C": {"Fn::GetAtt": ["Layer123", "Arn"]}, "D": {"Fn::Sub": "${FAliaslive}:${Layer123.Arn}:${F.Arn}"},
            "E": {"Fn::GetAtt": ["FAliaslive", "Arn"]}})
        );
    }
}
