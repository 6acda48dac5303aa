//! The events of functions: what invokes them, one file a family of sources (AWS SAM developer guide,
//! "EventSource" of `AWS::Serverless::Function`).

mod access;
mod alexa_skill;
pub(crate) mod api;
mod bucket;
mod cloudwatch_logs;
mod dead_letter;
mod emit;
mod http_api;
mod iot_rule;
mod linked;
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

/// The template's SAM resources, which an event may change.
type Resources = [SamResource];

/// Lowers one event: adds what it becomes to the output and gives what it adds to the function's role.
type Lower = fn(&Event, &Target, &mut Resources, &Context, &mut Output) -> Result<Grants, SamError>;

/// A type of events.
struct Row {
    /// The `Type`, `SQS`.
    type_name: &'static str,
    /// The properties that it takes, in lists of which the first that has a name counts.
    properties: &'static [&'static [Property]],
    /// The property that refers to a resource which the event changes, if one does.
    changes: Option<&'static str>,
    /// Its lowering.
    lower: Lower,
}

/// The types of events.
const ROWS: &[Row] = &[
    row("Api", &[properties::API], api::lower),
    row("HttpApi", &[properties::HTTP_API], http_api::lower),
    row("SQS", &[properties::QUEUE, properties::PULL], pull::lower),
    row("Kinesis", &[properties::STREAM, properties::PULL], pull::lower),
    row("DynamoDB", &[properties::STREAM, properties::PULL], pull::lower),
    row("MSK", &[properties::STREAM, properties::PULL], pull::lower),
    row("MQ", &[properties::BROKER, properties::PULL], pull::lower),
    row("SelfManagedKafka", &[properties::PULL], pull::lower),
    row("DocumentDB", &[properties::CLUSTER, properties::PULL], pull::lower),
    row("S3", &[properties::BUCKET], bucket::lower).changing("Bucket"),
    row("SNS", &[properties::TOPIC], topic::lower),
    row("Schedule", &[properties::SCHEDULE], rule::lower),
    row("ScheduleV2", &[properties::SCHEDULE_V2], scheduler::lower),
    row("CloudWatchEvent", &[properties::EVENT_RULE], rule::lower),
    row("EventBridgeRule", &[properties::EVENT_RULE], rule::lower),
    row("CloudWatchLogs", &[properties::LOGS], cloudwatch_logs::lower),
    row("IoTRule", &[properties::IOT_RULE], iot_rule::lower),
    row("AlexaSkill", &[properties::ALEXA_SKILL], alexa_skill::lower),
    row("Cognito", &[properties::USER_POOL], user_pool::lower).changing("UserPool"),
];

