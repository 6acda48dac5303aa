//! The counts of a run.

use foldhash::HashSet;
use std::collections::{BTreeMap, BTreeSet};
use stockade_controls::{CONTROLS, Control, catalogue};
use stockade_model::{Finding, Outcome, Profile, Severity, Subject};

/// (control, subject) pairs of a family, after merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FamilySummary {
    /// As they should be.
    pub pass: usize,
    /// Broken, and neither waived nor in the baseline.
    pub fail: usize,
    /// Cannot be told.
    pub unknown: usize,
    /// Broken, and waived with a reason.
    pub waived: usize,
    /// Broken, and accepted by the baseline file.
    pub baselined: usize,
    /// The control has nothing to say.
    pub not_applicable: usize,
    /// Rows of the catalogue that this version does not judge.
    pub not_judged: usize,
}

/// Why a failure does not count as one.
#[derive(Clone, Copy)]
enum Accepted {
    Waived,
    Baselined,
}

/// The counts of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// By family, in the catalogue's order.
    pub by_family: Vec<(&'static str, FamilySummary)>,
    /// Failures by severity, the worst first.
    pub by_severity: Vec<(Severity, usize)>,
    /// By control: pass, fail (waived and baselined ones too), unknown, not applicable.
    pub by_control: BTreeMap<&'static str, [usize; 4]>,
    /// How many controls were judged.
    pub controls: usize,
    /// How many subjects were judged.
    pub subjects: usize,
    /// unknown / (pass + fail + unknown); 0 if nothing was judged.
    pub unknown_share: f64,
    /// What would settle the most unknowns, the most first.
    pub unknown_reasons: Vec<(&'static str, usize)>,
}

pub(crate) fn summarise(
    findings: &[Finding],
    not_applicable: &[(&'static str, Subject)],
    controls: &[&Control],
    profile: Profile,
) -> Summary {
    let mut families: Vec<(&'static str, FamilySummary)> = Vec::new();
    let known: HashSet<&str> = CONTROLS.iter().map(|control| control.row().id).collect();
    let mut by_control: BTreeMap<&'static str, [usize; 4]> =
        controls.iter().map(|control| (control.row().id, [0; 4])).collect();
    for row in catalogue() {
        if !families.iter().any(|(family, _)| *family == row.family) {
            families.push((row.family, FamilySummary::default()));
        }
        if row.profile <= profile
            && !known.contains(row.id)
            && let Some((_, family)) = families.iter_mut().find(|(family, _)| *family == row.family)
        {
            family.not_judged += 1;
        }
    }
    let family_of = |control: &str| control.split('-').next().unwrap_or_default().to_owned();
    let mut count = |control: &'static str, outcome: Outcome, accepted: Option<Accepted>, pairs: usize| {
        let family = family_of(control);
        if let Some((_, family)) = families.iter_mut().find(|(name, _)| *name == family) {
            match outcome {
                Outcome::Pass => family.pass += pairs,
                Outcome::Fail => match accepted {
                    Some(Accepted::Waived) => family.waived += pairs,
                    Some(Accepted::Baselined) => family.baselined += pairs,
                    None => family.fail += pairs,
                },
                Outcome::Unknown => family.unknown += pairs,
                Outcome::NotApplicable => family.not_applicable += pairs,
            }
        }
        let column = match outcome {
            Outcome::Pass => 0,
            Outcome::Fail => 1,
            Outcome::Unknown => 2,
            Outcome::NotApplicable => 3,
        };
        if let Some(counts) = by_control.get_mut(control) {
            counts[column] += pairs;
        }
    };
    let mut severities: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<&'static str, usize> = BTreeMap::new();
    for finding in findings {
        let pairs = pairs(finding);
        let accepted = match (&finding.waived, finding.baselined) {
            (Some(_), _) => Some(Accepted::Waived),
            (None, true) => Some(Accepted::Baselined),
            (None, false) => None,
        };
        count(finding.control, finding.verdict.outcome, accepted, pairs);
        match finding.verdict.outcome {
            Outcome::Fail if accepted.is_some() => {}
            Outcome::Fail => *severities.entry(finding.severity).or_default() += pairs,
            Outcome::Unknown => {
                *reasons.entry(finding.verdict.reason.unwrap_or("other")).or_default() += pairs
            }
            _ => {}
        }
    }
    for (control, _) in not_applicable {
        count(control, Outcome::NotApplicable, None, 1);
    }
    let subjects: BTreeSet<(usize, Subject)> = findings
        .iter()
        .flat_map(|finding| {
            let subject = &finding.verdict.subject;
            let ids = std::iter::once(&subject.id).chain(&finding.instances);
            ids.map(|id| (finding.deployment, Subject { id: id.clone(), ..subject.clone() }))
        })
        .collect();
    let of_outcome = |outcome: Option<Outcome>| -> usize {
        let counted = findings
            .iter()
            .filter(|finding| outcome.is_none_or(|outcome| finding.verdict.outcome == outcome));
        counted.map(pairs).sum()
    };
    let (unknown, all) = (of_outcome(Some(Outcome::Unknown)), of_outcome(None));
    let mut unknown_reasons: Vec<_> = reasons.into_iter().collect();
    unknown_reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let unknown_share = if all == 0 { 0.0 } else { unknown as f64 / all as f64 };
    Summary {
        by_family: families,
        by_severity: [Severity::Critical, Severity::High, Severity::Medium, Severity::Low]
            .into_iter()
            .map(|severity| (severity, severities.get(&severity).copied().unwrap_or(0)))
            .collect(),
        by_control,
        controls: controls.len(),
        subjects: subjects.len(),
        unknown_share,
        unknown_reasons,
    }
}

/// How many (control, subject) pairs a finding stands for.
fn pairs(finding: &Finding) -> usize {
    finding.instances.len().max(1)
}
