//! From the cause that a verdict names to the finding that it is.

use foldhash::{HashMap, HashSet};
use smol_str::SmolStr;
use stockade_model::{Finding, Outcome};

/// Gives each finding of a deployment the fingerprint of the finding that it follows from. A cause that is not judged,
/// or passes, is none; findings that follow from each other in a ring have none either, so that every chain has an end.
pub(crate) fn resolve(findings: &mut [Finding]) {
    if findings.iter().all(|finding| finding.verdict.cause.is_none()) {
        return;
    }
    let mut known: HashMap<(&'static str, SmolStr, Option<SmolStr>), usize> = HashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        if finding.verdict.outcome == Outcome::Pass {
            continue;
        }
        let subject = &finding.verdict.subject;
        for id in std::iter::once(&subject.id).chain(&finding.instances) {
            known.entry((finding.control, id.clone(), subject.part.clone())).or_insert(at);
        }
    }
    let next: Vec<Option<usize>> = findings
        .iter()
        .enumerate()
        .map(|(at, finding)| {
            let cause =
                finding.verdict.cause.as_ref().filter(|_| finding.verdict.outcome != Outcome::Pass)?;
            known.get(&(cause.control, cause.id.clone(), cause.part.clone())).copied().filter(|of| *of != at)
        })
        .collect();
    for at in 0..findings.len() {
        findings[at].cause =
            next[at].filter(|_| !is_in_ring(at, &next)).map(|of| findings[of].fingerprint.clone());
    }
}

/// Whether the chain from `start` comes back to it.
fn is_in_ring(start: usize, next: &[Option<usize>]) -> bool {
    let mut seen = HashSet::default();
    let mut at = next[start];
    while let Some(here) = at {
        if here == start {
            return true;
        }
        if !seen.insert(here) {
            return false;
        }
        at = next[here];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::{FingerprintParts, Place, Severity, Subject, Verdict};

    fn finding(
        control: &'static str,
        id: &str,
        outcome: Outcome,
        from: Option<(&'static str, &str)>,
    ) -> Finding {
        let subject = |id: &str| Subject::resource(id, "AWS::Lambda::Function");
        let mut verdict = Verdict::new(subject(id), outcome, Place::default());
        if let Some((control, id)) = from {
            verdict = verdict.follows_from(control, &subject(id));
        }
        let parts = FingerprintParts {
            control: control.into(),
            path: "template.yaml".into(),
            declared_id: id.into(),
            discriminator: String::new(),
        };
        Finding::new(control, Severity::Medium, parts, verdict)
    }

    fn causes(mut findings: Vec<Finding>) -> Vec<Option<usize>> {
        resolve(&mut findings);
        let at = |cause| findings.iter().position(|finding| finding.fingerprint == cause);
        findings.iter().map(|finding| finding.cause.clone().and_then(at)).collect()
    }

    #[test]
    fn a_consequence_has_the_fingerprint_of_its_root() {
        let found = causes(vec![
            finding("NW-05", "Fn", Outcome::Fail, Some(("NW-01", "Fn"))),
            finding("NW-01", "Fn", Outcome::Fail, None),
            finding("NW-05", "Other", Outcome::Unknown, Some(("NW-01", "Fn"))),
            finding("NW-09", "Fn", Outcome::Fail, Some(("NW-05", "Fn"))),
        ]);
        assert_eq!(found, [Some(1), None, Some(1), Some(0)]);
    }

    #[test]
    fn instances_of_a_loop_are_found_under_each_of_their_ids() {
        let mut root = finding("NW-01", "Alpha", Outcome::Fail, None);
        root.instances = vec!["Alpha".into(), "Beta".into()];
        let found = causes(vec![root, finding("NW-05", "Beta", Outcome::Fail, Some(("NW-01", "Beta")))]);
        assert_eq!(found, [None, Some(0)]);
    }

    #[test]
    fn a_cause_that_passes_or_is_not_judged_is_none() {
        let found = causes(vec![
            finding("NW-01", "Fn", Outcome::Pass, None),
            finding("NW-05", "Fn", Outcome::Fail, Some(("NW-01", "Fn"))),
            finding("NW-09", "Fn", Outcome::Fail, Some(("NW-08", "Fn"))),
            finding("NW-07", "Fn", Outcome::Pass, Some(("NW-05", "Fn"))),
        ]);
        assert_eq!(found, [None; 4]);
    }

    #[test]
    fn a_ring_of_causes_is_cut() {
        let found = causes(vec![
            finding("NW-01", "Fn", Outcome::Fail, Some(("NW-05", "Fn"))),
            finding("NW-05", "Fn", Outcome::Fail, Some(("NW-01", "Fn"))),
            finding("NW-09", "Fn", Outcome::Fail, Some(("NW-05", "Fn"))),
            finding("NW-08", "Fn", Outcome::Fail, Some(("NW-08", "Fn"))),
        ]);
        assert_eq!(found, [None, None, Some(1), None]);
    }
}
