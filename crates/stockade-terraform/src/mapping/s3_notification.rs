//! Notifications of Amazon S3 buckets.

use super::lower::{Built, field, given, object, written};
use super::row::{Part, Row, Target, Word, same};
use crate::{ResourceInstance, Value};
use stockade_model::{Kind, List, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_s3_bucket_notification",
    target: Target::Part(&Part {
        owners: &["aws_s3_bucket"],
        by: "bucket",
        at: "NotificationConfiguration",
        list: false,
    }),
    words: &[NOTIFICATIONS],
    attributes: &[],
    finish: Some(notification),
}];

/// The switch that sends events to EventBridge is a block that is there in CloudFormation.
const NOTIFICATIONS: Word =
    same("eventbridge", "EventBridgeConfiguration.EventBridgeEnabled").unless("false");

/// Notifications: one for each event of each block, with its filters as rules.
fn notification(instance: &ResourceInstance, built: &mut Built) {
    for (argument, arn, list, target) in [
        ("lambda_function", "lambda_function_arn", "LambdaConfigurations", "Function"),
        ("queue", "queue_arn", "QueueConfigurations", "Queue"),
        ("topic", "topic_arn", "TopicConfigurations", "Topic"),
    ] {
        let Some(blocks) = given(&instance.value, argument) else { continue };
        let mut open = match &blocks.kind {
            crate::Kind::Sequence(sequence) => sequence.open.clone(),
            _ => blocks.symbol().cloned(),
        };
        let mut items = Vec::new();
        for block in blocks.blocks() {
            let events = given(block, "events");
            open = open.or_else(|| events.and_then(Value::symbol).cloned());
            for event in events.map(Value::items).unwrap_or_default() {
                let mut fields = vec![field("Event", event.to_model())];
                fields.extend(given(block, arn).map(|arn| field(target, arn.to_model())));
                fields.extend(filter(block));
                let object = object(fields, &block.origin);
                items.push(ModelValue::new(Kind::Object(object), block.origin.clone()));
            }
        }
        if items.is_empty() && open.is_none() {
            continue;
        }
        built.set(list, ModelValue::new(Kind::List(List { items, open }), blocks.origin.clone()));
    }
}

/// The rules of a notification about keys.
fn filter(block: &Value) -> Option<stockade_model::Field> {
    let rules: Vec<ModelValue> = [("filter_prefix", "prefix"), ("filter_suffix", "suffix")]
        .into_iter()
        .filter_map(|(argument, name)| {
            let value = given(block, argument).filter(|value| value.as_str() != Some(""))?;
            let fields = vec![field("Name", written(name, &value.origin)), field("Value", value.to_model())];
            Some(ModelValue::new(Kind::Object(object(fields, &block.origin)), value.origin.clone()))
        })
        .collect();
    let of_block = |kind| ModelValue::new(kind, block.origin.clone());
    let nest = |key, inner| of_block(Kind::Object(object(vec![field(key, inner)], &block.origin)));
    (!rules.is_empty()).then(|| {
        let rules = of_block(Kind::List(List { items: rules, open: None }));
        field("Filter", nest("S3Key", nest("Rules", rules)))
    })
}
