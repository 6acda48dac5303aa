//! Judges one deployment: every control in every scenario, merged.

use crate::mend::Fixes;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{HashMap, HashSet};
use stockade_cfn::Environment;
use stockade_controls::{Context, Control};
use stockade_inventory::Inventory;
use stockade_model::{Confidence, Finding, FingerprintParts, Outcome, ScenarioKind, Subject, Verdict, merge};
use stockade_project::{Deployment, Files, Snapshot};

/// What judging a deployment gave.
pub(crate) struct Judged {
    /// Failures, unknowns and passes.
    pub findings: Vec<Finding>,
    /// Control and subject of what a control has nothing to say of.
    pub not_applicable: Vec<(&'static str, Subject)>,
}

pub(crate) fn deployment(
    index: usize,
    deployment: &Deployment,
    controls: &[&Control],
    context: Context,
    region: &SmolStr,
    files: &Files,
    snapshot: &Snapshot,
) -> Judged {
    let environment = Environment::of_region(region.clone());
    let inventories: Vec<Inventory> = deployment
        .deployed
        .iter()
        .map(|deployed| {
            Inventory::new(
                deployed.resources.clone(),
                deployed.open.clone(),
                environment.region.clone(),
                environment.partition.clone(),
            )
        })
        .collect();
    let mut judged = Judged { findings: Vec::new(), not_applicable: Vec::new() };
    for control in controls {
        let mut by_subject: HashMap<Subject, Vec<(usize, Verdict)>> = HashMap::new();
        let mut order = Vec::new();
        for (scenario, inventory) in inventories.iter().enumerate() {
            let mut verdicts = Vec::new();
            control.judge(inventory, &context, &mut verdicts);
            for verdict in verdicts {
                let subject = verdict.subject.clone();
                let entry = by_subject.entry(subject.clone()).or_insert_with(|| {
                    order.push(subject);
                    Vec::new()
                });
                entry.push((scenario, verdict));
            }
        }
        let failing: HashSet<SmolStr> = by_subject
            .values()
            .flatten()
            .filter(|(_, verdict)| verdict.outcome == Outcome::Fail)
            .map(|(_, verdict)| verdict.subject.id.clone())
            .collect();
        let fixes: Vec<Fixes> =
            inventories.iter().map(|inventory| Fixes::new(inventory, &failing, snapshot)).collect();
        for subject in order {
            let Some((verdict, scenarios)) = by_subject.remove(&subject).and_then(merge) else { continue };
            if verdict.outcome == Outcome::NotApplicable {
                judged.not_applicable.push((control.page().row.id, subject));
                continue;
            }
            let first = scenarios.first().copied().unwrap_or(0);
            let inventory = &inventories[first];
            let fix = fixes[first].of(&verdict);
            judged
                .findings
                .push(finding(index, deployment, control, verdict, &scenarios, inventory, files, fix));
        }
    }
    judged
}

#[expect(clippy::too_many_arguments, reason = "the parts of a finding come from as many places")]
fn finding(
    index: usize,
    deployment: &Deployment,
    control: &Control,
    mut verdict: Verdict,
    scenarios: &[usize],
    inventory: &Inventory,
    files: &Files,
    fix: Option<stockade_model::Fix>,
) -> Finding {
    let page = control.page();
    let always = scenarios.len() == deployment.scenarios.len();
    let named = scenarios.iter().any(|at| deployment.scenarios[*at].kind != ScenarioKind::Representative);
    if !always && !named {
        verdict = verdict.confidence(Confidence::Possible);
    }
    let parts = parts(&verdict, page.row.id, inventory, deployment, files);
    Finding {
        control: page.row.id,
        severity: verdict.severity.unwrap_or(page.row.severity),
        message: page.message(verdict.message, &verdict.arguments),
        fix,
        deployment: index,
        scenarios: if always {
            Vec::new()
        } else {
            scenarios.iter().map(|at| deployment.scenarios[*at].name.clone()).collect()
        },
        instances: Vec::new(),
        cause: None,
        fingerprint: parts.fingerprint(),
        parts,
        verdict,
    }
}

fn parts(
    verdict: &Verdict,
    control: &str,
    inventory: &Inventory,
    deployment: &Deployment,
    files: &Files,
) -> FingerprintParts {
    let resource = inventory.node(&verdict.subject.id).map(|node| inventory.resource(node));
    let (path, declared_id) = match resource {
        Some(resource) => (files.path(resource.declared_at.file), resource.declared_id.to_string()),
        None => (deployment.name.clone(), verdict.subject.id.to_string()),
    };
    let mut discriminator = verdict.discriminator.clone();
    if let Some(resource) = resource {
        // Several generated resources may come from one declared id; their own ids begin with it.
        if resource.generated {
            let own =
                resource.logical_id().strip_prefix(declared_id.as_str()).unwrap_or(resource.logical_id());
            discriminator = format_smolstr!("{discriminator}|{own}");
        }
        if !resource.stack().is_empty() {
            discriminator = format_smolstr!("{discriminator}|{}", resource.stack());
        }
    }
    FingerprintParts {
        control: control.to_owned(),
        path: files.path_from_root(&path),
        declared_id,
        discriminator: discriminator.to_string(),
    }
}
