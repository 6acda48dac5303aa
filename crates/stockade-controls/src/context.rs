//! What a run says about how to judge.

use jiff::civil::Date;

/// The settings that controls ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The day that the run judges for.
    pub as_of: Date,
}
