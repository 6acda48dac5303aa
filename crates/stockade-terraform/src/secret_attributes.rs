//! Attributes that are secrets themselves, which Terraform reads or makes and writes wherever they are used.

use std::collections::HashMap;
use std::sync::LazyLock;
use stockade_model::Secrecy;

const ROWS: &str = include_str!("../../../data/terraform-secret-attributes.tsv");

static TABLE: LazyLock<HashMap<(&str, &str), Secrecy>> = LazyLock::new(|| {
    let rows = ROWS.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        let (block, attribute, secret) = (columns.next()?, columns.next()?, columns.next()?);
        let secrecy = if secret == "yes" { Secrecy::Resolved } else { Secrecy::PerhapsResolved };
        Some(((block, attribute), secrecy))
    })
    .collect()
});

/// How an attribute comes to be a secret, if it is one. `block` is the type as references spell it:
/// `data.aws_ssm_parameter`.
pub(crate) fn secrecy(block: &str, attribute: &str) -> Option<Secrecy> {
    TABLE.get(&(block, attribute)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_told_by_mode_type_and_name() {
        let data = "data.aws_secretsmanager_secret_version";
        assert_eq!(secrecy(data, "secret_string"), Some(Secrecy::Resolved));
        assert_eq!(secrecy(data, "arn"), None);
        assert_eq!(secrecy("data.aws_ssm_parameter", "value"), Some(Secrecy::PerhapsResolved));
        assert_eq!(secrecy("aws_ssm_parameter", "value"), None);
    }
}
