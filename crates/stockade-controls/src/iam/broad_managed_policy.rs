//! IAM-05: a function's role with a managed policy of AWS that was not written for one function.

use super::administrator_policy_on_role::{attached, too_broad};
use crate::Context;
use crate::managed_policies::{broad, is_for_functions, is_named_full_access};
use stockade_iam::Catalogue;
use stockade_inventory::{AttachedPolicy, Inventory, PolicyOwner};
use stockade_model::{Outcome, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let attachments = &inventory.identity_policies().attachments;
    verdicts.extend(attachments.iter().filter_map(|policy| judge_attached(inventory, policy)));
}

fn judge_attached(inventory: &Inventory, policy: &AttachedPolicy) -> Option<Verdict> {
    let verdict = |outcome| attached(inventory, policy, outcome);
    Some(match &policy.owner {
        // Its statements are judged where they are written.
        PolicyOwner::Deployment(_) => return None,
        PolicyOwner::Aws(name) if is_for_functions(name) => verdict(Outcome::Pass),
        PolicyOwner::Aws(name) => match broad(name) {
            Some(allows) => too_broad(inventory, policy, |verdict| {
                let verdict = verdict.with("allows", allows);
                let subject = verdict.subject.clone();
                if name == "AdministratorAccess" { verdict.follows_from("IAM-02", &subject) } else { verdict }
            }),
            None if Catalogue::built_in().managed_policy(name).is_some() => verdict(Outcome::Pass),
            // Retired since, or newer than the list.
            None if is_named_full_access(name) => {
                too_broad(inventory, policy, |verdict| verdict.message("named"))
            }
            None => verdict(Outcome::Unknown)
                .message("unlisted")
                .settled_by("a list of managed policies that has it", "managed policy not in the list"),
        },
        PolicyOwner::Outside => verdict(Outcome::Unknown)
            .message("outside")
            .settled_by("the policy, which lies outside the deployment", "policy outside the deployment"),
        PolicyOwner::Unknown(symbol) => {
            verdict(Outcome::Unknown).with("symbol", symbol.name()).because(symbol)
        }
    })
}
