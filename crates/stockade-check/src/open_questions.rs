//! What would settle the most unknowns.

use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Finding, Outcome, Symbol, SymbolKind};

/// A fact that is not known, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// What is not known: "parameter `Stage`".
    pub what: String,
    /// What would settle it: "a value for parameter `Stage` (`--parameter Stage=…`)".
    pub settled_by: String,
    /// How many (control, subject) pairs it would settle.
    pub unknowns: usize,
    /// The controls concerned, with their share, the largest first.
    pub controls: Vec<(&'static str, usize)>,
    /// In how many deployments.
    pub deployments: usize,
}

/// Equal keys are one question. A parameter or an import of that name is the same question to a user in every
/// deployment; what else there is belongs to one.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Everywhere(&'a Symbol),
    Deployment(usize, &'a Symbol),
    Phrase(usize, &'a str),
}

impl<'a> Key<'a> {
    fn of(finding: &'a Finding) -> Self {
        match &finding.verdict.symbol {
            Some(symbol) => {
                let symbol = symbol.root();
                match symbol.kind() {
                    SymbolKind::Parameter { stack, .. } if stack.is_empty() => Self::Everywhere(symbol),
                    SymbolKind::Import(_) | SymbolKind::Pseudo(_) | SymbolKind::Dynamic { .. } => {
                        Self::Everywhere(symbol)
                    }
                    _ => Self::Deployment(finding.deployment, symbol),
                }
            }
            None => {
                Self::Phrase(finding.deployment, finding.verdict.settled_by.as_deref().unwrap_or_default())
            }
        }
    }
}

/// What keeps the unknowns among findings from being known, what settles the most first.
#[must_use]
pub fn open_questions(findings: &[Finding]) -> Vec<OpenQuestion> {
    let mut groups: HashMap<Key, Vec<&Finding>> = HashMap::default();
    for finding in findings.iter().filter(|finding| finding.verdict.outcome == Outcome::Unknown) {
        groups.entry(Key::of(finding)).or_default().push(finding);
    }
    let mut questions: Vec<OpenQuestion> =
        groups.into_values().filter_map(|group| question(&group)).collect();
    questions.sort_by(|a, b| {
        (b.unknowns, &a.what, &a.settled_by, &a.controls).cmp(&(
            a.unknowns,
            &b.what,
            &b.settled_by,
            &b.controls,
        ))
    });
    questions
}

fn question(group: &[&Finding]) -> Option<OpenQuestion> {
    let first = &group.first()?.verdict;
    let settled_by = first.settled_by.clone().unwrap_or_default();
    let mut controls: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut deployments = BTreeSet::new();
    for finding in group {
        *controls.entry(finding.control).or_default() += finding.instances.len().max(1);
        deployments.insert(finding.deployment);
    }
    let unknowns = controls.values().sum();
    let mut controls: Vec<_> = controls.into_iter().collect();
    controls.sort_by_key(|(control, count)| (std::cmp::Reverse(*count), *control));
    let what = first.symbol.as_ref().map_or_else(|| settled_by.clone(), |symbol| symbol.root().name());
    Some(OpenQuestion { what, settled_by, unknowns, controls, deployments: deployments.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{FingerprintParts, Place, Severity, Subject, Verdict};

    fn unknown(control: &'static str, deployment: usize, symbol: Option<Symbol>) -> Finding {
        let subject = Subject::resource("Fn", "AWS::Lambda::Function");
        let verdict = Verdict::new(subject, Outcome::Unknown, Place::default());
        let verdict = match symbol {
            Some(symbol) => verdict.because(&symbol),
            None => verdict.settled_by("the queue", "resource outside the deployment"),
        };
        let parts = FingerprintParts {
            control: control.into(),
            path: String::new(),
            declared_id: String::new(),
            discriminator: String::new(),
        };
        Finding { deployment, ..Finding::new(control, Severity::Low, parts, verdict) }
    }

    #[test]
    fn one_symbol_is_one_question() {
        let stage = || Some(Symbol::parameter("", "Stage", None, Vec::new(), false));
        let attribute = || Some(Symbol::attribute("Vpc", "Arn"));
        let mut twice = unknown("RL-03", 1, stage());
        twice.instances = vec!["A".into(), "B".into()];
        let findings = vec![
            unknown("EP-01", 0, stage()),
            twice,
            unknown("EP-01", 0, attribute()),
            unknown("EP-01", 1, attribute()),
            unknown("RL-03", 0, None),
        ];
        let questions = open_questions(&findings);
        let first = &questions[0];
        assert_eq!((first.what.as_str(), first.unknowns, first.deployments), ("parameter `Stage`", 3, 2));
        assert_eq!(first.controls, [("RL-03", 2), ("EP-01", 1)]);
        let rest: Vec<_> = questions[1..].iter().map(|one| (one.what.as_str(), one.unknowns)).collect();
        assert_eq!(rest, [("`Arn` of `Vpc`", 1), ("`Arn` of `Vpc`", 1), ("the queue", 1)]);
        assert_eq!(questions.iter().map(|one| one.unknowns).sum::<usize>(), 6, "each unknown counts once");
    }
}
