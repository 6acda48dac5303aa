//! The way back for plain CloudFormation: its words are the vocabulary's own.

use smol_str::SmolStr;
use stockade_model::{Documents, FileEdit, Raise, RaiseError, Slot, insert, replace};
use stockade_syntax::New;

/// Plain CloudFormation resources.
#[derive(Debug)]
pub struct CloudFormation;

/// The way back of a resource that stands in the template as it is deployed.
pub static CLOUDFORMATION: CloudFormation = CloudFormation;

impl Raise for CloudFormation {
    fn set(
        &self,
        slot: &Slot,
        _property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        if slot.path.is_empty() {
            replace(slot.place, value, documents)
        } else {
            insert(slot.place, &slot.path, value, documents)
        }
    }

    fn spell(&self, property: &str) -> SmolStr {
        SmolStr::new(property)
    }
}
