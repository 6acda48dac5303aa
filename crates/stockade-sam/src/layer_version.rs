//! `AWS::Serverless::LayerVersion`: a layer whose logical id changes with it, so that old versions stay
//! (AWS SAM developer guide, "AWS::Serverless::LayerVersion").

use crate::location::Location;
use crate::output::Output;
use crate::presence::{given, is_set, set};
use crate::property_types::{self, Kind, Property, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, logical_id, resolve};
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use stockade_cfn::{Data, Expr};

static WORDS: Words = Words {
    rows: &[
        ("CompatibleArchitectures", "CompatibleArchitectures"),
        ("CompatibleRuntimes", "CompatibleRuntimes"),
        ("Content.S3Bucket", "ContentUri.Bucket"),
        ("Content.S3Key", "ContentUri.Key"),
        ("Content.S3ObjectVersion", "ContentUri.Version"),
        ("Description", "Description"),
        ("LayerName", "LayerName"),
        ("LicenseInfo", "LicenseInfo"),
    ],
};

const PROPERTIES: &[Property] = &[
    optional("LayerName", Kind::StringOrMap),
    optional("Description", Kind::String),
    optional("PublishLambdaVersion", Kind::Bool),
    required("ContentUri", Kind::StringOrMap),
    optional("CompatibleArchitectures", Kind::ListOfStringsOrMaps),
    optional("CompatibleRuntimes", Kind::ListOfStringsOrMaps),
    optional("LicenseInfo", Kind::String),
    optional("RetentionPolicy", Kind::String),
];

/// Properties in which references to parameters are resolved.
const RESOLVED: [&str; 4] = ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"];

/// Attributes that AWS carries over.
const HASHED: [&str; 3] = ["DependsOn", "Condition", "UpdatePolicy"];

/// Lowers a layer.
pub(crate) fn lower(
    resource: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    property_types::check(resource, PROPERTIES)?;
    let mut sam = resource.properties.clone();
    for name in RESOLVED {
        if let Some(written) = set(&resource.properties, name) {
            let value = resolve::parameters(written, context);
            if value.as_str().is_none() && !value.is_object() {
                let message = format!("`{name}` does not resolve to a string");
                return Err(resource.error(message, written.origin.place));
            }
            sam.set(name, value);
        }
    }
    let retention = retention(&sam, resource)?;
    let id = hashed_id(&sam, resource);
    // AWS names the layer by its new logical id from here on.
    let renamed = |error: SamError| SamError { resource: id.clone(), ..error };
    let mut out = WORDS.lower(&sam, &resource.origin());
    if let Some(location) = given(&sam, "ContentUri") {
        out.set("Content", Location::read(location, "ContentUri", resource).map_err(renamed)?.into_lambda());
    }
    if set(&sam, "LayerName").is_none() {
        out.set("LayerName", Expr::string(resource.id.clone(), &resource.origin()));
    }
    check_architectures(&sam, resource).map_err(renamed)?;
    output.add_main(id.clone(), "AWS::Lambda::LayerVersion", out, resource, &WORDS);
    if let Some(body) = output.body_mut(&id) {
        body.remove("Metadata");
        body.remove("UpdatePolicy");
        let default = || Expr::string("Retain", &resource.origin());
        let policy =
            retention.or_else(|| resource.body.get("DeletionPolicy").cloned()).unwrap_or_else(default);
        body.set("DeletionPolicy", policy);
    }
    output.references.renamed.insert(resource.id.clone(), id);
    Ok(())
}

/// The logical id with a hash of the layer as written.
fn hashed_id(sam: &Expr, resource: &SamResource) -> SmolStr {
    let mut body = Map::new();
    body.insert("Type".into(), Json::String(resource.type_name.to_string()));
    for attribute in HASHED {
        if let Some(value) =
            resource.body.get(attribute).filter(|value| attribute != "DependsOn" || is_set(value))
        {
            body.insert(attribute.into(), value.to_json());
        }
    }
    let properties = sam.entries().iter().filter(|entry| !matches!(entry.value.data, Data::Null));
    let properties = properties.map(|entry| (entry.key.to_string(), entry.value.to_json())).collect();
    body.insert("Properties".into(), Json::Object(properties));
    let whole = Json::Object([(resource.id.to_string(), Json::Object(body))].into_iter().collect());
    let hash = logical_id::hash(&logical_id::canonical_json(&whole), 10);
    smol_str::format_smolstr!("{}{hash}", resource.id)
}

/// The deletion policy that `RetentionPolicy` asks for.
fn retention(sam: &Expr, resource: &SamResource) -> Result<Option<Expr>, SamError> {
    let Some(policy) = given(sam, "RetentionPolicy") else { return Ok(None) };
    let known = ["Retain", "Delete"]
        .into_iter()
        .find(|known| policy.as_str().is_some_and(|written| written.eq_ignore_ascii_case(known)));
    match known {
        Some(known) => Ok(Some(Expr::string(known, &policy.origin))),
        None => {
            let message = "`RetentionPolicy` should be `Retain` or `Delete`, and no intrinsic function";
            Err(resource.error(message, policy.origin.place))
        }
    }
}

fn check_architectures(sam: &Expr, resource: &SamResource) -> Result<(), SamError> {
    let listed = given(sam, "CompatibleArchitectures").filter(|listed| listed.intrinsic().is_none());
    let fits = |item: &&Expr| item.intrinsic().is_some() || matches!(item.as_str(), Some("arm64" | "x86_64"));
    let items = listed
        .filter(|listed| is_set(listed))
        .map(|listed| if listed.is_list() { listed.items() } else { std::slice::from_ref(listed) });
    match items.unwrap_or_default().iter().find(|item| !fits(item)) {
        Some(item) => {
            let message = "`CompatibleArchitectures` takes `x86_64` and `arm64`";
            Err(resource.error(message, item.origin.place))
        }
        None => Ok(()),
    }
}
