//! How resources are named, from `data/identities.tsv`.

use foldhash::HashMap;
use std::sync::LazyLock;

/// What `Ref` or an attribute gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The resource's name.
    Name,
    /// Its ARN.
    Arn,
    /// Its address (a queue's URL).
    Url,
    /// An id that AWS gives it.
    Id,
}

/// How the resources of a type are named.
#[derive(Debug)]
pub(crate) struct Identity {
    /// What `Ref` gives.
    pub reference: Meaning,
    /// The property that names the resource, if one can.
    pub name_property: Option<&'static str>,
    /// The ARN's format.
    pub arn: Option<&'static str>,
    attributes: Vec<(&'static str, Meaning)>,
}

static TABLE: LazyLock<HashMap<&'static str, Identity>> = LazyLock::new(|| {
    let rows =
        include_str!("../../../data/identities.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(row).collect()
});

fn row(line: &'static str) -> Option<(&'static str, Identity)> {
    let mut columns = line.split('\t');
    let type_name = columns.next()?;
    let reference = meaning(columns.next()?)?;
    let optional = |text: &'static str| (text != "-").then_some(text);
    let name_property = optional(columns.next()?);
    let arn = optional(columns.next()?);
    let attributes = columns
        .next()?
        .split(' ')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(attribute, word)| Some((attribute, meaning(word)?)))
        .collect();
    Some((type_name, Identity { reference, name_property, arn, attributes }))
}

fn meaning(word: &str) -> Option<Meaning> {
    Some(match word {
        "name" => Meaning::Name,
        "arn" => Meaning::Arn,
        "url" => Meaning::Url,
        "id" => Meaning::Id,
        _ => return None,
    })
}

impl Identity {
    /// The identity of a type, if the table has it.
    pub fn of(type_name: &str) -> Option<&'static Identity> {
        TABLE.get(type_name)
    }

    /// What an attribute gives; `Ref` counts as one.
    pub fn meaning(&self, attribute: &str) -> Option<Meaning> {
        if attribute == "Ref" {
            return Some(self.reference);
        }
        self.attributes.iter().find(|(name, _)| *name == attribute).map(|(_, meaning)| *meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_well_formed() {
        let rows = include_str!("../../../data/identities.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1);
        assert_eq!(TABLE.len(), rows.count());
        assert_eq!(Identity::of("AWS::SQS::Queue").unwrap().meaning("Ref"), Some(Meaning::Url));
        assert_eq!(Identity::of("AWS::SQS::Queue").unwrap().meaning("Arn"), Some(Meaning::Arn));
    }
}
