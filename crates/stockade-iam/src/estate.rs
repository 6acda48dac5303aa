//! Estates: the principals of some accounts with their policies, and what runs as which role.

mod access;
mod admin;
mod build;
mod conditional;
mod edges;
mod escalate;
mod existing_workloads;
mod gain;
mod new_principals;
mod new_workloads;
mod radius;
mod read;
mod statements;
#[cfg(test)]
mod tests;
mod workloads;

pub use access::Unanswered;
pub use admin::Admin;
pub use build::Role;
pub use escalate::{Escalation, Path, Step};
pub use radius::{Radius, ServiceAccess};
pub use statements::GrantingStatement;

use crate::compiled::CompiledPolicy;
use crate::evaluate::PolicySet;
use crate::request::AwsPrincipal;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The principals of some accounts, their policies, and what runs as which role.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    pub(crate) principals: Vec<Principal>,
    by_arn: BTreeMap<SmolStr, usize>,
    pub(crate) groups: Vec<Group>,
    /// Customer managed policies by ARN, with the versions that are not the default.
    pub(crate) policies: BTreeMap<SmolStr, ManagedPolicy>,
    /// Functions, instances, projects and whatever else runs as a role.
    pub(crate) workloads: Vec<Workload>,
    pub(crate) resource_policies: BTreeMap<SmolStr, Arc<CompiledPolicy>>,
    pub(crate) scp: Vec<Vec<Arc<CompiledPolicy>>>,
    pub(crate) management_account: Option<SmolStr>,
    /// What could not be read, one sentence each: policies that the estate names and does not have, and such.
    pub(crate) missing: Vec<String>,
}

/// A user or role.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) aws: AwsPrincipal,
    /// Its policies; the groups' are in it too.
    pub(crate) set: PolicySet,
    /// What each identity policy of the set is.
    pub(crate) sources: Vec<Source>,
    pub(crate) boundary: Option<SmolStr>,
    pub(crate) trust: Option<Arc<CompiledPolicy>>,
    pub(crate) groups: Vec<usize>,
    pub(crate) tags: BTreeMap<SmolStr, SmolStr>,
    /// ARNs and names of its instance profiles.
    pub(crate) instance_profiles: Vec<SmolStr>,
    /// A policy of it that the estate does not have.
    pub(crate) unknown: Option<String>,
}

/// Where an identity policy is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// By its name.
    Inline(SmolStr),
    /// By its ARN.
    Managed(SmolStr),
    /// Inline in a group, by its name.
    GroupInline(usize, SmolStr),
    /// Attached to a group.
    GroupManaged(usize, SmolStr),
}

/// A group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) arn: SmolStr,
    pub(crate) policies: Vec<(Source, Arc<CompiledPolicy>)>,
}

/// A managed policy.
#[derive(Debug, Clone)]
pub(crate) struct ManagedPolicy {
    pub(crate) default: Arc<CompiledPolicy>,
    pub(crate) others: Vec<Arc<CompiledPolicy>>,
}

/// Something that runs as a role.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    /// Its type, in lower case without separators: `function`, `glue_dev_endpoint`, ….
    pub(crate) kind: SmolStr,
    pub(crate) arn: SmolStr,
    pub(crate) account: SmolStr,
    /// The role's index.
    pub(crate) role: usize,
    /// The configuration that its code must be signed by.
    pub(crate) code_signing: Option<SmolStr>,
    /// The image (`111111111111.dkr.ecr.eu-west-1.amazonaws.com/name:tag`) or the object (an ARN) that its code is from.
    pub(crate) code: Option<SmolStr>,
}

impl Estate {
    /// The index of a principal.
    pub(crate) fn index(&self, arn: &str) -> Option<usize> {
        if let Some(at) = self.by_arn.get(arn) {
            return Some(*at);
        }
        // A session is its role.
        let asked = AwsPrincipal::parse(arn)?;
        let same = |principal: &Principal| {
            principal.aws.account == asked.account && principal.aws.name == asked.name
        };
        (asked.kind == crate::AwsPrincipalKind::Session)
            .then(|| self.principals.iter().position(|p| p.trust.is_some() && same(p)))
            .flatten()
    }

    /// Whether a principal is in it.
    #[must_use]
    pub fn has(&self, principal: &str) -> bool {
        self.index(principal).is_some()
    }

    /// The ARNs of all principals.
    pub fn principals(&self) -> impl Iterator<Item = &SmolStr> {
        self.principals.iter().map(|principal| &principal.aws.arn)
    }

    /// What could not be read, one sentence each.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}
