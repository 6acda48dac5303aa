//! Reports: findings as text for people, and in the formats that other tools read. One file a format; the list of them
//! is [`FORMATS`].

mod anchors;
mod concealed;
mod consequences;
mod formats;
mod github;
mod groups;
mod json;
mod junit;
mod location;
mod markdown;
mod sarif;
mod scenarios;
mod text;
mod totals;
mod unknowns;
mod waived;

pub use formats::{FORMATS, Format, Rendered};
pub use json::json;
pub use text::text;
pub use totals::plural;
pub use unknowns::unknowns;

use stockade_model::{Finding, Outcome};

/// Which findings are listed; the summary counts all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed(pub Vec<Outcome>);

impl Default for Listed {
    fn default() -> Self {
        Self(vec![Outcome::Fail, Outcome::Unknown])
    }
}

impl Listed {
    /// Whether findings of that outcome are listed.
    #[must_use]
    pub fn lists(&self, outcome: Outcome) -> bool {
        self.0.contains(&outcome)
    }

    /// Failures and nothing else.
    pub(crate) fn failures() -> Self {
        Self(vec![Outcome::Fail])
    }

    /// Whether a finding is shown to people: it is listed, and nobody accepted it.
    #[must_use]
    pub fn shows(&self, finding: &Finding) -> bool {
        self.lists(finding.verdict.outcome) && finding.is_live()
    }
}
