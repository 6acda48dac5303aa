//! Which scenarios a deployment has.
//!
//! A scenario decides every condition that a resource depends on. The defaults make one if they do; beside it,
//! each reachable combination of outcomes is represented by one choice of values.

use crate::scope::is_indirect;
use crate::{Assignment, Data, Expr, Template};
use foldhash::HashSet;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Choice, Kleene, Scenario, ScenarioKind};

/// At most so many scenarios; beyond it every condition is once true and once false.
const MOST: usize = 16;

/// At most so many combinations of choices are tried.
const TRIES: usize = 4096;

/// What an assignment makes of the conditions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// The outcome of every condition that a resource depends on, nested stacks included.
    pub outcomes: Vec<Kleene>,
    /// Comparisons that neither the assignment nor a default decides.
    pub undecided: Vec<SmolStr>,
    /// Whether it violates the template's `Rules`, so that nothing is deployed.
    pub forbidden: bool,
}

/// The scenarios of a deployment, each with its assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenarios {
    /// At least one.
    pub list: Vec<(Scenario, Assignment)>,
    /// Whether there are more combinations than are represented.
    pub capped: bool,
}

/// A thing that scenarios choose.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    name: SmolStr,
    choices: Vec<Choice>,
}

/// Finds the scenarios: `given` are values that hold in all (named `name`, if the user named them), `template`
/// tells what parameters may be, `probe` what an assignment makes of the conditions.
pub fn scenarios(
    template: &Template,
    given: &BTreeMap<SmolStr, SmolStr>,
    name: Option<&str>,
    probe: &mut dyn FnMut(&Assignment) -> Probe,
) -> Scenarios {
    let base = Assignment::of_values(given);
    let fixed = base.parameters.clone();
    let first = probe(&base);
    let decided = !first.forbidden
        && first.undecided.is_empty()
        && first.outcomes.iter().all(|outcome| *outcome != Kleene::Unknown);
    let mut list = Vec::new();
    let mut seen: HashSet<Vec<Kleene>> = HashSet::default();
    if decided {
        seen.insert(first.outcomes.clone());
        let (label, kind) = match name {
            Some(name) => (SmolStr::new(name), ScenarioKind::Named),
            None => (SmolStr::new_static("default"), ScenarioKind::Default),
        };
        list.push((Scenario { name: label, kind, values: fixed.clone() }, base.clone()));
    }
    if (decided && name.is_some()) || (first.outcomes.is_empty() && !first.forbidden) {
        if list.is_empty() {
            list.push((
                Scenario { name: "default".into(), kind: ScenarioKind::Default, values: fixed },
                base,
            ));
        }
        return Scenarios { list, capped: false };
    }
    let mut variables = variables(template);
    variables.retain(|variable| !fixed.contains_key(&variable.name));
    for (scenario, _) in &mut list {
        // The defaults, which decide the conditions in this scenario, are its choices.
        let chosen =
            variables.iter().filter_map(|variable| Some((variable, default_of(&variable.name, template)?)));
        scenario.values.extend(chosen.map(|(variable, value)| (variable.name.clone(), Choice::Value(value))));
    }
    let mut capped = false;
    let mut tried = 0;
    let mut queue: Vec<Assignment> = combinations(&variables, &base);
    queue.reverse();
    while let Some(mut assignment) = queue.pop() {
        tried += 1;
        if tried > TRIES {
            capped = true;
            break;
        }
        let probed = probe(&assignment);
        if probed.forbidden {
            continue;
        }
        if let Some(atom) = probed.undecided.first() {
            for outcome in [false, true] {
                assignment.assumed.insert(atom.clone(), outcome);
                queue.push(assignment.clone());
            }
            continue;
        }
        if seen.insert(probed.outcomes.clone()) {
            list.push((describe(&assignment, &variables, template, name), assignment));
        }
    }
    if list.len() > MOST {
        capped = true;
        list = representatives(list, probe);
    }
    if list.is_empty() {
        let scenario = Scenario { name: "default".into(), kind: ScenarioKind::Representative, values: fixed };
        list.push((scenario, base));
    }
    Scenarios { list, capped }
}

