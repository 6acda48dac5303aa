//! Scenarios: one consistent choice of parameter values each, and how their verdicts merge.

use crate::{Outcome, Verdict};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// One consistent choice of parameter values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name: an environment's, `default`, or its choices (`Stage=prod`).
    pub name: SmolStr,
    /// Why it is there.
    pub kind: ScenarioKind,
    /// The values that make it up.
    pub values: BTreeMap<SmolStr, Choice>,
}

/// Why a scenario is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScenarioKind {
    /// The user names it: an environment, a parameter file.
    Named,
    /// The defaults decide every condition.
    Default,
    /// It stands for a combination of condition outcomes that may or may not be deployed.
    Representative,
}

/// What a scenario chooses for one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Choice {
    /// This value.
    Value(SmolStr),
    /// Any value but these.
    Not(Vec<SmolStr>),
    /// A condition's comparison that no parameter decides, taken to be so.
    Assumed(bool),
}

/// Merges the verdicts that scenarios gave for one (control, subject): the highest outcome wins, in the order
/// fail > unknown > pass > not applicable; the first verdict of that outcome speaks for it. Gives it with the
/// indices of the scenarios that have that outcome.
#[must_use]
pub fn merge(verdicts: Vec<(usize, Verdict)>) -> Option<(Verdict, Vec<usize>)> {
    let outcome: Outcome = verdicts.iter().map(|(_, verdict)| verdict.outcome).max()?;
    let mut verdicts: Vec<(usize, Verdict)> =
        verdicts.into_iter().filter(|(_, verdict)| verdict.outcome == outcome).collect();
    verdicts.sort_by_key(|(scenario, _)| *scenario);
    let mut scenarios: Vec<usize> = verdicts.iter().map(|(scenario, _)| *scenario).collect();
    scenarios.dedup();
    let severity = verdicts.iter().map(|(_, verdict)| verdict.severity).max().flatten();
    let (_, mut first) = verdicts.into_iter().next()?;
    first.severity = severity;
    Some((first, scenarios))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Place, Subject};
    use proptest::prelude::*;

    fn verdict(outcome: Outcome) -> Verdict {
        Verdict::new(Subject::resource("Fn", "AWS::Lambda::Function"), outcome, Place::default())
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::Fail),
            Just(Outcome::Unknown),
            Just(Outcome::Pass),
            Just(Outcome::NotApplicable)
        ]
    }

    proptest! {
        /// Law 6.
        #[test]
        fn merging_takes_the_highest_in_any_order(outcomes in proptest::collection::vec(outcome(), 1..8)) {
            let given: Vec<_> = outcomes.iter().enumerate().map(|(at, outcome)| (at, verdict(*outcome))).collect();
            let mut reversed = given.clone();
            reversed.reverse();
            let (merged, scenarios) = merge(given).unwrap();
            let highest = *outcomes.iter().max().unwrap();
            prop_assert_eq!(merged.outcome, highest);
            let expected: Vec<usize> = (0..outcomes.len()).filter(|at| outcomes[*at] == highest).collect();
            prop_assert_eq!(&scenarios, &expected);
            prop_assert_eq!(merge(reversed).unwrap().1, expected);
        }
    }
}
