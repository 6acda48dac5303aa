//! Real templates: nothing panics, nothing is skipped in silence, nothing is judged twice.

use crate::run::{judge, shared};
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Outcome, Value};

#[test]
fn every_file_is_judged_or_named_or_counted() {
    let Some(corpus) = shared("corpus") else { return };
    let report = judge(&[&corpus]);
    let files = report.files;
    let roots: BTreeSet<_> = report.deployments.iter().map(|deployment| &deployment.name).collect();
    assert_eq!(roots.len(), report.deployments.len(), "a root is judged twice");
    let in_deployments: BTreeSet<_> =
        report.deployments.iter().flat_map(|deployment| &deployment.paths).collect();
    let copies = report.notices.iter().filter(|notice| notice.kind == "build-output").count();
    assert!(in_deployments.len() + copies >= files.judged, "a template is in no deployment");
    // A nested template is judged inside its parents and is no root.
    for deployment in &report.deployments {
        for nested in &deployment.paths[1..] {
            assert!(!roots.contains(nested) || *nested == deployment.name, "`{nested}` is judged twice");
        }
    }
    let mut fingerprints: BTreeMap<&str, &str> = BTreeMap::new();
    for finding in &report.findings {
        let subject = finding.verdict.subject.id.as_str();
        if let Some(other) = fingerprints.insert(&finding.fingerprint.0, subject) {
            panic!("{} `{other}` and `{subject}` share a fingerprint", finding.control);
        }
    }
    println!("files: {files:?}; {} deployments", report.deployments.len());
    for (control, [pass, fail, unknown, not_applicable]) in &report.summary.by_control {
        println!("{control}: {pass} pass, {fail} fail, {unknown} unknown, {not_applicable} not applicable");
    }
    let share = report.summary.unknown_share;
    println!("unknown share {:.2} %: {:?}", share * 100.0, report.summary.unknown_reasons);
    assert!(share <= 0.08, "the unknown share is {share}");
    let unsettled = report.findings.iter().filter(|finding| {
        finding.verdict.outcome == Outcome::Unknown && finding.verdict.settled_by.is_none()
    });
    assert_eq!(unsettled.count(), 0, "an unknown says nothing of what would settle it");
}

#[test]
fn every_value_has_a_slot() {
    let Some(corpus) = shared("corpus") else { return };
    let project = stockade_project::load(&[corpus], &stockade_project::Options::default());
    let snapshot = project.files.snapshot();
    let (mut values, mut absent) = (0usize, 0usize);
    let check = |value: &Value, what: &str| {
        let slots = value.slots();
        assert!(!slots.is_empty(), "{what} has no slot");
        for slot in slots {
            let source =
                snapshot.source(slot.place.file).unwrap_or_else(|| panic!("{what}: a slot in no file"));
            let span = slot.place.span;
            assert!(
                span.start <= span.end && span.end as usize <= source.text.len(),
                "{what}: a slot outside its file"
            );
        }
    };
    for deployment in &project.deployments {
        for resource in deployment.deployed.iter().flat_map(|deployed| &deployed.resources) {
            let mut open = vec![&resource.properties];
            while let Some(value) = open.pop() {
                values += 1;
                check(value, &resource.id);
                open.extend(value.fields().iter().map(|field| &field.value));
                if let stockade_model::Kind::List(list) = &value.kind {
                    open.extend(&list.items);
                }
            }
            for path in ["Timeout", "TracingConfig.Mode", "Environment.Variables.NAME", "Tags"] {
                absent += 1;
                check(&resource.properties.get(path), &resource.id);
            }
        }
    }
    println!("{values} values and {absent} absent ones, all with slots");
    assert!(values > 10_000, "the corpus is smaller than it was: {values} values");
}
