//! Resources that come along with a SAM resource.

use crate::output::Output;
use crate::resource::SamResource;
use stockade_cfn::{Entry, Expr};
use stockade_model::Raise;

/// Resource attributes that go over to what comes along, beside the condition.
const ATTRIBUTES: [&str; 2] = ["DeletionPolicy", "UpdateReplacePolicy"];

/// Adds a resource that `from` brings along, with its condition and policies.
pub(crate) fn add(
    output: &mut Output,
    id: &str,
    type_name: &'static str,
    properties: Expr,
    from: &SamResource,
    raise: &'static dyn Raise,
) {
    output.add_generated(id, type_name, properties, from, raise);
    if let Some(body) = output.body_mut(id) {
        for entry in ATTRIBUTES.iter().filter_map(|attribute| from.body.entry(attribute)) {
            body.set_entry(entry.clone());
        }
    }
}

/// Tags as a list of `Key` and `Value`.
pub(crate) fn tag_list(tags: &Expr) -> Expr {
    let tag = |entry: &Entry| {
        let origin = &entry.value.origin;
        let value = if entry.value.is_null() { Expr::string("", origin) } else { entry.value.clone() };
        Expr::object(origin).with("Key", Expr::string(entry.key.clone(), origin)).with("Value", value)
    };
    Expr::list(tags.entries().iter().map(tag).collect(), &tags.origin)
}
