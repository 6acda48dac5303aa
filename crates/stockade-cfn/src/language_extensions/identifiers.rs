//! A loop's identifier in what the loop repeats: `${Name}`, `&{Name}` and `Ref`.

use crate::Expr;
use smol_str::SmolStr;
use stockade_model::{Place, ViaKind};

/// What an identifier stands for in one turn of its loop.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The identifier.
    pub name: SmolStr,
    /// The item of the collection.
    pub value: SmolStr,
    /// Where the item was written.
    pub place: Place,
}

/// The text with the identifiers replaced, or `None` if it has none: `${Name}` by the item, `&{Name}` by the item's
/// letters and digits (Template Reference, "`Fn::ForEach`": non-alphanumeric characters in a collection).
pub(super) fn replaced(text: &str, bindings: &[Binding]) -> Option<SmolStr> {
    if bindings.is_empty() || !text.contains('{') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find(['$', '&']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        match placeholder(tail, bindings) {
            Some((value, length)) => {
                if tail.starts_with('&') {
                    out.extend(value.chars().filter(char::is_ascii_alphanumeric));
                } else {
                    out.push_str(value);
                }
                found = true;
                rest = &tail[length..];
            }
            None => {
                out.push_str(&tail[..1]);
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    found.then(|| out.into())
}

/// The item that a text starts with a placeholder for, and the placeholder's length.
fn placeholder<'a>(text: &str, bindings: &'a [Binding]) -> Option<(&'a str, usize)> {
    let inner = text.get(1..)?.strip_prefix('{')?;
    let end = inner.find('}')?;
    let name = inner.get(..end)?.trim();
    let binding = bindings.iter().rev().find(|binding| binding.name == name)?;
    Some((&binding.value, end + "${}".len()))
}

/// The item, if the expression is a `Ref` to an identifier.
pub(super) fn referred(expr: &Expr, bindings: &[Binding]) -> Option<Expr> {
    let name = expr.as_reference()?;
    bound(name, expr, bindings)
}

/// The item that a name is bound to, shown where `used` stands.
pub(super) fn bound(name: &str, used: &Expr, bindings: &[Binding]) -> Option<Expr> {
    let binding = bindings.iter().rev().find(|binding| binding.name == name)?;
    Some(Expr::string(binding.value.clone(), &used.origin.with(ViaKind::Collection, binding.place)))
}

/// The plain text that is left of a `Fn::Sub` when its identifiers were all that it substituted.
pub(super) fn plain(written: &Expr, expanded: &Expr) -> Option<Expr> {
    let (_, argument) = expanded.intrinsic()?;
    let text = argument.as_str()?;
    (written.as_str()? != text && !text.contains("${")).then(|| Expr::string(text, &expanded.origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings() -> Vec<Binding> {
        [("Ip", "10.0.0.1"), ("Name", "Alpha")]
            .map(|(name, value)| Binding { name: name.into(), value: value.into(), place: Place::default() })
            .into()
    }

    #[test]
    fn an_identifier_is_replaced_wherever_it_stands() {
        let replaced = |text| replaced(text, &bindings()).map(|text| text.to_string());
        assert_eq!(replaced("Host&{Ip}${Name}").as_deref(), Some("Host10001Alpha"));
        assert_eq!(replaced("${Ip}/32").as_deref(), Some("10.0.0.1/32"));
        assert_eq!(replaced("${Other} and $ {Name}"), None);
        assert_eq!(replaced("${!Name}"), None, "an escape of `Fn::Sub` stays one");
        assert_eq!(replaced("ä${Name}é&").as_deref(), Some("äAlphaé&"));
        assert_eq!(replaced("${Name"), None);
    }
}
