//! SE-15: a key whose policy lets anyone use it.

use crate::Context;
use crate::public_policies::{self, not_held};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    public_policies::judge(inventory, ("AWS::KMS::Key", "key"), not_held, verdicts);
}
