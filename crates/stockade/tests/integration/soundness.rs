//! What is not known never makes a failure: opening what a deployment deploys, and giving parameters values.

use crate::run::{DAY, folder, root};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use stockade_check::{Report, Request, check};
use stockade_controls::{CONTROLS, Context};
use stockade_inventory::Inventory;
use stockade_model::{Choice, Outcome, Place, Profile, Resource, Settings, Subject, Symbol, Value, Verdict};
use stockade_project::{Deployed, Options, load};

type Outcomes = BTreeMap<(&'static str, Subject), Outcome>;

/// Every fixture of every page, and the examples.
fn each_template(mut test: impl FnMut(&str, &Utf8Path)) {
    for control in CONTROLS.iter() {
        let page = control.page();
        for fixture in page.fixtures(control.text()) {
            let (_guard, path) = folder(fixture.name, &fixture.text);
            test(&format!("{}, the fixture at line {}", page.row.id, fixture.line), &path);
        }
    }
    let mut folders = vec![root().join("examples")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir_utf8() else { continue };
        for entry in entries.flatten() {
            let path: Utf8PathBuf = entry.path().into();
            if path.is_dir() {
                folders.push(path);
            } else if ["yaml", "yml", "json", "template"].contains(&path.extension().unwrap_or_default()) {
                test(path.as_str(), &path);
            }
        }
    }
}

fn outcomes(inventory: &Inventory) -> Outcomes {
    let mut out = Outcomes::new();
    for control in CONTROLS.iter() {
        let mut verdicts = Vec::new();
        control.judge(
            inventory,
            &Context { as_of: DAY.parse().unwrap(), settings: &Settings::default() },
            &mut verdicts,
        );
        for Verdict { subject, outcome, .. } in verdicts {
            let entry = out.entry((control.page().row.id, subject)).or_insert(outcome);
            *entry = outcome.max(*entry);
        }
    }
    out
}

fn inventory(deployed: &Deployed, change: &dyn Fn(&Value) -> Value, open: Option<Symbol>) -> Inventory {
    let resources = deployed.resources.iter().map(|resource| {
        Arc::new(Resource { properties: change(&resource.properties), ..Resource::clone(resource) })
    });
    Inventory::new(
        resources.collect(),
        open.or_else(|| deployed.open.clone()),
        "us-east-1".into(),
        "aws".into(),
    )
}

/// Law 4 of the model: what may be there beside what is known makes no failure of an unknown or a pass.
#[test]
fn opening_never_makes_a_failure() {
    let symbol = Symbol::opaque(Place::default(), "a test opens it");
    let mut judged = 0;
    each_template(|name, path| {
        let project = load(&[path.to_owned()], &Options::default());
        for deployed in project.deployments.iter().flat_map(|deployment| &deployment.deployed) {
            let closed = outcomes(&inventory(deployed, &Value::clone, None));
            let opened: [(&str, Inventory); 3] = [
                ("its values", inventory(deployed, &|value| value.opened(&symbol), None)),
                ("its resources", inventory(deployed, &Value::clone, Some(symbol.clone()))),
                ("both", inventory(deployed, &|value| value.opened(&symbol), Some(symbol.clone()))),
            ];
            for (what, inventory) in opened {
                for (key, outcome) in outcomes(&inventory) {
                    judged += 1;
                    let before = closed.get(&key).copied();
                    let made = outcome == Outcome::Fail && before != Some(Outcome::Fail);
                    assert!(!made, "{name}: opening {what} made {key:?} fail, which was {before:?}");
                }
            }
        }
    });
    assert!(judged > 300, "only {judged} verdicts were compared");
}

fn report(path: &Utf8Path, parameters: &HashMap<String, String>) -> Report {
    let parameters = parameters.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let options = Options { parameters, ..Options::default() };
    check(&Request {
        options,
        profile: Some(Profile::Regulated),
        ..Request::new(vec![path.to_owned()], DAY.parse().unwrap())
    })
}

fn by_subject(report: &Report) -> BTreeMap<(&'static str, Subject), Outcome> {
    report
        .findings
        .iter()
        .map(|finding| ((finding.control, finding.verdict.subject.clone()), finding.verdict.outcome))
        .collect()
}

/// What is certain while a parameter is not known holds for every value of it.
#[test]
fn a_verdict_over_a_symbol_holds_for_every_value() {
    let environment = stockade_cfn::Environment::of_region("us-east-1");
    let mut compared = 0;
    each_template(|name, path| {
        let Ok(text) = std::fs::read_to_string(path) else { return };
        let source = stockade_syntax::Source::new(stockade_syntax::FileId(0), path, text);
        let Ok(document) = stockade_syntax::parse(&source, stockade_cfn::tag_meaning) else { return };
        let Ok(template) = stockade_cfn::Template::read(&document) else { return };
        if template.is_sam() || template.parameters.is_empty() {
            return;
        }
        let deployed = |choice: &dyn Fn(&str) -> Choice| {
            let parameters = template.parameters.keys().map(|name| (name.clone(), choice(name))).collect();
            let assignment = stockade_cfn::Assignment { parameters, assumed: BTreeMap::new() };
            let scope = stockade_cfn::Scope::root(&template, &environment, &assignment);
            if template.resources.values().any(|declaration| declaration.condition().is_some()) {
                return None;
            }
            let resources = template.resources.iter().map(|(id, declaration)| {
                let null = Value::new(
                    stockade_model::Kind::Object(Default::default()),
                    declaration.body.origin.clone(),
                );
                let properties = declaration
                    .properties()
                    .and_then(|properties| scope.evaluate(properties))
                    .unwrap_or(null);
                Arc::new(Resource {
                    id: id.clone(),
                    type_name: declaration.type_name.clone(),
                    properties,
                    declared_at: declaration.id_at,
                    declared_id: declaration.declared_id.clone(),
                    resources_at: template.resources_at,
                    generated: false,
                    instance: None,
                    raise: declaration.raise,
                    construct: None,
                    asset: None,
                })
            });
            Some(Deployed { resources: resources.collect(), open: None, environment: environment.clone() })
        };
        let Some(symbolic) = deployed(&|_| Choice::Not(Vec::new())) else { return };
        let symbolic = outcomes(&inventory(&symbolic, &Value::clone, None));
        for value in [
            "a",
            "prod",
            "NONE",
            "AWS_IAM",
            "python3.8",
            "python3.13",
            "30",
            "0",
            "arn:aws:iam::123456789012:role/r",
            "*",
        ] {
            let allowed = |name: &str| {
                let allowed = template.parameters.get(name).and_then(|parameter| parameter.allowed.clone());
                allowed.as_ref().and_then(|allowed| allowed.first().cloned()).unwrap_or_else(|| value.into())
            };
            let Some(concrete) = deployed(&|name| Choice::Value(allowed(name))) else { return };
            let concrete = outcomes(&inventory(&concrete, &Value::clone, None));
            for (key, outcome) in &symbolic {
                compared += 1;
                let really = concrete.get(key).copied();
                let held = match outcome {
                    Outcome::Fail => really == Some(Outcome::Fail),
                    Outcome::Pass => really != Some(Outcome::Fail),
                    _ => true,
                };
                assert!(held, "{name}: {key:?} was {outcome:?} for a symbol and is {really:?} for `{value}`");
            }
        }
    });
    assert!(compared > 50, "only {compared} verdicts were compared");
}

/// The merge over scenarios covers what a value that the user gives decides.
#[test]
fn a_given_value_makes_no_failure_that_no_scenario_has() {
    each_template(|name, path| {
        let merged = report(path, &HashMap::new());
        let all = by_subject(&merged);
        for scenario in merged.deployments.iter().flat_map(|deployment| &deployment.scenarios) {
            let given: HashMap<String, String> = scenario
                .values
                .iter()
                .filter_map(|(name, choice)| match choice {
                    Choice::Value(value) => Some((name.to_string(), value.to_string())),
                    _ => None,
                })
                .collect();
            if given.is_empty() || given.len() != scenario.values.len() {
                continue;
            }
            for (key, outcome) in by_subject(&report(path, &given)) {
                let covered = outcome != Outcome::Fail || all.get(&key) == Some(&Outcome::Fail);
                assert!(
                    covered,
                    "{name}: {key:?} fails under {given:?} and is {:?} over all scenarios",
                    all.get(&key)
                );
            }
        }
    });
}
