//! Amazon DynamoDB.

use super::lower::{Built, field, given, object, written};
use super::row::{Part, Row, TAGS, Target, block, blocks, json, same};
use crate::{ResourceInstance, Value};
use stockade_model::{Kind, List, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_dynamodb_table",
        target: Target::Resource("AWS::DynamoDB::Table"),
        words: &[
            same("billing_mode", "BillingMode").or("PROVISIONED"),
            same("deletion_protection_enabled", "DeletionProtectionEnabled").or("false"),
            same("name", "TableName"),
            same("read_capacity", "ProvisionedThroughput.ReadCapacityUnits"),
            same("stream_view_type", "StreamSpecification.StreamViewType"),
            same("table_class", "TableClass"),
            TAGS,
            same("write_capacity", "ProvisionedThroughput.WriteCapacityUnits"),
            blocks(
                "attribute",
                "AttributeDefinitions",
                &[same("name", "AttributeName"), same("type", "AttributeType")],
            ),
            blocks(
                "global_secondary_index",
                "GlobalSecondaryIndexes",
                &[
                    same("name", "IndexName"),
                    same("non_key_attributes", "Projection.NonKeyAttributes"),
                    same("projection_type", "Projection.ProjectionType"),
                    same("read_capacity", "ProvisionedThroughput.ReadCapacityUnits"),
                    same("write_capacity", "ProvisionedThroughput.WriteCapacityUnits"),
                    block(
                        "on_demand_throughput",
                        "OnDemandThroughput",
                        &[
                            same("max_read_request_units", "MaxReadRequestUnits"),
                            same("max_write_request_units", "MaxWriteRequestUnits"),
                        ],
                    ),
                ],
            ),
            blocks(
                "local_secondary_index",
                "LocalSecondaryIndexes",
                &[
                    same("name", "IndexName"),
                    same("non_key_attributes", "Projection.NonKeyAttributes"),
                    same("projection_type", "Projection.ProjectionType"),
                ],
            ),
            block(
                "on_demand_throughput",
                "OnDemandThroughput",
                &[
                    same("max_read_request_units", "MaxReadRequestUnits"),
                    same("max_write_request_units", "MaxWriteRequestUnits"),
                ],
            ),
            block(
                "point_in_time_recovery",
                "PointInTimeRecoverySpecification",
                &[
                    same("enabled", "PointInTimeRecoveryEnabled"),
                    same("recovery_period_in_days", "RecoveryPeriodInDays"),
                ],
            ),
            block(
                "server_side_encryption",
                "SSESpecification",
                &[same("enabled", "SSEEnabled"), same("kms_key_arn", "KMSMasterKeyId")],
            ),
            block(
                "ttl",
                "TimeToLiveSpecification",
                &[same("attribute_name", "AttributeName"), same("enabled", "Enabled").or("false")],
            ),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref"), ("stream_arn", "StreamArn")],
        finish: Some(keys),
    },
    Row {
        source: "aws_dynamodb_resource_policy",
        target: Target::Part(&Part {
            owners: &["aws_dynamodb_table"],
            by: "resource_arn",
            at: "",
            list: false,
        }),
        words: &[json("policy", "ResourcePolicy.PolicyDocument")],
        attributes: &[],
        finish: None,
    },
];

/// The keys of the table and its indexes, and a stream that is switched off.
fn keys(instance: &ResourceInstance, built: &mut Built) {
    if let Some(schema) = schema(&instance.value, None) {
        built.set("KeySchema", schema);
    }
    let table_key = given(&instance.value, "hash_key");
    for (argument, property) in [
        ("global_secondary_index", "GlobalSecondaryIndexes"),
        ("local_secondary_index", "LocalSecondaryIndexes"),
    ] {
        let indexes = given(&instance.value, argument).map(Value::blocks).unwrap_or_default();
        let lowered = built.properties.fields.iter_mut().find(|field| field.key == property);
        let Some(Kind::List(list)) = lowered.map(|field| &mut field.value.kind) else { continue };
        for (index, lowered) in indexes.iter().zip(&mut list.items) {
            if let (Kind::Object(object), Some(schema)) = (&mut lowered.kind, schema(index, table_key)) {
                object.fields.push(field("KeySchema", schema));
            }
        }
    }
    if given(&instance.value, "stream_enabled").and_then(Value::as_bool) == Some(false) {
        built.properties.fields.retain(|field| field.key != "StreamSpecification");
    }
}

/// The keys that a block names; a local index has the table's partition key.
fn schema(block: &Value, table_key: Option<&Value>) -> Option<ModelValue> {
    let partition = given(block, "hash_key").or(table_key);
    let keys = [(partition, "HASH"), (given(block, "range_key"), "RANGE")];
    let items: Vec<ModelValue> = keys
        .into_iter()
        .filter_map(|(name, kind)| {
            let name = name?;
            let fields =
                vec![field("AttributeName", name.to_model()), field("KeyType", written(kind, &name.origin))];
            Some(ModelValue::new(Kind::Object(object(fields, &block.origin)), name.origin.clone()))
        })
        .collect();
    let list = List { items, open: None };
    (!list.items.is_empty()).then(|| ModelValue::new(Kind::List(list), block.origin.clone()))
}
