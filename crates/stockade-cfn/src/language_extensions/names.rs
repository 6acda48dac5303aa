//! Intrinsic functions where plain CloudFormation wants a name: in `Ref`, `Fn::GetAtt` and `Fn::FindInMap`.

use super::identifiers::{self, Binding};
use crate::{Expr, Scope};
use smol_str::SmolStr;
use stockade_model::Fact;

/// A `Ref` or `Fn::GetAtt` with the names that its arguments give, or `None` if they are names already or not known.
/// A `Ref` to what turns out to be an identifier of a loop is the item.
pub(super) fn resolved(scope: &Scope, call: &Expr, bindings: &[Binding]) -> Option<Expr> {
    let (function, argument) = call.intrinsic()?;
    if function == "Ref" {
        let name = name(scope, argument.intrinsic().map(|_| argument)?)?;
        return Some(
            identifiers::bound(&name, call, bindings).unwrap_or_else(|| Expr::reference(name, &call.origin)),
        );
    }
    let [resource, attribute] = argument.items() else { return None };
    if resource.as_str().is_some() && attribute.as_str().is_some() {
        return None;
    }
    Some(Expr::get_att(name(scope, resource)?, name(scope, attribute)?, &call.origin))
}

/// Whether a `Fn::FindInMap` uses what the transform adds: a default, or functions other than `Ref` and
/// `Fn::FindInMap` for its keys.
pub(super) fn is_extended_find(argument: &Expr) -> bool {
    let extended = |key: &Expr| {
        key.intrinsic().is_some_and(|(function, _)| !matches!(function, "Ref" | "Fn::FindInMap"))
    };
    argument.items().len() > 3 || argument.items().iter().any(extended)
}

fn name(scope: &Scope, expr: &Expr) -> Option<SmolStr> {
    match scope.evaluate(expr)?.literal() {
        Fact::Known(name) => Some(name),
        _ => None,
    }
}
