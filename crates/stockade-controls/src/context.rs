//! What a run says about how to judge.

use jiff::civil::Date;
use stockade_model::Settings;

/// The settings that controls ask for.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The day that the run judges for.
    pub as_of: Date,
    /// What the project says of itself.
    pub settings: &'a Settings,
}
