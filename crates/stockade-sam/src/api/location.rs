//! `DefinitionUri`: where a body lies in S3.

use crate::SamError;
use crate::resource::SamResource;
use stockade_cfn::Expr;

/// The bucket, key and version that a `DefinitionUri` names.
pub(crate) fn read(resource: &SamResource, uri: &Expr) -> Result<Expr, SamError> {
    let origin = crate::open_api::made(&uri.origin, resource);
    let error = |message: &str| resource.error(message, uri.origin.place);
    if uri.is_object() {
        let part = |name: &str| crate::open_api::given(uri, name).cloned();
        let (Some(bucket), Some(key)) = (part("Bucket"), part("Key")) else {
            return Err(error("`DefinitionUri` needs `Bucket` and `Key`"));
        };
        let version = uri.get("Version").cloned();
        return Ok(Expr::object(&origin)
            .with("Bucket", bucket)
            .with("Key", key)
            .with_some("Version", version));
    }
    let rest = uri.as_str().and_then(|text| text.strip_prefix("s3://"));
    let (bucket, path) =
        rest.and_then(|rest| rest.split_once('/')).filter(|(bucket, _)| !bucket.is_empty()).ok_or_else(
            || error("`DefinitionUri` is not of the form `s3://bucket/key`, with `?versionId=…` if need be"),
        )?;
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let (key, query) = path.split_once('?').unwrap_or((path, ""));
    let versions: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("versionId="))
        .filter(|id| !id.is_empty())
        .collect();
    let version = match versions.as_slice() {
        [version] => Some(Expr::string(*version, &uri.origin)),
        _ => None,
    };
    // The keys have the place of their value, so that they count as the transform's.
    Ok(Expr::object(&origin)
        .with("Bucket", Expr::string(bucket, &uri.origin))
        .with("Key", Expr::string(key.trim_start_matches('/'), &uri.origin))
        .with_some("Version", version))
}
