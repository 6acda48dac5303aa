//! `Resource` and `NotResource`.

use super::{ErrorClass, Linter};
use crate::{PolicyType, glob};
use stockade_syntax::{Node, Span};

/// AWS's partitions.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"];

/// What IAM resources begin with, by the service's error message; the catalogue knows newer ones.
const IAM_PATHS: [&str; 13] = [
    "user",
    "federated-user",
    "role",
    "group",
    "instance-profile",
    "mfa",
    "server-certificate",
    "policy",
    "sms-mfa",
    "saml-provider",
    "oidc-provider",
    "report",
    "access-report",
];

impl Linter<'_> {
    pub(super) fn resources(&mut self, statement: &Node) {
        let written: Vec<_> =
            ["Resource", "NotResource"].into_iter().filter_map(|key| statement.entry(key)).collect();
        // Policies of some services stand on one resource and name none (Amazon ECR).
        let optional = matches!(self.policy_type, PolicyType::Resource | PolicyType::Trust);
        if written.is_empty() && !optional {
            let message = "a statement has `Resource` or `NotResource`; `*` stands for all";
            return self.error(ErrorClass::MissingResource, statement.span, message);
        }
        for entry in written {
            let key = entry.key.as_str();
            if self.policy_type == PolicyType::Trust {
                let message =
                    format!("a trust policy has no `{key}`: it is about the role that it stands on");
                self.error(ErrorClass::ResourceNotAllowed, entry.key_span, message);
                continue;
            }
            let Some(resources) = self.texts(&entry.value, key) else { continue };
            if resources.is_empty() {
                self.error(
                    ErrorClass::MissingResource,
                    entry.value.span,
                    format!("`{key}` has at least one resource"),
                );
            }
            for (resource, span) in resources {
                self.resource(resource, span);
            }
        }
    }

    fn resource(&mut self, resource: &str, span: Span) {
        if resource == "*" {
            return;
        }
        let mut error = |class, message: String| self.error(class, span, message);
        let parts = arn_parts(resource);
        if parts.len() < 2 || parts[0] != "arn" {
            return error(
                ErrorClass::ResourceFormat,
                format!("the resource `{resource}` is neither an ARN nor `*`"),
            );
        }
        let partition = parts[1];
        if !is_partition(partition) {
            return error(
                ErrorClass::ResourcePartition,
                format!("`{partition}` in the resource `{resource}` is no partition of AWS"),
            );
        }
        let Some(vendor) = parts.get(2) else {
            return error(ErrorClass::ResourceVendor, format!("the resource `{resource}` names no service"));
        };
        if vendor.contains(['*', '?']) {
            let message = format!("the service in the resource `{resource}` cannot have wildcards");
            return error(ErrorClass::ResourceVendor, message);
        }
        // A short ARN stands for one with `*` in the parts that are missing, so that no part before them can be empty.
        let short_and_empty = parts.len() < 6 && parts[..parts.len() - 1].iter().any(|part| part.is_empty());
        if vendor.is_empty() || short_and_empty {
            let message = format!(
                "the resource `{resource}` has {} parts between colons and empty ones among them; an ARN has six",
                parts.len()
            );
            return error(ErrorClass::LegacyParsing, message);
        }
        if let [_, _, vendor, region, _, rest, ..] = parts.as_slice() {
            self.resource_of_service(resource, vendor, region, rest, span);
        }
    }

    fn resource_of_service(&mut self, resource: &str, vendor: &str, region: &str, rest: &str, span: Span) {
        match vendor {
            "iam" => {
                if !region.is_empty() {
                    let message = format!("the IAM resource `{resource}` cannot have a region");
                    self.error(ErrorClass::ResourceRegion, span, message);
                } else if rest != "*" && rest != "root" && !self.begins_as_iam_resource(rest) {
                    let message = format!(
                        "the IAM resource `{resource}` is `*` or begins with its type and `/`, as in `role/` or `user/`"
                    );
                    self.error(ErrorClass::ResourcePath, span, message);
                }
            }
            "s3" if !region.is_empty() && !self.is_regional_s3_resource(rest) => {
                let message =
                    format!("the S3 resource `{resource}` cannot have a region: it is a bucket or an object");
                self.error(ErrorClass::ResourceRegion, span, message);
            }
            _ => {}
        }
    }

    fn begins_as_iam_resource(&self, rest: &str) -> bool {
        let Some((head, _)) = rest.split_once('/') else { return false };
        IAM_PATHS.contains(&head)
            || self.catalogue.service("iam").is_some_and(|service| {
                service.resource_types().any(|known| {
                    known
                        .arn_format()
                        .rsplit(':')
                        .next()
                        .and_then(|rest| rest.split_once('/'))
                        .map(|(first, _)| first)
                        == Some(head)
                })
            })
    }

    /// Access points, jobs and the like; what begins with a wildcard can be one of them.
    fn is_regional_s3_resource(&self, rest: &str) -> bool {
        let head = rest.split('/').next().unwrap_or_default();
        head.contains(['*', '?', '$'])
            || self.catalogue.service("s3").is_some_and(|service| {
                service.resource_types().any(|known| {
                    let format = known.arn_format();
                    let rest = format.rsplit(':').next().unwrap_or_default();
                    format.contains("${Region}") && rest.split('/').next() == Some(head)
                })
            })
    }
}

/// Whether a partition is one of AWS's, or a pattern that one of them matches.
fn is_partition(partition: &str) -> bool {
    PARTITIONS.iter().any(|known| glob::matches(partition, known)) || partition.starts_with("${")
}

/// The six parts of an ARN, fewer if there are fewer colons. A colon within `${…}` separates nothing, nor does one behind
/// the fifth.
pub(crate) fn arn_parts(arn: &str) -> Vec<&str> {
    let (mut parts, mut from, mut in_variable) = (Vec::new(), 0, false);
    for (at, character) in arn.char_indices() {
        match character {
            '{' if arn[..at].ends_with('$') => in_variable = true,
            '}' => in_variable = false,
            ':' if !in_variable && parts.len() < 5 => {
                parts.push(&arn[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&arn[from..]);
    parts
}
