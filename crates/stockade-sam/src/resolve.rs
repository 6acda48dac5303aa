//! Values that SAM resolves while it transforms: references to parameters, and entries of mappings (AWS SAM
//! developer guide, "Generated resources"; CloudFormation User Guide, "Ref", "Fn::Sub", "Fn::FindInMap").

use crate::Context;
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_cfn::{Data, Entry, Expr, Map};
use stockade_model::ViaKind;

/// The expression with every reference to a known parameter (in `Ref` and `Fn::Sub`) replaced by its value.
/// Everything else stays; a replaced value keeps the place of its reference.
pub(crate) fn parameters(expr: &Expr, context: &Context) -> Expr {
    if let Some(name) = expr.as_reference() {
        return match known(name, context) {
            // Hashes in logical ids tell AWS's own values from written ones.
            Some(value) if name.starts_with("AWS::") => {
                Expr::string(value, &expr.origin.with(ViaKind::Transform, expr.origin.place))
            }
            Some(value) => Expr::string(value, &expr.origin),
            None => expr.clone(),
        };
    }
    let mut expr = expr.clone();
    if let Some(("Fn::Sub", argument)) = expr.intrinsic() {
        let argument = substituted(argument, context);
        if let Some(place) = expr.get_mut("Fn::Sub") {
            *place = argument;
        }
    }
    map_children(&expr, &|child| parameters(child, context))
}

/// As [`parameters`], but a value that is itself a reference stays one: what AWS leaves behind in a property
/// that it has looked into.
pub(crate) fn inside(expr: &Expr, context: &Context) -> Expr {
    if expr.as_reference().is_some() { expr.clone() } else { parameters(expr, context) }
}

/// As [`inside`], but a text with references (`Fn::Sub`) stays too: AWS has looked into a copy of the value, and only
/// what is nested in it has changed.
pub(crate) fn nested(expr: &Expr, context: &Context) -> Expr {
    match expr.intrinsic() {
        Some(("Ref", _)) => expr.clone(),
        Some(("Fn::Sub", text)) if !text.is_list() => expr.clone(),
        _ => parameters(expr, context),
    }
}

/// The expression with every `Fn::FindInMap` of known keys replaced by the mapping's value.
pub(crate) fn mappings(expr: &Expr, mappings: Option<&Expr>) -> Expr {
    let found = || {
        let ("Fn::FindInMap", argument) = expr.intrinsic()? else { return None };
        let [map, first, second] = argument.items() else { return None };
        mappings?.get(map.as_str()?)?.get(first.as_str()?)?.get(second.as_str()?)
    };
    found().cloned().unwrap_or_else(|| expr.clone())
}

/// The value of a parameter, or of a pseudo parameter that the deployment fixes.
fn known(name: &str, context: &Context) -> Option<SmolStr> {
    (context.parameter)(name).or_else(|| match name {
        "AWS::Region" => Some(SmolStr::new(context.region)),
        "AWS::Partition" => Some(SmolStr::new(context.partition)),
        _ => None,
    })
}

fn substituted(argument: &Expr, context: &Context) -> Expr {
    let replace = |name: &str| known(name, context).map(|value| value.to_string());
    match (&argument.data, argument.items()) {
        (Data::String(text), _) => Expr::string(replace_names(text, &replace), &argument.origin),
        (_, [first, rest @ ..]) if first.as_str().is_some() => {
            let first = substituted(first, context);
            Expr::list(std::iter::once(first).chain(rest.iter().cloned()).collect(), &argument.origin)
        }
        _ => argument.clone(),
    }
}

/// A `Fn::Sub` text with each `${name}` replaced for which there is a replacement.
pub(crate) fn replace_names(text: &str, replacement: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let name = from[2..].split_once('}').map(|(name, _)| name);
        match name.and_then(|name| Some((name, replacement(name)?))) {
            Some((name, value)) => {
                out.push_str(&value);
                rest = &from[name.len() + 3..];
            }
            None => {
                out.push_str("${");
                rest = &from[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The same list or object with each item or value replaced.
pub(crate) fn map_children(expr: &Expr, change: &dyn Fn(&Expr) -> Expr) -> Expr {
    let data = match &expr.data {
        Data::List(items) => Data::List(Arc::new(items.iter().map(change).collect())),
        Data::Object(map) => Data::Object(Arc::new(Map {
            entries: map
                .entries
                .iter()
                .map(|entry| Entry { value: change(&entry.value), ..entry.clone() })
                .collect(),
            containers: map.containers.clone(),
        })),
        scalar => scalar.clone(),
    };
    Expr { data, origin: expr.origin.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_replaced() {
        let replace = |name: &str| (name == "A").then(|| "x".to_owned());
        assert_eq!(replace_names("${A}-${B}-${!A}-${A", &replace), "x-${B}-${!A}-${A");
        assert_eq!(replace_names("${${A}}", &replace), "${x}");
    }
}
