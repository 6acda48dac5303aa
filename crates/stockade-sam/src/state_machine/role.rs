//! The roles that come with a state machine: the one that it runs with, and those that start it.

use super::events::Event;
use crate::pieces::Piece;
use crate::presence::set;
use crate::resource::SamResource;
use crate::role::{self, Role, allow, document, inline, trust};
use crate::{Context, SamError, tags};
use smol_str::SmolStr;
use stockade_cfn::{Data, Expr};

/// The role with which the state machine runs.
pub(crate) fn execution_role(machine: &SamResource, context: &Context) -> Result<Piece, SamError> {
    let mut role = Role::of(machine, "states.amazonaws.com");
    role.add_policies(machine, context)?;
    if let Some(enabled) =
        machine.properties.path("Tracing.Enabled").filter(|on| matches!(on.data, Data::Bool(true)))
    {
        let name =
            if context.partition == "aws" { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" };
        role.attach_aws(name, context, &enabled.origin);
    }
    let id = role.id.clone();
    let tags = tags::list_under("stateMachine:createdBy", machine.properties.get("Tags"), &machine.origin());
    Ok(Piece::new(id, "AWS::IAM::Role", role.into_properties(machine, tags), &role::WORDS))
}

/// The role with which an event starts the state machine.
pub(crate) fn start_role(
    event: &Event,
    id: SmolStr,
    service: &'static str,
    policy: SmolStr,
    more: Vec<Expr>,
) -> Piece {
    let origin = &event.origin;
    let statement = allow("states:StartExecution", event.target_arn());
    let mut policies = vec![inline(policy, document(vec![statement], origin))];
    policies.extend(more);
    let properties = event
        .object(origin)
        .with("AssumeRolePolicyDocument", trust(service, origin))
        .with("Policies", Expr::list(policies, origin))
        .with_some("PermissionsBoundary", set(&event.machine.properties, "PermissionsBoundary").cloned());
    Piece::new(id, "AWS::IAM::Role", properties, &super::GENERATED)
}
