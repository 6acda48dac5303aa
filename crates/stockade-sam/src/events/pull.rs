//! Sources that Lambda polls: queues, streams, brokers and clusters become event source mappings
//! (AWS CloudFormation, `AWS::Lambda::EventSourceMapping`).

use super::emit::{Made, allow, policy};
use super::{Event, Grants, Resources, Target, access};
use crate::output::Output;
use crate::words::Words;
use crate::{Context, SamError, resolve};
use smol_str::format_smolstr;
use stockade_cfn::Expr;

/// The type of a mapping.
pub(super) const MAPPING_TYPE: &str = "AWS::Lambda::EventSourceMapping";

/// The managed policy that lets a function read a queue.
pub(super) const QUEUE_POLICY: &str = "service-role/AWSLambdaSQSQueueExecutionRole";

/// A type of sources.
struct Source {
    type_name: &'static str,
    words: &'static Words,
    /// The managed policy that lets the function read it.
    managed: Option<&'static str>,
    /// Whether it is read by a consumer group.
    groups: bool,
}

/// The words of a mapping: some of its own, and those that all sources share.
macro_rules! mapping_words {
    ($($row:expr),*) => {
        Words { rows: &[
            $($row,)*
            ("BatchSize", "BatchSize"),
            ("StartingPosition", "StartingPosition"),
            ("StartingPositionTimestamp", "StartingPositionTimestamp"),
            ("Enabled", "Enabled"),
            ("MaximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds"),
            ("MaximumRetryAttempts", "MaximumRetryAttempts"),
            ("BisectBatchOnFunctionError", "BisectBatchOnFunctionError"),
            ("MaximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds"),
            ("DestinationConfig", "DestinationConfig"),
            ("ParallelizationFactor", "ParallelizationFactor"),
            ("Topics", "Topics"),
            ("Queues", "Queues"),
            ("SourceAccessConfigurations", "SourceAccessConfigurations"),
            ("TumblingWindowInSeconds", "TumblingWindowInSeconds"),
            ("FunctionResponseTypes", "FunctionResponseTypes"),
            ("SelfManagedEventSource.Endpoints.KafkaBootstrapServers", "KafkaBootstrapServers"),
            ("FilterCriteria", "FilterCriteria"),
            ("KmsKeyArn", "KmsKeyArn"),
            ("ScalingConfig", "ScalingConfig"),
            ("ProvisionedPollerConfig", "ProvisionedPollerConfig"),
            ("MetricsConfig", "MetricsConfig"),
            ("LoggingConfig", "LoggingConfig"),
        ] }
    };
}

static QUEUE: Words = mapping_words!(("EventSourceArn", "Queue"));
static STREAM: Words = mapping_words!(("EventSourceArn", "Stream"));
static BROKER: Words = mapping_words!(("EventSourceArn", "Broker"));
static MANAGED_KAFKA: Words = mapping_words!(
    ("EventSourceArn", "Stream"),
    ("AmazonManagedKafkaEventSourceConfig.ConsumerGroupId", "ConsumerGroupId"),
    ("AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig", "SchemaRegistryConfig")
);
static SELF_MANAGED_KAFKA: Words = mapping_words!(
    ("SelfManagedKafkaEventSourceConfig.ConsumerGroupId", "ConsumerGroupId"),
    ("SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig", "SchemaRegistryConfig")
);
static CLUSTER: Words = mapping_words!(
    ("EventSourceArn", "Cluster"),
    ("DocumentDBEventSourceConfig.DatabaseName", "DatabaseName"),
    ("DocumentDBEventSourceConfig.CollectionName", "CollectionName"),
    ("DocumentDBEventSourceConfig.FullDocument", "FullDocument")
);

/// The types of sources.
static SOURCES: [Source; 7] = [
    Source { type_name: "SQS", words: &QUEUE, managed: Some(QUEUE_POLICY), groups: false },
    Source {
        type_name: "Kinesis",
        words: &STREAM,
        managed: Some("service-role/AWSLambdaKinesisExecutionRole"),
        groups: false,
    },
    Source {
        type_name: "DynamoDB",
        words: &STREAM,
        managed: Some("service-role/AWSLambdaDynamoDBExecutionRole"),
        groups: false,
    },
    Source {
        type_name: "MSK",
        words: &MANAGED_KAFKA,
        managed: Some("service-role/AWSLambdaMSKExecutionRole"),
        groups: true,
    },
    Source { type_name: "MQ", words: &BROKER, managed: None, groups: false },
    Source { type_name: "SelfManagedKafka", words: &SELF_MANAGED_KAFKA, managed: None, groups: true },
    Source { type_name: "DocumentDB", words: &CLUSTER, managed: None, groups: false },
];

