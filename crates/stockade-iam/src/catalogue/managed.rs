//! AWS's managed policies.
//!
//! A block of policies is a line for each: its path and name, a tab, the version, a tab, its document in JSON. In
//! `Action` and `NotAction` a number stands for an action of the catalogue: its number, less that of the number before
//! it in the list. Lists are sorted.

use super::file::BlockKind;
use super::{ActionId, Catalogue};
use serde_json::Value as Json;
use std::ops::Range;

/// What an ARN of an AWS managed policy begins with, in the partition `aws`.
pub const POLICY_ARN: &str = "arn:aws:iam::aws:policy/";

/// A policy that AWS manages.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagedPolicy {
    /// Path and name below `policy/`: `service-role/AWSLambdaBasicExecutionRole`.
    pub name: String,
    /// The version that is in force, `v1`.
    pub version: String,
    /// What it says. Actions are sorted.
    pub document: Json,
}

impl Catalogue {
    /// The managed policy of a path and name, `service-role/AWSLambdaBasicExecutionRole`, or of an ARN in any partition.
    #[must_use]
    pub fn managed_policy(&self, name: &str) -> Option<ManagedPolicy> {
        let name = match name.split_once(":iam::aws:policy/") {
            Some((partition, name)) if partition.starts_with("arn:") => name,
            _ => name,
        };
        [BlockKind::Policies, BlockKind::LongPolicies].into_iter().find_map(|kind| {
            let block = self.file.block_of(kind, name)?;
            let key = |line: &Range<u32>| {
                let line = &block.text[line.start as usize..line.end as usize];
                line.split('\t').next().unwrap_or_default()
            };
            let at = block.lines.partition_point(|line| key(line) < name);
            let policy = self.read_policy(block.line(at))?;
            (policy.name == name).then_some(policy)
        })
    }

    /// Every managed policy.
    pub fn managed_policies(&self) -> impl Iterator<Item = ManagedPolicy> {
        let kinds = [BlockKind::Policies, BlockKind::LongPolicies].into_iter();
        let blocks = kinds.flat_map(|kind| self.file.blocks_of(kind));
        blocks.flat_map(|block| block.all_lines().filter_map(|line| self.read_policy(line)))
    }

    fn read_policy(&self, line: &str) -> Option<ManagedPolicy> {
        let mut fields = line.splitn(3, '\t');
        let (name, version, document) = (fields.next()?, fields.next()?, fields.next()?);
        let mut document: Json = serde_json::from_str(document).ok()?;
        let statements = match document.get_mut("Statement")? {
            Json::Array(statements) => statements.as_mut_slice(),
            statement => std::slice::from_mut(statement),
        };
        for statement in statements {
            for key in ["Action", "NotAction"] {
                if let Some(Json::Array(actions)) = statement.get_mut(key) {
                    self.name_actions(actions)?;
                }
            }
        }
        Some(ManagedPolicy { name: name.to_owned(), version: version.to_owned(), document })
    }

    fn name_actions(&self, actions: &mut [Json]) -> Option<()> {
        let mut number = 0;
        for action in actions {
            if let Json::Number(step) = action {
                number += i64::from(i32::try_from(step.as_i64()?).ok()?);
                let id = ActionId(u32::try_from(number).ok()?);
                *action = Json::String(self.action_by_id(id)?.full_name());
            }
        }
        Some(())
    }
}
