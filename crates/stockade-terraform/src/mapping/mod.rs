//! The provider's resource types in CloudFormation's words: one table a service.

mod api_gateway;
mod api_gateway_v2;
mod appsync;
mod bedrock_agent_core;
mod budgets;
mod chatbot;
mod cloudwatch;
mod codebuild;
mod codedeploy;
mod codepipeline;
mod cognito;
mod events;
mod iam;
mod join;
mod lambda;
mod lambda_access;
mod logs;
mod lower;
mod pipes;
mod raise;
mod row;
mod s3;
mod scheduler;
mod sns;
mod sqs;
mod step_functions;
mod xray;

pub use lower::{Lowered, lower};

use crate::value::{Type, Value};
use row::Row;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::LazyLock;
use stockade_model::{Origin, Place, Symbol, SymbolKind, Text};

/// The tables, one a service.
const SERVICES: &[&[Row]] = &[
    api_gateway::ROWS,
    api_gateway_v2::ROWS,
    appsync::ROWS,
    bedrock_agent_core::ROWS,
    budgets::ROWS,
    chatbot::ROWS,
    cloudwatch::ROWS,
    codebuild::ROWS,
    codedeploy::ROWS,
    codepipeline::ROWS,
    cognito::ROWS,
    events::ROWS,
    iam::ROWS,
    lambda::ROWS,
    lambda_access::ROWS,
    logs::ROWS,
    pipes::ROWS,
    s3::ROWS,
    scheduler::ROWS,
    sns::ROWS,
    sqs::ROWS,
    step_functions::ROWS,
    xray::ROWS,
];

static TABLE: LazyLock<HashMap<&'static str, &'static Row>> =
    LazyLock::new(|| SERVICES.iter().flat_map(|rows| rows.iter()).map(|row| (row.source, row)).collect());

/// The row of a resource type.
pub(crate) fn row(type_name: &str) -> Option<&'static Row> {
    TABLE.get(type_name).copied()
}

/// The symbol of an attribute of a resource, by the name that CloudFormation gives it where the type is mapped.
pub(crate) fn attribute_symbol(address: &SmolStr, attribute: &str) -> Symbol {
    let row = type_of(address).and_then(row);
    let known = row.and_then(|row| row.attributes.iter().find(|(name, _)| *name == attribute));
    Symbol::attribute(address.clone(), known.map_or(attribute, |(_, name)| name))
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
mod tests;
