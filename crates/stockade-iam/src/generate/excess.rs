//! What a policy grants beyond what is needed.

use crate::{Budget, Catalogue, CompiledPolicy, PolicyDocument, PolicyType, Proof, Witness, compare};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A part of a policy that grants more than is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Excess {
    /// The index of the statement.
    pub statement: usize,
    /// Its action, as written; `None` stands for all that the statement allows, where it has `NotAction` or
    /// `NotResource`.
    pub action: Option<String>,
    /// Its resource, as written.
    pub resource: Option<String>,
    /// The needed actions that the action matches too: none, if nothing that it grants is needed.
    pub needed_actions: Vec<String>,
    /// A request that is allowed and not needed; or why it is not known whether there is one.
    pub example: Result<Box<Witness>, String>,
}

/// Finds what `granted` allows beyond `needed`, each action on each resource by itself, in the order written. Both are
/// identity policies.
///
/// # Errors
/// If one of the documents breaks the grammar.
pub fn excess(
    granted: &Json,
    needed: &Json,
    catalogue: &Catalogue,
    budget: Budget,
) -> Result<Vec<Excess>, String> {
    let compile = |document: &Json| {
        let document = PolicyDocument::from_json(document);
        CompiledPolicy::new(&document)
    };
    let granted = match granted {
        Json::String(text) => serde_json::from_str(text).map_err(|error| format!("invalid JSON: {error}"))?,
        other => other.clone(),
    };
    // Whatever breaks the grammar is said of the whole, before its parts are looked at.
    compile(&granted)?;
    let needed_policy = compile(needed)?;
    let needed_actions: BTreeSet<&str> =
        statements(needed).iter().flat_map(|statement| texts(&statement["Action"])).collect();
    let denied: Vec<&Json> =
        statements(&granted).iter().filter(|statement| statement["Effect"] == "Deny").collect();

    let mut out = Vec::new();
    for (index, statement) in statements(&granted).iter().enumerate() {
        if statement["Effect"] != "Allow" {
            continue;
        }
        for (action, resource) in parts(statement) {
            let mut part = statement.clone();
            if let (Some(action), Some(resource)) = (action, resource) {
                part["Action"] = json!(action);
                part["Resource"] = json!(resource);
            }
            let statements: Vec<&Json> = std::iter::once(&part).chain(denied.iter().copied()).collect();
            let mut document = json!({"Statement": statements});
            if let Some(version) = granted.get("Version") {
                document["Version"] = version.clone();
            }
            let example = match compare(&needed_policy, &compile(&document)?, PolicyType::Identity, budget) {
                Proof::None => continue,
                Proof::Some(witness) => Ok(witness),
                Proof::Unknown(reason) => Err(reason),
            };
            let needed = needed_actions
                .iter()
                .filter(|needed| action.is_none_or(|action| share_actions(action, needed, catalogue)))
                .map(|needed| (*needed).to_owned())
                .collect();
            out.push(Excess {
                statement: index,
                action: action.map(str::to_owned),
                resource: resource.map(str::to_owned),
                needed_actions: needed,
                example,
            });
        }
    }
    Ok(out)
}

/// Whether two patterns match a common action of the catalogue, or one matches the other as it is written.
fn share_actions(one: &str, other: &str, catalogue: &Catalogue) -> bool {
    if crate::glob::matches_ignoring_case(one, other) || crate::glob::matches_ignoring_case(other, one) {
        return true;
    }
    let one = catalogue.expand(one);
    catalogue.expand(other).iter().any(|id| one.binary_search(id).is_ok())
}

fn statements(document: &Json) -> &[Json] {
    match &document["Statement"] {
        Json::Array(statements) => statements,
        Json::Null => &[],
        statement => std::slice::from_ref(statement),
    }
}

fn texts(value: &Json) -> Vec<&str> {
    match value {
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

/// Each action with each resource; the statement as a whole if it names one of them by what it is not.
fn parts(statement: &Json) -> Vec<(Option<&str>, Option<&str>)> {
    if statement.get("NotAction").is_some() || statement.get("NotResource").is_some() {
        return vec![(None, None)];
    }
    let resources = texts(&statement["Resource"]);
    let pairs = texts(&statement["Action"]).into_iter().flat_map(|action| {
        resources.iter().map(move |resource| (Some(action), Some(*resource))).collect::<Vec<_>>()
    });
    pairs.collect()
}
