//! SE-12: a secret whose policy lets anyone in.

use super::mutator::Mutator;
use super::public_policies::{APART, any_source, everyone, for_any_source, for_everyone};

const TYPES: &[&str] = &["AWS::SecretsManager::Secret"];

pub const MUTATOR: Mutator = Mutator {
    control: "SE-12",
    clauses: &[
        for_everyone(
            |inventory, verdict| everyone(inventory, verdict, TYPES, "secretsmanager:GetSecretValue"),
            APART,
        ),
        for_any_source(
            |inventory, verdict| any_source(inventory, verdict, TYPES, "secretsmanager:GetSecretValue"),
            APART,
        ),
    ],
};
