//! Terraform modules and plans, evaluated without a Terraform binary or an account, and mapped to CloudFormation's
//! resource types.

mod body;
mod constraint;
mod data;
mod evaluate;
mod evaluation;
mod expansion;
mod functions;
mod heredoc;
mod instance;
mod json;
mod mapping;
mod module;
mod plan;
mod provider;
mod secret_attributes;
mod sources;
mod syntax;
mod value;
mod variables;

pub use evaluate::Failure;
pub use evaluation::{Evaluated, Inputs, evaluate, variable_file, variable_of_text};
pub use functions::{Call, CallError, ModuleFiles, call, is_function};
pub use instance::{Key, ResourceInstance};
pub use mapping::{Lowered, is_mapped, lower, property_paths};
pub use module::{Mode, Module, is_configuration};
pub use plan::{is_plan, is_plan_of, plan_variables, read_plan, shows_plan};
pub use sources::{Diagnostic, DiagnosticKind, Sources};
pub use value::{
    AttributeType, ConvertError, Entry, Kind, Mapping, MappingKind, Number, NumberError, Sequence,
    SequenceKind, Str, Type, Value, call_symbol,
};
