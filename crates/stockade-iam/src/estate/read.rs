//! Reading an estate: the JSON of `aws iam get-account-authorization-details`, of one account or several.

use super::{Estate, Group, ManagedPolicy, Principal, Source, Workload};
use crate::catalogue::Catalogue;
use crate::compiled::CompiledPolicy;
use crate::document::PolicyDocument;
use crate::evaluate::PolicySet;
use crate::request::{AwsPrincipal, is_account};
use serde_json::Value as Json;
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Estate {
    /// Reads an estate: the details of an account, or `{"accounts": {id: details}}`, with `Functions`, `Resources`,
    /// `ResourcePolicies`, `ServiceControlPolicies` and `ManagementAccount` beside.
    ///
    /// # Errors
    /// What has not the shape of such a document, or no principal at all.
    pub fn read(json: &Json) -> Result<Self, String> {
        if !json.is_object() {
            return Err("an estate is a JSON object".into());
        }
        let mut estate = Self::default();
        let accounts: Vec<&Json> = match json.get("accounts") {
            Some(Json::Object(accounts)) => accounts.values().collect(),
            Some(_) => return Err("`accounts` is not an object of accounts".into()),
            None => vec![json],
        };
        estate.scp = levels(json.get("ServiceControlPolicies"))?;
        let management = json.get("ManagementAccount").and_then(Json::as_str);
        estate.management_account = management.map(SmolStr::new);
        for account in &accounts {
            estate.read_policies(account)?;
        }
        for account in &accounts {
            let first = estate.groups.len();
            for detail in list(account, "GroupDetailList")? {
                estate.read_group(detail)?;
            }
            for (key, inline) in [("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList")]
            {
                for detail in list(account, key)? {
                    estate.read_principal(detail, inline, first)?;
                }
            }
        }
        if estate.principals.is_empty() {
            return Err("the estate has no user and no role".into());
        }
        let inside = accounts.iter().copied().filter(|account| !std::ptr::eq(*account, json));
        for part in std::iter::once(json).chain(inside) {
            estate.read_workloads(part)?;
            estate.read_resource_policies(part)?;
        }
        Ok(estate)
    }

    fn read_policies(&mut self, account: &Json) -> Result<(), String> {
        for detail in list(account, "Policies")? {
            let arn = text(detail, "Arn", "a policy")?;
            let default = detail.get("DefaultVersionId").and_then(Json::as_str);
            let mut policy = None;
            let mut others = Vec::new();
            for version in list(detail, "PolicyVersionList")? {
                let Some(document) = version.get("Document") else { continue };
                let flagged = version.get("IsDefaultVersion").and_then(Json::as_bool);
                let named = version.get("VersionId").and_then(Json::as_str) == default;
                match compile(document, arn) {
                    Ok(compiled) if flagged.unwrap_or(named) => policy = Some(compiled),
                    Ok(compiled) => others.push(compiled),
                    Err(error) => self.missing.push(error),
                }
            }
            if let Some(default) = policy {
                self.policies.insert(arn.into(), ManagedPolicy { default, others });
            }
        }
        Ok(())
    }

    /// The managed policy of an ARN: the estate's, or one of AWS's own.
    fn managed(&self, arn: &str) -> Option<Arc<CompiledPolicy>> {
        match self.policies.get(arn) {
            Some(policy) => Some(policy.default.clone()),
            None => managed_by_aws(arn),
        }
    }

    fn read_group(&mut self, detail: &Json) -> Result<(), String> {
        let arn: SmolStr = text(detail, "Arn", "a group")?.into();
        let at = self.groups.len();
        let mut policies = Vec::new();
        for inline in list(detail, "GroupPolicyList")? {
            match compile(inline.get("PolicyDocument").unwrap_or(&Json::Null), &arn) {
                Ok(policy) => policies.push((Source::GroupInline(at, policy_name(inline)), policy)),
                Err(error) => self.missing.push(error),
            }
        }
        for attached in list(detail, "AttachedManagedPolicies")? {
            let policy = text(attached, "PolicyArn", "an attached policy")?;
            match self.managed(policy) {
                Some(compiled) => policies.push((Source::GroupManaged(at, policy.into()), compiled)),
                None => self.missing.push(format!("`{policy}` of `{arn}` is not in the estate")),
            }
        }
        self.groups.push(Group { arn, policies });
        Ok(())
    }

    fn read_principal(&mut self, detail: &Json, inline: &str, first_group: usize) -> Result<(), String> {
        let arn = text(detail, "Arn", "a principal")?;
        let aws =
            AwsPrincipal::parse(arn).ok_or_else(|| format!("`{arn}` is not the ARN of a user or role"))?;
        let mut unknown = None;
        let mut identity = Vec::new();
        let mut sources = Vec::new();
        for inline_policy in list(detail, inline)? {
            match compile(inline_policy.get("PolicyDocument").unwrap_or(&Json::Null), arn) {
                Ok(policy) => {
                    identity.push(policy);
                    sources.push(Source::Inline(policy_name(inline_policy)));
                }
                Err(error) => unknown = Some(error),
            }
        }
        for attached in list(detail, "AttachedManagedPolicies")? {
            let policy = text(attached, "PolicyArn", "an attached policy")?;
            match self.managed(policy) {
                Some(compiled) => {
                    identity.push(compiled);
                    sources.push(Source::Managed(policy.into()));
                }
                None => unknown = Some(format!("`{policy}` of `{arn}` is not in the estate")),
            }
        }
        let mut groups = Vec::new();
        for name in list(detail, "GroupList")? {
            let name = name.as_str().unwrap_or_default();
            let of_account = self.groups.iter().enumerate().skip(first_group);
            let found = of_account
                .map(|(at, group)| (at, group.arn.rsplit(['/', ':']).next().unwrap_or_default()))
                .find(|(_, short)| *short == name.rsplit('/').next().unwrap_or(name));
            match found {
                Some((at, _)) => groups.push(at),
                None => unknown = Some(format!("the group `{name}` of `{arn}` is not in the estate")),
            }
        }
        for group in &groups {
            for (source, policy) in &self.groups[*group].policies {
                identity.push(policy.clone());
                sources.push(source.clone());
            }
        }
        let boundary = detail
            .get("PermissionsBoundary")
            .and_then(|boundary| boundary.get("PermissionsBoundaryArn"))
            .and_then(Json::as_str);
        let bounds = match boundary.map(|arn| (arn, self.managed(arn))) {
            Some((_, Some(policy))) => vec![policy],
            Some((boundary, None)) => {
                unknown = Some(format!("the boundary `{boundary}` of `{arn}` is not in the estate"));
                vec![Arc::new(CompiledPolicy::default())]
            }
            None => Vec::new(),
        };
        let trust = match detail.get("AssumeRolePolicyDocument") {
            Some(document) => match compile(document, arn) {
                Ok(policy) => Some(policy),
                Err(error) => {
                    unknown = Some(error);
                    None
                }
            },
            None => None,
        };
        let mut tags = BTreeMap::new();
        for tag in list(detail, "Tags")? {
            let part = |name: &str| tag.get(name).and_then(Json::as_str).unwrap_or_default();
            tags.insert(part("Key").into(), part("Value").into());
        }
        let mut instance_profiles = Vec::new();
        for profile in list(detail, "InstanceProfileList")? {
            for field in ["Arn", "InstanceProfileName"] {
                instance_profiles.extend(profile.get(field).and_then(Json::as_str).map(SmolStr::new));
            }
        }
        let in_management = self.management_account.as_ref() == Some(&aws.account);
        let scp = if in_management { Vec::new() } else { self.scp.clone() };
        self.missing.extend(unknown.clone());
        self.by_arn.insert(arn.into(), self.principals.len());
        self.principals.push(Principal {
            aws,
            set: PolicySet { identity, boundary: bounds, scp, ..PolicySet::default() },
            sources,
            boundary: boundary.map(SmolStr::new),
            trust,
            groups,
            tags,
            instance_profiles,
            unknown,
        });
        Ok(())
    }

    fn read_workloads(&mut self, json: &Json) -> Result<(), String> {
        for function in list(json, "Functions")? {
            let arn = text(function, "FunctionArn", "a function")?;
            self.add_workload("function", arn, function.get("Role"));
            if let Some(added) = self.workloads.last_mut().filter(|added| added.arn == arn) {
                let part = |name: &str| {
                    let nested = function.get("Code").and_then(|code| code.get(name));
                    function.get(name).or(nested).and_then(Json::as_str)
                };
                added.code_signing = part("CodeSigningConfigArn").map(SmolStr::new);
                let object = part("S3Bucket").zip(part("S3Key"));
                let object = object.map(|(bucket, key)| {
                    format_smolstr!("arn:{}:s3:::{bucket}/{key}", super::access::partition_of(arn))
                });
                added.code = part("ImageUri").map(SmolStr::new).or(object);
            }
        }
        for resource in list(json, "Resources")? {
            let kind = text(resource, "Type", "a resource")?;
            let arn = text(resource, "Arn", "a resource")?;
            self.add_workload(kind, arn, resource.get("Role"));
        }
        Ok(())
    }

    fn add_workload(&mut self, kind: &str, arn: &str, role: Option<&Json>) {
        let account = arn.split(':').nth(4).filter(|account| is_account(account)).unwrap_or_default();
        match role.and_then(|role| self.role_of(role, account)) {
            Some(role) => {
                let account = match account {
                    "" => self.principals[role].aws.account.clone(),
                    account => account.into(),
                };
                let kind = super::workloads::workload_kind(kind);
                self.workloads.push(Workload {
                    kind,
                    arn: arn.into(),
                    account,
                    role,
                    code_signing: None,
                    code: None,
                });
            }
            None => self.missing.push(format!("the role of `{arn}` is not in the estate")),
        }
    }

    /// The role that a value names: by its ARN or name, or by those of an instance profile.
    fn role_of(&self, role: &Json, account: &str) -> Option<usize> {
        match role {
            Json::String(name) => {
                let named = |principal: &Principal| {
                    principal.trust.is_some()
                        && (account.is_empty() || principal.aws.account == account)
                        && (principal.aws.name == *name
                            || principal.instance_profiles.iter().any(|profile| profile == name))
                };
                self.index(name)
                    .filter(|at| self.principals[*at].trust.is_some())
                    .or_else(|| self.principals.iter().position(named))
            }
            Json::Array(items) => items.iter().find_map(|item| self.role_of(item, account)),
            Json::Object(fields) => fields.values().find_map(|value| self.role_of(value, account)),
            _ => None,
        }
    }

    fn read_resource_policies(&mut self, json: &Json) -> Result<(), String> {
        match json.get("ResourcePolicies") {
            None | Some(Json::Null) => {}
            Some(Json::Object(policies)) => {
                for (arn, document) in policies {
                    match compile(document, arn) {
                        Ok(policy) => {
                            self.resource_policies.insert(arn.into(), policy);
                        }
                        Err(error) => self.missing.push(error),
                    }
                }
            }
            Some(_) => return Err("`ResourcePolicies` is not an object of policies by ARN".into()),
        }
        Ok(())
    }
}

