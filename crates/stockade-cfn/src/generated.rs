//! The way back of resources whose template is generated: there is none, an edit would be lost.

use smol_str::SmolStr;
use stockade_model::{Documents, FileEdit, Place, Raise, RaiseError, Slot};
use stockade_syntax::New;

/// Resources of a template that a program writes anew each time (the output of CDK).
#[derive(Debug)]
pub struct Generated;

/// The way back of a resource of a generated template.
pub static GENERATED: Generated = Generated;

impl Raise for Generated {
    fn set(&self, _: &Slot, _: &str, _: &New, _: &dyn Documents) -> Result<FileEdit, RaiseError> {
        Err(RaiseError::NotWritten)
    }

    fn remove(&self, _: &Slot, _: &dyn Documents) -> Result<FileEdit, RaiseError> {
        Err(RaiseError::NotWritten)
    }

    fn add_resource(&self, _: Place, _: &str, _: &New, _: &dyn Documents) -> Result<FileEdit, RaiseError> {
        Err(RaiseError::NotWritten)
    }

    fn spell(&self, property: &str) -> SmolStr {
        SmolStr::new(property)
    }
}
