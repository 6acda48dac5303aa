//! What a principal can make of another by IAM itself: raise it to an administrator, or become it.

use super::access::{Given, Grant, Memo};
use super::{Estate, Principal, Source};
use crate::compiled::{CompiledPolicy, CompiledStatement, Named, PrincipalPattern};
use smol_str::SmolStr;
use std::sync::Arc;

/// A change that a principal can make, with what it takes.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// The id in the escalation catalogue.
    pub(super) edge: &'static str,
    pub(super) grants: Vec<Grant>,
}

/// The policy that makes administrators.
pub(super) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What can be done to the policies of users.
const OF_USER: Words = Words {
    put: ("I7", "iam:PutUserPolicy"),
    attach: ("I8", "iam:AttachUserPolicy"),
    delete_boundary: "iam:DeleteUserPermissionsBoundary",
    put_boundary: "iam:PutUserPermissionsBoundary",
    delete: "iam:DeleteUserPolicy",
    detach: "iam:DetachUserPolicy",
};

/// What can be done to the policies of roles.
const OF_ROLE: Words = Words {
    put: ("I5", "iam:PutRolePolicy"),
    attach: ("I9", "iam:AttachRolePolicy"),
    delete_boundary: "iam:DeleteRolePermissionsBoundary",
    put_boundary: "iam:PutRolePermissionsBoundary",
    delete: "iam:DeleteRolePolicy",
    detach: "iam:DetachRolePolicy",
};

struct Words {
    put: (&'static str, &'static str),
    attach: (&'static str, &'static str),
    delete_boundary: &'static str,
    put_boundary: &'static str,
    delete: &'static str,
    detach: &'static str,
}

impl Estate {
    /// How a principal can make another, or itself, an administrator.
    pub(super) fn upgrade(&self, by: usize, of: usize) -> Option<Change> {
        let (who, target) = (&self.principals[by], &self.principals[of]);
        if !self.may(who, "iam:putuserpolicy") && !ANY_CHANGE.iter().any(|action| self.may(who, action)) {
            return None;
        }
        let words = if target.trust.is_some() { &OF_ROLE } else { &OF_USER };
        let everything = [Arc::new(CompiledPolicy::allow_all())];
        if self.is_admin_with(target, &everything) {
            if let Some(change) = self.grant_everything(who, target, words) {
                return Some(change);
            }
        } else if let Some(change) = self.unbind(who, target, words) {
            return Some(change);
        }
        self.undeny(who, target, words)
    }