/// The first of `list`, then greedily those that show a condition in an outcome not shown yet.
fn representatives(
    list: Vec<(Scenario, Assignment)>,
    probe: &mut dyn FnMut(&Assignment) -> Probe,
) -> Vec<(Scenario, Assignment)> {
    let mut shown: HashSet<(usize, Kleene)> = HashSet::default();
    let mut kept = Vec::new();
    for item in list {
        let outcomes = probe(&item.1).outcomes;
        let new = outcomes.into_iter().enumerate().filter(|pair| !shown.contains(pair)).collect::<Vec<_>>();
        if (kept.is_empty() || !new.is_empty()) && kept.len() < MOST {
            shown.extend(new);
            kept.push(item);
        }
    }
    kept
}

/// All combinations of choices, those with the fewest changes from the first choices first.
fn combinations(variables: &[Variable], base: &Assignment) -> Vec<Assignment> {
    let mut combinations: Vec<(usize, Assignment)> = vec![(0, base.clone())];
    for variable in variables {
        if combinations.len() * variable.choices.len() > TRIES {
            // Too many to combine: the rest of the variables change one at a time.
            let singles = variable.choices.iter().map(|choice| {
                let mut assignment = base.clone();
                assignment.parameters.insert(variable.name.clone(), choice.clone());
                (1, assignment)
            });
            combinations.extend(singles);
            continue;
        }
        combinations = combinations
            .into_iter()
            .flat_map(|(changes, assignment)| {
                variable.choices.iter().enumerate().map(move |(at, choice)| {
                    let mut assignment = assignment.clone();
                    assignment.parameters.insert(variable.name.clone(), choice.clone());
                    (changes + usize::from(at > 0), assignment)
                })
            })
            .collect();
    }
    combinations.sort_by_key(|(changes, _)| *changes);
    combinations.into_iter().map(|(_, assignment)| assignment).collect()
}

fn describe(
    assignment: &Assignment,
    variables: &[Variable],
    template: &Template,
    name: Option<&str>,
) -> Scenario {
    let spell = |choice: &Choice| match choice {
        Choice::Value(value) => value.to_string(),
        Choice::Not(values) => format!("not {}", values.join("|")),
        Choice::Assumed(outcome) => outcome.to_string(),
    };
    let is_default = |name: &SmolStr, choice: &Choice| matches!((choice, default_of(name, template)), (Choice::Value(value), Some(default)) if *value == default);
    let mut parts: Vec<String> = name.map(str::to_owned).into_iter().collect();
    let chosen = variables
        .iter()
        .filter_map(|variable| Some((&variable.name, assignment.parameters.get(&variable.name)?)));
    for (name, choice) in chosen {
        if !is_default(name, choice) {
            parts.push(format!("{name}={}", spell(choice)));
        }
    }
    parts.extend(assignment.assumed.iter().map(|(atom, outcome)| format!("({atom})={outcome}")));
    let mut values = assignment.parameters.clone();
    values.extend(assignment.assumed.iter().map(|(atom, outcome)| (atom.clone(), Choice::Assumed(*outcome))));
    let name = if parts.is_empty() { "defaults".into() } else { format_smolstr!("{}", parts.join(",")) };
    Scenario { name, kind: ScenarioKind::Representative, values }
}

fn default_of(name: &str, template: &Template) -> Option<SmolStr> {
    template.parameters.get(name)?.default.as_ref()?.as_scalar()
}

