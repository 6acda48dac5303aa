//! `HttpApi` events. STUB.

use super::{Event, Grants, Target};
use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};

pub(crate) fn lower(
    _event: &Event,
    _target: &Target,
    _resources: &mut Vec<SamResource>,
    _context: &Context,
    _output: &mut Output,
) -> Result<Grants, SamError> {
    Ok(Grants::default())
}
