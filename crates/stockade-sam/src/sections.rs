//! The sections of a template that the transform reads besides its resources: AWS rejects them if they are no
//! maps.

use crate::SamError;
use stockade_cfn::Template;

/// What AWS would reject in `Mappings` and `Parameters`.
pub(crate) fn check(template: &Template) -> Option<SamError> {
    ["Mappings", "Parameters"].into_iter().find_map(|name| {
        let section = template.root.get(name).filter(|section| !section.is_object())?;
        let message = format!("`{name}` should be a map");
        Some(SamError { resource: name.into(), message, place: section.origin.place })
    })
}
