//! The provider's resource types in CloudFormation's words: one table a service.

mod access_analyzer;
mod cloudfront;
mod cloudtrail;
mod config;
mod cost_explorer;
mod dns_firewall;
mod dynamodb;
mod ecr;
mod efs;
mod elb;
mod guardduty;
mod inspector;
mod join;
mod kinesis;
mod kms;
mod lambda;
mod lower;
mod msk;
mod network_acl;
mod network_firewall;
mod organizations;
mod raise;
mod rds;
mod row;
mod s3;
mod s3_notification;
mod secrets_manager;
mod security_group;
mod security_hub;
mod ssm;
mod vpc;
mod vpc_lattice;
mod waf;

pub use lower::{Lowered, lower};

use row::Row;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::LazyLock;
use stockade_model::Symbol;

/// The tables, one a service.
const SERVICES: &[&[Row]] = &[
    access_analyzer::ROWS,
    cloudfront::ROWS,
    cloudtrail::ROWS,
    config::ROWS,
    cost_explorer::ROWS,
    dns_firewall::ROWS,
    dynamodb::ROWS,
    ecr::ROWS,
    efs::ROWS,
    elb::ROWS,
    guardduty::ROWS,
    inspector::ROWS,
    kinesis::ROWS,
    kms::ROWS,
    lambda::ROWS,
    msk::ROWS,
    network_acl::ROWS,
    network_firewall::ROWS,
    organizations::ROWS,
    rds::ROWS,
    s3::ROWS,
    s3_notification::ROWS,
    secrets_manager::ROWS,
    security_group::ROWS,
    security_hub::ROWS,
    ssm::ROWS,
    vpc::ROWS,
    vpc_lattice::ROWS,
    waf::ROWS,
];

static TABLE: LazyLock<HashMap<&'static str, &'static Row>> =
    LazyLock::new(|| SERVICES.iter().flat_map(|rows| rows.iter()).map(|row| (row.source, row)).collect());

/// The row of a resource type.
pub(crate) fn row(type_name: &str) -> Option<&'static Row> {
    TABLE.get(type_name).copied()
}

/// Whether a resource type of the provider has a row.
#[must_use]
pub fn is_mapped(type_name: &str) -> bool {
    row(type_name).is_some()
}

/// The symbol of an attribute of a resource, by the name that CloudFormation gives it where the type is mapped.
pub(crate) fn attribute_symbol(address: &SmolStr, attribute: &str) -> Symbol {
    let row = type_of(address).and_then(row);
    let known = row.and_then(|row| row.attributes.iter().find(|(name, _)| *name == attribute));
    Symbol::attribute(address.clone(), known.map_or(attribute, |(_, name)| name))
}

/// The type in an address: `aws_sqs_queue` of `module.a["x.y"].aws_sqs_queue.jobs[0]`.
fn type_of(address: &str) -> Option<&str> {
    let (mut rest, mut depth) = (address, 0);
    let mut parts = Vec::new();
    // Keys in brackets may hold anything.
    while let Some(at) = rest.find(['.', '[', ']']) {
        match &rest[at..=at] {
            "." if depth == 0 => parts.push(&rest[..at]),
            "[" => {
                depth += 1;
                parts.push(&rest[..at]);
                let end = rest[at..].find("\"]").map_or_else(|| rest[at..].find(']'), |end| Some(end + 1))?;
                rest = &rest[at + end + 1..];
                rest = rest.strip_prefix('.').unwrap_or(rest);
                depth -= 1;
                continue;
            }
            _ => {}
        }
        rest = &rest[at + 1..];
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    let mut parts = parts.into_iter();
    while let Some(part) = parts.next() {
        match part {
            "module" => {
                parts.next();
            }
            "data" | "ephemeral" => return None,
            part => return Some(part),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_found_in_an_address() {
        assert_eq!(type_of("aws_sqs_queue.jobs"), Some("aws_sqs_queue"));
        assert_eq!(type_of("aws_sqs_queue.jobs[0]"), Some("aws_sqs_queue"));
        assert_eq!(type_of("module.a[\"x.y\"].module.b.aws_sqs_queue.jobs[?]"), Some("aws_sqs_queue"));
        assert_eq!(type_of("module.a"), None);
        assert_eq!(type_of("data.aws_region.here"), None);
    }

    #[test]
    fn each_type_has_one_row() {
        assert_eq!(TABLE.len(), SERVICES.iter().map(|rows| rows.len()).sum::<usize>());
    }
}