fn policy_name(inline: &Json) -> SmolStr {
    inline.get("PolicyName").and_then(Json::as_str).unwrap_or_default().into()
}

fn list<'j>(json: &'j Json, key: &str) -> Result<&'j [Json], String> {
    match json.get(key) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(items)) => Ok(items),
        Some(_) => Err(format!("`{key}` is not a list")),
    }
}

fn text<'j>(json: &'j Json, key: &str, of: &str) -> Result<&'j str, String> {
    json.get(key).and_then(Json::as_str).ok_or_else(|| format!("{of} has no `{key}`"))
}

fn levels(json: Option<&Json>) -> Result<Vec<Vec<Arc<CompiledPolicy>>>, String> {
    let name = "ServiceControlPolicies";
    let items = match json {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Array(items)) => items,
        Some(_) => return Err(format!("`{name}` is not a list of levels")),
    };
    let level = |level: &Json| match level {
        Json::Array(documents) => documents.iter().map(|document| compile(document, name)).collect(),
        document => Ok(vec![compile(document, name)?]),
    };
    items.iter().map(level).collect()
}

/// A policy that AWS manages, by the catalogue.
fn managed_by_aws(arn: &str) -> Option<Arc<CompiledPolicy>> {
    let policy = Catalogue::built_in().managed_policy(arn).filter(|_| arn.contains(":iam::aws:policy/"))?;
    CompiledPolicy::new(&PolicyDocument::from_json(&policy.document)).ok().map(Arc::new)
}

/// Compiles a document, which may be a URL-encoded text, as the API itself gives it.
fn compile(document: &Json, of: &str) -> Result<Arc<CompiledPolicy>, String> {
    let document = match document {
        Json::String(text) if text.starts_with('%') => PolicyDocument::parse(&decode(text)),
        other => PolicyDocument::from_json(other),
    };
    CompiledPolicy::new(&document).map(Arc::new).map_err(|message| format!("a policy of `{of}`: {message}"))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The ARN of a name in an account, for what an estate names shortly.
#[must_use]
pub(super) fn spell(template: &str, partition: &str, account: &str, name: &str) -> SmolStr {
    format_smolstr!(
        "{}",
        template.replace("{partition}", partition).replace("{account}", account).replace("{name}", name)
    )
}
