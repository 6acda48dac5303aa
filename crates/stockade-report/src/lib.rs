//! Reports: findings as text for people and as JSON for tools, one file a format.

mod concealed;
mod consequences;
mod json;
mod location;
mod text;
mod unknowns;
mod waived;

pub use json::json;
pub use text::text;
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

    /// Whether a finding is shown to people: it is listed, and nobody accepted it.
    #[must_use]
    pub fn shows(&self, finding: &Finding) -> bool {
        self.lists(finding.verdict.outcome) && finding.is_live()
    }
}
