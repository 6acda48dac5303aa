//! Typed views of what controls join again and again, one file a kind.

mod bucket_grants;
mod bucket_triggers;
mod edge;
mod environment;
mod event_source_mapping;
mod exposure;
mod function;
mod function_role;
mod function_url;
mod identity_policy;
mod log_group;
mod open_api;
mod outside_access;
mod possible_policy;
mod public_invocation;
mod queue;
mod resource_policy;
mod security_group;
mod service_access;
mod trigger;
mod vpc_attachment;

pub use environment::{Environment, EnvironmentVariable};
mod rest_api;
mod route;

pub use bucket_grants::{BucketGrant, BucketGrantKind};
pub use bucket_triggers::BucketTrigger;
pub use event_source_mapping::EventSourceMapping;
pub use exposure::{Exposure, PublicAccess, Unsettled};
pub use function::{Function, Package, Variable};
pub use function_role::FunctionRole;
pub(crate) use function_url::PublicGrants;
pub use function_url::{FunctionUrl, Grant};
pub use identity_policy::{AttachedPolicy, IdentityPolicies, IdentityStatement, PolicyOwner, UnknownPolicy};
pub use log_group::LogGroupLink;
pub use outside_access::{OutsideAccess, Outsider};
pub use public_invocation::{PublicInvocation, Way};
pub use queue::Queue;
pub use resource_policy::ResourcePolicy;
pub use rest_api::RestApi;
pub use route::{Authorization, Requirement, Route, Routes};
pub use security_group::{EgressRule, Opening, SecurityGroup};
pub use service_access::{Binding, ServiceAccess};
pub use trigger::{Mode, Qualifier, Trigger};
pub use vpc_attachment::{AttachedGroup, VpcAttachment};
