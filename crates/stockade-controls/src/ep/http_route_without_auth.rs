//! EP-06: a route of an HTTP API, or `$connect` of a WebSocket API, that asks nobody who they are.

use crate::{Context, routes};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let found = inventory.http_routes();
    verdicts.extend(found.known.iter().filter_map(routes::judge));
    routes::judge_open(&found, verdicts);
}
