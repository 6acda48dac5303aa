//! Estates that are put together from parts: by whoever knows roles and what runs as them from elsewhere than an account.

use super::existing_workloads::EXISTING;
use super::new_workloads::NEW;
use super::read::spell;
use super::workloads::{COGNITO, workload_kind};
use super::{Estate, Principal, Source, Workload};
use crate::compiled::CompiledPolicy;
use crate::document::PolicyDocument;
use crate::evaluate::PolicySet;
use crate::request::AwsPrincipal;
use serde_json::json;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A role as it is put into an estate.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// Its ARN.
    pub arn: SmolStr,
    /// Who may assume it.
    pub trust: PolicyDocument,
    /// Its policies, each with the name by which the answers call it.
    pub identity: Vec<(SmolStr, PolicyDocument)>,
    /// Its permissions boundary, with its ARN.
    pub boundary: Option<(SmolStr, PolicyDocument)>,
    /// Why it may have policies that are not here.
    pub unknown: Option<String>,
}

/// The name of what stands for anything of its type.
const ANY: &str = "stockade-any";

impl Estate {
    /// Puts a role in.
    ///
    /// # Errors
    /// If the ARN is not that of a role, or a policy cannot be compiled.
    pub fn add_role(&mut self, role: Role) -> Result<(), String> {
        let arn = &role.arn;
        let aws = AwsPrincipal::parse(arn).ok_or_else(|| format!("`{arn}` is not the ARN of a role"))?;
        let compile = |document: &PolicyDocument| {
            CompiledPolicy::new(document)
                .map(Arc::new)
                .map_err(|error| format!("a policy of `{arn}`: {error}"))
        };
        let mut set = PolicySet::default();
        let mut sources = Vec::with_capacity(role.identity.len());
        for (name, document) in &role.identity {
            set.identity.push(compile(document)?);
            sources.push(Source::Inline(name.clone()));
        }
        if let Some((_, document)) = &role.boundary {
            set.boundary.push(compile(document)?);
        }
        let trust = Some(compile(&role.trust)?);
        self.by_arn.insert(arn.clone(), self.principals.len());
        self.principals.push(Principal {
            aws,
            set,
            sources,
            boundary: role.boundary.as_ref().map(|(arn, _)| arn.clone()),
            trust,
            groups: Vec::new(),
            tags: BTreeMap::new(),
            instance_profiles: Vec::new(),
            unknown: role.unknown,
        });
        Ok(())
    }

    /// Puts in something that runs as one of its roles; `kind` is its type in CloudFormation. Without effect if the role is
    /// not in the estate.
    pub fn add_runs_as(&mut self, kind: &str, arn: &str, role: &str) {
        let Some(role) = self.index(role) else { return };
        let account = self.principals[role].aws.account.clone();
        self.add_of_kind(workload_kind(kind), arn.into(), account, role);
    }

    /// Puts in an administrator's role that every service may assume, and one of each kind of things that runs as it: they
    /// stand for those of the account that nobody has named, and only what is allowed on any of a kind reaches them. The
    /// ARN of the role.
    ///
    /// # Errors
    /// If the account is none.
    pub fn add_any(&mut self, partition: &str, region: &str, account: &str) -> Result<SmolStr, String> {
        let arn = format_smolstr!("arn:{partition}:iam::{account}:role/{ANY}");
        let named =
            NEW.iter().flat_map(|way| way.services.iter().chain(way.trusts_too.iter().map(|(name, _)| name)));
        let existing = EXISTING.iter().map(|way| &way.service);
        let services: BTreeSet<&str> =
            named.chain(existing).copied().filter(|name| *name != COGNITO).collect();
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"Service": services}},
            {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": COGNITO}},
        ]});
        let everything = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        self.add_role(Role {
            arn: arn.clone(),
            trust: PolicyDocument::from_json(&trust),
            identity: vec![(ANY.into(), PolicyDocument::from_json(&everything))],
            ..Role::default()
        })?;
        let role = self.principals.len() - 1;
        let mut kinds = BTreeSet::new();
        for way in EXISTING {
            if let Some((_, form)) = way.actions.last().filter(|_| kinds.insert(way.kind)) {
                let own = spell(form, partition, account, ANY).replace("{region}", region);
                self.add_of_kind(way.kind.into(), own.into(), account.into(), role);
            }
        }
        Ok(arn)
    }

    fn add_of_kind(&mut self, kind: SmolStr, arn: SmolStr, account: SmolStr, role: usize) {
        self.workloads.push(Workload { kind, arn, account, role, code_signing: None, code: None });
    }

    /// Whether a role that has those actions in its policies may have a way to another at all: what rules most out at once.
    /// `has` says whether one of its statements allows an action.
    #[must_use]
    pub fn may_lead_on(has: impl Fn(&str) -> bool) -> bool {
        let all = |actions: &[(&'static str, &'static str)]| actions.iter().all(|(action, _)| has(action));
        super::gain::ACTIONS.iter().any(|action| has(action))
            || has("iam:PassRole") && NEW.iter().any(|way| all(way.actions))
            || EXISTING.iter().any(|way| all(way.actions))
    }
}