/// The parameters that conditions and rules read, with what they may be chosen to be: the default first, then their allowed
/// values, or else the literals that they are compared with and anything else.
fn variables(template: &Template) -> Vec<Variable> {
    let used = used_conditions(template);
    let mut read = BTreeSet::new();
    let mut compared: BTreeMap<SmolStr, BTreeSet<SmolStr>> = BTreeMap::new();
    for name in &used {
        if let Some(expr) = template.conditions.get(name) {
            comparisons(expr, template, &mut read, &mut compared);
        }
    }
    if let Some(rules) = template.root.get("Rules") {
        comparisons(rules, template, &mut read, &mut compared);
    }
    read.into_iter()
        .filter_map(|name| {
            let parameter = template.parameters.get(&name)?;
            let default = parameter.default.as_ref().and_then(Expr::as_scalar);
            let default = default.filter(|_| !is_indirect(&parameter.type_name) && !parameter.no_echo);
            let mut values: Vec<SmolStr> = default.into_iter().collect();
            let indirect = is_indirect(&parameter.type_name);
            let allowed = parameter.allowed.as_ref().filter(|_| !indirect);
            let more = allowed.cloned().unwrap_or_else(|| {
                compared.get(&name).map(|literals| literals.iter().cloned().collect()).unwrap_or_default()
            });
            for value in more {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            let mut choices: Vec<Choice> =
                if indirect { Vec::new() } else { values.iter().cloned().map(Choice::Value).collect() };
            if allowed.is_none() {
                choices.push(Choice::Not(values));
            }
            Some(Variable { name, choices })
        })
        .collect()
}

/// The conditions that resources depend on, by attribute or by `Fn::If`, in order, with those that they use.
#[must_use]
pub fn used_conditions(template: &Template) -> Vec<SmolStr> {
    let mut used = BTreeSet::new();
    if template.conditions.is_empty() {
        return Vec::new();
    }
    for declaration in template.resources.values() {
        if let Some(condition) = declaration.condition() {
            used.insert(SmolStr::new(condition));
        }
        ifs(&declaration.body, &mut used);
    }
    if let Some(globals) = template.root.get("Globals") {
        ifs(globals, &mut used);
    }
    used.retain(|name| template.conditions.contains_key(name));
    used.into_iter().collect()
}

fn ifs(expr: &Expr, used: &mut BTreeSet<SmolStr>) {
    if let Some(("Fn::If", argument)) = expr.intrinsic()
        && let Some(name) = argument.items().first().and_then(Expr::as_str)
    {
        used.insert(SmolStr::new(name));
    }
    match &expr.data {
        Data::List(items) => items.iter().for_each(|item| ifs(item, used)),
        Data::Object(map) => map.entries.iter().for_each(|entry| ifs(&entry.value, used)),
        _ => {}
    }
}

fn comparisons(
    expr: &Expr,
    template: &Template,
    read: &mut BTreeSet<SmolStr>,
    compared: &mut BTreeMap<SmolStr, BTreeSet<SmolStr>>,
) {
    let mut open = vec![(expr, 0usize)];
    let mut visited: HashSet<&str> = HashSet::default();
    while let Some((expr, depth)) = open.pop() {
        if depth > 64 {
            continue;
        }
        if let Some(name) = expr.as_reference()
            && template.parameters.contains_key(name)
        {
            read.insert(SmolStr::new(name));
        }
        match expr.intrinsic() {
            Some(("Condition", name)) => {
                if let Some(name) = name.as_str()
                    && visited.insert(name)
                    && let Some(inner) = template.conditions.get(name)
                {
                    open.push((inner, depth + 1));
                }
            }
            Some(("Fn::Equals", argument)) => {
                if let [left, right] = argument.items() {
                    for (one, other) in [(left, right), (right, left)] {
                        if let (Some(name), Some(literal)) = (one.as_reference(), other.as_scalar()) {
                            compared.entry(SmolStr::new(name)).or_default().insert(literal);
                        }
                    }
                }
            }
            Some(("Fn::Contains" | "Fn::EachMemberIn" | "Fn::EachMemberEquals", argument)) => {
                if let [left, right] = argument.items() {
                    for (one, other) in [(left, right), (right, left)] {
                        if let Some(name) = one.as_reference() {
                            let literals = other
                                .as_scalar()
                                .into_iter()
                                .chain(other.items().iter().filter_map(Expr::as_scalar));
                            compared.entry(SmolStr::new(name)).or_default().extend(literals);
                        }
                    }
                }
            }
            Some(("Fn::Sub", argument)) => {
                let text = argument.as_str().or_else(|| argument.items().first().and_then(Expr::as_str));
                for name in template.parameters.keys() {
                    if text.is_some_and(|text| text.contains(&format!("${{{name}}}"))) {
                        read.insert(name.clone());
                    }
                }
            }
            _ => {}
        }
        match &expr.data {
            Data::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Data::Object(map) => open.extend(map.entries.iter().map(|entry| (&entry.value, depth + 1))),
            _ => {}
        }
    }
}
