//! Where an artifact lies in S3: `CodeUri`, `ContentUri`, as an `s3://` address or as `Bucket`, `Key` and
//! `Version` (AWS SAM developer guide, "FunctionCode", "LayerContent").

use crate::SamError;
use crate::presence::set;
use crate::resource::SamResource;
use stockade_cfn::Expr;

/// The bucket, key, version and storage mode of an artifact.
pub(crate) struct Location {
    /// `Bucket`.
    pub bucket: Expr,
    /// `Key`.
    pub key: Expr,
    /// `Version`.
    pub version: Option<Expr>,
    /// `StorageMode`.
    pub storage_mode: Option<Expr>,
}

impl Location {
    /// Reads the property `name` whose value is `written`.
    pub fn read(written: &Expr, name: &str, resource: &SamResource) -> Result<Self, SamError> {
        let rejected = |message: String| Err(resource.error(message, written.origin.place));
        if written.is_object() {
            let (Some(bucket), Some(key)) = (set(written, "Bucket"), set(written, "Key")) else {
                return rejected(format!("`{name}` needs a `Bucket` and a `Key`"));
            };
            return Ok(Self {
                bucket: bucket.clone(),
                key: key.clone(),
                version: written.get("Version").cloned(),
                storage_mode: written.get("StorageMode").cloned(),
            });
        }
        let Some(text) = written.as_str() else {
            return rejected(format!("`{name}` should be an `s3://` address or a map"));
        };
        if is_path_reference(text) {
            return rejected(format!(
                "`{name}` cannot be a dynamic reference with a path; write it as a map"
            ));
        }
        let Some((bucket, key, version)) = parse(text.trim_start()) else {
            return rejected(format!("`{name}` is not an address of the form `s3://bucket/key`"));
        };
        let text = |text: &str| Expr::string(text, &written.origin);
        Ok(Self { bucket: text(bucket), key: text(key), version: version.map(text), storage_mode: None })
    }

    /// The location in Lambda's words for a function's code or a layer's content.
    pub fn into_lambda(self) -> Expr {
        let origin = self.bucket.origin.clone();
        Expr::object(&origin)
            .with("S3Bucket", self.bucket)
            .with("S3Key", self.key)
            .with_some("S3ObjectVersion", self.version)
            .with_some("S3ObjectStorageMode", self.storage_mode)
    }
}

/// The bucket, key and `versionId` of an `s3://` address.
fn parse(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("s3") {
        return None;
    }
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, key) = path.split_once('/')?;
    // A bracket is read as an address of IPv6, which no bucket is.
    if bucket.is_empty() || bucket.contains(['[', ']']) {
        return None;
    }
    let mut versions =
        query.split('&').filter_map(|part| part.strip_prefix("versionId=")).filter(|v| !v.is_empty());
    let version = versions.next().filter(|_| versions.next().is_none());
    Some((bucket, key.trim_start_matches('/'), version))
}

/// Whether a dynamic reference with a slash in it stands in the text.
fn is_path_reference(text: &str) -> bool {
    ["{{resolve:ssm:", "{{resolve:ssm-secure:", "{{resolve:secretsmanager:"].iter().any(|start| {
        let after = text.split_once(start).and_then(|(_, after)| after.split_once("}}"));
        after.is_some_and(|(name, _)| name.contains('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(parse("s3://b/a/k.zip?versionId=7"), Some(("b", "a/k.zip", Some("7"))));
        assert_eq!(parse("s3://b/k"), Some(("b", "k", None)));
        assert_eq!(parse("s3://b"), None);
        assert_eq!(parse("./src"), None);
        assert_eq!(parse("s3://[TOKEN.25]/key"), None);
    }
}
