//! `AWS::Serverless::CapacityProvider`: EC2 capacity for Lambda functions, with the role that operates it
//! (AWS SAM developer guide, "AWS::Serverless::CapacityProvider").

use crate::output::Output;
use crate::presence::{given, set};
use crate::property_types::{self, Kind, Property, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, managed_policies, numbers, role, tags};
use smol_str::format_smolstr;
use stockade_cfn::{Data, Expr};

static WORDS: Words = Words {
    rows: &[
        ("CapacityProviderName", "CapacityProviderName"),
        ("CapacityProviderScalingConfig.MaxVCpuCount", "ScalingConfig.MaxVCpuCount"),
        ("InstanceRequirements.AllowedInstanceTypes", "InstanceRequirements.AllowedTypes"),
        ("InstanceRequirements.Architectures", "InstanceRequirements.Architectures"),
        ("InstanceRequirements.ExcludedInstanceTypes", "InstanceRequirements.ExcludedTypes"),
        ("KmsKeyArn", "KmsKeyArn"),
        ("PermissionsConfig.CapacityProviderOperatorRoleArn", "OperatorRole"),
        ("TelemetryConfig.LoggingConfig", "LoggingConfig"),
        ("VpcConfig.SecurityGroupIds", "VpcConfig.SecurityGroupIds"),
        ("VpcConfig.SubnetIds", "VpcConfig.SubnetIds"),
    ],
};

static NO_WORDS: Words = Words { rows: &[] };

const PROPERTIES: &[Property] = &[
    optional("CapacityProviderName", Kind::StringOrMap),
    required("VpcConfig", Kind::LiteralMap),
    optional("OperatorRole", Kind::StringOrMap),
    optional("Tags", Kind::LiteralMap),
    optional("PropagateTags", Kind::LiteralBool),
    optional("InstanceRequirements", Kind::LiteralMap),
    optional("ScalingConfig", Kind::LiteralMap),
    optional("KmsKeyArn", Kind::StringOrMap),
    optional("LoggingConfig", Kind::LiteralMap),
    optional("ManagedResourceTags", Kind::LiteralMap),
];

/// What the objects in the properties take: object, key, whether the value is a list, a number or an object.
const NESTED: [(&str, &str, Value); 8] = [
    ("VpcConfig", "SubnetIds", Value::List),
    ("VpcConfig", "SecurityGroupIds", Value::List),
    ("InstanceRequirements", "Architectures", Value::List),
    ("InstanceRequirements", "AllowedTypes", Value::List),
    ("InstanceRequirements", "ExcludedTypes", Value::List),
    ("ScalingConfig", "MaxVCpuCount", Value::Number),
    ("ScalingConfig", "AverageCPUUtilization", Value::Number),
    ("ManagedResourceTags", "Tags", Value::Map),
];

