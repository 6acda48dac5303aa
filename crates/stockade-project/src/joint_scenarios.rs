//! The scenarios of stacks that are deployed together: each stack has its own, the deployment has their
//! combinations.

use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Assignment, Scenarios};
use stockade_model::{Scenario, ScenarioKind};

/// At most so many combinations; beyond it every scenario of every stack occurs once.
const MOST: usize = 16;

/// A scenario of all stacks, with what it chooses for each of them.
pub(crate) struct Joint {
    pub scenario: Scenario,
    pub assignments: Vec<Assignment>,
}

/// Combines the scenarios of stacks, given by the stacks' paths, and says whether there are more combinations than
/// that.
pub(crate) fn joint(stacks: Vec<(SmolStr, Scenarios)>) -> (Vec<Joint>, bool) {
    let capped = stacks.iter().any(|(_, scenarios)| scenarios.capped);
    let all = stacks.iter().try_fold(1usize, |count, (_, scenarios)| count.checked_mul(scenarios.list.len()));
    let all = all.filter(|count| *count <= MOST);
    let longest = stacks.iter().map(|(_, scenarios)| scenarios.list.len()).max().unwrap_or(0);
    let joints = (0..all.unwrap_or(longest)).map(|number| {
        let mut rest = number;
        let chosen = stacks.iter().filter_map(|(stack, scenarios)| {
            let at = match all {
                Some(_) => rest % scenarios.list.len().max(1),
                None => number.min(scenarios.list.len().saturating_sub(1)),
            };
            rest /= scenarios.list.len().max(1);
            let (scenario, assignment) = scenarios.list.get(at)?;
            Some((stack, scenario, assignment))
        });
        combine(&chosen.collect::<Vec<_>>())
    });
    (joints.collect(), capped || all.is_none())
}

fn combine(chosen: &[(&SmolStr, &Scenario, &Assignment)]) -> Joint {
    let assignments = chosen.iter().map(|(_, _, assignment)| (*assignment).clone()).collect();
    let Some((_, first, _)) = chosen.first() else {
        let scenario =
            Scenario { name: "default".into(), kind: ScenarioKind::Default, values: Default::default() };
        return Joint { scenario, assignments };
    };
    let mut scenario = (*first).clone();
    let mut names: Vec<SmolStr> = Vec::new();
    for (stack, other, _) in chosen {
        if other.kind == ScenarioKind::Representative {
            scenario.kind = ScenarioKind::Representative;
            if !names.contains(&other.name) {
                names.push(other.name.clone());
            }
        }
        for (name, choice) in &other.values {
            // Two stacks may have different values for parameters of one name.
            let differs = scenario.values.get(name).is_some_and(|known| known != choice);
            let name = if differs { format_smolstr!("{stack}:{name}") } else { name.clone() };
            scenario.values.insert(name, choice.clone());
        }
    }
    if !names.is_empty() {
        scenario.name = names.join(",").into();
    }
    Joint { scenario, assignments }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldhash::HashSet;
    use std::collections::BTreeMap;
    use stockade_model::Choice;

    fn stack(path: &str, names: &[&str]) -> (SmolStr, Scenarios) {
        let one = |name: &&str| {
            let kind = if *name == "default" { ScenarioKind::Default } else { ScenarioKind::Representative };
            let values: BTreeMap<SmolStr, Choice> =
                BTreeMap::from([("Size".into(), Choice::Value((*name).into()))]);
            let assignment = Assignment { parameters: values.clone(), ..Assignment::default() };
            (Scenario { name: (*name).into(), kind, values }, assignment)
        };
        (path.into(), Scenarios { list: names.iter().map(one).collect(), capped: false })
    }

    #[test]
    fn a_stack_that_is_alone_keeps_its_scenarios() {
        let (joints, capped) = joint(vec![stack("", &["default", "Size=big"])]);
        let names: Vec<&str> = joints.iter().map(|joint| joint.scenario.name.as_str()).collect();
        assert_eq!((names, capped), (vec!["default", "Size=big"], false));
    }

    #[test]
    fn few_scenarios_are_all_combined() {
        let (joints, capped) = joint(vec![
            stack("A", &["default", "a"]),
            stack("B", &["default"]),
            stack("C", &["default", "c"]),
        ]);
        let names: Vec<&str> = joints.iter().map(|joint| joint.scenario.name.as_str()).collect();
        assert_eq!((names, capped), (vec!["default", "a", "c", "a,c"], false));
        assert_eq!(joints[3].scenario.kind, ScenarioKind::Representative);
        assert_eq!(joints[3].scenario.values.get("C:Size"), Some(&Choice::Value("c".into())));
        assert_eq!(joints[3].assignments.len(), 3);
    }

    #[test]
    fn of_many_scenarios_each_occurs() {
        let names = ["1", "2", "3", "4", "5"];
        let (joints, capped) = joint(vec![stack("A", &names), stack("B", &names[..4])]);
        assert!(capped && joints.len() <= MOST);
        for (at, expected) in [(0, 5), (1, 4)] {
            let seen: HashSet<String> =
                joints.iter().map(|joint| format!("{:?}", joint.assignments[at].parameters)).collect();
            assert_eq!(seen.len(), expected);
        }
    }
}
