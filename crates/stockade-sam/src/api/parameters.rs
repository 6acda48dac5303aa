//! References to parameters and to the region, resolved where the transform has to know a value.

use crate::Context;
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_cfn::{Data, Expr};

/// A value with every reference in it resolved that can be.
pub(crate) fn resolve(value: &Expr, context: &Context) -> Expr {
    if let Some(name) = value.as_reference()
        && let Some(text) = parameter(name, context)
    {
        return Expr::string(text, &value.origin);
    }
    let mut out = value.clone();
    if let (Some(("Fn::Sub", _)), Some(argument)) = (value.intrinsic(), out.get_mut("Fn::Sub")) {
        if let Some(text) = argument.as_str() {
            argument.data = Data::String(substitute(text, context));
        } else if let Data::List(items) = &mut argument.data
            && let Some(template) = Arc::make_mut(items).first_mut()
            && let Some(text) = template.as_str()
        {
            template.data = Data::String(substitute(text, context));
        }
    }
    match &mut out.data {
        Data::List(items) => Arc::make_mut(items).iter_mut().for_each(|item| *item = resolve(item, context)),
        Data::Object(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                entry.value = resolve(&entry.value, context);
            }
        }
        _ => {}
    }
    out
}

fn parameter(name: &str, context: &Context) -> Option<SmolStr> {
    match name {
        "AWS::Region" => Some(context.region.into()),
        "AWS::Partition" => Some(context.partition.into()),
        _ => (context.parameter)(name),
    }
}

fn substitute(text: &str, context: &Context) -> SmolStr {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("${") {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        let name = after[2..close].trim();
        match parameter(name, context) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&after[..=close]),
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out.into()
}
