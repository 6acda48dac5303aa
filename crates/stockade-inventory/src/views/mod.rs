//! Typed views of what controls join again and again, one file a kind.

mod environment;
mod event_source_mapping;
mod function;
mod function_url;
mod log_group;
mod queue;
mod security_group;
mod vpc_attachment;
mod trigger;

pub use environment::Environment;
pub use event_source_mapping::EventSourceMapping;
pub use function::{Function, Package, Variable};
pub use function_url::{FunctionUrl, Grant};
pub use log_group::LogGroupLink;
pub use queue::Queue;
pub use security_group::{EgressRule, Opening, SecurityGroup};
pub use vpc_attachment::{AttachedGroup, VpcAttachment};
pub use trigger::{Mode, Qualifier, Trigger};
