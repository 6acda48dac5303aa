//! `!GetAtt Function.Arn` in the form that AWS gives it before it transforms a template: resource and
//! attribute apart (CloudFormation User Guide, "Fn::GetAtt"). The hashes in logical ids see the difference.

use crate::resolve::map_children;
use stockade_cfn::{Expr, Template};

/// The template with every short `!GetAtt` in its list form. The long form with a string stays, as AWS leaves
/// it.
#[must_use]
pub fn spelled_out(template: &Template) -> Template {
    let mut out = template.clone();
    out.root = expand(&out.root);
    out.resources.values_mut().for_each(|resource| resource.body = expand(&resource.body));
    out.conditions.values_mut().chain(out.outputs.values_mut()).for_each(|value| *value = expand(value));
    out
}

fn expand(expr: &Expr) -> Expr {
    // A key that was written as a tag has the tag's place.
    let is_tag = |span: stockade_syntax::Span| span.end.saturating_sub(span.start) == 7;
    if let [entry] = expr.entries()
        && entry.key == "Fn::GetAtt"
        && is_tag(entry.key_place.span)
        && let Some((resource, attribute)) = entry.value.as_str().and_then(|text| text.split_once('.'))
    {
        let origin = &entry.value.origin;
        let parts = vec![Expr::string(resource, origin), Expr::string(attribute, origin)];
        let mut out = expr.clone();
        out.set("Fn::GetAtt", Expr::list(parts, origin));
        return out;
    }
    map_children(expr, &expand)
}
