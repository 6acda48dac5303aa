//! What services do of their own.

use crate::arn::Arn;
use crate::catalogue::Catalogue;
use foldhash::HashSet;
use std::sync::LazyLock;

/// Whether resource control policies bind requests to a service.
pub(crate) fn takes_resource_control_policies(service: &str) -> bool {
    RESOURCE_CONTROL.contains(service)
}

/// The services that resource control policies bind, by the catalogue.
static RESOURCE_CONTROL: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let services = Catalogue::built_in().services().filter(|service| service.has_resource_control_policies());
    services.map(|service| service.prefix().to_owned()).collect()
});

/// Whether an identity policy alone never suffices: keys are open to those whom the key policy lets in, roles to those
/// whom the trust policy does (KMS Developer Guide, "Key policies"; IAM User Guide, "Policy evaluation logic").
pub(crate) fn resource_policy_decides(action: &str, arn: Option<&Arn>) -> bool {
    let Some(arn) = arn else { return false };
    match action.split_once(':') {
        Some(("kms", _)) => arn.resource().starts_with("key/"),
        Some(("sts", name)) => {
            (name.starts_with("assumerole") || name == "tagsession" || name == "setsourceidentity")
                && arn.resource().starts_with("role/")
        }
        _ => false,
    }
}
