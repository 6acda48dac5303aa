//! Amazon SNS.

use super::lower::{Built, field};
use super::row::{Part, Row, TAGS, Target, json, same};
use crate::ResourceInstance;
use stockade_model::{Kind, Symbol, Value};

/// Where the policy that is written in the topic stands until it is a resource of its own.
const INLINE_POLICY: &str = "Policy";

/// The policy that is written in the topic, as CloudFormation writes it.
fn own_policy(instance: &ResourceInstance, built: &mut Built) {
    let Some(policy) = built.take(INLINE_POLICY) else { return };
    let topic = Kind::Unknown(Symbol::attribute(instance.address.clone(), "Ref"));
    let topic = Value::new(topic, policy.origin.clone());
    built.add(
        "/policy",
        "AWS::SNS::TopicInlinePolicy",
        vec![field("TopicArn", topic), field("PolicyDocument", policy)],
    );
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_sns_topic",
        target: Target::Resource("AWS::SNS::Topic"),
        words: &[
            json("archive_policy", "ArchivePolicy"),
            same("content_based_deduplication", "ContentBasedDeduplication"),
            same("display_name", "DisplayName"),
            same("fifo_throughput_scope", "FifoThroughputScope"),
            same("fifo_topic", "FifoTopic"),
            same("kms_master_key_id", "KmsMasterKeyId"),
            same("name", "TopicName"),
            json("policy", INLINE_POLICY),
            same("signature_version", "SignatureVersion"),
            same("tracing_config", "TracingConfig"),
            TAGS,
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref"), ("name", "TopicName")],
        finish: Some(own_policy),
    },
    Row {
        source: "aws_sns_topic_policy",
        target: Target::Resource("AWS::SNS::TopicPolicy"),
        words: &[same("arn", "Topics").only().only(), json("policy", "PolicyDocument")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_sns_topic_data_protection_policy",
        target: Target::Part(&Part { owners: &["aws_sns_topic"], by: "arn", at: "", list: false }),
        words: &[json("policy", "DataProtectionPolicy")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_sns_topic_subscription",
        target: Target::Resource("AWS::SNS::Subscription"),
        words: &[
            json("delivery_policy", "DeliveryPolicy"),
            same("endpoint", "Endpoint"),
            json("filter_policy", "FilterPolicy"),
            same("filter_policy_scope", "FilterPolicyScope"),
            same("protocol", "Protocol"),
            same("raw_message_delivery", "RawMessageDelivery"),
            json("redrive_policy", "RedrivePolicy"),
            json("replay_policy", "ReplayPolicy"),
            same("subscription_role_arn", "SubscriptionRoleArn"),
            same("topic_arn", "TopicArn"),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
