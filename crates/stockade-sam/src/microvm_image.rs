//! `AWS::Serverless::MicrovmImage`: an image for micro virtual machines, with the role that builds it (AWS
//! SAM developer guide, "AWS::Serverless::MicrovmImage").

use crate::network_connector::tags_with_sam;
use crate::output::Output;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, resolve, role};
use serde_json::json;
use smol_str::format_smolstr;
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    required("Name", Kind::StringOrMap),
    required("CodeUri", Kind::StringOrMap),
    required("BaseImageArn", Kind::StringOrMap),
    optional("BuildRoleArn", Kind::StringOrMap),
    required("BaseImageVersion", Kind::StringOrMap),
    optional("Description", Kind::StringOrMap),
    optional("Tags", Kind::LiteralMap),
    optional("Logging", Kind::LiteralMap),
    optional("EgressNetworkConnectors", Kind::LiteralList),
    optional("CpuConfigurations", Kind::LiteralList),
    optional("Resources", Kind::LiteralList),
    optional("AdditionalOsCapabilities", Kind::LiteralList),
    optional("Hooks", Kind::LiteralMap),
    optional("EnvironmentVariables", Kind::LiteralMap),
    optional("PropagateTags", Kind::LiteralBool),
];

const LOGGING: &[Property] =
    &[optional("Disabled", Kind::LiteralBool), optional("CloudWatch", Kind::LiteralMap)];

const CLOUD_WATCH: &[Property] =
    &[optional("LogGroup", Kind::StringOrMap), optional("LogStream", Kind::StringOrMap)];

const CPU: &[Property] = &[required("Architecture", Kind::OneOf(&["ARM_64"]))];

const RESOURCE: &[Property] = &[required("MinimumMemoryInMiB", Kind::WholeNumber)];

const HOOKS: &[Property] = &[
    optional("Port", Kind::WholeNumber),
    optional("MicrovmHooks", Kind::LiteralMap),
    optional("MicrovmImageHooks", Kind::LiteralMap),
];

const STATE: Kind = Kind::OneOf(&["ENABLED", "DISABLED"]);

const MICROVM_HOOKS: &[Property] = &[
    optional("Run", STATE),
    optional("RunTimeoutInSeconds", Kind::WholeNumber),
    optional("Resume", STATE),
    optional("ResumeTimeoutInSeconds", Kind::WholeNumber),
    optional("Suspend", STATE),
    optional("SuspendTimeoutInSeconds", Kind::WholeNumber),
    optional("Terminate", STATE),
    optional("TerminateTimeoutInSeconds", Kind::WholeNumber),
];

const IMAGE_HOOKS: &[Property] = &[
    optional("Ready", STATE),
    optional("ReadyTimeoutInSeconds", Kind::WholeNumber),
    optional("Validate", STATE),
    optional("ValidateTimeoutInSeconds", Kind::WholeNumber),
];

/// The objects in the properties and what they take; of a list, each item.
const NESTED: &[(&str, &[Property])] = &[
    ("Logging", LOGGING),
    ("Logging.CloudWatch", CLOUD_WATCH),
    ("CpuConfigurations", CPU),
    ("Resources", RESOURCE),
    ("Hooks", HOOKS),
    ("Hooks.MicrovmHooks", MICROVM_HOOKS),
    ("Hooks.MicrovmImageHooks", IMAGE_HOOKS),
];

static IMAGE: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("CodeArtifact.Uri", "CodeUri"),
        ("BaseImageArn", "BaseImageArn"),
        ("BuildRoleArn", "BuildRoleArn"),
        ("BaseImageVersion", "BaseImageVersion"),
        ("Description", "Description"),
        ("Logging", "Logging"),
        ("EgressNetworkConnectors", "EgressNetworkConnectors"),
        ("CpuConfigurations", "CpuConfigurations"),
        ("Resources", "Resources"),
        ("AdditionalOsCapabilities", "AdditionalOsCapabilities"),
        ("Hooks", "Hooks"),
    ],
};

static GENERATED: Words = Words { rows: &[] };

