//! The events of functions: what invokes them, one file a family of sources (AWS SAM developer guide,
//! "EventSource" of `AWS::Serverless::Function`).

mod access;
mod alexa_skill;
mod api;
mod bucket;
mod cloudwatch_logs;
mod dead_letter;
mod emit;
mod http_api;
mod iot_rule;
mod properties;
mod pull;
mod rule;
mod scheduler;
mod topic;
mod user_pool;

use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use properties::Property;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Entry, Expr};
use stockade_model::{Container, Containers, Origin, Place};

/// An entry of a function's `Events`.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// The event's own id.
    pub id: SmolStr,
    /// Where that is written.
    pub id_at: Place,
    /// `SQS`, `Api`, ….
    pub type_name: SmolStr,
    /// Its `Properties`; an empty object if it has none.
    pub properties: Expr,
    /// Where a missing property could be written: its `Properties`.
    pub containers: Containers,
}

/// The function that an event invokes.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    /// The function.
    pub function: &'a SamResource,
    /// The logical id of its alias, if `AutoPublishAlias` makes one: events then invoke the alias.
    pub alias: Option<SmolStr>,
}

/// What an event adds to the function's implicit role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grants {
    /// Names of AWS managed policies (`service-role/AWSLambdaSQSQueueExecutionRole`).
    pub managed: Vec<&'static str>,
    /// Inline policies: objects of `PolicyName` and `PolicyDocument`.
    pub inline: Vec<Expr>,
}

/// Lowers one event: adds what it becomes to the output and gives what it adds to the function's role.
type Lower = fn(&Event, &Target, &mut Vec<SamResource>, &Context, &mut Output) -> Result<Grants, SamError>;

/// A type of events.
struct Row {
    /// The `Type`, `SQS`.
    type_name: &'static str,
    /// The properties that it takes, in lists of which the first that has a name counts.
    properties: &'static [&'static [Property]],
    /// Its lowering.
    lower: Lower,
}

/// The types of events.
const ROWS: &[Row] = &[
    Row { type_name: "Api", properties: &[properties::API], lower: api::lower },
    Row { type_name: "HttpApi", properties: &[properties::HTTP_API], lower: http_api::lower },
    Row { type_name: "SQS", properties: &[properties::QUEUE, properties::PULL], lower: pull::lower },
    Row { type_name: "Kinesis", properties: &[properties::STREAM, properties::PULL], lower: pull::lower },
    Row { type_name: "DynamoDB", properties: &[properties::STREAM, properties::PULL], lower: pull::lower },
    Row { type_name: "MSK", properties: &[properties::STREAM, properties::PULL], lower: pull::lower },
    Row { type_name: "MQ", properties: &[properties::BROKER, properties::PULL], lower: pull::lower },
    Row { type_name: "SelfManagedKafka", properties: &[properties::PULL], lower: pull::lower },
    Row { type_name: "DocumentDB", properties: &[properties::CLUSTER, properties::PULL], lower: pull::lower },
    Row { type_name: "S3", properties: &[properties::BUCKET], lower: bucket::lower },
    Row { type_name: "SNS", properties: &[properties::TOPIC], lower: topic::lower },
    Row { type_name: "Schedule", properties: &[properties::SCHEDULE], lower: rule::lower },
    Row { type_name: "ScheduleV2", properties: &[properties::SCHEDULE_V2], lower: scheduler::lower },
    Row { type_name: "CloudWatchEvent", properties: &[properties::EVENT_RULE], lower: rule::lower },
    Row { type_name: "EventBridgeRule", properties: &[properties::EVENT_RULE], lower: rule::lower },
    Row { type_name: "CloudWatchLogs", properties: &[properties::LOGS], lower: cloudwatch_logs::lower },
    Row { type_name: "IoTRule", properties: &[properties::IOT_RULE], lower: iot_rule::lower },
    Row { type_name: "AlexaSkill", properties: &[properties::ALEXA_SKILL], lower: alexa_skill::lower },
    Row { type_name: "Cognito", properties: &[properties::USER_POOL], lower: user_pool::lower },
];

impl Target<'_> {
    /// `Ref` to the alias or the function: what `FunctionName` takes.
    pub fn reference(&self, origin: &Origin) -> Expr {
        Expr::reference(self.alias.clone().unwrap_or_else(|| self.function.id.clone()), origin)
    }

    /// The ARN of what the event invokes: `Ref` of an alias is its ARN.
    pub fn arn(&self, origin: &Origin) -> Expr {
        match &self.alias {
            Some(alias) => Expr::reference(alias.clone(), origin),
            None => Expr::get_att(self.function.id.clone(), "Arn", origin),
        }
    }
}

impl Event {
    /// The logical id of the resource that stands for the event, and the start of those that come along.
    pub fn logical_id(&self, target: &Target) -> SmolStr {
        format_smolstr!("{}{}", target.function.id, self.id)
    }

