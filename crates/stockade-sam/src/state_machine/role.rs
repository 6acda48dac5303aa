//! The roles that come with a state machine: the one that it runs with, and those that start it.

use super::GENERATED;
use super::events::Event;
use crate::pieces::Piece;
use crate::resource::SamResource;
use crate::shape::given;
use crate::{Context, SamError};
use serde_json::json;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::Origin;

/// The trust policy that lets one service take a role.
pub(crate) fn trust(service: &str, origin: &Origin) -> Expr {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [service]}}],
    });
    Expr::from_json(&document, origin)
}

/// The role with which an event starts the state machine.
pub(crate) fn start_role(event: &Event, id: SmolStr, service: &str, policy: &str, more: Vec<Expr>) -> Piece {
    let origin = &event.origin;
    let start = json!({
        "PolicyName": policy,
        "PolicyDocument": {
            "Statement": [{
                "Action": "states:StartExecution",
                "Effect": "Allow",
                "Resource": event.target_arn().to_json(),
            }],
        },
    });
    let mut policies = vec![Expr::from_json(&start, origin)];
    policies.extend(more);
    let properties = event
        .object(origin)
        .with("AssumeRolePolicyDocument", trust(service, origin))
        .with("Policies", Expr::list(policies, origin))
        .with_some("PermissionsBoundary", given(&event.machine.properties, "PermissionsBoundary").cloned());
    Piece::new(id, "AWS::IAM::Role", properties, &GENERATED)
}

/// The role with which the state machine runs.
pub(crate) fn execution_role(machine: &SamResource, _context: &Context) -> Result<Piece, SamError> {
    let origin = machine.origin();
    let properties = Expr::object(&origin)
        .with("AssumeRolePolicyDocument", trust("states.amazonaws.com", &origin))
        .with("ManagedPolicyArns", Expr::list(Vec::new(), &origin))
        .with("Tags", crate::tags::list("stateMachine:createdBy", machine.properties.get("Tags"), &origin));
    Ok(Piece::new(format_smolstr!("{}Role", machine.id), "AWS::IAM::Role", properties, &GENERATED))
}
