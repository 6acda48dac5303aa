//! RL-16: a queue whose policy lets anyone in.

use crate::Context;
use crate::public_policies::{self, not_held};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    public_policies::judge(inventory, ("AWS::SQS::Queue", "queue"), not_held, verdicts);
}
