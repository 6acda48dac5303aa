//! Who is an administrator.

use super::access::{Given, Memo, Unanswered};
use super::{Estate, Principal};
use crate::compiled::CompiledPolicy;
use crate::evaluate::PolicySet;
use crate::request::{Context, Request, RequestPrincipal};
use crate::symbolic::{Budget, Proof, can};
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;
use stockade_model::Kleene;

/// Whether a principal is an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admin {
    /// It may do anything, or give itself that.
    Yes,
    /// It may not.
    No,
}

impl Estate {
    /// Whether a principal may do anything, or may by itself make it so that it does: by what it has, or by one change
    /// to its own policies.
    ///
    /// # Errors
    /// If the principal is not in the estate, or has policies that are not.
    pub fn effective_admin(&self, principal: &str) -> Result<Admin, Unanswered> {
        let Some(at) = self.index(principal) else {
            return Err(Unanswered(format!("the principal `{principal}` is not in the estate")));
        };
        let who = &self.principals[at];
        if self.is_admin(who, &who.set) || self.upgrade(at, at).is_some() {
            return Ok(Admin::Yes);
        }
        match &who.unknown {
            Some(unknown) => Err(Unanswered(unknown.clone())),
            None => Ok(Admin::No),
        }
    }

    /// Whether a principal with these policies may do anything: something on something that nobody has thought of, and
    /// what only administrators may.
    pub(crate) fn is_admin(&self, who: &Principal, set: &PolicySet) -> bool {
        let account = &who.aws.account;
        let probes = [
            ("any:any", format_smolstr!("arn:aws:any:us-east-1:{account}:any/any")),
            ("iam:attachrolepolicy", format_smolstr!("arn:aws:iam::{account}:role/any")),
            ("iam:createaccesskey", format_smolstr!("arn:aws:iam::{account}:user/any")),
        ];
        let may = |action: &str| {
            let mut statements = set.identity.iter().flat_map(|policy| &policy.statements);
            statements.any(|statement| {
                statement.allow == Some(true) && statement.matches_action(action) == Kleene::True
            })
        };
        probes.iter().all(|(action, _)| may(action))
            && probes.iter().all(|(action, resource)| {
                let request = Request {
                    principal: RequestPrincipal::Aws(who.aws.clone()),
                    action: SmolStr::new_static(action),
                    resource: resource.clone(),
                    context: Context::default(),
                };
                matches!(can(&request, set, Some(account), false, Budget::default()), Proof::Some(_))
            })
    }

    /// Whether a principal would be an administrator with more of identity policies.
    pub(super) fn is_admin_with(&self, who: &Principal, more: &[Arc<CompiledPolicy>]) -> bool {
        let mut set = who.set.clone();
        set.identity.extend(more.iter().cloned());
        self.is_admin(who, &set)
    }

    /// Whether a principal may do something to a target of which nothing is given but its tags.
    pub(super) fn may_on(&self, who: &Principal, action: &'static str, resource: &str) -> bool {
        self.allowed(who, action, resource, &Given::default(), &mut Memo::default())
    }
}
