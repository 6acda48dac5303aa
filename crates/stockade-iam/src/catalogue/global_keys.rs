//! AWS's global condition keys, and the keys of a service that any service may see.

use super::{ConditionKey, KeyType};
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../../data/iam/global-condition-keys.tsv");

static KEYS: LazyLock<Vec<GlobalKey>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let (letter, name) = row.split_once('\t')?;
        Some(GlobalKey { name, key_type: KeyType::of_letter(letter) })
    })
    .collect()
});

/// A condition key that requests to any service may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobalKey {
    /// In AWS's spelling, `aws:PrincipalTag/${TagKey}`.
    pub name: &'static str,
    /// What values it has.
    pub key_type: KeyType,
}

/// Every global key (IAM User Guide, "AWS global condition context keys").
#[must_use]
pub fn global_keys() -> &'static [GlobalKey] {
    &KEYS
}

/// The global key of a name, without regard to case.
#[must_use]
pub fn global_key(name: &str) -> Option<&'static GlobalKey> {
    KEYS.iter().find(|key| ConditionKey { name: key.name, key_type: key.key_type }.is_named(name))
}
