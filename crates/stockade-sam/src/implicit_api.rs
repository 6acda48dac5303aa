//! STUB.
use crate::Context;
use crate::output::Output;
use crate::resource::SamResource;
use stockade_cfn::Template;

pub(crate) fn connect(_resources: &mut Vec<SamResource>, _template: &Template, _context: &Context, _output: &mut Output) {}
