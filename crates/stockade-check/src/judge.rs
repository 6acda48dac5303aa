//! Judges one deployment: every control in every scenario, merged.

use crate::causes;
use crate::instances::{self, Source, own_name};
use crate::mend::Fixes;
use crate::selection::Selection;
use crate::timings::{ControlTimes, Stopwatch};
use camino::{Utf8Path, Utf8PathBuf};
use foldhash::{HashMap, HashSet};
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;
use stockade_controls::{Context, Control, Wording};
use stockade_inventory::Inventory;
use stockade_model::{
    Confidence, Finding, FingerprintParts, Outcome, Related, Resource, ScenarioKind, Subject, Verdict, merge,
};
use stockade_project::{Deployment, DeploymentKind, Files, Snapshot};

/// What judging a deployment gave.
pub(crate) struct Judged {
    /// Failures, unknowns and passes.
    pub findings: Vec<Finding>,
    /// Control and subject of what a control has nothing to say of.
    pub not_applicable: Vec<(&'static str, Subject)>,
    /// What each control took, over the scenarios.
    pub times: ControlTimes,
}

pub(crate) fn deployment(
    index: usize,
    deployment: &Deployment,
    selection: &Selection,
    context: Context,
    files: &Files,
    snapshot: &Snapshot,
) -> Judged {
    let inventories: Vec<Inventory> = deployment
        .deployed
        .iter()
        .map(|deployed| {
            Inventory::new(
                deployed.resources.clone(),
                deployed.open.clone(),
                deployed.environment.region.clone(),
                deployed.environment.partition.clone(),
            )
        })
        .collect();
    let mut judged =
        Judged { findings: Vec::new(), not_applicable: Vec::new(), times: ControlTimes::default() };
    for control in &selection.controls {
        let mut by_subject: HashMap<Subject, Vec<(usize, Verdict)>> = HashMap::default();
        let mut order = Vec::new();
        let mut watch = Stopwatch::start();
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
        judged.times.add(control.row().id, watch.lap());
        let failing: HashSet<SmolStr> = by_subject
            .values()
            .flatten()
            .filter(|(_, verdict)| verdict.outcome == Outcome::Fail)
            .map(|(_, verdict)| verdict.subject.id.clone())
            .collect();
        let fixes: Vec<Fixes> =
            inventories.iter().map(|inventory| Fixes::new(inventory, &failing, snapshot)).collect();
        let mut findings: Vec<(Finding, Option<Source>)> = Vec::new();
        for subject in order {
            let Some((verdict, scenarios)) = by_subject.remove(&subject).and_then(merge) else { continue };
            if verdict.outcome == Outcome::NotApplicable {
                judged.not_applicable.push((control.row().id, subject));
                continue;
            }
            let first = scenarios.first().copied().unwrap_or(0);
            let inventory = &inventories[first];
            let fix = fixes[first].of(&verdict);
            let mut finding = finding(
                (index, deployment),
                (control, selection),
                verdict,
                &scenarios,
                inventory,
                files,
                fix,
            );
            let resource = inventory.node(&subject.id).map(|node| inventory.resource(node));
            let source = resource.and_then(|resource| Source::of(&finding, resource));
            if let Some((last, _)) =
                findings.last().filter(|(last, _)| last.remediation == finding.remediation)
            {
                finding.remediation = Arc::clone(&last.remediation);
            }
            finding.message.shrink_to_fit();
            findings.push((finding, source));
        }
        judged.findings.extend(instances::merge(findings));
    }
    causes::resolve(&mut judged.findings);
    judged
}

fn finding(
    (index, deployment): (usize, &Deployment),
    (control, selection): (&Control, &Selection),
    mut verdict: Verdict,
    scenarios: &[usize],
    inventory: &Inventory,
    files: &Files,
    fix: Option<stockade_model::Fix>,
) -> Finding {
    let (page, row) = (control.page(), control.row());
    let always = scenarios.len() == deployment.scenarios.len();
    let named = scenarios.iter().any(|at| deployment.scenarios[*at].kind != ScenarioKind::Representative);
    if !always && !named {
        verdict = verdict.confidence(Confidence::Possible);
    }
    let constructs = constructs(&verdict, inventory);
    verdict.related.extend(constructs);
    let parts = parts(&verdict, row.id, inventory, deployment, files);
    let severity = selection.severity(row.id).or(verdict.severity).unwrap_or(row.severity);
    let resource = inventory.node(&verdict.subject.id).map(|node| inventory.resource(node));
    // What has no resource is written in the language of its deployment.
    let wording_of = resource.or_else(|| inventory.resources().next().map(|(_, resource)| resource));
    let wording = Wording::of(&verdict.subject, wording_of);
    Finding {
        message: page.message(verdict.message, &verdict.arguments, &wording),
        remediation: page.remediation(&wording).into(),
        fix,
        deployment: index,
        scenarios: if always {
            Vec::new()
        } else {
            scenarios.iter().map(|at| deployment.scenarios[*at].name.clone()).collect()
        },
        declared_at: resource.map(|resource| resource.declared_at),
        ..Finding::new(row.id, severity, parts, verdict)
    }
}

/// The CDK constructs that made what a verdict is about: that of the resource in which its place is written, and
/// that of its subject.
fn constructs(verdict: &Verdict, inventory: &Inventory) -> Vec<Related> {
    let subject = inventory.node(&verdict.subject.id).map(|node| inventory.resource(node));
    let writes = |resource: &Resource| {
        let written = resource.properties.origin.place;
        let inside = written.file == verdict.place.file && written.span.contains(verdict.place.span);
        inside || resource.declared_at == verdict.place
    };
    if subject.is_none_or(|subject| subject.construct.is_none()) {
        return Vec::new();
    }
    let all = || inventory.resources().map(|(_, resource)| resource);
    let other = if subject.is_some_and(writes) { None } else { all().find(|resource| writes(resource)) };
    other.into_iter().chain(subject).filter_map(construct).collect()
}

/// Where a construct is made: the line of the application, or else its path in the template.
fn construct(resource: &Resource) -> Option<Related> {
    let construct = resource.construct.as_ref()?;
    let (words, place) = match construct.made_at {
        Some(place) => ("is made here", place),
        None => ("made this", construct.path_at.unwrap_or(resource.declared_at)),
    };
    Some(Related { message: format!("construct `{}` {words}", construct.path), place })
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
        // Several generated resources may come from one declared id; their own ids begin with it, or with that of the
        // loop's instance.
        if resource.generated {
            let own = own_name(resource, resource.instance.as_deref().unwrap_or(&declared_id));
            if !(own.is_empty() && resource.instance.is_some()) {
                discriminator = format_smolstr!("{discriminator}|{own}");
            }
        }
        if deployment.kind.is_terraform() {
            // A module's file takes part in the deployment of each root that calls it. A plan beside its root module has the
            // fingerprints of that.
            let root = match deployment.kind {
                DeploymentKind::TerraformPlan => deployment.name.parent().unwrap_or(&deployment.name),
                _ => &deployment.name,
            };
            let here = |folder: &Utf8Path| match folder.as_str() {
                "" => Utf8PathBuf::from("."),
                _ => folder.to_owned(),
            };
            if files.path(resource.declared_at.file).parent().map(here) != Some(here(root)) {
                discriminator = format_smolstr!("{discriminator}|{}", files.path_from_root(&here(root)));
            }
        } else if !resource.stack().is_empty() {
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