/// Properties that an empty value leaves out.
const ONLY_IF_SET: [(&str, &str); 3] = [
    ("CapacityProviderName", "CapacityProviderName"),
    ("KmsKeyArn", "KmsKeyArn"),
    ("TelemetryConfig", "LoggingConfig"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    List,
    Number,
    Map,
}

/// Lowers a capacity provider.
pub(crate) fn lower(
    resource: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    property_types::check(resource, PROPERTIES)?;
    check(resource)?;
    let sam = &resource.properties;
    let origin = resource.origin();
    let mut out = WORDS.lower(sam, &origin);
    for (name, from) in ONLY_IF_SET {
        if set(sam, from).is_none() {
            out.remove(name);
        }
    }
    if let Some(scaling) = set(sam, "ScalingConfig") {
        scale(scaling, &mut out);
    }
    if let Some(managed) = set(sam, "ManagedResourceTags").and_then(|managed| managed.get("Tags")) {
        let propagated = Expr::object(&managed.origin)
            .with("Mode", Expr::string("Explicit", &managed.origin))
            .with("ExplicitTags", Expr::list(tags::items(managed), &managed.origin));
        out.set("PropagateTags", propagated);
    }
    let own_tags = set(sam, "Tags").map(tags::items).unwrap_or_default();
    let mut all = own_tags.clone();
    all.push(tags::created_by_sam(&origin));
    out.set("Tags", Expr::list(all, &origin));
    if set(sam, "OperatorRole").is_none() {
        let id = format_smolstr!("{}OperatorRole", resource.id);
        let arn = managed_policies::arn("AWSLambdaManagedEC2ResourceOperator", context, &origin);
        let mut role_tags = vec![tags::created_by_sam(&origin)];
        if set(sam, "PropagateTags").is_some() {
            role_tags.extend(own_tags);
        }
        let properties = Expr::object(&origin)
            .with("AssumeRolePolicyDocument", role::trust("lambda.amazonaws.com", &origin))
            .with("ManagedPolicyArns", Expr::list(vec![arn], &origin))
            .with("Tags", Expr::list(role_tags, &origin));
        output.add_generated(id.clone(), "AWS::IAM::Role", properties, resource, &NO_WORDS);
        let permissions =
            Expr::object(&origin).with("CapacityProviderOperatorRoleArn", Expr::get_att(id, "Arn", &origin));
        out.set("PermissionsConfig", permissions);
    }
    output.add_main(resource.id.clone(), "AWS::Lambda::CapacityProvider", out, resource, &WORDS);
    Ok(())
}

/// Scaling is manual with a target, automatic without one.
fn scale(scaling: &Expr, out: &mut Expr) {
    let origin = &scaling.origin;
    let mut config =
        Expr::object(origin).with_some("MaxVCpuCount", given(scaling, "MaxVCpuCount").map(numbers::whole));
    match given(scaling, "AverageCPUUtilization") {
        Some(target) => {
            let metric = "LambdaCapacityProviderAverageCPUUtilization";
            let policy = Expr::object(&target.origin)
                .with("PredefinedMetricType", Expr::string(metric, &target.origin))
                .with("TargetValue", numbers::real(target));
            config.set("ScalingMode", Expr::string("Manual", &target.origin));
            config.set("ScalingPolicies", Expr::list(vec![policy], &target.origin));
        }
        None => config.set("ScalingMode", Expr::string("Auto", origin)),
    }
    out.set("CapacityProviderScalingConfig", config);
}

fn check(resource: &SamResource) -> Result<(), SamError> {
    let sam = &resource.properties;
    for (object, key, kind) in NESTED {
        let Some(object_value) = given(sam, object) else { continue };
        let known =
            |entry: &&stockade_cfn::Entry| !NESTED.iter().any(|row| row.0 == object && row.1 == entry.key);
        if let Some(unknown) = object_value.entries().iter().find(known) {
            let message = format!("`{object}` has no property `{}`", unknown.key);
            return Err(resource.error(message, unknown.key_place));
        }
        let fits = |value: &Expr| match kind {
            Value::List => {
                let item = |item: &Expr| item.as_scalar().is_some() || item.is_object();
                value.is_object() || (value.is_list() && value.items().iter().all(item))
            }
            Value::Number => {
                value.is_object()
                    || matches!(&value.data, Data::Number(_))
                    || value.as_scalar().is_some_and(|text| text.parse::<f64>().is_ok())
            }
            Value::Map => value.is_object(),
        };
        if let Some(value) = given(object_value, key).filter(|value| !fits(value)) {
            let message = format!("`{object}.{key}` has a value of the wrong type");
            return Err(resource.error(message, value.origin.place));
        }
    }
    if let Some(vpc) = given(sam, "VpcConfig").filter(|vpc| given(vpc, "SubnetIds").is_none()) {
        return Err(resource.error("`VpcConfig` needs `SubnetIds`", vpc.origin.place));
    }
    let requirement = |key: &str| given(sam, "InstanceRequirements").and_then(|at| given(at, key));
    if let (Some(_), Some(excluded)) = (requirement("AllowedTypes"), requirement("ExcludedTypes")) {
        let message = "`AllowedTypes` and `ExcludedTypes` of `InstanceRequirements` exclude each other";
        return Err(resource.error(message, excluded.origin.place));
    }
    Ok(())
}
