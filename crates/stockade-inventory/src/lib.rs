//! The graph of resources that controls ask: who names whom, whatever way it is spelled.
//!
//! [`Inventory`] holds what one scenario deploys. [`Inventory::resolve`] is the one resolver from a value to the
//! resource it names: `Ref` and `Fn::GetAtt`, literal names and ARNs, texts with symbols in them. The typed views
//! ([`Function`], [`LogGroup`], …) answer in the field's words what controls ask again and again.

mod identity;
mod inventory;
mod resolve;
mod views;

pub use inventory::{Inventory, Node};
pub use resolve::Target;
pub use views::{
    AttachedGroup, AttachedPolicy, Authorization, Binding, BucketGrant, BucketGrantKind, BucketTrigger,
    DeploymentEstate, EgressRule, Environment, EnvironmentVariable, EventSourceMapping, Exposure, Function,
    FunctionRole, FunctionUrl, Grant, Granting, IdentityPolicies, IdentityStatement, LogGroupLink, Mode,
    Opening, OutsideAccess, Outsider, Package, PolicyOwner, PublicAccess, PublicInvocation, Qualifier, Queue,
    Requirement, ResourcePolicy, RestApi, Route, Routes, SecurityGroup, ServiceAccess, Trigger,
    UnknownPolicy, Unsettled, Variable, VpcAttachment, Way,
};
