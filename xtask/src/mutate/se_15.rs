//! SE-15: a key whose policy lets anyone use it.

use super::mutator::Mutator;
use super::public_policies::{INSIDE, any_source, everyone, for_any_source, for_everyone};

const TYPES: &[&str] = &["AWS::KMS::Key"];

pub const MUTATOR: Mutator = Mutator {
    control: "SE-15",
    clauses: &[
        for_everyone(|inventory, verdict| everyone(inventory, verdict, TYPES, "kms:Decrypt"), INSIDE),
        for_any_source(|inventory, verdict| any_source(inventory, verdict, TYPES, "kms:Decrypt"), INSIDE),
    ],
};
