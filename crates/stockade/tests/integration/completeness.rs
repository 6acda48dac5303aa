//! Every row of the catalogue is judged or counted as not judged; every judged row has its page, its fixtures in SAM and in
//! CloudFormation, and its mutator.

use crate::run::{DAY, folder, root};
use std::collections::BTreeMap;
use stockade_check::{Request, check};
use stockade_controls::{CONTROLS, catalogue};
use stockade_model::{Outcome, Profile};

#[test]
fn every_row_is_judged_or_counted_as_not_judged() {
    for profile in [Profile::Minimum, Profile::Baseline, Profile::Regulated] {
        let (_guard, path) = folder("template.yaml", "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n");
        let report =
            check(&Request { profile: Some(profile), ..Request::new(vec![path], DAY.parse().unwrap()) });
        let judged = |id: &str| report.summary.by_control.contains_key(id);
        let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
        for row in catalogue() {
            let count = expected.entry(row.family).or_default();
            *count += usize::from(row.profile <= profile && !judged(row.id));
        }
        let counted: BTreeMap<&str, usize> =
            report.summary.by_family.iter().map(|(family, counts)| (*family, counts.not_judged)).collect();
        assert_eq!(counted, expected);
        let rows = catalogue().iter().filter(|row| row.profile <= profile).count();
        assert_eq!(report.summary.controls + counted.values().sum::<usize>(), rows);
    }
}

#[test]
fn every_judged_row_has_a_page_fixtures_and_a_mutator() {
    let mutators = std::fs::read_to_string(root().join("xtask/src/mutate/mod.rs")).unwrap();
    let mut faults = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        let id = page.row.id;
        let mut need = |there: bool, what: &str| {
            if !there {
                faults.push(format!("{id} has no {what}"));
            }
        };
        need(control.text().contains(&format!("\nid: {id}\n")), "page of its own");
        let mut fixtures = page.fixtures(control.text());
        fixtures.retain(|fixture| !fixture.is_terraform());
        for (language, sam) in [("SAM", true), ("CloudFormation", false)] {
            for outcome in [Outcome::Fail, Outcome::Pass] {
                let there = fixtures.iter().any(|fixture| {
                    fixture.outcome == outcome && fixture.text.contains("AWS::Serverless-2016-10-31") == sam
                });
                need(there, &format!("`{}` fixture in {language}", outcome.name()));
            }
        }
        need(fixtures.iter().any(|fixture| fixture.name == "template.json"), "fixture in JSON");
        let module = id.to_lowercase().replace('-', "_");
        let registered = mutators.contains(&format!("{module}::MUTATOR"));
        let file = root().join(format!("xtask/src/mutate/{module}.rs"));
        let written =
            std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("control: \"{id}\"")));
        need(registered && written, "mutator (`xtask/src/mutate`, one file and one line)");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
