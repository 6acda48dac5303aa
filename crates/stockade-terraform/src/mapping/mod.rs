//! The provider's resource types in CloudFormation's words: one table a service.

mod access_analyzer;
mod api_gateway;
mod api_gateway_v2;
mod appsync;
mod bedrock_agent;
mod bedrock_agent_core;
mod budgets;
mod chatbot;
mod cloudfront;
mod cloudtrail;
mod cloudwatch;
mod codebuild;
mod codecommit;
mod codedeploy;
mod codepipeline;
mod cognito;
mod config;
mod cost_explorer;
mod dns_firewall;
mod dynamodb;
mod ecr;
mod ecs;
mod efs;
mod elb;
mod events;
mod glue;
mod guardduty;
mod iam;
mod insert;
mod inspector;
mod iot;
mod join;
mod kinesis;
mod kms;
mod lambda;
mod lambda_access;
mod logs;
mod lower;
mod mq;
mod msk;
mod network_acl;
mod network_firewall;
mod organizations;
mod pipes;
mod property_paths;
mod raise;
mod rds;
mod row;
mod s3;
mod s3_notification;
mod s3_object_lambda;
mod sagemaker;
mod scheduler;
mod secrets_manager;
mod security_group;
mod security_hub;
mod ses;
mod signer;
mod sns;
mod sqs;
mod ssm;
mod step_functions;
mod vpc;
mod vpc_lattice;
mod waf;
mod write;
mod xray;

pub use lower::{Lowered, lower};
pub use property_paths::property_paths;

use crate::secret_attributes::secrecy;
use crate::value::{Type, Value};
use row::Row;
use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;
use std::sync::LazyLock;
use stockade_model::{Origin, Place, Symbol, SymbolKind, Text};

/// The tables, one a service.
const SERVICES: &[&[Row]] = &[
    access_analyzer::ROWS,
    api_gateway::ROWS,
    api_gateway_v2::ROWS,
    appsync::ROWS,
    bedrock_agent::ROWS,
    bedrock_agent_core::ROWS,
    budgets::ROWS,
    chatbot::ROWS,
    cloudfront::ROWS,
    cloudtrail::ROWS,
    cloudwatch::ROWS,
    codebuild::ROWS,
    codecommit::ROWS,
    codedeploy::ROWS,
    codepipeline::ROWS,
    cognito::ROWS,
    config::ROWS,
    cost_explorer::ROWS,
    dns_firewall::ROWS,
    dynamodb::ROWS,
    ecr::ROWS,
    ecs::ROWS,
    efs::ROWS,
    elb::ROWS,
    events::ROWS,
    glue::ROWS,
    guardduty::ROWS,
    iam::ROWS,
    inspector::ROWS,
    iot::ROWS,
    kinesis::ROWS,
    kms::ROWS,
    lambda::ROWS,
    lambda_access::ROWS,
    logs::ROWS,
    mq::ROWS,
    msk::ROWS,
    network_acl::ROWS,
    network_firewall::ROWS,
    organizations::ROWS,
    pipes::ROWS,
    rds::ROWS,
    s3::ROWS,
    s3_notification::ROWS,
    s3_object_lambda::ROWS,
    sagemaker::ROWS,
    scheduler::ROWS,
    secrets_manager::ROWS,
    security_group::ROWS,
    security_hub::ROWS,
    ses::ROWS,
    signer::ROWS,
    sns::ROWS,
    sqs::ROWS,
    ssm::ROWS,
    step_functions::ROWS,
    vpc::ROWS,
    vpc_lattice::ROWS,
    waf::ROWS,
    xray::ROWS,
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
    let reference = format_smolstr!("{address}.{attribute}");
    let symbol = Symbol::attribute(address.clone(), known.map_or(attribute, |(_, name)| name));
    let symbol = symbol.referred_as(reference.clone());
    let block = block_of(address).map(|(mode, type_name)| format_smolstr!("{mode}{type_name}"));
    match block.and_then(|block| secrecy(&block, attribute)) {
        Some(secrecy) => Symbol::secret(symbol.kind().clone(), secrecy).referred_as(reference),
        None => symbol,
    }
}

/// The value of an attribute of a resource, as far as it follows from the resource alone.
pub(crate) fn attribute_value(address: &SmolStr, attribute: &str, place: Place) -> Value {
    let row = type_of(address).and_then(row);
    let known = row.and_then(|row| row.attributes.iter().find(|(name, _)| *name == attribute));
    let origin = Origin::at(place);
    let Some((_, template)) = known.filter(|(_, to)| to.contains('{')) else {
        return Value::unknown(attribute_symbol(address, attribute), Type::Any, origin);
    };
    let mut text = Text::default();
    let mut rest = *template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        text.push_str(before);
        text.push_symbol(match name.starts_with("AWS::") {
            true => Symbol::new(SymbolKind::Pseudo(name.into())),
            false => Symbol::attribute(address.clone(), name),
        });
        rest = after;
    }
    text.push_str(rest);
    Value::text(text, origin)
}

/// The type of the resource in an address: `aws_sqs_queue` of `module.a["x.y"].aws_sqs_queue.jobs[0]`.
fn type_of(address: &str) -> Option<&str> {
    block_of(address).filter(|(mode, _)| mode.is_empty()).map(|(_, type_name)| type_name)
}

/// What a reference begins with, `data.`, `ephemeral.` or nothing, and the type in an address.
fn block_of(address: &str) -> Option<(&'static str, &str)> {
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
            "data" => return Some(("data.", parts.next()?)),
            "ephemeral" => return Some(("ephemeral.", parts.next()?)),
            part => return Some(("", part)),
        }
    }
    None
}

#[cfg(test)]
mod tests;