/// Properties that count as absent if they are empty.
const FILLED: [&str; 6] = [
    "KafkaBootstrapServers",
    "ConsumerGroupId",
    "SchemaRegistryConfig",
    "CollectionName",
    "FullDocument",
    "DestinationConfig",
];

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Resources,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let Some(source) = SOURCES.iter().find(|source| source.type_name == event.type_name) else {
        return Ok(Grants::default());
    };
    check_filters(event, target)?;
    if let Some(group) = event.filled("ConsumerGroupId").filter(|_| !source.groups) {
        let message = format!("`ConsumerGroupId` is not for events of type `{}`", event.type_name);
        return Err(event.error(target, message, group.origin.place));
    }
    let mut properties =
        event.lower_filled(source.words, &FILLED).with("FunctionName", target.reference(&event.origin()));
    for config in ["AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"] {
        let registry = properties.get_mut(config).and_then(|config| config.get_mut("SchemaRegistryConfig"));
        if let Some(uri) = registry.and_then(|registry| registry.get_mut("SchemaRegistryURI")) {
            *uri = resolve::nested(uri, context);
        }
    }
    let destination = destination_policy(event, target)?;
    // The type only says what the role needs.
    if let Some(failure) =
        properties.get_mut("DestinationConfig").and_then(|config| config.get_mut("OnFailure"))
        && event.filled("DestinationConfig.OnFailure.Type").is_some()
    {
        failure.remove("Type");
    }
    let mapping =
        Made { id: event.logical_id(target), type_name: MAPPING_TYPE, properties, raise: source.words };
    event.add(mapping, target, resources, output)?;

    let mut grants = Grants { managed: source.managed.into_iter().collect(), inline: Vec::new() };
    if let Some(policy) = access::policy_of(event, target, context)? {
        grants.add_inline(policy);
    }
    if let Some(policy) = destination {
        grants.add_inline(policy);
    }
    Ok(grants)
}

/// `FilterCriteria` has nothing but `Filters`.
fn check_filters(event: &Event, target: &Target) -> Result<(), SamError> {
    let Some(criteria) = event.filled("FilterCriteria").filter(|criteria| criteria.intrinsic().is_none())
    else {
        return Ok(());
    };
    match criteria.entries() {
        [entry] if entry.key == "Filters" => Ok(()),
        _ => Err(event.error(target, "`FilterCriteria` takes only `Filters`", criteria.origin.place)),
    }
}

/// The policy that lets the function send what it could not handle to where `DestinationConfig` says.
fn destination_policy(event: &Event, target: &Target) -> Result<Option<Expr>, SamError> {
    let Some(config) = event.filled("DestinationConfig") else { return Ok(None) };
    let Some(failure) = config.get("OnFailure").filter(|failure| failure.is_object()) else {
        let message = "`OnFailure` of `DestinationConfig` must be an object";
        return Err(event.error(target, message, config.origin.place));
    };
    let Some(kind) = event.filled("DestinationConfig.OnFailure.Type") else { return Ok(None) };
    let origin = &kind.origin;
    let id = event.logical_id(target);
    let text = |text: &'static str| Expr::string(text, origin);
    let to = failure.get("Destination").cloned().unwrap_or_else(|| Expr::null(origin));
    let (name, statements) = match kind.as_str() {
        Some("SQS") => ("SQSPolicy", vec![allow(text("sqs:SendMessage"), to, origin)]),
        Some("SNS") => ("SNSPolicy", vec![allow(text("sns:publish"), to, origin)]),
        Some("S3") => {
            let objects = Expr::list(vec![to.clone(), text("*")], origin);
            let objects = Expr::call("Fn::Join", Expr::list(vec![text("/"), objects], origin), origin);
            let put = allow(text("s3:PutObject"), objects, origin);
            ("S3Policy", vec![put, allow(text("s3:ListBucket"), to, origin)])
        }
        Some("Kafka") => return Ok(None),
        _ => {
            let message = "`Type` of `OnFailure` must be `SQS`, `SNS`, `S3` or `Kafka`";
            return Err(event.error(target, message, origin.place));
        }
    };
    Ok(Some(policy(format_smolstr!("{id}{name}"), statements, origin)))
}
