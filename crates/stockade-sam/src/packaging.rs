//! What `sam build` and `sam package` do to a template before AWS sees it: local paths become addresses in S3.
//!
//! The transform takes packaged templates only, and people write local paths. Nothing is uploaded here, so the bucket
//! is a stand-in, and the key is the path that was written (AWS SAM CLI, `sam package`; a function without
//! `CodeUri` is built from the template's own folder, an image function's `ImageUri` from its `Metadata`).

use smol_str::SmolStr;
use stockade_cfn::{Expr, Template};
use stockade_model::Origin;

/// In place of the name of the bucket that `sam package` uploads to.
const BUCKET: &str = "<bucket of sam package>";

/// Properties that may name a local file or folder: the type, its section in `Globals`, the property.
const PATHS: [(&str, &str, &str); 6] = [
    ("AWS::Serverless::Function", "Function", "CodeUri"),
    ("AWS::Serverless::WebFunction", "WebFunction", "CodeUri"),
    ("AWS::Serverless::LayerVersion", "LayerVersion", "ContentUri"),
    ("AWS::Serverless::Api", "Api", "DefinitionUri"),
    ("AWS::Serverless::HttpApi", "HttpApi", "DefinitionUri"),
    ("AWS::Serverless::StateMachine", "StateMachine", "DefinitionUri"),
];

/// The template as `sam package` leaves it.
#[must_use]
pub fn package(template: &Template) -> Template {
    let mut out = template.clone();
    for (_, section, property) in PATHS {
        let global = out.root.get_mut("Globals").and_then(|globals| globals.get_mut(section));
        if let Some(value) = global.and_then(|section| section.get_mut(property)) {
            upload(value);
        }
    }
    let global = |name: &str| {
        template.root.path("Globals.Function").is_some_and(|section| section.get(name).is_some())
    };
    let global_code = global("CodeUri") || global("ImageUri") || global("InlineCode");
    let global_image =
        template.root.path("Globals.Function.PackageType").and_then(Expr::as_str) == Some("Image");
    for declaration in out.resources.values_mut() {
        let Some((_, _, property)) = PATHS.iter().find(|(name, ..)| *name == declaration.type_name) else {
            continue;
        };
        let is_function = declaration.type_name == "AWS::Serverless::Function";
        if is_function && !global_code {
            build(&mut declaration.body, global_image, &Origin::at(declaration.id_at));
        }
        if let Some(value) =
            declaration.body.get_mut("Properties").and_then(|properties| properties.get_mut(property))
        {
            upload(value);
        }
    }
    out
}

/// Gives a function the code that `sam build` would find for it.
fn build(body: &mut Expr, global_image: bool, origin: &Origin) {
    let image = body
        .path("Properties.PackageType")
        .and_then(Expr::as_str)
        .map_or(global_image, |kind| kind == "Image");
    let has = |name: &str| {
        body.get("Properties")
            .and_then(|properties| properties.get(name))
            .is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
    };
    let (property, value) = if image {
        (!has("ImageUri")).then(|| ("ImageUri", Expr::string("<image of sam build>", origin))).unzip()
    } else {
        (!has("InlineCode") && !has("CodeUri")).then(|| ("CodeUri", Expr::string(".", origin))).unzip()
    };
    let (Some(property), Some(value)) = (property, value) else { return };
    match body.get_mut("Properties").filter(|properties| properties.is_object()) {
        Some(properties) => properties.set(property, value),
        None => {
            // Without properties there is nothing that could be built; the transform says what is missing.
        }
    }
}

fn upload(value: &mut Expr) {
    let local = value.as_str().is_some_and(|text| {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        !text.is_empty() && !text.starts_with("{{resolve:") && scheme.is_none()
    });
    if local {
        let origin = value.origin.clone();
        let key = value.as_str().map(SmolStr::new).unwrap_or_default();
        *value = Expr::object(&origin)
            .with("Bucket", Expr::string(BUCKET, &origin))
            .with("Key", Expr::string(key, &origin));
    }
}