    /// Gives a principal a policy that allows everything.
    fn grant_everything(&self, who: &Principal, target: &Principal, words: &Words) -> Option<Change> {
        let arn = &target.aws.arn;
        let one = |edge, action: &'static str, resource: &str, given: &Given| {
            let allowed = self.allowed(who, action, resource, given, &mut Memo::default());
            allowed.then(|| Change { edge, grants: vec![Grant::with(action, resource, given)] })
        };
        let attaching = |mut given: Given| {
            given.0.push(("iam:policyarn", Some(ADMINISTRATOR.into())));
            given
        };
        if let Some(change) = one(words.put.0, words.put.1, arn, &bound_by(target)) {
            return Some(change);
        }
        if let Some(change) = one(words.attach.0, words.attach.1, arn, &attaching(bound_by(target))) {
            return Some(change);
        }
        for group in &target.groups {
            let group = &self.groups[*group].arn;
            if let Some(change) = one("I11", "iam:PutGroupPolicy", group, &Given::default())
                .or_else(|| one("I10", "iam:AttachGroupPolicy", group, &attaching(Given::default())))
            {
                return Some(change);
            }
        }
        for source in &target.sources {
            let (Source::Managed(policy) | Source::GroupManaged(_, policy)) = source else { continue };
            if policy.contains(":iam::aws:policy/") {
                continue;
            }
            if let Some(change) = one("I1", "iam:CreatePolicyVersion", policy, &Given::default()) {
                return Some(change);
            }
            let older = self.policies.get(policy).map(|policy| policy.others.as_slice()).unwrap_or_default();
            if older.iter().any(|version| self.is_admin_with(target, std::slice::from_ref(version)))
                && let Some(change) = one("I22", "iam:SetDefaultPolicyVersion", policy, &Given::default())
            {
                return Some(change);
            }
        }
        if target.trust.is_none() {
            for (at, group) in self.groups.iter().enumerate() {
                if target.groups.contains(&at) || self.owner_of(&group.arn) != Some(&target.aws.account) {
                    continue;
                }
                let policies: Vec<_> = group.policies.iter().map(|(_, policy)| policy.clone()).collect();
                if self.may(who, "iam:addusertogroup")
                    && self.is_admin_with(target, &policies)
                    && let Some(change) = one("I13", "iam:AddUserToGroup", &group.arn, &Given::default())
                {
                    return Some(change);
                }
            }
        }
        None
    }

    /// Takes a boundary away that alone keeps a principal from being an administrator, or from becoming one.
    fn unbind(&self, who: &Principal, target: &Principal, words: &Words) -> Option<Change> {
        let boundary = target.boundary.clone()?;
        let mut free = target.clone();
        free.boundary = None;
        free.set.boundary = Vec::new();
        let mut grants = Vec::new();
        let given = bound_by(target);
        let arn = &target.aws.arn;
        if self.allowed(who, words.delete_boundary, arn, &given, &mut Memo::default()) {
            grants.push(Grant::with(words.delete_boundary, arn.clone(), &given));
        } else {
            let given = Given(vec![("iam:permissionsboundary", Some(ADMINISTRATOR.into()))]);
            if !self.allowed(who, words.put_boundary, arn, &given, &mut Memo::default()) {
                // The boundary itself may be open to change.
                let own = !boundary.contains(":iam::aws:policy/");
                if !own || !self.may_on(who, "iam:CreatePolicyVersion", &boundary) {
                    return None;
                }
                grants.push(Grant::new("iam:CreatePolicyVersion", boundary));
            } else {
                grants.push(Grant::with(words.put_boundary, arn.clone(), &given));
            }
        }
        if !self.is_admin(&free, &free.set) {
            // Someone who changes itself acts without the boundary from here on.
            let acting = if std::ptr::eq(who, target) { free.clone() } else { who.clone() };
            grants.extend(self.grant_everything(&acting, &free, words)?.grants);
        }
        Some(Change { edge: "I23", grants })
    }

    /// Takes away a policy whose denials alone keep a principal from being an administrator.
    fn undeny(&self, who: &Principal, target: &Principal, words: &Words) -> Option<Change> {
        for (at, policy) in target.set.identity.iter().enumerate() {
            if !policy.statements.iter().any(|statement| statement.allow == Some(false)) {
                continue;
            }
            let mut set = target.set.clone();
            set.identity.remove(at);
            let (action, resource) = match &target.sources[at] {
                Source::Inline(_) => (words.delete, target.aws.arn.clone()),
                Source::Managed(_) => (words.detach, target.aws.arn.clone()),
                Source::GroupInline(group, _) => ("iam:DeleteGroupPolicy", self.groups[*group].arn.clone()),
                Source::GroupManaged(group, _) => ("iam:DetachGroupPolicy", self.groups[*group].arn.clone()),
            };
            let given = match &target.sources[at] {
                Source::Inline(_) | Source::Managed(_) => bound_by(target),
                Source::GroupInline(..) | Source::GroupManaged(..) => Given::default(),
            };
            if self.is_admin(target, &set)
                && self.allowed(who, action, &resource, &given, &mut Memo::default())
            {
                return Some(Change { edge: "I24", grants: vec![Grant::with(action, resource, &given)] });
            }
        }
        None
    }

    /// How a principal can become another by IAM and STS alone.
    pub(super) fn take(&self, by: usize, of: usize) -> Option<Change> {
        let (who, target) = (&self.principals[by], &self.principals[of]);
        let arn = &target.aws.arn;
        if let Some(trust) = &target.trust {
            if self.can_assume(who, target, trust) {
                let edge = if is_cdk(&target.aws.name) { "S5" } else { "T1" };
                return Some(Change { edge, grants: vec![Grant::new("sts:AssumeRole", arn.clone())] });
            }
            if self.may(who, "iam:updateassumerolepolicy")
                && self.may_on(who, "iam:UpdateAssumeRolePolicy", arn)
                && self.can_assume(who, target, &Arc::new(trusting(who)))
            {
                let grants = vec![
                    Grant::new("iam:UpdateAssumeRolePolicy", arn.clone()),
                    Grant::new("sts:AssumeRole", arn.clone()),
                ];
                return Some(Change { edge: "I12", grants });
            }
            return None;
        }
        [("I2", "iam:CreateAccessKey"), ("I4", "iam:CreateLoginProfile"), ("I6", "iam:UpdateLoginProfile")]
            .into_iter()
            .find(|(_, action)| self.may_on(who, action, arn))
            .map(|(edge, action)| Change { edge, grants: vec![Grant::new(action, arn.clone())] })
    }
}

