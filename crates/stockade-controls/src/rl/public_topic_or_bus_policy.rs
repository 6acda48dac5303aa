//! RL-17: a topic or event bus whose policy lets anyone in.

use crate::Context;
use crate::public_policies::{self, not_held};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    public_policies::judge(inventory, ("AWS::SNS::Topic", "topic"), not_held, verdicts);
    public_policies::judge(inventory, ("AWS::Events::EventBus", "event bus"), not_held, verdicts);
}
