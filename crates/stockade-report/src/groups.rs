//! Findings that read as one, and the sentence that says them.

use crate::Listed;
use crate::consequences::Consequences;
use crate::scenarios::when;
use std::collections::HashMap;
use std::fmt::Write as _;
use stockade_check::Report;
use stockade_model::{Finding, Outcome, Place, Severity};

/// So many other subjects or scenarios of a finding are shown.
pub(crate) const OTHERS: usize = 4;

/// The findings that are shown and follow from no other; those of one control and outcome that have one place or one
/// root read as one.
pub(crate) fn grouped<'a>(
    report: &'a Report,
    listed: &Listed,
    consequences: &Consequences,
) -> Vec<Vec<&'a Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut known: HashMap<(&str, Outcome, Severity, usize, GroupKey<'_>), usize> = HashMap::new();
    for (at, finding) in report.findings.iter().enumerate() {
        if !listed.shows(finding) || consequences.is_one(at) {
            continue;
        }
        let verdict = &finding.verdict;
        let key = match &verdict.root {
            Some(root) => GroupKey::Root(root.as_str()),
            None => GroupKey::Place(verdict.place),
        };
        let key = (finding.control, verdict.outcome, finding.severity, finding.deployment, key);
        let at = *known.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(finding);
    }
    groups
}

#[derive(PartialEq, Eq, Hash)]
enum GroupKey<'a> {
    Place(Place),
    Root(&'a str),
}

/// What the findings of a group say: the first one's message, for whom else it holds, and when.
pub(crate) fn headline(group: &[&Finding], report: &Report) -> String {
    let Some(first) = group.first() else { return String::new() };
    let mut message = first.message.clone();
    // Findings of one root show their places below; what a loop makes has but one place.
    let told = if first.verdict.root.is_some() { &group[..1] } else { group };
    let subjects = told.iter().flat_map(|finding| {
        std::iter::once(&finding.verdict.subject.id).chain(finding.instances.iter().skip(1))
    });
    let others: Vec<String> = subjects.skip(1).map(|id| format!("`{id}`")).collect();
    if !others.is_empty() {
        let shown = &others[..others.len().min(OTHERS)];
        let _ = write!(message, " (the same for {}{})", shown.join(", "), and_more(others.len(), OTHERS));
    }
    if !first.scenarios.is_empty() {
        let scenarios =
            report.deployments.get(first.deployment).map(|deployment| deployment.scenarios.as_slice());
        let shown: Vec<String> = first
            .scenarios
            .iter()
            .take(OTHERS)
            .map(|name| when(name, scenarios.unwrap_or_default()))
            .collect();
        let _ = write!(message, " (when {}{})", shown.join(" or "), and_more(first.scenarios.len(), OTHERS));
    }
    message
}

fn and_more(count: usize, shown: usize) -> String {
    if count > shown { format!(" and {} more", count - shown) } else { String::new() }
}
