//! Requests: who asks to do what to which resource, in what context.

use crate::arn::Arn;
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// A request to AWS as policies see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Who asks.
    pub principal: RequestPrincipal,
    /// `service:Action`.
    pub action: SmolStr,
    /// The ARN of the resource, or `*` for an action that has none.
    pub resource: SmolStr,
    /// What else is known of the request.
    pub context: Context,
}

/// The values of condition keys, which compare without regard to case. A key that is not there is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    values: BTreeMap<SmolStr, Vec<SmolStr>>,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestPrincipal {
    /// A user, role, session or root user, by its ARN.
    Aws(AwsPrincipal),
    /// A service, such as `lambda.amazonaws.com`.
    Service(SmolStr),
    /// Someone whom an identity provider vouches for, by the provider's ARN or name.
    Federated(SmolStr),
    /// An account by its canonical user id.
    CanonicalUser(SmolStr),
    /// Someone who does not sign.
    Anonymous,
}

/// A principal of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AwsPrincipal {
    /// Its ARN.
    pub arn: SmolStr,
    /// What it is.
    pub kind: AwsPrincipalKind,
    /// The account that it belongs to.
    pub account: SmolStr,
    /// Its name without its path; a session's is that of the role.
    pub name: SmolStr,
}

/// Kinds of principals of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AwsPrincipalKind {
    /// The root user.
    Root,
    /// An IAM user.
    User,
    /// An IAM role, by which any session of it is meant.
    Role,
    /// A session of a role.
    Session,
    /// A session that `sts:GetFederationToken` gave.
    FederatedUser,
}

impl Context {
    /// The values of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[SmolStr]> {
        if let Some(values) = self.values.get(key) {
            return Some(values);
        }
        let folded = key.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| key.to_ascii_lowercase())?;
        self.values.get(folded.as_str()).map(Vec::as_slice)
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, values: Vec<SmolStr>) {
        self.values.insert(key.to_ascii_lowercase().into(), values);
    }

    /// Every key, in lower case, with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, &Vec<SmolStr>)> {
        self.values.iter()
    }
}

impl AwsPrincipal {
    /// Reads the ARN of a principal, or an account id, which means the account's root user.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if is_account(text) {
            return Self::parse(&format!("arn:aws:iam::{text}:root"));
        }
        let arn = Arn::parse(text)?;
        let resource = arn.resource();
        let last = |path: &str| SmolStr::new(path.rsplit('/').next().unwrap_or(path));
        let (kind, name) = match (arn.service(), resource.split_once('/')) {
            ("iam", None) if resource == "root" => (AwsPrincipalKind::Root, "root".into()),
            ("iam", Some(("user", path))) => (AwsPrincipalKind::User, last(path)),
            ("iam", Some(("role", path))) => (AwsPrincipalKind::Role, last(path)),
            ("sts", Some(("assumed-role", rest))) => {
                (AwsPrincipalKind::Session, SmolStr::new(rest.split('/').next().unwrap_or(rest)))
            }
            ("sts", Some(("federated-user", name))) => (AwsPrincipalKind::FederatedUser, name.into()),
            _ => return None,
        };
        Some(Self { arn: text.into(), kind, account: arn.account().into(), name })
    }

    /// Whether it is a role that a service made for itself, which no policy of an organisation binds.
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        let name = self.kind == AwsPrincipalKind::Session && self.name.starts_with("AWSServiceRoleFor");
        name || (self.kind == AwsPrincipalKind::Role && self.arn.contains(":role/aws-service-role/"))
    }

    /// The value of `aws:PrincipalArn`: for a session the role's ARN, whose path the session's does not tell.
    #[must_use]
    pub fn principal_arn(&self) -> SmolStr {
        match (self.kind, Arn::parse(&self.arn)) {
            (AwsPrincipalKind::Session, Some(arn)) => {
                format_smolstr!("arn:{}:iam::{}:role/{}", arn.fields[1], self.account, self.name)
            }
            _ => self.arn.clone(),
        }
    }
}

/// Whether a text is an account id.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl RequestPrincipal {
    /// Reads a principal as queries write it: an ARN or account id, a service's name, `*` for someone who does not
    /// sign, the ARN or name of an identity provider.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Some(aws) = AwsPrincipal::parse(text) {
            return Self::Aws(aws);
        }
        let canonical = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match text {
            "*" | "" | "anonymous" => Self::Anonymous,
            "cognito-identity.amazonaws.com" => Self::Federated(text.into()),
            _ if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") => {
                Self::Service(text.into())
            }
            _ if canonical => Self::CanonicalUser(text.into()),
            _ => Self::Federated(text.into()),
        }
    }

    /// The principal as queries write it.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Aws(aws) => &aws.arn,
            Self::Service(id) | Self::Federated(id) | Self::CanonicalUser(id) => id,
            Self::Anonymous => "*",
        }
    }

    /// The account that it belongs to, if it belongs to one.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Aws(aws) => Some(&aws.account),
            _ => None,
        }
    }
}

impl Request {
    /// The request with the keys that the service itself derives from the principal and the resource: what the context
    /// says already stays (IAM User Guide, "AWS global condition context keys").
    #[must_use]
    pub fn with_derived_keys(mut self, resource_account: Option<&str>) -> Self {
        let derived = Context::derived(&self.principal, resource_account);
        for (key, values) in derived.values {
            self.context.values.entry(key).or_insert(values);
        }
        self
    }
}

impl Context {
    /// The keys that follow from a principal and the account of a resource.
    pub(crate) fn derived(principal: &RequestPrincipal, resource_account: Option<&str>) -> Self {
        let mut context = Self::default();
        let mut set = |key: &'static str, value: SmolStr| {
            context.values.insert(SmolStr::new_static(key), vec![value]);
        };
        let service = matches!(principal, RequestPrincipal::Service(_));
        match principal {
            RequestPrincipal::Aws(aws) => {
                set("aws:principalarn", aws.principal_arn());
                set("aws:principalaccount", aws.account.clone());
                let kind = match aws.kind {
                    AwsPrincipalKind::Root => "Account",
                    AwsPrincipalKind::User => "User",
                    AwsPrincipalKind::Role | AwsPrincipalKind::Session => "AssumedRole",
                    AwsPrincipalKind::FederatedUser => "FederatedUser",
                };
                set("aws:principaltype", SmolStr::new_static(kind));
                if aws.kind == AwsPrincipalKind::User {
                    set("aws:username", aws.name.clone());
                }
            }
            RequestPrincipal::Service(name) => set("aws:principalservicename", name.clone()),
            RequestPrincipal::Anonymous => set("aws:principaltype", SmolStr::new_static("Anonymous")),
            RequestPrincipal::Federated(_) | RequestPrincipal::CanonicalUser(_) => {}
        }
        set("aws:principalisawsservice", SmolStr::new_static(if service { "true" } else { "false" }));
        if let Some(account) = resource_account {
            set("aws:resourceaccount", account.into());
        }
        context
    }
}
