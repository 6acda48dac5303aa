//! Tags: SAM writes an object, CloudFormation mostly a list of keys and values, and SAM adds one of its own.

use stockade_cfn::Expr;
use stockade_model::Origin;

/// A list of tags: SAM's own first, then those written.
pub(crate) fn list(created_by: &'static str, written: Option<&Expr>, origin: &Origin) -> Expr {
    let mut items = vec![tag(Expr::string(created_by, origin), Expr::string("SAM", origin), origin)];
    items.extend(written_items(written));
    Expr::list(items, written.map_or(origin, |written| &written.origin))
}

/// A list of the tags written.
pub(crate) fn written_list(written: &Expr) -> Expr {
    Expr::list(written_items(Some(written)), &written.origin)
}

fn written_items(written: Option<&Expr>) -> Vec<Expr> {
    let entries = written.map(Expr::entries).unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let key = Expr::string(entry.key.clone(), &Origin::at(entry.key_place));
            let value = if entry.value.is_null() { Expr::string("", &entry.value.origin) } else { entry.value.clone() };
            let origin = value.origin.clone();
            tag(key, value, &origin)
        })
        .collect()
}

fn tag(key: Expr, value: Expr, origin: &Origin) -> Expr {
    Expr::object(origin).with("Key", key).with("Value", value)
}
