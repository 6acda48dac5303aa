//! `Principal` and `NotPrincipal`.

use super::{ErrorClass, Linter, kind};
use crate::PolicyType;
use stockade_syntax::{Data, Entry, Node, Span};

const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// What unique ids of IAM entities begin with (IAM User Guide, "IAM identifiers").
const UNIQUE_IDS: [&str; 4] = ["AIDA", "AROA", "AGPA", "ASIA"];

impl Linter<'_> {
    pub(super) fn principals(&mut self, statement: &Node, effect: Option<&str>) {
        let written: Vec<&Entry> =
            ["Principal", "NotPrincipal"].into_iter().filter_map(|key| statement.entry(key)).collect();
        if !self.policy_type.names_principals() {
            for entry in written {
                let name = self.policy_type.name();
                let message = format!(
                    "a policy of type `{name}` has no `{}`: it is for whom it is attached to",
                    entry.key
                );
                self.error(ErrorClass::PrincipalNotAllowed, entry.key_span, message);
            }
            return;
        }
        if written.is_empty() {
            let message = "a statement of a policy on a resource has `Principal`";
            return self.error(ErrorClass::MissingPrincipal, statement.span, message);
        }
        for entry in written {
            if entry.key == "NotPrincipal" {
                self.not_principal(entry, effect);
            }
            self.principal_element(&entry.value, entry.key.as_str());
        }
    }

    fn not_principal(&mut self, entry: &Entry, effect: Option<&str>) {
        match self.policy_type {
            PolicyType::Trust | PolicyType::ResourceControl => {
                let message = format!("a policy of type `{}` has no `NotPrincipal`", self.policy_type.name());
                self.error(ErrorClass::PrincipalNotAllowed, entry.key_span, message);
            }
            // IAM User Guide, "IAM JSON policy elements: NotPrincipal".
            _ if effect == Some("Allow") => {
                let message =
                    "`NotPrincipal` goes with `Deny`: with `Allow` it would be for everyone else on earth";
                self.error(ErrorClass::NotPrincipalWithAllow, entry.key_span, message);
            }
            _ => {}
        }
    }

    fn principal_element(&mut self, node: &Node, key: &str) {
        match &node.data {
            Data::String(text) if text == "*" => {}
            Data::String(text) => {
                let message =
                    format!("`{key}` is `*` or an object such as {{\"AWS\": …}}, not the text `{text}`");
                self.error(ErrorClass::PrincipalFormat, node.span, message);
            }
            Data::Mapping(entries) if entries.is_empty() => {
                self.error(
                    ErrorClass::MissingPrincipal,
                    node.span,
                    format!("`{key}` names at least one principal"),
                );
            }
            Data::Mapping(entries) => {
                for entry in entries {
                    self.principals_of_kind(entry);
                }
            }
            _ => {
                let message =
                    format!("`{key}` is `*` or an object such as {{\"AWS\": …}}, not {}", kind(node));
                self.error(ErrorClass::Syntax, node.span, message);
            }
        }
    }

    fn principals_of_kind(&mut self, entry: &Entry) {
        let key = entry.key.as_str();
        let canonical = self.policy_type != PolicyType::Trust;
        if !KINDS.contains(&key) || (key == "CanonicalUser" && !canonical) {
            let message =
                format!("`{key}` is no kind of principal here; kinds are `AWS`, `Service` and `Federated`");
            return self.error(ErrorClass::PrincipalFormat, entry.key_span, message);
        }
        if self.policy_type == PolicyType::ResourceControl && key != "AWS" {
            let message = "a resource control policy is for the principal `*` alone";
            return self.error(ErrorClass::PrincipalFormat, entry.key_span, message);
        }
        let Some(principals) = self.texts(&entry.value, key) else { return };
        if principals.is_empty() {
            self.error(
                ErrorClass::MissingPrincipal,
                entry.value.span,
                format!("`{key}` names at least one principal"),
            );
        }
        for (principal, span) in principals {
            self.principal(key, principal, span);
        }
    }

    fn principal(&mut self, kind: &str, principal: &str, span: Span) {
        let problem = match kind {
            _ if principal.contains("${") => None,
            "AWS" if self.policy_type == PolicyType::ResourceControl && principal != "*" => {
                Some("a resource control policy is for the principal `*` alone")
            }
            "AWS" => aws_principal(principal),
            "Service" => service_principal(principal),
            "Federated" if principal.is_empty() => Some("it is empty"),
            "CanonicalUser" if principal.is_empty() => Some("it is empty"),
            _ => None,
        };
        if let Some(problem) = problem {
            self.error(
                ErrorClass::PrincipalFormat,
                span,
                format!("the principal `{principal}` cannot be one: {problem}"),
            );
        }
    }
}

/// Why a text is no principal of kind `AWS` (IAM User Guide, "AWS JSON policy elements: Principal").
fn aws_principal(principal: &str) -> Option<&'static str> {
    if principal == "*" || (principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    if principal.contains(['*', '?']) {
        return Some(
            "a wildcard stands for everyone or for nothing; name the account and use `aws:PrincipalArn`",
        );
    }
    let unique = UNIQUE_IDS.iter().any(|start| principal.starts_with(start));
    if unique && principal.len() >= 16 && principal.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam" | "sts" | "cloudfront", "", account, rest] => {
            let account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            // CloudFront's origin access identities have `cloudfront` for an account.
            let entity = ["user/", "role/", "assumed-role/", "federated-user/"]
                .iter()
                .any(|kind| rest.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
            // "You cannot specify a user group as a principal."
            (!(account || parts[4] == "cloudfront") || !(entity || *rest == "root"))
                .then_some("its ARN names no account, user, role or session")
        }
        _ => Some("it is an account id, an ARN of IAM or STS, or `*`"),
    }
}

/// Why a text is no principal of kind `Service`.
fn service_principal(principal: &str) -> Option<&'static str> {
    if principal.contains(['*', '?']) {
        return Some("a service principal has no wildcards");
    }
    // Of the first services, some have others than `NAME.amazonaws.com`.
    (!principal.contains('.') || principal.contains([' ', '/', ':']))
        .then_some("a service principal is written as `lambda.amazonaws.com`")
}
