//! The properties of the Lambda function itself
//! (CloudFormation User Guide, "AWS::Lambda::Function").

use super::code;
use crate::presence::set;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, numbers, resolve, tags};
use stockade_cfn::Expr;

/// Most properties go over by their own names.
pub(super) static WORDS: Words = Words {
    rows: &[
        ("Architectures", "Architectures"),
        ("CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn", "CapacityProviderConfig.Arn"),
        (
            "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.ExecutionEnvironmentMemoryGiBPerVCpu",
            "CapacityProviderConfig.ExecutionEnvironmentMemoryGiBPerVCpu",
        ),
        (
            "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.PerExecutionEnvironmentMaxConcurrency",
            "CapacityProviderConfig.PerExecutionEnvironmentMaxConcurrency",
        ),
        ("Code.ImageUri", "ImageUri"),
        ("Code.S3Bucket", "CodeUri.Bucket"),
        ("Code.S3Key", "CodeUri.Key"),
        ("Code.S3ObjectVersion", "CodeUri.Version"),
        ("Code.SourceKMSKeyArn", "SourceKMSKeyArn"),
        ("Code.ZipFile", "InlineCode"),
        ("CodeSigningConfigArn", "CodeSigningConfigArn"),
        ("DeadLetterConfig.TargetArn", "DeadLetterQueue.TargetArn"),
        ("Description", "Description"),
        ("DurableConfig", "DurableConfig"),
        ("Environment", "Environment"),
        ("EphemeralStorage", "EphemeralStorage"),
        ("FileSystemConfigs", "FileSystemConfigs"),
        ("FunctionName", "FunctionName"),
        ("FunctionScalingConfig", "FunctionScalingConfig"),
        ("Handler", "Handler"),
        ("ImageConfig", "ImageConfig"),
        ("KmsKeyArn", "KmsKeyArn"),
        ("Layers", "Layers"),
        ("LoggingConfig", "LoggingConfig"),
        ("MemorySize", "MemorySize"),
        ("PackageType", "PackageType"),
        ("PublishToLatestPublished", "PublishToLatestPublished"),
        ("RecursiveLoop", "RecursiveLoop"),
        ("ReservedConcurrentExecutions", "ReservedConcurrentExecutions"),
        ("Role", "Role"),
        ("Runtime", "Runtime"),
        ("RuntimeManagementConfig", "RuntimeManagementConfig"),
        ("SnapStart", "SnapStart"),
        ("TenancyConfig", "TenancyConfig"),
        ("Timeout", "Timeout"),
        ("TracingConfig.Mode", "Tracing"),
        ("VpcConfig", "VpcConfig"),
    ],
};

/// Properties that an empty value leaves out.
const ONLY_IF_SET: [(&str, &str); 3] = [
    ("FunctionName", "FunctionName"),
    ("FunctionScalingConfig", "FunctionScalingConfig"),
    ("DeadLetterConfig", "DeadLetterQueue"),
];

/// Builds the properties, except for an implicit `Role`.
pub(super) fn lower(resource: &SamResource, context: &Context) -> Result<Expr, SamError> {
    let sam = &resource.properties;
    let mut out = WORDS.lower(sam, &resource.origin());
    out.set("Code", code::lower(resource)?);
    for (name, from) in ONLY_IF_SET {
        if set(sam, from).is_none() {
            out.remove(name);
        }
    }
    match tracing(resource, context) {
        Some(mode) => {
            let config = Expr::object(&mode.origin).with("Mode", resolve::inside(mode, context));
            out.set("TracingConfig", config);
        }
        None => {
            out.remove("TracingConfig");
        }
    }
    if let Some(config) = out
        .get_mut("CapacityProviderConfig")
        .and_then(|config| config.get_mut("LambdaManagedInstancesCapacityProviderConfig"))
    {
        for name in ["PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu"] {
            if let Some(value) = config.get_mut(name) {
                *value = numbers::whole(value);
            }
        }
    }
    out.set("Tags", tags::list(resource)?);
    Ok(out)
}

/// `Tracing`, unless it is switched off.
pub(super) fn tracing<'a>(resource: &'a SamResource, context: &Context) -> Option<&'a Expr> {
    let tracing = set(&resource.properties, "Tracing")?;
    let resolved = resolve::parameters(tracing, context);
    (resolved.as_str() != Some("Disabled")).then_some(tracing)
}
