//! SC-06: a repository or registry whose policy lets anyone in.

use crate::Context;
use crate::public_policies::{self, not_held};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    public_policies::judge(inventory, ("AWS::ECR::Repository", "repository"), not_held, verdicts);
    public_policies::judge(inventory, ("AWS::ECR::RegistryPolicy", "registry"), not_held, verdicts);
}
