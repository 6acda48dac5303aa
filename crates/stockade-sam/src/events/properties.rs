//! The properties that each type of events takes, and what AWS checks of them before it looks at anything else
//! (AWS SAM developer guide, the property tables of the event sources).

use super::{Event, Target};
use crate::SamError;
use stockade_cfn::{Data, Expr};

/// A property of an event.
pub(crate) struct Property {
    /// Its name.
    name: &'static str,
    /// What values it takes.
    kind: Kind,
    /// Whether it must be there.
    required: bool,
    /// Whether AWS looks at it while it gathers the paths of APIs, and so reports what is wrong with it for the
    /// function.
    of_function: bool,
}

/// What values a property takes. Where nothing else is said, an intrinsic function passes.
#[derive(Clone, Copy)]
enum Kind {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// A boolean.
    Bool,
    /// A boolean, not an intrinsic function.
    PlainBool,
    /// An object.
    Object,
    /// A list.
    List,
    /// A text or a list of them, not an intrinsic function.
    PlainTexts,
    /// An object of texts.
    TextObject,
    /// A boolean or an object.
    BoolOrObject,
}

use Kind::{Any, Bool, BoolOrObject, List, Object, PlainBool, PlainTexts, Text, TextObject, Whole};

const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false, of_function: false }
}

const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true, of_function: false }
}

const fn of_function(property: Property) -> Property {
    Property { of_function: true, ..property }
}

/// What every source that Lambda polls takes.
pub(super) const PULL: &[Property] = &[
    may("BatchSize", Whole),
    may("StartingPosition", Any),
    may("StartingPositionTimestamp", Any),
    may("Enabled", Bool),
    may("MaximumBatchingWindowInSeconds", Whole),
    may("MaximumRetryAttempts", Whole),
    may("BisectBatchOnFunctionError", Bool),
    may("MaximumRecordAgeInSeconds", Whole),
    may("DestinationConfig", Object),
    may("ParallelizationFactor", Whole),
    may("Topics", List),
    may("Queues", List),
    may("SourceAccessConfigurations", List),
    may("SecretsManagerKmsKeyId", Text),
    may("TumblingWindowInSeconds", Whole),
    may("FunctionResponseTypes", List),
    may("KafkaBootstrapServers", List),
    may("FilterCriteria", Object),
    may("KmsKeyArn", Any),
    may("ConsumerGroupId", Text),
    may("ScalingConfig", Object),
    may("ProvisionedPollerConfig", Object),
    may("SchemaRegistryConfig", Object),
    may("MetricsConfig", Object),
    may("LoggingConfig", Object),
];

pub(super) const QUEUE: &[Property] = &[must("Queue", Any)];

pub(super) const STREAM: &[Property] = &[must("Stream", Any), must("StartingPosition", Any)];

pub(super) const BROKER: &[Property] = &[must("Broker", Any), may("DynamicPolicyName", PlainBool)];

pub(super) const CLUSTER: &[Property] = &[
    must("Cluster", Any),
    must("DatabaseName", Any),
    may("CollectionName", Any),
    may("FullDocument", Any),
];

pub(super) const BUCKET: &[Property] =
    &[must("Bucket", Text), must("Events", PlainTexts), may("Filter", TextObject)];

pub(super) const TOPIC: &[Property] = &[
    must("Topic", Text),
    may("Region", Text),
    may("FilterPolicy", Any),
    may("FilterPolicyScope", Any),
    may("SqsSubscription", BoolOrObject),
    may("RedrivePolicy", Object),
];

pub(super) const SCHEDULE: &[Property] = &[
    must("Schedule", Text),
    may("RuleName", Text),
    may("Input", Text),
    may("Enabled", Bool),
    may("State", Text),
    may("Name", Text),
    may("Description", Text),
    may("DeadLetterConfig", Object),
    may("RetryPolicy", Object),
];

pub(super) const SCHEDULE_V2: &[Property] = &[
    may("PermissionsBoundary", Text),
    must("ScheduleExpression", Text),
    may("FlexibleTimeWindow", Object),
    may("Name", Text),
    may("State", Text),
    may("Description", Text),
    may("StartDate", Text),
    may("EndDate", Text),
    may("ScheduleExpressionTimezone", Text),
    may("GroupName", Text),
    may("KmsKeyArn", Text),
    may("Input", Text),
    may("RoleArn", Text),
    may("DeadLetterConfig", Object),
    may("RetryPolicy", Object),
    may("OmitName", PlainBool),
];

