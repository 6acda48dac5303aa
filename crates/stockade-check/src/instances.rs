//! Findings on several instances that one source place made (`Fn::ForEach`) become one.

use foldhash::{HashMap, HashSet};
use smol_str::SmolStr;
use stockade_model::{Applicability, Finding, Fix, Outcome, Place, Resource};

/// What instances of one source place have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Source {
    declared_at: Place,
    stack: SmolStr,
    /// What a transform made of each instance: `Role` of `AlphaFunctionRole`.
    own: SmolStr,
    part: Option<SmolStr>,
    discriminator: SmolStr,
}

impl Source {
    /// The source of a finding on `resource`, if that is an instance.
    pub fn of(finding: &Finding, resource: &Resource) -> Option<Self> {
        Some(Self {
            declared_at: resource.declared_at,
            stack: resource.stack().into(),
            own: own_name(resource, resource.instance.as_deref()?),
            part: finding.verdict.subject.part.clone(),
            discriminator: finding.verdict.discriminator.clone(),
        })
    }
}

/// What a transform adds to the id of what it made a resource from; nothing for that itself.
pub(crate) fn own_name(resource: &Resource, from: &str) -> SmolStr {
    let id = resource.logical_id();
    id.strip_prefix(from).unwrap_or(id).into()
}

/// Merges findings of one control that have the same source, outcome and primary place; the first speaks for all.
/// The findings of one source that are left differ in their fingerprints: the worst has that of the source.
pub(crate) fn merge(findings: Vec<(Finding, Option<Source>)>) -> Vec<Finding> {
    let mut merged: Vec<(Finding, Option<Source>)> = Vec::with_capacity(findings.len());
    let mut known: HashMap<(Source, Outcome, Place), usize> = HashMap::default();
    for (finding, source) in findings {
        let key = source.clone().map(|source| (source, finding.verdict.outcome, finding.verdict.place));
        if let Some(key) = key {
            if let Some(at) = known.get(&key) {
                add(&mut merged[*at].0, finding);
                continue;
            }
            known.insert(key, merged.len());
        }
        merged.push((finding, source));
    }
    let mut worst: Vec<usize> = (0..merged.len()).filter(|at| merged[*at].1.is_some()).collect();
    worst.sort_by_key(|at| (std::cmp::Reverse(merged[*at].0.verdict.outcome), *at));
    let mut taken: HashSet<Source> = HashSet::default();
    for at in worst {
        let (finding, source) = &mut merged[at];
        if let Some(source) = source.take()
            && !taken.insert(source)
        {
            finding.parts.discriminator =
                format!("{}|{}", finding.parts.discriminator, finding.verdict.subject.id);
            finding.fingerprint = finding.parts.fingerprint();
        }
    }
    merged.into_iter().map(|(finding, _)| finding).collect()
}

fn add(first: &mut Finding, other: Finding) {
    if first.instances.is_empty() {
        first.instances.push(first.verdict.subject.id.clone());
    }
    first.instances.push(other.verdict.subject.id);
    first.severity = first.severity.max(other.severity);
    first.verdict.confidence = first.verdict.confidence.max(other.verdict.confidence);
    if first.scenarios.is_empty() || other.scenarios.is_empty() {
        first.scenarios.clear();
    } else {
        for scenario in other.scenarios {
            if !first.scenarios.contains(&scenario) {
                first.scenarios.push(scenario);
            }
        }
    }
    first.fix = match (first.fix.take(), other.fix) {
        (Some(one), Some(other)) => Some(fix(one, &other)),
        _ => None,
    };
}

/// One edit of the source mends all instances; where each would need its own, the fix is only shown.
fn fix(one: Fix, other: &Fix) -> Fix {
    if one.edits == other.edits {
        let applicability = one.applicability.max(other.applicability);
        return Fix { applicability, ..one };
    }
    Fix { applicability: Applicability::Display, description: one.description, edits: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{FingerprintParts, Severity, Subject, Verdict};
    use stockade_syntax::{FileId, Span};

    fn finding(id: &str, outcome: Outcome, at: usize) -> (Finding, Option<Source>) {
        let place = Place { file: FileId(0), span: Span::new(at, at + 1) };
        let verdict = Verdict::new(Subject::resource(id, "AWS::SQS::Queue"), outcome, place);
        let parts = FingerprintParts {
            control: "RL-01".into(),
            path: "t.yaml".into(),
            declared_id: "${Name}".into(),
            discriminator: String::new(),
        };
        let finding = Finding::new("RL-01", Severity::Low, parts, verdict);
        let source = Source {
            declared_at: Place::default(),
            stack: SmolStr::default(),
            own: SmolStr::default(),
            part: None,
            discriminator: SmolStr::default(),
        };
        (finding, Some(source))
    }

    #[test]
    fn equal_verdicts_of_one_source_are_one_finding() {
        let merged = merge(vec![
            finding("A", Outcome::Pass, 1),
            finding("B", Outcome::Fail, 1),
            finding("C", Outcome::Fail, 1),
            finding("D", Outcome::Fail, 2),
            (finding("Single", Outcome::Fail, 1).0, None),
        ]);
        let shown: Vec<_> = merged
            .iter()
            .map(|finding| (finding.verdict.subject.id.as_str(), finding.instances.len()))
            .collect();
        assert_eq!(shown, [("A", 0), ("B", 2), ("D", 0), ("Single", 0)]);
        let plain = finding("A", Outcome::Pass, 1).0.fingerprint;
        assert_eq!(merged[1].fingerprint, plain, "the worst has the source's own");
        assert_ne!(merged[0].fingerprint, plain);
        assert_ne!(merged[2].fingerprint, plain);
        assert_ne!(merged[2].fingerprint, merged[0].fingerprint);
    }
}
