//! `AWS::Serverless::WebFunction`: a Lambda web function with its revision, its endpoint and its role (AWS
//! SAM developer guide, "AWS::Serverless::WebFunction").

mod regions;
mod rules;

use crate::location::Location;
use crate::output::Output;
use crate::pieces::{Piece, add_all};
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check, optional};
use crate::resource::SamResource;
use crate::role::{self, Role};
use crate::words::{Words, set_path};
use crate::{Context, SamError, tags};
use serde_json::json;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};
use stockade_model::Origin;

const PROPERTIES: &[Property] = &[
    optional("FunctionName", Kind::StringOrMap),
    optional("Tags", Kind::Map),
    optional("ReplicaRegions", Kind::ListOrMap),
    optional("AuthType", Kind::Any),
    optional("Runtime", Kind::Any),
    optional("CodeUri", Kind::Any),
    optional("InlineCode", Kind::Any),
    optional("RevisionDescription", Kind::Any),
    optional("KmsKeyArn", Kind::Any),
    optional("ExecutionRoleArn", Kind::String),
    optional("EnvironmentVariables", Kind::Map),
    optional("EntryPoint", Kind::Any),
    optional("MaxConcurrencyPerEnvironment", Kind::Any),
    optional("EgressNetworkConnectorArn", Kind::Any),
    optional("Timeout", Kind::WholeNumber),
    optional("LoggingConfig", Kind::Any),
    optional("RevisionWeights", Kind::Any),
    optional("EndpointName", Kind::Any),
    optional("EndpointType", Kind::Any),
    optional("EndpointDescription", Kind::Any),
    optional("ScalingConfig", Kind::Any),
    optional("ThrottleConfig", Kind::Any),
    optional("AutoDeploymentMode", Kind::Any),
];

static FUNCTION: Words = Words { rows: &[("FunctionName", "FunctionName")] };

static REVISION: Words = Words {
    rows: &[
        ("FunctionName", "FunctionName"),
        ("Description", "RevisionDescription"),
        ("KmsKeyArn", "KmsKeyArn"),
        ("BuildConfig.RuntimeConfig.Runtime", "Runtime"),
        ("ServiceConfig.ExecutionRoleArn", "ExecutionRoleArn"),
        ("ServiceConfig.EnvironmentVariables", "EnvironmentVariables"),
        ("ServiceConfig.TelemetryConfig.LoggingConfig", "LoggingConfig"),
        ("ServiceConfig.MaxConcurrencyPerEnvironment", "MaxConcurrencyPerEnvironment"),
        ("ServiceConfig.EgressNetworkConnectorArn", "EgressNetworkConnectorArn"),
        ("ServiceConfig.TimeoutSeconds", "Timeout"),
    ],
};

static ENDPOINT: Words = Words {
    rows: &[
        ("FunctionName", "FunctionName"),
        ("EndpointName", "EndpointName"),
        ("EndpointType", "EndpointType"),
        ("AuthType", "AuthType"),
        ("Description", "EndpointDescription"),
        ("ScalingConfig", "ScalingConfig"),
        ("ThrottleConfig", "ThrottleConfig"),
    ],
};

/// Lowers a web function.
pub(crate) fn lower(
    function: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    check(function, PROPERTIES)?;
    rules::check(function, context)?;
    let origin = function.origin();
    let all_tags = tags::list(function)?;
    let mut pieces = Vec::new();
    let role = match given(&function.properties, "ExecutionRoleArn") {
        Some(role) => role.clone(),
        None => {
            let mut role = Role::of(function, "lambda.amazonaws.com");
            role.attach_aws("service-role/AWSLambdaBasicExecutionRole", context, &origin);
            let id = role.id.clone();
            let properties = role.into_properties(function, all_tags.clone());
            let piece = Piece::new(id, "AWS::IAM::Role", properties, &role::WORDS);
            let arn = piece.arn(&origin);
            pieces.push(piece);
            arn
        }
    };
    let on = |ids: &[&SmolStr]| {
        Expr::list(ids.iter().map(|id| Expr::string((*id).clone(), &origin)).collect(), &origin)
    };
    let revision_id = format_smolstr!("{}Revision", function.id);
    let revision = revision(function, role)?;
    let endpoint = endpoint(function, &revision_id)?;
    pieces.push(
        Piece::new(revision_id.clone(), "AWS::Lambda::WebFunctionRevision", revision, &REVISION)
            .with("DependsOn", on(&[&function.id])),
    );
    let endpoint_id = format_smolstr!("{}Endpoint", function.id);
    pieces.push(
        Piece::new(endpoint_id, "AWS::Lambda::WebFunctionEndpoint", endpoint, &ENDPOINT)
            .with("DependsOn", on(&[&function.id, &revision_id])),
    );
    let out = Expr::object(&origin).with("FunctionName", name(function)).with("Tags", all_tags);
    output.add_main(function.id.clone(), "AWS::Lambda::WebFunction", out, function, &FUNCTION);
    add_all(pieces, function, output);
    Ok(())
}

