//! Questions about an estate.

use serde_json::Value as Json;

/// The estate that the last query was about.
#[derive(Default)]
pub(super) struct Cache {}

pub(super) fn can(_query: &Json, _estates: &mut Cache) -> Result<Json, String> {
    Err("not yet".into())
}
pub(super) fn effective_admin(_query: &Json, _estates: &mut Cache) -> Result<Json, String> {
    Err("not yet".into())
}
pub(super) fn escalate(_query: &Json, _estates: &mut Cache) -> Result<Json, String> {
    Err("not yet".into())
}
pub(super) fn blast_radius(_query: &Json, _estates: &mut Cache) -> Result<Json, String> {
    Err("not yet".into())
}
