//! How the controls of buckets block public access.

use stockade_model::{Change, Resource};
use stockade_syntax::New;

/// The four parts of a public access block.
pub(crate) const PARTS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Turns all parts of the bucket's block on.
pub(crate) fn block_public_access(bucket: &Resource) -> Change {
    Change::Set {
        resource: bucket.id.clone(),
        property: "PublicAccessBlockConfiguration".into(),
        value: New::mapping(PARTS.map(|part| (part, New::Bool(true)))),
    }
}
