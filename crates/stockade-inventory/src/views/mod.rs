//! Typed views of what controls join again and again, one file a kind.

mod edge;
mod event_source_mapping;
mod function;
mod function_url;
mod log_group;
mod queue;

pub use event_source_mapping::EventSourceMapping;
pub use function::{Function, Package, Variable};
pub use function_url::{FunctionUrl, Grant};
pub use log_group::LogGroupLink;
pub use queue::Queue;