/// Actions of which a change takes one.
pub(super) const ACTIONS: [&str; 23] = [
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:PutGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachGroupPolicy",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:AddUserToGroup",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DeleteRolePolicy",
    "iam:DetachUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DeleteGroupPolicy",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
];

/// Actions of which an upgrade takes one, in lower case.
const ANY_CHANGE: [&str; 17] = [
    "iam:putrolepolicy",
    "iam:putgrouppolicy",
    "iam:attachuserpolicy",
    "iam:attachrolepolicy",
    "iam:attachgrouppolicy",
    "iam:createpolicyversion",
    "iam:setdefaultpolicyversion",
    "iam:addusertogroup",
    "iam:deleteuserpermissionsboundary",
    "iam:deleterolepermissionsboundary",
    "iam:putuserpermissionsboundary",
    "iam:putrolepermissionsboundary",
    "iam:deleteuserpolicy",
    "iam:deleterolepolicy",
    "iam:detachuserpolicy",
    "iam:detachrolepolicy",
    "iam:deletegrouppolicy",
];

/// Whether a role is one that the bootstrap of CDK made (`cdk-hnb659fds-deploy-role-…`), by which anyone who may deploy
/// deploys.
fn is_cdk(name: &str) -> bool {
    let kinds = ["-deploy-role-", "-cfn-exec-role-", "-file-publishing-role-", "-image-publishing-role-"];
    name.starts_with("cdk-") && kinds.iter().any(|kind| name.contains(kind))
}

/// What requests about the policies of a user or role say of its boundary.
///
/// Source: Service Authorization Reference, "AWS Identity and Access Management", `iam:PermissionsBoundary`.
pub(super) fn bound_by(target: &Principal) -> Given {
    Given(vec![("iam:permissionsboundary", target.boundary.clone())])
}

/// A trust policy that lets in one principal.
pub(super) fn trusting(who: &Principal) -> CompiledPolicy {
    let mut policy = CompiledPolicy::allow_all();
    for statement in &mut policy.statements {
        statement.principals =
            Some(Named { except: false, patterns: vec![PrincipalPattern::Aws(who.aws.clone())] });
    }
    policy
}

/// All statements of a principal's identity policies as one policy.
pub(super) fn union(who: &Principal) -> CompiledPolicy {
    let statements: Vec<CompiledStatement> =
        who.set.identity.iter().flat_map(|policy| policy.statements.iter().cloned()).collect();
    CompiledPolicy { statements, open: None }
}

/// The last part of an ARN's resource.
pub(super) fn short_name(arn: &str) -> SmolStr {
    SmolStr::new(arn.rsplit(['/', ':']).next().unwrap_or(arn))
}
