//! New users and roles: who may make one with every permission and become it is an administrator.

use super::access::{Given, Grant, Memo};
use super::gain::{ADMINISTRATOR, Change, bound_by, trusting};
use super::{Estate, Principal};
use crate::compiled::CompiledPolicy;
use crate::request::AwsPrincipal;
use std::sync::Arc;

const USER: &str = "arn:{partition}:iam::{account}:user/{name}";
const ROLE: &str = "arn:{partition}:iam::{account}:role/{name}";

impl Estate {
    /// A new administrator that a principal can make and become, with what that takes.
    pub(super) fn new_administrator(&self, who: &Principal) -> Option<(Principal, Change)> {
        self.new_user(who).or_else(|| self.new_role(who))
    }

    fn new_user(&self, who: &Principal) -> Option<(Principal, Change)> {
        if !self.may(who, "iam:createuser") {
            return None;
        }
        let actions = ["iam:CreateUser", "iam:PutUserPolicy", "iam:AttachUserPolicy"];
        let keys = ["iam:CreateAccessKey", "iam:CreateLoginProfile"];
        let names = self.names_of(who, &[&actions[..], &keys[..]].concat(), USER);
        names.into_iter().find_map(|arn| {
            let user = self.new_principal(who, &arn)?;
            let create = self.grant(who, "iam:CreateUser", &arn, &bound_by(&user))?;
            let raise = self
                .gift(who, &user, "iam:PutUserPolicy", "iam:AttachUserPolicy")
                .or_else(|| self.group_of_administrators(who, &user))?;
            let key = keys.iter().find_map(|action| self.grant(who, action, &arn, &Given::default()))?;
            Some((user, Change { edge: "I25", grants: vec![create, raise, key] }))
        })
    }

    fn new_role(&self, who: &Principal) -> Option<(Principal, Change)> {
        if !self.may(who, "iam:createrole") {
            return None;
        }
        let actions = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole"];
        let names = self.names_of(who, &actions, ROLE);
        names.into_iter().find_map(|arn| {
            let mut role = self.new_principal(who, &arn)?;
            let trust = Arc::new(trusting(who));
            role.trust = Some(trust.clone());
            let create = self.grant(who, "iam:CreateRole", &arn, &bound_by(&role))?;
            let raise = self.gift(who, &role, "iam:PutRolePolicy", "iam:AttachRolePolicy")?;
            let assume = Grant::new("sts:AssumeRole", arn.clone());
            self.can_assume(who, &role, &trust)
                .then(|| (role, Change { edge: "I26", grants: vec![create, raise, assume] }))
        })
    }

    /// A user or role that is not there yet: it has no policies, and what binds the account binds it.
    fn new_principal(&self, who: &Principal, arn: &str) -> Option<Principal> {
        let aws = AwsPrincipal::parse(arn).filter(|_| !self.has(arn))?;
        let mut new = Principal { aws, boundary: None, trust: None, unknown: None, ..who.clone() };
        new.set.identity.clear();
        new.set.boundary.clear();
        new.sources.clear();
        new.groups.clear();
        new.tags.clear();
        new.instance_profiles.clear();
        Some(new)
    }

    fn grant(&self, who: &Principal, action: &'static str, resource: &str, given: &Given) -> Option<Grant> {
        self.allowed(who, action, resource, given, &mut Memo::default())
            .then(|| Grant::with(action, resource, given))
    }

    /// The policy that makes a new principal an administrator.
    fn gift(
        &self,
        who: &Principal,
        new: &Principal,
        put: &'static str,
        attach: &'static str,
    ) -> Option<Grant> {
        if !self.is_admin_with(new, &[Arc::new(CompiledPolicy::allow_all())]) {
            return None;
        }
        let mut attaching = bound_by(new);
        attaching.0.push(("iam:policyarn", Some(ADMINISTRATOR.into())));
        self.grant(who, put, &new.aws.arn, &bound_by(new))
            .or_else(|| self.grant(who, attach, &new.aws.arn, &attaching))
    }

    /// The group that makes a new user an administrator.
    fn group_of_administrators(&self, who: &Principal, new: &Principal) -> Option<Grant> {
        let groups = self.groups.iter().filter(|group| self.owner_of(&group.arn) == Some(&new.aws.account));
        groups
            .filter(|group| {
                let policies: Vec<_> = group.policies.iter().map(|(_, policy)| policy.clone()).collect();
                self.is_admin_with(new, &policies)
            })
            .find_map(|group| self.grant(who, "iam:AddUserToGroup", &group.arn, &Given::default()))
    }
}
