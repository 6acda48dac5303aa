//! The catalogue of all controls, judged by this version or not: `data/controls.tsv`.

use std::str::FromStr;
use std::sync::LazyLock;
use stockade_model::{Profile, Severity};

/// A row of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `EP-01`; public and permanent.
    pub id: &'static str,
    /// `EP`.
    pub family: &'static str,
    /// `explicit`, `implied` or `beyond` the written baseline.
    pub basis: &'static str,
    /// The smallest profile that it belongs to.
    pub profile: Profile,
    /// What it looks at: `resource`, `account`, `pipeline`, `code`, `artifact`, `event`.
    pub scope: &'static str,
    /// What it judges.
    pub subject: &'static str,
    /// How bad a failure is unless the verdict says otherwise.
    pub severity: Severity,
    /// Its name, after the bad thing.
    pub slug: &'static str,
    /// What it asks for.
    pub control: &'static str,
    /// What decides it in CloudFormation and SAM.
    pub cloudformation_or_sam: &'static str,
    /// What decides it in Terraform.
    pub terraform: &'static str,
    /// What decides it in a live account.
    pub live_api: &'static str,
}

const TEXT: &str = include_str!("../../../data/controls.tsv");

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| TEXT.lines().skip(1).filter_map(row).collect());

/// All rows, in the catalogue's order.
#[must_use]
pub fn catalogue() -> &'static [Row] {
    &ROWS
}

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let mut next = || columns.next().map(str::trim);
    Some(Row {
        id: next()?,
        family: next()?,
        basis: next()?,
        profile: Profile::from_str(next()?).ok()?,
        scope: next()?,
        subject: next()?,
        severity: Severity::from_str(next()?).ok()?,
        slug: next()?,
        control: next()?,
        cloudformation_or_sam: next()?,
        terraform: next()?,
        live_api: next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row() {
        assert_eq!(catalogue().len(), TEXT.lines().skip(1).filter(|line| !line.is_empty()).count());
    }

    #[test]
    fn ids_and_slugs_are_unique() {
        let mut ids: Vec<_> = catalogue().iter().flat_map(|row| [row.id, row.slug]).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
