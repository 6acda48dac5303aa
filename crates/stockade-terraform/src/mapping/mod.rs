//! The provider's resource types in CloudFormation's words: one table a service.

use smol_str::SmolStr;
use stockade_model::Symbol;

/// The symbol of an attribute of a resource, by the name that CloudFormation gives it where the type is mapped.
pub(crate) fn attribute_symbol(address: &SmolStr, attribute: &str) -> Symbol {
    Symbol::attribute(address.clone(), attribute)
}
