//! `AlexaSkill` events: a permission for the skill.

use super::emit::Made;
use super::{Event, Grants, Target};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};

static WORDS: Words = Words { rows: &[("EventSourceToken", "SkillId")] };

pub(super) fn lower(
    event: &Event,
    target: &Target,
    resources: &mut Vec<SamResource>,
    _context: &Context,
    output: &mut Output,
) -> Result<Grants, SamError> {
    let permission = Made {
        id: event.permission_id(target),
        type_name: "AWS::Lambda::Permission",
        properties: event.permission("alexa-appkit.amazon.com", &WORDS, target),
        raise: &WORDS,
    };
    event.add(permission, target, resources, output)?;
    Ok(Grants::default())
}