pub(super) const EVENT_RULE: &[Property] = &[
    may("EventBusName", Text),
    may("RuleName", Text),
    may("Pattern", Object),
    may("DeadLetterConfig", Object),
    may("RetryPolicy", Object),
    may("Input", Text),
    may("InputPath", Text),
    may("Target", Object),
    may("Enabled", Bool),
    may("State", Text),
    may("InputTransformer", Object),
];

pub(super) const LOGS: &[Property] = &[must("LogGroupName", Text), must("FilterPattern", Text)];

pub(super) const IOT_RULE: &[Property] = &[must("Sql", Text), may("AwsIotSqlVersion", Text)];

pub(super) const ALEXA_SKILL: &[Property] = &[may("SkillId", Text)];

pub(super) const USER_POOL: &[Property] = &[must("UserPool", Text), must("Trigger", PlainTexts)];

/// An event without an API gets the implicit one, so `RestApiId` may be missing here.
pub(super) const API: &[Property] = &[
    of_function(must("Path", Text)),
    of_function(must("Method", Text)),
    of_function(may("RestApiId", Text)),
    may("Stage", Text),
    may("Auth", Object),
    may("RequestModel", Object),
    may("RequestParameters", List),
    may("TimeoutInMillis", Whole),
    may("ResponseTransferMode", Text),
];

pub(super) const HTTP_API: &[Property] = &[
    of_function(may("Path", Text)),
    of_function(may("Method", Text)),
    of_function(may("ApiId", Text)),
    may("Stage", Text),
    may("Auth", Object),
    may("TimeoutInMillis", Whole),
    of_function(may("RouteSettings", Object)),
    may("PayloadFormatVersion", Text),
];

/// Checks that an event has only properties that its type takes, each of the right type, and all that it must have.
pub(super) fn check(event: &Event, lists: &[&[Property]], target: &Target) -> Result<(), SamError> {
    let known = |name: &str| lists.iter().find_map(|list| list.iter().find(|property| property.name == name));
    let error = |property: &Property, message: String, place| match property.of_function {
        true => event.error(target, message, place),
        false => event.property_error(target, message, place),
    };
    for entry in event.properties.entries() {
        let Some(property) = known(&entry.key) else {
            let message = format!("property `{}` is not known for events of type `{}`", entry.key, event.type_name);
            return Err(event.property_error(target, message, entry.key_place));
        };
        if !property.kind.takes(&entry.value) && !entry.value.is_null() {
            let message = format!("property `{}` must be {}", entry.key, property.kind.describe());
            return Err(error(property, message, entry.value.origin.place));
        }
    }
    let missing = |property: &&Property| property.required && event.get(property.name).is_none();
    match lists.iter().copied().flatten().find(missing) {
        Some(property) => Err(error(property, format!("property `{}` is missing", property.name), event.id_at)),
        None => Ok(()),
    }
}

/// Whether a value is something else than null, false, zero or empty.
pub(super) fn is_filled(value: &Expr) -> bool {
    match &value.data {
        Data::Null | Data::Bool(false) => false,
        Data::Bool(true) => true,
        Data::Number(number) => number.parse::<f64>().map_or(true, |number| number != 0.0),
        Data::String(text) => !text.is_empty(),
        Data::List(items) => !items.is_empty(),
        Data::Object(map) => !map.entries.is_empty(),
    }
}

impl Kind {
    fn takes(self, value: &Expr) -> bool {
        // AWS takes every object of one entry for an intrinsic function here.
        let call = value.entries().len() == 1;
        match self {
            Any => true,
            Text => call || value.as_str().is_some(),
            Whole => call || is_whole(value),
            Bool => call || matches!(value.data, Data::Bool(_)),
            PlainBool => matches!(value.data, Data::Bool(_)),
            Object => value.is_object(),
            List => call || value.is_list(),
            PlainTexts => {
                value.as_str().is_some()
                    || value.is_list() && value.items().iter().all(|item| item.as_str().is_some())
            }
            TextObject => {
                call || value.is_object() && value.entries().iter().all(|entry| entry.value.as_str().is_some())
            }
            BoolOrObject => value.is_object() || matches!(value.data, Data::Bool(_)),
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Any => "a value",
            Text => "a text",
            Whole => "a whole number",
            Bool | PlainBool => "a boolean",
            Object => "an object",
            List => "a list",
            PlainTexts => "a text or a list of texts",
            TextObject => "an object of texts",
            BoolOrObject => "a boolean or an object",
        }
    }
}

/// Whether a value is a whole number; AWS takes a boolean for one.
fn is_whole(value: &Expr) -> bool {
    match &value.data {
        Data::Bool(_) => true,
        Data::Number(number) => !number.contains(['.', 'e', 'E']),
        _ => false,
    }
}
