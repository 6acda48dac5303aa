//! Terraform modules and plans, evaluated without a Terraform binary or an account, and mapped to CloudFormation's
//! resource types.

mod functions;
mod value;

pub use functions::{Call, CallError, ModuleFiles, call, is_function};
pub use value::{
    AttributeType, ConvertError, Entry, Kind, Mapping, MappingKind, Number, Sequence, SequenceKind, Str,
    Type, Value, call_symbol,
};
