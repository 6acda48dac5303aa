//! A function's code: a zip archive in S3, inline text, or a container image (AWS SAM developer guide,
//! "AWS::Serverless::Function", `CodeUri`, `InlineCode`, `ImageUri`, `PackageType`).

use crate::SamError;
use crate::location::Location;
use crate::presence::{given, set};
use crate::resource::SamResource;
use stockade_cfn::Expr;

/// Builds `Code`.
pub(super) fn lower(resource: &SamResource) -> Result<Expr, SamError> {
    let sam = &resource.properties;
    let package = set(sam, "PackageType");
    match package.map(Expr::as_str) {
        None | Some(Some("Zip")) => zip(resource),
        Some(Some("Image")) => image(resource),
        Some(_) => {
            let place = package.map_or(resource.id_at, |package| package.origin.place);
            Err(resource.error("`PackageType` should be `Zip` or `Image`", place))
        }
    }
}

fn zip(resource: &SamResource) -> Result<Expr, SamError> {
    let sam = &resource.properties;
    let code = match (given(sam, "InlineCode"), given(sam, "CodeUri")) {
        (Some(text), _) => Expr::object(&text.origin).with("ZipFile", text.clone()),
        (None, Some(location)) => Location::read(location, "CodeUri", resource)?.into_lambda(),
        (None, None) => {
            return Err(resource.error("a function needs `InlineCode` or `CodeUri`", resource.id_at));
        }
    };
    if set(sam, "Runtime").is_none() || set(sam, "Handler").is_none() {
        let message = "a function of the package type `Zip` needs `Runtime` and `Handler`";
        return Err(resource.error(message, resource.id_at));
    }
    if let Some(config) = set(sam, "ImageConfig") {
        let message = "a function of the package type `Zip` cannot have `ImageConfig`";
        return Err(resource.error(message, config.origin.place));
    }
    Ok(code.with_some("SourceKMSKeyArn", set(sam, "SourceKMSKeyArn").cloned()))
}

fn image(resource: &SamResource) -> Result<Expr, SamError> {
    let sam = &resource.properties;
    let Some(uri) = set(sam, "ImageUri") else {
        let message = "a function of the package type `Image` needs `ImageUri`";
        return Err(resource.error(message, resource.id_at));
    };
    if let Some(other) = ["Handler", "Runtime", "Layers"].iter().find_map(|name| set(sam, name)) {
        let message = "a function of the package type `Image` cannot have `Runtime`, `Handler` or `Layers`";
        return Err(resource.error(message, other.origin.place));
    }
    Ok(Expr::object(&uri.origin).with("ImageUri", uri.clone()))
}
