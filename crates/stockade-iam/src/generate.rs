//! From what is needed to a policy that grants it and no more.

mod excess;
mod scope;

pub use excess::{Excess, excess};
pub(crate) use scope::can_be;

use crate::catalogue::AccessLevel;
use crate::{Catalogue, glob};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Actions that are needed on resources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Need {
    /// Actions, which may be patterns: `s3:GetObject`.
    pub actions: Vec<String>,
    /// ARNs or patterns of them; none stands for `*`.
    pub resources: Vec<String>,
    /// What must hold besides, as a policy's `Condition`: operators, keys, values.
    pub conditions: Map<String, Json>,
}

/// One action with what it is needed on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    /// In the catalogue's spelling, if it knows the action.
    action: String,
    resources: BTreeSet<String>,
}

/// Writes an identity policy that grants what is needed, and nothing else: one statement for each service, set of
/// resources and condition. An action gets those of its need's resources that it can act on; actions that act on no
/// resource type are granted on `*`, in statements of their own.
#[must_use]
pub fn generate(needs: &[Need], catalogue: &Catalogue) -> Json {
    // Conditions in the order of their text, none first.
    let mut by_condition: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for need in needs {
        let condition =
            if need.conditions.is_empty() { String::new() } else { sorted(&need.conditions).to_string() };
        let grants = by_condition.entry(condition).or_default();
        for action in &need.actions {
            let action = catalogue.action(action).map_or_else(|| action.clone(), |known| known.full_name());
            let resources = scope::resources_of_action(&action, &need.resources, catalogue);
            grants.entry(action).or_default().extend(resources);
        }
    }
    let mut statements = Vec::new();
    let unconditional: Vec<Grant> = grants(by_condition.remove(""));
    statements.extend(statements_of(&unconditional, None, catalogue));
    for (condition, actions) in by_condition {
        let mut grants = grants(Some(actions));
        // What is granted without a condition needs none with one.
        grants.retain(|grant| !unconditional.iter().any(|wider| wider.covers(grant)));
        let condition = serde_json::from_str(&condition).ok();
        statements.extend(statements_of(&grants, condition.as_ref(), catalogue));
    }
    name_statements(&mut statements);
    json!({"Version": "2012-10-17", "Statement": statements.into_iter().map(|(_, body)| body).collect::<Vec<_>>()})
}

/// Grants without what others cover.
fn grants(actions: Option<BTreeMap<String, BTreeSet<String>>>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = actions
        .unwrap_or_default()
        .into_iter()
        .map(|(action, resources)| Grant { action, resources: scope::without_covered(&resources) })
        .collect();
    let all = grants.clone();
    grants.retain(|grant| !all.iter().any(|wider| wider != grant && wider.covers(grant)));
    grants
}

impl Grant {
    fn covers(&self, other: &Self) -> bool {
        // A `?` of a pattern might stand for a wildcard of the other.
        !self.action.contains('?')
            && glob::matches_ignoring_case(&self.action, &other.action)
            && other
                .resources
                .iter()
                .all(|resource| self.resources.iter().any(|wider| scope::covers(wider, resource)))
    }

    fn prefix(&self) -> &str {
        self.action.split_once(':').map_or("", |(prefix, _)| prefix)
    }
}

/// Statements, each with the name that it would like to have.
fn statements_of(grants: &[Grant], condition: Option<&Json>, catalogue: &Catalogue) -> Vec<(String, Json)> {
    let mut groups: BTreeMap<(&str, &BTreeSet<String>), Vec<&str>> = BTreeMap::new();
    let mut on_all: Vec<&str> = Vec::new();
    for grant in grants {
        if scope::is_on_all_resources_only(&grant.action, catalogue) {
            on_all.push(&grant.action);
        } else {
            groups.entry((grant.prefix(), &grant.resources)).or_default().push(&grant.action);
        }
    }
    let mut statements: Vec<(String, Json)> = groups
        .into_iter()
        .map(|((prefix, resources), actions)| {
            let resources: Vec<&String> = resources.iter().collect();
            (name(prefix, &actions, catalogue), statement(&actions, json!(resources), condition))
        })
        .collect();
    if !on_all.is_empty() {
        statements.push(("OnAllResourcesOnly".to_owned(), statement(&on_all, json!(["*"]), condition)));
    }
    statements
}

fn statement(actions: &[&str], resources: Json, condition: Option<&Json>) -> Json {
    let one_or_all = |list: Json| match list {
        Json::Array(items) if items.len() == 1 => items.into_iter().next().unwrap_or_default(),
        list => list,
    };
    let mut out = json!({
        "Sid": "",
        "Effect": "Allow",
        "Action": one_or_all(json!(actions)),
        "Resource": one_or_all(resources),
    });
    if let Some(condition) = condition {
        out["Condition"] = condition.clone();
    }
    out
}

/// `LambdaRead` if all actions read, `Lambda` if they differ.
fn name(prefix: &str, actions: &[&str], catalogue: &Catalogue) -> String {
    let mut out: String = prefix
        .split(|character: char| !character.is_ascii_alphanumeric())
        .map(|word| word.get(..1).map_or_else(String::new, |first| first.to_ascii_uppercase() + &word[1..]))
        .collect();
    let levels: BTreeSet<Option<AccessLevel>> = actions
        .iter()
        .map(|action| catalogue.action(action).map(crate::catalogue::Action::access_level))
        .collect();
    if let [Some(level)] = levels.into_iter().collect::<Vec<_>>().as_slice() {
        out += match level {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Tagging => "Tag",
            AccessLevel::Write => "Write",
            AccessLevel::PermissionsManagement => "Permissions",
        };
    }
    if out.is_empty() { "All".to_owned() } else { out }
}

/// Gives each statement a `Sid` of its own.
fn name_statements(statements: &mut [(String, Json)]) {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for (name, statement) in statements {
        let count = used.entry(name.clone()).or_default();
        *count += 1;
        statement["Sid"] = Json::String(if *count == 1 { name.clone() } else { format!("{name}{count}") });
    }
}

/// An object with its keys sorted, also within.
fn sorted(object: &Map<String, Json>) -> Json {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(key, _)| key.as_str());
    let value = |value: &Json| match value {
        Json::Object(inner) => sorted(inner),
        other => other.clone(),
    };
    Json::Object(entries.into_iter().map(|(key, inner)| (key.clone(), value(inner))).collect())
}

#[cfg(test)]
mod tests;
