//! The statements that give the permissions of a step.

use super::access::Grant;
use super::gain::trusting;
use super::{Estate, Principal, Source};
use crate::PolicyType;
use crate::evaluate::{DecidingStatement, PolicySet, evaluate};
use crate::symbolic::{Budget, Proof, can};
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;

/// A statement that gives a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantingStatement {
    /// The action that it allows.
    pub permission: SmolStr,
    /// The type of its policy.
    pub policy_type: PolicyType,
    /// Its policy: the ARN of a managed policy, the name of an inline policy (for one of a group after the group's ARN and
    /// a space), the ARN of the role for its trust policy, `level/index` for a service control policy.
    pub policy: SmolStr,
    /// Its index in the policy.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<SmolStr>,
}

impl Estate {
    /// The statements that allow what a step takes.
    pub(super) fn granting(
        &self,
        who: &Principal,
        target: &Principal,
        grant: &Grant,
    ) -> Vec<GrantingStatement> {
        let mut sets = Vec::new();
        if grant.action == "sts:AssumeRole" {
            let made = Arc::new(trusting(who));
            for trust in target.trust.iter().chain([&made]) {
                sets.push(PolicySet { resource: Some(trust.clone()), ..who.set.clone() });
            }
        } else {
            sets.push(who.set.clone());
            // A step before may have taken the boundary away.
            sets.push(PolicySet { boundary: Vec::new(), ..who.set.clone() });
        }
        let request = self.request(who, grant.action, &grant.resource, &grant.given);
        let account = self.owner_of(&grant.resource).or(Some(who.aws.account.as_str()));
        for set in &sets {
            let Proof::Some(witness) = can(&request, set, account, false, Budget::default()) else {
                continue;
            };
            let decision = evaluate(&witness.request, set, account);
            let of_step = |deciding: &DecidingStatement| GrantingStatement {
                permission: SmolStr::new_static(grant.action),
                policy_type: deciding.policy_type,
                policy: self.policy_of(who, target, deciding),
                statement: deciding.statement,
                sid: deciding.sid.clone(),
            };
            return decision.statements.iter().map(of_step).collect();
        }
        Vec::new()
    }

    fn policy_of(&self, who: &Principal, target: &Principal, deciding: &DecidingStatement) -> SmolStr {
        match deciding.policy_type {
            PolicyType::Identity => match who.sources.get(deciding.policy) {
                Some(Source::Inline(name)) => name.clone(),
                Some(Source::Managed(arn) | Source::GroupManaged(_, arn)) => arn.clone(),
                Some(Source::GroupInline(group, name)) => {
                    format_smolstr!("{} {name}", self.groups[*group].arn)
                }
                None => SmolStr::default(),
            },
            PolicyType::Boundary => who.boundary.clone().unwrap_or_default(),
            PolicyType::Resource | PolicyType::Trust => target.aws.arn.clone(),
            _ => format_smolstr!("{}/{}", deciding.level.unwrap_or_default(), deciding.policy),
        }
    }
}
