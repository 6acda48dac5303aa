//! Adding the resources that an event becomes.

use super::{Event, Target, properties};
use crate::SamError;
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Entry, Expr};
use stockade_model::{Origin, Place, Raise};

/// Attributes that a function hands on to the resources that its events make.
const HANDED_ON: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// The types that take `Tags` when the function propagates its own.
const TAGGED: [&str; 3] = ["AWS::SQS::Queue", "AWS::IAM::Role", "AWS::IoT::TopicRule"];

/// For resources of which SAM has words for no property.
pub(super) static NO_WORDS: Words = Words { rows: &[] };

/// A resource that an event makes.
pub(super) struct Made {
    /// Its logical id.
    pub id: SmolStr,
    /// Its type.
    pub type_name: &'static str,
    /// Its properties.
    pub properties: Expr,
    /// The way back to the event.
    pub raise: &'static dyn Raise,
}

impl Event {
    /// Adds a resource. One whose id the template uses already is an error.
    pub(super) fn add(
        &self,
        made: Made,
        target: &Target,
        resources: &[SamResource],
        output: &mut Output,
    ) -> Result<(), SamError> {
        let Made { id, type_name, mut properties, raise } = made;
        check_id(&id, self.id_at)?;
        let written = output.resources.get(&id).is_some_and(|declaration| !declaration.generated);
        if written || resources.iter().any(|resource| resource.id == id) {
            let message = format!("makes the resource `{id}`, but the template has one of that id already");
            return Err(self.error(target, message, self.id_at));
        }
        if TAGGED.contains(&type_name)
            && let Some(tags) = propagated_tags(target.function)
        {
            properties.set("Tags", tags);
        }
        let properties = properties.in_containers(self.containers.clone());
        output.add_generated(id.clone(), type_name, properties, target.function, raise);
        if let Some(body) = output.body_mut(&id) {
            for attribute in HANDED_ON {
                if let Some(entry) = target.function.body.entry(attribute) {
                    body.set_entry(entry.clone());
                }
            }
        }
        Ok(())
    }

    /// The id of the permission that lets the event's source invoke the function.
    pub(super) fn permission_id(&self, target: &Target) -> SmolStr {
        format_smolstr!("{}Permission", self.logical_id(target))
    }

    /// The properties of a permission that lets a service invoke the function.
    pub(super) fn permission(&self, principal: &'static str, words: &Words, target: &Target) -> Expr {
        let origin = self.origin();
        self.lower(words)
            .with("Action", Expr::string("lambda:InvokeFunction", &origin))
            .with("FunctionName", target.reference(&origin))
            .with("Principal", Expr::string(principal, &origin))
    }
}

/// A logical id has letters and digits only.
pub(super) fn check_id(id: &str, place: Place) -> Result<(), SamError> {
    if !id.is_empty() && id.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(SamError { resource: id.into(), message: format!("logical id `{id}` must be alphanumeric"), place })
}

/// The function's tags as a list of keys and values, if it propagates them to what it makes.
pub(super) fn propagated_tags(function: &SamResource) -> Option<Expr> {
    let filled = |name: &str| function.get(name).filter(|value| properties::is_filled(value));
    filled("PropagateTags")?;
    let tags = filled("Tags")?;
    Some(Expr::list(tags.entries().iter().map(tag).collect(), &tags.origin))
}

fn tag(entry: &Entry) -> Expr {
    let key_origin = Origin::at(entry.key_place);
    let value = if entry.value.is_null() { Expr::string("", &entry.value.origin) } else { entry.value.clone() };
    Expr::object(&key_origin).with("Key", Expr::string(entry.key.clone(), &key_origin)).with("Value", value)
}

/// A policy statement that allows something.
pub(super) fn allow(action: Expr, resource: Expr, origin: &Origin) -> Expr {
    Expr::object(origin)
        .with("Action", action)
        .with("Effect", Expr::string("Allow", origin))
        .with("Resource", resource)
}

/// A list of texts.
pub(super) fn texts(items: &[&'static str], origin: &Origin) -> Expr {
    Expr::list(items.iter().map(|item| Expr::string(*item, origin)).collect(), origin)
}

/// An inline policy without a version.
pub(super) fn policy(name: impl Into<SmolStr>, statements: Vec<Expr>, origin: &Origin) -> Expr {
    let document = Expr::object(origin).with("Statement", Expr::list(statements, origin));
    Expr::object(origin).with("PolicyName", Expr::string(name, origin)).with("PolicyDocument", document)
}