/// The function's name: the one written, or the logical id with a part of the stack's id, at most 64
/// characters.
fn name(function: &SamResource) -> Expr {
    if let Some(name) = set(&function.properties, "FunctionName") {
        return name.clone();
    }
    const PART_OF_STACK_ID: usize = 8;
    let head: String = function.id.chars().take(64 - PART_OF_STACK_ID - 1).collect();
    let stack = json!({"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]});
    let part = json!({"Fn::Select": [0, {"Fn::Split": ["-", stack]}]});
    let call = json!({"Fn::Sub": [format!("{head}-${{StackIdSuffix}}"), {"StackIdSuffix": part}]});
    Expr::from_json(&call, &function.origin())
}

fn revision(function: &SamResource, role: Expr) -> Result<Expr, SamError> {
    let properties = &function.properties;
    let origin = function.origin();
    let mut out = REVISION.lower(properties, &origin);
    out.set("FunctionName", name(function));
    set_path(&mut out, "BuildConfig.CodeConfig.S3Object", code(function)?);
    if given(properties, "Runtime").is_none() {
        return Err(function.error("it has no `Runtime`", function.id_at));
    }
    set_path(&mut out, "ServiceConfig.ExecutionRoleArn", role);
    let variables = variables(function)?;
    if let Some(config) = out.get_mut("ServiceConfig") {
        config.remove("EnvironmentVariables");
        if set(properties, "LoggingConfig").is_none() {
            config.remove("TelemetryConfig");
        }
        if let Some(variables) = variables {
            config.set("EnvironmentVariables", variables);
        }
        if set(properties, "Timeout").is_none() {
            config.set("TimeoutSeconds", Expr::number(30, &origin));
        }
    }
    Ok(out)
}

/// Where the code lies in S3.
fn code(function: &SamResource) -> Result<Expr, SamError> {
    let properties = &function.properties;
    if let (Some(_), Some(inline)) = (given(properties, "CodeUri"), given(properties, "InlineCode")) {
        return Err(function.error("it has both `CodeUri` and `InlineCode`", inline.origin.place));
    }
    if let Some(inline) = set(properties, "InlineCode") {
        return Err(
            function.error("it has `InlineCode`, which web functions do not take", inline.origin.place)
        );
    }
    let Some(uri) = set(properties, "CodeUri") else {
        return Err(function.error("it has no `CodeUri`", function.id_at));
    };
    let location = Location::read(uri, "CodeUri", function)?;
    Ok(Expr::object(&uri.origin)
        .with("Bucket", location.bucket)
        .with("Key", location.key)
        .with_some("VersionId", location.version))
}

/// The environment variables as strings, with the one that names the entry point.
fn variables(function: &SamResource) -> Result<Option<Expr>, SamError> {
    let properties = &function.properties;
    let written = set(properties, "EnvironmentVariables");
    let entry_point = set(properties, "EntryPoint");
    if let Some(intrinsic) = written.filter(|written| written.intrinsic().is_some()) {
        return match entry_point {
            Some(entry_point) => {
                let message =
                    "its `EntryPoint` is one more variable, and its `EnvironmentVariables` are not known";
                Err(function.error(message, entry_point.origin.place))
            }
            None => Ok(Some(intrinsic.clone())),
        };
    }
    let mut out = written.cloned().unwrap_or_else(|| Expr::object(&function.origin()));
    for entry in written.map(Expr::entries).unwrap_or_default() {
        if matches!(entry.value.data, Data::Bool(_) | Data::Number(_))
            && let Some(text) = entry.value.as_scalar()
        {
            out.set(entry.key.clone(), Expr::string(text, &entry.value.origin));
        }
    }
    if let Some(entry_point) = entry_point {
        out.set("AWS_LAMBDA_NODEJS_ENTRYPOINT", entry_point.clone());
    }
    Ok((!out.entries().is_empty()).then_some(out))
}

fn endpoint(function: &SamResource, revision: &SmolStr) -> Result<Expr, SamError> {
    let properties = &function.properties;
    let origin = function.origin();
    let mut out = ENDPOINT.lower(properties, &origin);
    out.set("FunctionName", name(function));
    for (property, default) in [("EndpointName", "prod"), ("EndpointType", "HomeRegion")] {
        if set(properties, property).is_none() {
            out.set(property, Expr::string(default, &origin));
        }
    }
    let weight = |id: Expr, weight: Expr, origin: &Origin| {
        Expr::object(origin).with("RevisionId", id).with("Weight", weight)
    };
    let weights = match set(properties, "RevisionWeights") {
        Some(written) => {
            let items = written.entries().iter().map(|entry| {
                let id = Expr::string(entry.key.clone(), &Origin::at(entry.key_place));
                weight(id, entry.value.clone(), &entry.value.origin)
            });
            Expr::list(items.collect(), &written.origin)
        }
        // All traffic goes to the revision that comes with the function.
        None => {
            let id = Expr::get_att(revision.clone(), "RevisionId", &origin);
            Expr::list(vec![weight(id, Expr::number(100, &origin), &origin)], &origin)
        }
    };
    out.set("RevisionWeights", weights);
    if let Some(written) = given(properties, "ReplicaRegions") {
        out.set("Regions", regions::lower(function, written)?);
    }
    Ok(out)
}
