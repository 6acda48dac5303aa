//! What starts a state machine: the entries of `Events`.

use super::{api, rule, schedule_v2};
use crate::open_api::python;
use crate::output::Output;
use crate::pieces::Piece;
use crate::presence::set;
use crate::property_types::{Property, check_at};
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Entry, Expr};
use stockade_model::{Container, Containers, Origin, Place};

/// One entry of `Events`.
pub(crate) struct Event<'a> {
    /// The state machine.
    pub machine: &'a SamResource,
    /// The event's own name.
    pub name: SmolStr,
    /// The state machine's logical id and the event's name: the id of what the event becomes.
    pub id: SmolStr,
    /// The event's name as written.
    pub origin: Origin,
    /// The event's properties.
    pub properties: Expr,
    /// Where a missing property could be written.
    pub containers: Containers,
    /// The logical id of what is started: the state machine or its alias.
    pub target: SmolStr,
}

/// What an event type takes and how it is lowered.
struct Row {
    type_name: &'static str,
    properties: &'static [Property],
    lower: Lower,
}

enum Lower {
    /// Needs nothing but the event itself.
    Alone(fn(&Event) -> Result<Vec<Piece>, SamError>),
    /// Adds to an API of the template.
    ToApi,
}

const TYPES: &[Row] = &[
    Row { type_name: "Schedule", properties: rule::SCHEDULE_PROPERTIES, lower: Lower::Alone(rule::schedule) },
    Row {
        type_name: "ScheduleV2",
        properties: schedule_v2::PROPERTIES,
        lower: Lower::Alone(schedule_v2::lower),
    },
    Row {
        type_name: "CloudWatchEvent",
        properties: rule::PATTERN_PROPERTIES,
        lower: Lower::Alone(rule::pattern),
    },
    Row {
        type_name: "EventBridgeRule",
        properties: rule::PATTERN_PROPERTIES,
        lower: Lower::Alone(rule::pattern),
    },
    Row { type_name: "Api", properties: api::PROPERTIES, lower: Lower::ToApi },
];

/// The events of a state machine, read and checked.
pub(crate) struct Events<'a>(Vec<(Event<'a>, &'static Row)>);

/// Reads the events and checks their properties.
pub(crate) fn read<'a>(machine: &'a SamResource, resources: &[SamResource]) -> Result<Events<'a>, SamError> {
    let Some(events) = set(&machine.properties, "Events") else { return Ok(Events(Vec::new())) };
    // Where there is an API, the order of additions is part of what its deployment is named after.
    let with_api = resources.iter().any(|resource| resource.type_name == "AWS::Serverless::Api");
    let entries = if with_api { python::entries(events) } else { events.entries().iter().collect() };
    entries.into_iter().map(|entry| event(machine, entry)).collect::<Result<_, _>>().map(Events)
}

fn event<'a>(machine: &'a SamResource, entry: &Entry) -> Result<(Event<'a>, &'static Row), SamError> {
    let body = &entry.value;
    let type_name = body.get("Type").and_then(Expr::as_str).unwrap_or_default();
    let row = TYPES.iter().find(|row| row.type_name == type_name).ok_or_else(|| {
        let message = format!("its event `{}` has no type that starts a state machine", entry.key);
        machine.error(message, body.origin.place)
    })?;
    let id = format_smolstr!("{}{}", machine.id, entry.key);
    if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
        let message = "its name is not made of letters and digits".to_owned();
        return Err(SamError { resource: id, message, place: entry.key_place });
    }
    let written = body.get("Properties");
    if let Some(wrong) = written.filter(|written| !written.is_object()) {
        let message = "its `Properties` are not an object".to_owned();
        return Err(SamError { resource: id, message, place: wrong.origin.place });
    }
    let container = match written {
        Some(written) => Container::from(written.origin.place),
        None => Container { place: body.origin.place, key: Some("Properties".into()) },
    };
    let origin = Origin::at(entry.key_place);
    let properties = written.cloned().unwrap_or_else(|| Expr::object(&origin));
    check_at(&properties, row.properties, &id, entry.key_place)?;
    let event = Event {
        machine,
        name: entry.key.clone(),
        id,
        properties,
        containers: Containers::At([container].into()),
        origin,
        target: machine.id.clone(),
    };
    Ok((event, row))
}

impl Events<'_> {
    /// Lowers the events; they start `target`, the state machine or its alias.
    pub fn lower(
        self,
        target: &SmolStr,
        resources: &mut [SamResource],
        context: &Context,
        output: &mut Output,
    ) -> Result<Vec<Piece>, SamError> {
        let mut pieces = Vec::new();
        for (mut event, row) in self.0 {
            event.target = target.clone();
            match row.lower {
                Lower::Alone(lower) => pieces.extend(lower(&event)?),
                Lower::ToApi => pieces.push(api::lower(&event, resources, context, output)?),
            }
        }
        Ok(pieces)
    }
}

impl Event<'_> {
    /// A property that is there and not null.
    pub fn given(&self, name: &str) -> Option<&Expr> {
        crate::presence::given(&self.properties, name)
    }

    /// A property that counts as given.
    pub fn set(&self, name: &str) -> Option<&Expr> {
        set(&self.properties, name)
    }

    /// An error that names the event with its state machine.
    pub fn error(&self, message: impl Into<String>, place: Place) -> SamError {
        SamError { resource: self.id.clone(), message: message.into(), place }
    }

    /// An error that names the event alone.
    pub fn error_by_name(&self, message: impl Into<String>, place: Place) -> SamError {
        SamError { resource: self.name.clone(), message: message.into(), place }
    }

    /// The ARN of what is started.
    pub fn target_arn(&self) -> Expr {
        Expr::reference(self.target.clone(), &self.origin)
    }

    /// The dead-letter queue of `DeadLetterConfig`: its ARN, and the queue if it has to be made.
    pub fn dead_letters(&self) -> Result<Option<(Expr, Option<Piece>)>, SamError> {
        let Some(config) = self.given("DeadLetterConfig") else { return Ok(None) };
        let place = config.origin.place;
        match (config.entry("Arn"), config.get("Type")) {
            (Some(_), Some(_)) => {
                return Err(self.error("its `DeadLetterConfig` has both `Arn` and `Type`", place));
            }
            (None, None) => {
                return Err(self.error("its `DeadLetterConfig` has neither `Arn` nor `Type`", place));
            }
            (None, Some(type_name)) if type_name.as_str() != Some("SQS") => {
                let message = "the `Type` of its `DeadLetterConfig` is not `SQS`";
                return Err(self.error(message, type_name.origin.place));
            }
            _ => {}
        }
        if let Some(arn) = crate::presence::given(config, "Arn") {
            return Ok(Some((arn.clone(), None)));
        }
        let id = match crate::presence::given(config, "QueueLogicalId") {
            None => None,
            Some(id) => match id.as_str() {
                Some(text) => Some(text).filter(|text| !text.is_empty()).map(SmolStr::new),
                None => {
                    let message = "the `QueueLogicalId` of its `DeadLetterConfig` is not a string";
                    return Err(self.error(message, id.origin.place));
                }
            },
        };
        let id = id.unwrap_or_else(|| format_smolstr!("{}Queue", self.id));
        let queue = Piece::new(id, "AWS::SQS::Queue", self.object(&config.origin), &super::GENERATED);
        Ok(Some((queue.arn(&config.origin), Some(queue))))
    }

    /// An empty object whose missing keys are written in the event's properties.
    pub fn object(&self, origin: &Origin) -> Expr {
        Expr::object(origin).in_containers(self.containers.clone())
    }
}