/// Lists that CloudFormation requires; SAM fills in empty ones.
const LISTS: [&str; 4] =
    ["EgressNetworkConnectors", "CpuConfigurations", "Resources", "AdditionalOsCapabilities"];

/// Lowers an image.
pub(crate) fn lower(
    image: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    check(image, PROPERTIES)?;
    let properties = &image.properties;
    let origin = image.origin();
    for (path, table) in NESTED {
        let Some(value) = properties.path(path).filter(|value| !value.is_null()) else { continue };
        let items = if value.is_list() { value.items() } else { std::slice::from_ref(value) };
        for item in items {
            check_at(item, table, &image.id, item.origin.place)?;
        }
    }
    let mut out = IMAGE.lower(properties, &origin);
    for name in LISTS {
        if set(properties, name).is_none() {
            out.set(name, Expr::list(Vec::new(), &origin));
        }
    }
    for name in ["Logging", "Hooks"] {
        if set(properties, name).is_none() {
            out.set(name, Expr::object(&origin));
        }
    }
    if set(properties, "Description").is_none() {
        out.set("Description", Expr::string("", &origin));
    }
    let variables = given(properties, "EnvironmentVariables");
    let list = variables.map_or_else(|| Expr::list(Vec::new(), &origin), variable_list);
    out.set("EnvironmentVariables", list);
    let written = given(properties, "Tags");
    out.set("Tags", tags_with_sam(written, &origin));
    if set(properties, "BuildRoleArn").is_none() {
        let propagated = written.filter(|_| set(properties, "PropagateTags").is_some());
        let role = build_role(image, context)?.with_tags(tags_with_sam(propagated, &origin));
        out.set("BuildRoleArn", role.arn(&origin));
        role.add(image, output);
    }
    output.add_main(image.id.clone(), "AWS::Lambda::MicrovmImage", out, image, &IMAGE);
    Ok(())
}

/// Environment variables as the list of keys and values that CloudFormation takes.
fn variable_list(variables: &Expr) -> Expr {
    let item = |entry: &stockade_cfn::Entry| {
        let key = Expr::string(entry.key.clone(), &stockade_model::Origin::at(entry.key_place));
        Expr::object(&entry.value.origin).with("Key", key).with("Value", entry.value.clone())
    };
    Expr::list(variables.entries().iter().map(item).collect(), &variables.origin)
}

fn build_role(image: &SamResource, context: &Context) -> Result<Piece, SamError> {
    let origin = image.origin();
    let code = code_arn(image, context)?;
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": code.to_json()},
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": "*",
            },
        ],
    });
    let policy = role::inline("MicrovmImageBuildPolicy", Expr::from_json(&document, &code.origin));
    let properties = Expr::object(&origin)
        .with("AssumeRolePolicyDocument", role::trust("lambda.amazonaws.com", &origin))
        .with("Policies", Expr::list(vec![policy], &origin));
    Ok(Piece::new(format_smolstr!("{}BuildRole", image.id), "AWS::IAM::Role", properties, &GENERATED))
}

/// What the build may read: everything in the bucket of the code.
fn code_arn(image: &SamResource, context: &Context) -> Result<Expr, SamError> {
    let null = Expr::null(&image.origin());
    let code = image.properties.get("CodeUri").unwrap_or(&null);
    let origin = &code.origin;
    let resolved = resolve::parameters(code, context);
    if let Some(address) = resolved.as_str().and_then(|text| text.strip_prefix("s3://")) {
        let bucket = address.split('/').next().unwrap_or_default();
        if bucket.is_empty() {
            return Err(image.error("its `CodeUri` names no bucket", origin.place));
        }
        return Ok(Expr::sub(format!("arn:${{AWS::Partition}}:s3:::{bucket}/*"), origin));
    }
    let bucket = json!({"Fn::Select": [2, {"Fn::Split": ["/", code.to_json()]}]});
    let call = json!({"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Bucket}/*", {"Bucket": bucket}]});
    Ok(Expr::from_json(&call, origin))
}

impl Piece {
    fn with_tags(mut self, tags: Expr) -> Self {
        self.properties.set("Tags", tags);
        self
    }
}
