//! Amazon SQS.

use super::lower::{Built, field};
use super::row::{Part, Row, TAGS, Target, json, same};
use crate::ResourceInstance;
use stockade_model::{Kind, Symbol, Value};

/// Where the policy that is written in the queue stands until it is a resource of its own.
const INLINE_POLICY: &str = "Policy";

/// The policy that is written in the queue, as CloudFormation writes it.
fn own_policy(instance: &ResourceInstance, built: &mut Built) {
    let Some(policy) = built.take(INLINE_POLICY) else { return };
    let queue = Kind::Unknown(Symbol::attribute(instance.address.clone(), "Ref"));
    let queue = Value::new(queue, policy.origin.clone());
    built.add(
        "/policy",
        "AWS::SQS::QueueInlinePolicy",
        vec![field("Queue", queue), field("PolicyDocument", policy)],
    );
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_sqs_queue",
        target: Target::Resource("AWS::SQS::Queue"),
        words: &[
            same("content_based_deduplication", "ContentBasedDeduplication"),
            same("deduplication_scope", "DeduplicationScope"),
            same("delay_seconds", "DelaySeconds"),
            same("fifo_queue", "FifoQueue"),
            same("fifo_throughput_limit", "FifoThroughputLimit"),
            same("kms_data_key_reuse_period_seconds", "KmsDataKeyReusePeriodSeconds"),
            same("kms_master_key_id", "KmsMasterKeyId"),
            same("max_message_size", "MaximumMessageSize"),
            same("message_retention_seconds", "MessageRetentionPeriod"),
            same("name", "QueueName"),
            json("policy", INLINE_POLICY),
            same("receive_wait_time_seconds", "ReceiveMessageWaitTimeSeconds"),
            json("redrive_allow_policy", "RedriveAllowPolicy"),
            json("redrive_policy", "RedrivePolicy"),
            same("sqs_managed_sse_enabled", "SqsManagedSseEnabled"),
            same("visibility_timeout_seconds", "VisibilityTimeout"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("url", "Ref"), ("name", "QueueName")],
        finish: Some(own_policy),
    },
    Row {
        source: "aws_sqs_queue_policy",
        target: Target::Resource("AWS::SQS::QueuePolicy"),
        words: &[json("policy", "PolicyDocument"), same("queue_url", "Queues").only().only()],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_sqs_queue_redrive_policy",
        target: Target::Part(&Part { owners: &["aws_sqs_queue"], by: "queue_url", at: "", list: false }),
        words: &[json("redrive_policy", "RedrivePolicy")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_sqs_queue_redrive_allow_policy",
        target: Target::Part(&Part { owners: &["aws_sqs_queue"], by: "queue_url", at: "", list: false }),
        words: &[json("redrive_allow_policy", "RedriveAllowPolicy")],
        attributes: &[],
        finish: None,
    },
];
