//! `AWS::Serverless::SimpleTable`: a DynamoDB table with a primary key of one attribute
//! (AWS SAM developer guide, "AWS::Serverless::SimpleTable").

use crate::output::Output;
use crate::presence::{given, set};
use crate::property_types::{self, Kind, Property, optional};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, tags};
use stockade_cfn::Expr;

static WORDS: Words = Words {
    rows: &[
        ("PointInTimeRecoverySpecification", "PointInTimeRecoverySpecification"),
        ("ProvisionedThroughput", "ProvisionedThroughput"),
        ("SSESpecification", "SSESpecification"),
        ("TableName", "TableName"),
    ],
};

const PROPERTIES: &[Property] = &[
    optional("PointInTimeRecoverySpecification", Kind::Any),
    optional("PrimaryKey", Kind::MapOfStrings),
    optional("ProvisionedThroughput", Kind::MapOfNumbers),
    optional("TableName", Kind::StringOrMap),
    optional("Tags", Kind::Map),
    optional("SSESpecification", Kind::Map),
];

/// Lowers a table.
pub(crate) fn lower(
    resource: &SamResource,
    _resources: &mut [SamResource],
    _context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    property_types::check(resource, PROPERTIES)?;
    let sam = &resource.properties;
    let origin = resource.origin();
    let mut out = Expr::object(&origin);
    WORDS.lower_into(sam, &mut out);
    for (name, _) in WORDS.rows {
        if set(sam, name).is_none() {
            out.remove(name);
        }
    }
    let (name, kind) = match set(sam, "PrimaryKey") {
        Some(key) => primary_key(key, resource)?,
        None => (Expr::string("id", &origin), Expr::string("S", &origin)),
    };
    let attribute =
        Expr::object(&name.origin).with("AttributeName", name.clone()).with("AttributeType", kind);
    let key = Expr::object(&name.origin)
        .with("AttributeName", name.clone())
        .with("KeyType", Expr::string("HASH", &name.origin));
    out.set("AttributeDefinitions", Expr::list(vec![attribute], &name.origin));
    out.set("KeySchema", Expr::list(vec![key], &name.origin));
    if set(sam, "ProvisionedThroughput").is_none() {
        out.set("BillingMode", Expr::string("PAY_PER_REQUEST", &origin));
    }
    if let Some(tags) = set(sam, "Tags") {
        out.set("Tags", Expr::list(tags::items(tags), &tags.origin));
    }
    output.add_main(resource.id.clone(), "AWS::DynamoDB::Table", out, resource, &WORDS);
    Ok(())
}

fn primary_key(key: &Expr, resource: &SamResource) -> Result<(Expr, Expr), SamError> {
    let (Some(name), Some(kind)) = (given(key, "Name"), given(key, "Type")) else {
        return Err(resource.error("`PrimaryKey` needs a `Name` and a `Type`", key.origin.place));
    };
    let letter = match kind.as_str() {
        Some("String") => "S",
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => {
            let message = "the `Type` of `PrimaryKey` should be `String`, `Number` or `Binary`";
            return Err(resource.error(message, kind.origin.place));
        }
    };
    Ok((name.clone(), Expr::string(letter, &kind.origin)))
}
