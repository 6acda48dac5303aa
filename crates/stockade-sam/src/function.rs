//! STUB.
use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};

pub(crate) fn lower(
    _resource: &SamResource,
    _resources: &mut Vec<SamResource>,
    _context: &Context,
    _output: &mut Output,
) -> Result<(), SamError> {
    Ok(())
}
