//! Buckets that let the public in, for the controls that judge them.

use super::mutator::{Break, list, reference, resource, set, subject};
use stockade_inventory::{Inventory, Node, Target};
use stockade_model::{Change, Resource, Verdict};
use stockade_syntax::New;

const BUCKET: &str = "AWS::S3::Bucket";
const BLOCK: &str = "PublicAccessBlockConfiguration";

/// What turns the public access block off.
pub fn unblocked(bucket: &Resource) -> Vec<Change> {
    let parts = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let paths = parts.map(|part| format!("{BLOCK}.{part}"));
    let there = paths.iter().filter(|path| !bucket.properties.get(path).is_absent());
    there.map(|path| set(bucket, path, New::Bool(false))).collect()
}

/// A policy with one statement that lets that principal write.
fn document(principal: New, objects: New) -> New {
    let statement = New::mapping([
        ("Effect", New::string("Allow")),
        ("Principal", principal),
        ("Action", New::string("s3:PutObject")),
        ("Resource", objects),
    ]);
    New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement))])
}

/// The policies of a bucket.
fn policies(inventory: &Inventory, bucket: Node) -> impl Iterator<Item = &Resource> {
    let of_it = move |policy: &&Resource| {
        inventory.resolve(&policy.properties.get("Bucket"), &[BUCKET]) == Target::Node(bucket)
    };
    inventory.of_type("AWS::S3::BucketPolicy").map(|(_, policy)| policy).filter(of_it)
}

/// The policy of the bucket of a pass, or a further one, lets that principal write.
pub fn granted(
    inventory: &Inventory,
    verdict: &Verdict,
    principal: &'static str,
    as_principal: fn(New) -> New,
) -> Option<Vec<Break>> {
    let (node, bucket) = subject(inventory, verdict)?;
    // A public list that only the block held back would be found first.
    if !bucket.properties.get("AccessControl").is_absent() {
        return None;
    }
    let objects = New::mapping([("Fn::Sub", New::string(format!("${{{}.Arn}}/*", bucket.logical_id())))]);
    let inside = move |principal| document(as_principal(principal), objects.clone());
    let in_own = policies(inventory, node).map(|policy| {
        let own = Break::set(policy, "PolicyDocument", principal).around(inside.clone());
        own.also(unblocked(bucket))
    });
    let mut breaks: Vec<Break> = in_own.collect();
    let (named, inside) = (reference(bucket), inside.clone());
    let further = Break::add_with(bucket, principal, move |principal| {
        let properties = [("Bucket", named.clone()), ("PolicyDocument", inside(principal))];
        resource("AWS::S3::BucketPolicy", properties)
    });
    breaks.push(further.also(unblocked(bucket)));
    Some(breaks)
}
