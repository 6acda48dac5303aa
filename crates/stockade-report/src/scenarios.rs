//! Scenarios in words.

use crate::groups::OTHERS;
use smol_str::SmolStr;
use stockade_model::{Choice, Scenario, ScenarioKind};

/// When a scenario holds: by its choices, as far as they are not the defaults that hold in the default scenario.
pub(crate) fn when(name: &str, scenarios: &[Scenario]) -> String {
    let default = scenarios.iter().find(|scenario| scenario.kind == ScenarioKind::Default);
    let scenario = scenarios.iter().find(|scenario| scenario.name == name);
    let (Some(default), Some(scenario)) = (default, scenario) else { return name.to_owned() };
    let is_default = scenario.kind == ScenarioKind::Default;
    let telling =
        |(name, choice): &(&SmolStr, &Choice)| is_default || default.values.get(*name) != Some(*choice);
    let choices: Vec<String> =
        scenario.values.iter().filter(telling).map(|(name, choice)| spell(name, choice)).collect();
    if choices.is_empty() || choices.len() > OTHERS {
        return if is_default { "the parameters have their defaults".to_owned() } else { name.to_owned() };
    }
    choices.join(" and ")
}

fn spell(name: &str, choice: &Choice) -> String {
    match choice {
        Choice::Value(value) if value.is_empty() => format!("{name} is empty"),
        Choice::Value(value) => format!("{name} is {value}"),
        Choice::Not(values) => format!("{name} is not {}", values.join(" or ")),
        Choice::Assumed(true) => name.to_owned(),
        Choice::Assumed(false) => format!("not {name}"),
    }
}
