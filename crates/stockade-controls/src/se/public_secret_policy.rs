//! SE-12: a secret whose policy lets anyone in.

use crate::Context;
use crate::public_policies::{self, Held};
use stockade_inventory::{Inventory, ResourcePolicy};
use stockade_model::{Fact, Kleene, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let secret = ("AWS::SecretsManager::Secret", "secret");
    public_policies::judge(inventory, secret, refused, verdicts);
}

/// Secrets Manager refuses a public policy that is put with `BlockPublicPolicy` (Secrets Manager API Reference,
/// `PutResourcePolicy`).
fn refused(policy: &ResourcePolicy) -> Held {
    match policy.resource.properties.get("BlockPublicPolicy").boolean() {
        Fact::Known(refused) => (refused.into(), None),
        Fact::Unknown(symbol) => (Kleene::Unknown, Some(symbol)),
        Fact::Absent | Fact::Other => (Kleene::False, None),
    }
}
