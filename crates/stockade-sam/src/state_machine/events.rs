//! What starts a state machine: the entries of `Events`.

use super::{api, rule, schedule_v2};
use crate::open_api::python;
use crate::output::Output;
use crate::pieces::Piece;
use crate::resource::SamResource;
use crate::presence::set;
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
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
    pub target: &'a str,
}

/// Lowers an event of one type.
type LowerEvent = fn(&Event) -> Result<Vec<Piece>, SamError>;

/// The event types that need nothing but the event itself.
const TYPES: &[(&str, LowerEvent)] = &[
    ("Schedule", rule::schedule),
    ("ScheduleV2", schedule_v2::lower),
    ("CloudWatchEvent", rule::pattern),
    ("EventBridgeRule", rule::pattern),
];

/// Lowers all events of a state machine.
pub(crate) fn lower(
    machine: &SamResource,
    target: &str,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Vec<Piece>, SamError> {
    let mut pieces = Vec::new();
    let Some(events) = set(&machine.properties, "Events") else { return Ok(pieces) };
    // The order in which paths are added to an API is part of what its deployment is named after.
    for entry in python::entries(events) {
        let body = &entry.value;
        let type_name = body.get("Type").and_then(Expr::as_str).unwrap_or_default();
        let lower = TYPES.iter().find(|(name, _)| *name == type_name).map(|(_, lower)| lower);
        if lower.is_none() && type_name != "Api" {
            let message = format!("its event `{}` has no type that starts a state machine", entry.key);
            return Err(machine.error(message, body.origin.place));
        }
        let id = format_smolstr!("{}{}", machine.id, entry.key);
        if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
            let message = "its name is not made of letters and digits".to_owned();
            return Err(SamError { resource: id, message, place: entry.key_place });
        }
        let written = body.get("Properties");
        let container = match written.filter(|written| !written.is_null()) {
            Some(written) => Container::from(written.origin.place),
            None => Container { place: body.origin.place, key: Some("Properties".into()) },
        };
        let origin = Origin::at(entry.key_place);
        let event = Event {
            machine,
            name: entry.key.clone(),
            id,
            properties: written.cloned().unwrap_or_else(|| Expr::object(&origin)),
            containers: Containers::At([container].into()),
            origin,
            target,
        };
        match lower {
            Some(lower) => pieces.extend(lower(&event)?),
            None => pieces.push(api::lower(&event, resources, context, output)?),
        }
    }
    Ok(pieces)
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
        Expr::reference(self.target, &self.origin)
    }

    /// The dead-letter queue of `DeadLetterConfig`: its ARN, and the queue if it has to be made.
    pub fn dead_letters(&self) -> Result<Option<(Expr, Option<Piece>)>, SamError> {
        let Some(config) = self.given("DeadLetterConfig") else { return Ok(None) };
        let place = config.origin.place;
        match (config.entry("Arn"), config.get("Type")) {
            (Some(_), Some(_)) => return Err(self.error("its `DeadLetterConfig` has both `Arn` and `Type`", place)),
            (None, None) => return Err(self.error("its `DeadLetterConfig` has neither `Arn` nor `Type`", place)),
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