    /// The origin for what is made of the event as a whole: its id.
    pub fn origin(&self) -> Origin {
        Origin::at(self.id_at)
    }

    /// A property; one that is written as null counts as absent.
    pub fn get(&self, path: &str) -> Option<&Expr> {
        self.properties.path(path).filter(|value| !value.is_null())
    }

    /// A property that is neither absent nor empty: AWS takes an empty text, list or object, `false` and zero as
    /// if they were not there where it asks whether a property is set.
    pub fn filled(&self, path: &str) -> Option<&Expr> {
        self.get(path).filter(|value| properties::is_filled(value))
    }

    /// The properties of a resource that stands for the event.
    pub fn lower(&self, words: &Words) -> Expr {
        words.lower(&self.properties, &self.origin())
    }

    /// An error in the event that AWS reports for the function.
    pub fn error(&self, target: &Target, message: impl AsRef<str>, place: Place) -> SamError {
        target.function.error(format!("event `{}`: {}", self.id, message.as_ref()), place)
    }

    /// An error in the event's own properties, which AWS reports for the event's logical id.
    pub fn property_error(&self, target: &Target, message: impl Into<String>, place: Place) -> SamError {
        SamError { resource: self.logical_id(target), message: message.into(), place }
    }

    /// Reads an entry of `Events` and checks it against the properties that its type takes.
    fn read(entry: &Entry, target: &Target) -> Result<(Self, &'static Row), SamError> {
        let at = entry.key_place;
        let type_at = entry.value.get("Type").map_or(at, |name| name.origin.place);
        let row = entry.value.get("Type").and_then(Expr::as_str);
        let row = row.and_then(|name| ROWS.iter().find(|row| row.type_name == name)).ok_or_else(|| {
            target.function.error(format!("event `{}` has no `Type` that is known", entry.key), type_at)
        })?;
        let written = entry.value.get("Properties");
        let container = match written {
            Some(written) => Container::from(written.origin.place),
            None => Container { place: entry.value.origin.place, key: Some("Properties".into()) },
        };
        let event = Self {
            id: entry.key.clone(),
            id_at: at,
            type_name: SmolStr::new_static(row.type_name),
            properties: written.cloned().unwrap_or_else(|| Expr::object(&Origin::at(at))),
            containers: Containers::At([container].into()),
        };
        if !event.properties.is_object() {
            let (message, place) = ("`Properties` of an event must be an object", event.properties.origin.place);
            // AWS looks at the events of APIs first, and then reports them for the function.
            return Err(match row.type_name {
                "Api" | "HttpApi" => event.error(target, message, place),
                _ => event.property_error(target, message, place),
            });
        }
        let id = event.logical_id(target);
        if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
            return Err(event.property_error(target, format!("logical id `{id}` must be alphanumeric"), at));
        }
        properties::check(&event, row.properties, target)?;
        Ok((event, row))
    }

    /// By what events are ordered: a path (`$default` of an HTTP API comes first), else the id.
    fn order(&self) -> &str {
        self.properties.get("Path").and_then(Expr::as_str).unwrap_or(&self.id)
    }
}

impl Grants {
    /// Adds an inline policy, unless one with the same document is there.
    pub fn add_inline(&mut self, policy: Expr) {
        let document = |policy: &Expr| policy.get("PolicyDocument").map(Expr::to_json);
        if !self.inline.iter().any(|known| document(known) == document(&policy)) {
            self.inline.push(policy);
        }
    }

    /// Adds what another event grants.
    fn add(&mut self, other: Self) {
        for name in other.managed {
            if !self.managed.contains(&name) {
                self.managed.push(name);
            }
        }
        for policy in other.inline {
            self.add_inline(policy);
        }
    }
}

/// Lowers every event of a function and gives what they add to its role. APIs, queues and topics that are SAM
/// resources or plain ones may be changed on the way.
pub(crate) fn lower(
    target: &Target,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let mut grants = Grants::default();
    let Some(events) = target.function.get("Events").filter(|events| properties::is_filled(events)) else {
        return Ok(grants);
    };
    if !events.is_object() {
        return Err(target.function.error("`Events` must be an object of events", events.origin.place));
    }
    let events: Result<Vec<_>, _> = events.entries().iter().map(|entry| Event::read(entry, target)).collect();
    let mut events = events?;
    let tenancy = target.function.get("TenancyConfig").filter(|config| properties::is_filled(config));
    let pushed = |event: &Event| matches!(event.type_name.as_str(), "Api" | "HttpApi");
    if let Some((event, _)) = events.iter().find(|(event, _)| tenancy.is_some() && !pushed(event)) {
        let message = format!("events of type `{}` do not go with `TenancyConfig`", event.type_name);
        return Err(event.error(target, message, event.id_at));
    }
    events.sort_by(|(a, _), (b, _)| a.order().cmp(b.order()));
    for (event, row) in &events {
        grants.add((row.lower)(event, target, resources, context, output)?);
    }
    Ok(grants)
}
