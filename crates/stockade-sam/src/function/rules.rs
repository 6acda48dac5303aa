//! What AWS rejects in a function's properties before it transforms them
//! (AWS SAM developer guide, "AWS::Serverless::Function").

use crate::SamError;
use crate::presence::{given, set};
use crate::property_types::{self, Kind, Property, optional};
use crate::resource::SamResource;
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    optional("FunctionName", Kind::StringOrMap),
    optional("Handler", Kind::Any),
    optional("Runtime", Kind::Any),
    optional("CodeUri", Kind::Any),
    optional("ImageUri", Kind::Any),
    optional("PackageType", Kind::Any),
    optional("InlineCode", Kind::Any),
    optional("DeadLetterQueue", Kind::Map),
    optional("Description", Kind::Any),
    optional("MemorySize", Kind::Any),
    optional("Timeout", Kind::Any),
    optional("VpcConfig", Kind::Any),
    optional("Role", Kind::String),
    optional("AssumeRolePolicyDocument", Kind::Map),
    optional("Policies", Kind::Policies),
    optional("RolePath", Kind::Any),
    optional("PermissionsBoundary", Kind::String),
    optional("Environment", Kind::MapOfMaps),
    optional("Events", Kind::MapOfMaps),
    optional("Tags", Kind::Map),
    optional("PropagateTags", Kind::Bool),
    optional("Tracing", Kind::StringOrMap),
    optional("KmsKeyArn", Kind::Any),
    optional("DeploymentPreference", Kind::Map),
    optional("ReservedConcurrentExecutions", Kind::Any),
    optional("Layers", Kind::ListOfStringsOrMaps),
    optional("EventInvokeConfig", Kind::Map),
    optional("EphemeralStorage", Kind::Any),
    optional("AutoPublishAlias", Kind::String),
    optional("AutoPublishCodeSha256", Kind::String),
    optional("AutoPublishAliasAllProperties", Kind::LiteralBool),
    optional("VersionDescription", Kind::Any),
    optional("ProvisionedConcurrencyConfig", Kind::Any),
    optional("FileSystemConfigs", Kind::Any),
    optional("ImageConfig", Kind::Any),
    optional("CodeSigningConfigArn", Kind::Any),
    optional("Architectures", Kind::Any),
    optional("SnapStart", Kind::Map),
    optional("FunctionUrlConfig", Kind::Map),
    optional("RuntimeManagementConfig", Kind::Any),
    optional("LoggingConfig", Kind::Any),
    optional("RecursiveLoop", Kind::Any),
    optional("SourceKMSKeyArn", Kind::Any),
    optional("CapacityProviderConfig", Kind::Map),
    optional("FunctionScalingConfig", Kind::Map),
    optional("VersionDeletionPolicy", Kind::OneOf(&["Delete", "Retain"])),
    optional("PublishToLatestPublished", Kind::Any),
    optional("TenancyConfig", Kind::Any),
    optional("DurableConfig", Kind::Map),
];

/// Pairs that exclude each other.
const EXCLUSIVE: [(&str, &str); 2] =
    [("CapacityProviderConfig", "ProvisionedConcurrencyConfig"), ("CapacityProviderConfig", "VpcConfig")];

/// The second is needed where the first is.
const NEEDED: [(&str, &str); 2] =
    [("FunctionScalingConfig", "CapacityProviderConfig"), ("VersionDeletionPolicy", "AutoPublishAlias")];

/// What a function with tenancy cannot have.
const WITHOUT_TENANCY: [&str; 3] = ["ProvisionedConcurrencyConfig", "FunctionUrlConfig", "SnapStart"];

/// Checks a function's properties.
pub(super) fn check(resource: &SamResource) -> Result<(), SamError> {
    let properties = &resource.properties;
    let reject = |message: String, at: &Expr| Err(resource.error(message, at.origin.place));
    property_types::check(resource, PROPERTIES)?;
    for (one, other) in EXCLUSIVE {
        if let (Some(_), Some(at)) = (given(properties, one), given(properties, other)) {
            return reject(format!("`{one}` and `{other}` exclude each other"), at);
        }
    }
    for (one, needed) in NEEDED {
        if let (Some(at), None) = (given(properties, one), given(properties, needed)) {
            return reject(format!("`{one}` needs `{needed}`"), at);
        }
    }
    if let Some(queue) = set(properties, "DeadLetterQueue") {
        let (Some(kind), Some(_)) = (set(queue, "Type"), set(queue, "TargetArn")) else {
            return reject("`DeadLetterQueue` needs a `Type` and a `TargetArn`".into(), queue);
        };
        if kind.as_str().and_then(dead_letter_action).is_none() {
            return reject("the `Type` of `DeadLetterQueue` should be `SQS` or `SNS`".into(), kind);
        }
    }
    tenancy(resource)?;
    if let Some(config) = set(properties, "CapacityProviderConfig") {
        capacity_provider(config, resource)?;
    }
    match set(properties, "ProvisionedConcurrencyConfig") {
        Some(at) if set(properties, "AutoPublishAlias").is_none() => {
            reject("`ProvisionedConcurrencyConfig` needs `AutoPublishAlias`".into(), at)
        }
        _ => Ok(()),
    }
}

/// What a function may do to its dead letter queue.
pub(super) fn dead_letter_action(kind: &str) -> Option<&'static str> {
    match kind {
        "SQS" => Some("sqs:SendMessage"),
        "SNS" => Some("sns:Publish"),
        _ => None,
    }
}

fn tenancy(resource: &SamResource) -> Result<(), SamError> {
    let properties = &resource.properties;
    if set(properties, "TenancyConfig").is_none() {
        return Ok(());
    }
    if let Some((name, at)) = WITHOUT_TENANCY.iter().find_map(|name| Some((name, set(properties, name)?))) {
        let message = format!("a function with `TenancyConfig` cannot have `{name}`");
        return Err(resource.error(message, at.origin.place));
    }
    let events = properties.get("Events").map(Expr::entries).unwrap_or_default();
    let other = events.iter().find(|event| {
        !matches!(event.value.get("Type").and_then(Expr::as_str), Some("Api" | "HttpApi"))
    });
    match other {
        Some(event) => {
            let message = "a function with `TenancyConfig` takes only events of the types `Api` and `HttpApi`";
            Err(resource.error(message, event.key_place))
        }
        None => Ok(()),
    }
}

fn capacity_provider(config: &Expr, resource: &SamResource) -> Result<(), SamError> {
    const KEYS: [&str; 3] =
        ["Arn", "PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu"];
    if let Some(unknown) = config.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        let message = format!("`CapacityProviderConfig` has no property `{}`", unknown.key);
        return Err(resource.error(message, unknown.key_place));
    }
    let number = |value: &Expr| {
        let read = |text: smol_str::SmolStr| text.parse::<f64>().is_ok();
        value.is_object() || value.as_bool().is_some() || value.as_scalar().is_some_and(read)
    };
    let numbers = KEYS.iter().skip(1).filter_map(|key| given(config, key));
    if let Some(value) = numbers.into_iter().find(|value| !number(value)) {
        return Err(resource.error("the limits of `CapacityProviderConfig` are numbers", value.origin.place));
    }
    match config.get("Arn") {
        Some(arn) if arn.as_scalar().is_some() || arn.is_object() => Ok(()),
        _ => Err(resource.error("`CapacityProviderConfig` needs an `Arn`", config.origin.place)),
    }
}
