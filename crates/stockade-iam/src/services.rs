//! What services do of their own.

use crate::arn::Arn;

/// Services that resource control policies bind (AWS Organizations User Guide, "Resource control policies (RCPs)",
/// "Services that support RCPs"), as of 2026-09.
const RESOURCE_CONTROL: [&str; 17] = [
    "s3",
    "sts",
    "kms",
    "sqs",
    "secretsmanager",
    "cognito-idp",
    "cognito-identity",
    "logs",
    "dynamodb",
    "ecr",
    "aoss",
    "codebuild",
    "codecommit",
    "events",
    "sns",
    "ssm",
    "lambda",
];

/// Whether resource control policies bind requests to a service.
pub(crate) fn takes_resource_control_policies(service: &str) -> bool {
    RESOURCE_CONTROL.contains(&service)
}

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