const fn row(type_name: &'static str, properties: &'static [&'static [Property]], lower: Lower) -> Row {
    Row { type_name, properties, changes: None, lower }
}

impl Row {
    const fn changing(self, property: &'static str) -> Self {
        Self { changes: Some(property), ..self }
    }
}

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

    /// A property that is neither absent nor empty: AWS takes an empty text, list or object, `false` and zero
    /// as if they were not there where it asks whether a property is set.
    pub fn filled(&self, path: &str) -> Option<&Expr> {
        self.get(path).filter(|value| properties::is_filled(value))
    }

    /// The properties of a resource that stands for the event.
    pub fn lower(&self, words: &Words) -> Expr {
        self.lower_filled(words, &[])
    }

    /// As [`Event::lower`], with the properties of these names left out where they are empty.
    pub fn lower_filled(&self, words: &Words, names: &[&str]) -> Expr {
        let mut written = self.properties.clone();
        for name in names {
            if self.filled(name).is_none() {
                written.remove(name);
            }
        }
        words.lower(&written, &self.origin())
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
        emit::check_id(&event.logical_id(target), at)?;
        if !event.properties.is_object() {
            let (message, place) =
                ("`Properties` of an event must be an object", event.properties.origin.place);
            // AWS looks at the events of APIs first, and then reports them for the function.
            return Err(match row.type_name {
                "Api" | "HttpApi" => event.error(target, message, place),
                _ => event.property_error(target, message, place),
            });
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
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let mut grants = Grants::default();
    // AWS takes an intrinsic function in place of `Events` for an event, `AWS::NoValue` included.
    let written = target.function.properties.get("Events");
    let Some(events) = written.filter(|events| !events.is_null()) else { return Ok(grants) };
    let whole = events.entries().iter().all(|entry| entry.value.is_object());
    if !events.is_object() || !whole {
        return Err(target.function.error("`Events` must be an object of events", events.origin.place));
    }
    let mut read = Vec::new();
    for entry in events.entries() {
        let (event, row) = Event::read(entry, target)?;
        if let Some(property) = row.changes {
            linked::find(&event, target, property, resources, output)?;
        }
        read.push((event, row));
    }
    let mut events = read;
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

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_cfn::{Data, Template, tag_meaning};
    use stockade_syntax::{FileId, Source, parse};

    const TEMPLATE: &str = "
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Bucket: { Type: AWS::S3::Bucket }
  Fn:
    Type: AWS::Serverless::Function
    Condition: Wanted
    DeletionPolicy: Retain
    Properties:
      Events: ";

    fn lowered(events: &str, alias: Option<&str>) -> (String, Output, Result<Grants, SamError>) {
        let text = format!("{TEMPLATE}{events}\n");
        let source = Source::new(FileId(0), "template.yaml", text.clone());
        let document = parse(&source, tag_meaning).expect("YAML");
        let template = Template::read(&document).expect("a template");
        let mut output = Output::new(&template);
        let mut resources = crate::globals::merge(&template, &mut output);
        let function = resources[0].clone();
        let target = Target { function: &function, alias: alias.map(SmolStr::new) };
        let context = Context { region: "eu-west-1", partition: "aws", parameter: &|_| None };
        let grants = lower(&target, &mut resources, &context, &mut output);
        (text, output, grants)
    }

    fn text_at(text: &str, place: Place) -> &str {
        &text[place.span.start as usize..place.span.end as usize]
    }

    #[test]
    fn a_mapping_is_written_in_the_properties_of_its_event() {
        let (text, output, grants) = lowered(
            "{ Orders: { Type: SQS, Properties: { Queue: 'arn:q', BatchSize: 7 } } }",
            Some("FnAliaslive"),
        );
        assert_eq!(grants.expect("grants").managed, ["service-role/AWSLambdaSQSQueueExecutionRole"]);
        let mapping = &output.resources["FnOrders"];
        assert_eq!(mapping.condition(), Some("Wanted"));
        assert_eq!(mapping.body.get("DeletionPolicy").and_then(Expr::as_str), Some("Retain"));
        let properties = mapping.properties().expect("properties");
        assert_eq!(properties.get("FunctionName").and_then(Expr::as_reference), Some("FnAliaslive"));
        assert_eq!(text_at(&text, properties.get("BatchSize").expect("a size").origin.place), "7");
        assert_eq!(text_at(&text, properties.get("FunctionName").expect("a name").origin.place), "Orders");
        let Data::Object(map) = &properties.data else { panic!("not an object") };
        let Containers::At(containers) = &map.containers else { panic!("no container") };
        assert!(text_at(&text, containers[0].place).starts_with("{ Queue:"));
    }

    #[test]
    fn parameters_are_known_inside_the_address_of_a_schema_registry() {
        let uri = |written: &str| {
            let events = format!(
                "{{ A: {{ Type: MSK, Properties: {{ Stream: 'arn:s', StartingPosition: LATEST, SchemaRegistryConfig: {{
                   SchemaRegistryURI: {written}, EventRecordFormat: JSON, SchemaValidationConfigs: [] }} }} }} }}"
            );
            let (_, output, grants) = lowered(&events, None);
            assert!(grants.is_ok());
            let path =
                "Properties.AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig.SchemaRegistryURI";
            output.resources["FnA"].body.path(path).expect("an address").to_json().to_string()
        };
        let joined =
            uri("!Join ['', ['arn:aws:glue:', !Ref AWS::Region, !Ref Bucket, !Sub '-${AWS::Region}']]");
        let inside = r#"["arn:aws:glue:","eu-west-1",{"Ref":"Bucket"},{"Fn::Sub":"-eu-west-1"}]"#;
        assert_eq!(joined, format!(r#"{{"Fn::Join":["",{inside}]}}"#));
        let text = uri("!Sub 'arn:aws:glue:${AWS::Region}'");
        assert_eq!(text, r#"{"Fn::Sub":"arn:aws:glue:${AWS::Region}"}"#);
    }

    #[test]
    fn one_permission_of_cognito_serves_all_triggers() {
        let (_, output, grants) = lowered(
            "{ A: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: PreSignUp } },
               B: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: [PostConfirmation] } } }",
            None,
        );
        assert!(grants.is_ok());
        assert!(output.resources.contains_key("FnCognitoPermission"));
        let config = output.resources["Pool"].body.path("Properties.LambdaConfig").expect("triggers");
        let names: Vec<&str> = config.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(names, ["PreSignUp", "PostConfirmation"]);
    }

    #[test]
    fn a_rejected_event_leaves_the_bucket_as_it_was() {
        let event = "{ A: { Type: S3, Properties: { Bucket: !Ref Bucket, Events: [{ not: text }] } } }";
        let (_, output, grants) = lowered(event, None);
        assert_eq!(grants.expect_err("rejected").resource, "FnA");
        assert!(output.resources["Bucket"].properties().is_none());
    }

    #[test]
    fn no_shape_of_events_panics() {
        for events in [
            "[]",
            "x",
            "{ Ref: AWS::NoValue }",
            "{ A: }",
            "{ A: [] }",
            "{ A: { Type: [] } }",
            "{ A: { Type: S3, Properties: 1 } }",
        ] {
            assert!(lowered(events, None).2.is_err(), "{events}");
        }
    }
}
