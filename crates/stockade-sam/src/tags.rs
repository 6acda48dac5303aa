//! `Tags`: SAM writes them as a map, CloudFormation as a list of `Key` and `Value`
//! (AWS SAM developer guide, "AWS::Serverless::Function", `Tags`, `PropagateTags`).

use crate::presence::set;
use crate::resource::SamResource;
use crate::{SamError, output::Output};
use stockade_cfn::Expr;
use stockade_model::Origin;

/// Tag keys that SAM and the Serverless Application Repository keep for themselves.
const RESERVED: [&str; 3] = ["lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];

/// Types that take a list of tags, among those that functions bring along.
const TAGGED: [&str; 6] = [
    "AWS::Lambda::Function",
    "AWS::Lambda::CapacityProvider",
    "AWS::IAM::Role",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::IoT::TopicRule",
];

/// The tag that SAM puts on what it makes.
pub(crate) fn created_by_sam(origin: &Origin) -> Expr {
    tag(Expr::string("lambda:createdBy", origin), Expr::string("SAM", origin))
}

/// The list of tags of a map.
pub(crate) fn list_of(tags: &Expr) -> Expr {
    Expr::list(items(tags), &tags.origin)
}

/// The list of tags of a map, SAM's own under that key first.
pub(crate) fn list_under(key: &'static str, tags: Option<&Expr>, origin: &Origin) -> Expr {
    let mut out = vec![tag(Expr::string(key, origin), Expr::string("SAM", origin))];
    out.extend(tags.map(items).unwrap_or_default());
    Expr::list(out, tags.map_or(origin, |tags| &tags.origin))
}

/// The tags of a map, each as `Key` and `Value`.
pub(crate) fn items(tags: &Expr) -> Vec<Expr> {
    let item = |entry: &stockade_cfn::Entry| {
        let key = Expr::string(entry.key.clone(), &Origin::at(entry.key_place));
        let value =
            if entry.value.is_null() { Expr::string("", &entry.value.origin) } else { entry.value.clone() };
        tag(key, value)
    };
    tags.entries().iter().map(item).collect()
}

/// The list of a resource's tags, SAM's own first.
pub(crate) fn list(resource: &SamResource) -> Result<Expr, SamError> {
    let tags = set(&resource.properties, "Tags");
    let reserved = tags.and_then(|tags| RESERVED.iter().find_map(|key| tags.entry(key)));
    if let Some(entry) = reserved {
        let message = format!("the tag key `{}` is reserved and cannot be set on a resource", entry.key);
        return Err(resource.error(message, entry.key_place));
    }
    let mut out = vec![created_by_sam(&resource.origin())];
    let origin = tags.map_or_else(|| resource.origin(), |tags| tags.origin.clone());
    out.extend(tags.map(items).unwrap_or_default());
    Ok(Expr::list(out, &origin))
}

/// With `PropagateTags`, every taggable resource that was added since there were `before` of them, and every
/// bucket that invokes the function, gets the function's tags in place of what it has.
pub(crate) fn propagate(resource: &SamResource, before: usize, output: &mut Output) {
    let properties = &resource.properties;
    let (Some(_), Some(tags)) = (set(properties, "PropagateTags"), set(properties, "Tags")) else { return };
    let list = Expr::list(items(tags), &tags.origin);
    let buckets = buckets(properties);
    for (at, (id, declaration)) in output.resources.iter_mut().enumerate() {
        let named = declaration.type_name == "AWS::S3::Bucket" && buckets.contains(&id.as_str());
        let added = at >= before && TAGGED.contains(&declaration.type_name.as_str());
        if let Some(properties) = declaration.body.get_mut("Properties").filter(|_| named || added) {
            properties.set("Tags", list.clone());
        }
    }
}

/// The buckets of the template whose events invoke the function: they count as brought along.
fn buckets(function: &Expr) -> Vec<&str> {
    let events = function.get("Events").map(Expr::entries).unwrap_or_default();
    let events = events.iter().map(|event| &event.value);
    let s3 = events.filter(|event| event.get("Type").and_then(Expr::as_str) == Some("S3"));
    s3.filter_map(|event| event.path("Properties.Bucket")?.as_reference()).collect()
}

fn tag(key: Expr, value: Expr) -> Expr {
    let origin = value.origin.clone();
    Expr::object(&origin).with("Key", key).with("Value", value)
}
