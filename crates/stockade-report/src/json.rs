//! The JSON report, version 1: the contract that other tools build on.

use crate::Listed;
use crate::location::{LineColumn, Location, locate};
use serde::Serialize;
use serde_json::{Map, Value as Json, json as value};
use stockade_check::Report;
use stockade_controls::find;
use stockade_model::{Choice, Finding, Fix, Outcome, Scenario, Waived};
use stockade_project::Snapshot;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Json,
    deployments: Vec<Json>,
    findings: Vec<FindingJson<'a>>,
    summary: Json,
    notices: Vec<Json>,
    errors: Vec<Json>,
    files: Json,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    control: &'a str,
    slug: &'a str,
    title: &'a str,
    severity: &'a str,
    profile: &'a str,
    verdict: &'a str,
    confidence: &'a str,
    subject: SubjectJson<'a>,
    instances: Vec<&'a str>,
    deployment: &'a str,
    scenarios: Vec<&'a str>,
    location: Option<Location>,
    related: Vec<RelatedJson<'a>>,
    message: &'a str,
    remediation: &'a str,
    settled_by: Option<&'a str>,
    fix: Option<FixJson<'a>>,
    cause: Option<&'a str>,
    fingerprint: &'a str,
    waived: Option<Json>,
    baselined: bool,
}

#[derive(Serialize)]
struct SubjectJson<'a> {
    kind: &'a str,
    id: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    part: Option<&'a str>,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    message: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct FixJson<'a> {
    applicability: &'a str,
    description: &'a str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    path: String,
    start: LineColumn,
    end: LineColumn,
    text: &'a str,
}

/// The report as JSON text.
#[must_use]
pub fn json(report: &Report, listed: &Listed) -> String {
    let findings = report.findings.iter().filter(|finding| listed.lists(finding.verdict.outcome));
    let document = Document {
        schema_version: 1,
        tool: value!({
            "name": "stockade",
            "version": env!("CARGO_PKG_VERSION"),
            "as_of": report.as_of.to_string(),
            "data": data_dates(),
        }),
        deployments: report.deployments.iter().map(deployment).collect(),
        findings: findings.map(|one| finding(one, report)).collect(),
        summary: summary(report),
        notices: report
            .notices
            .iter()
            .map(|notice| {
                value!({
                    "kind": notice.kind,
                    "path": slashes(notice.path.as_str()),
                    "message": notice.message,
                    "location": notice.place.and_then(|place| locate(place, &report.snapshot)),
                })
            })
            .collect(),
        errors: report
            .problems
            .iter()
            .map(|problem| {
                value!({
                    "path": slashes(problem.path.as_str()),
                    "message": problem.message,
                    "location": problem.place.and_then(|place| locate(place, &report.snapshot)),
                })
            })
            .collect(),
        files: value!({
            "judged": report.files.judged,
            "not_template": report.files.not_template,
            "unsupported": report.files.unsupported,
            "failed": report.files.failed,
        }),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// The dated tables that verdicts rest on.
fn data_dates() -> Json {
    let dates = stockade_controls::data_dates();
    Json::Object(dates.into_iter().map(|(table, date)| (table.to_owned(), Json::from(date))).collect())
}

fn deployment(deployment: &stockade_check::DeploymentSummary) -> Json {
    value!({
        "name": slashes(deployment.name.as_str()),
        "kind": deployment.kind,
        "paths": deployment.paths.iter().map(|path| slashes(path.as_str())).collect::<Vec<_>>(),
        "resources": deployment.resources,
        "scenarios": deployment.scenarios.iter().map(scenario).collect::<Vec<_>>(),
        "capped": deployment.capped,
    })
}

fn scenario(scenario: &Scenario) -> Json {
    let values = scenario.values.iter().map(|(name, choice)| {
        let chosen = match choice {
            Choice::Value(text) => Json::from(text.as_str()),
            Choice::Not(values) => {
                value!({"not": values.iter().map(ToString::to_string).collect::<Vec<_>>()})
            }
            Choice::Assumed(outcome) => Json::from(*outcome),
        };
        (name.to_string(), chosen)
    });
    value!({"name": scenario.name.as_str(), "values": Json::Object(values.collect())})
}

fn finding<'a>(finding: &'a Finding, report: &'a Report) -> FindingJson<'a> {
    let verdict = &finding.verdict;
    let page = find(finding.control).map(stockade_controls::Control::page);
    let snapshot = &report.snapshot;
    FindingJson {
        control: finding.control,
        slug: page.map_or("", |page| page.row.slug),
        title: page.map_or("", |page| &page.title),
        severity: finding.severity.name(),
        profile: page.map_or("", |page| page.row.profile.name()),
        verdict: verdict.outcome.name(),
        confidence: verdict.confidence.name(),
        subject: SubjectJson {
            kind: verdict.subject.kind.name(),
            id: verdict.subject.id.as_str(),
            type_name: verdict.subject.type_name.as_str(),
            part: verdict.subject.part.as_deref(),
        },
        instances: finding.instances.iter().map(smol_str::SmolStr::as_str).collect(),
        deployment: report
            .deployments
            .get(finding.deployment)
            .map_or("", |deployment| deployment.name.as_str()),
        scenarios: finding.scenarios.iter().map(smol_str::SmolStr::as_str).collect(),
        location: locate(verdict.place, snapshot),
        related: verdict
            .related
            .iter()
            .map(|related| RelatedJson {
                message: &related.message,
                location: locate(related.place, snapshot),
            })
            .collect(),
        message: &finding.message,
        remediation: &finding.remediation,
        settled_by: verdict.settled_by.as_deref().filter(|_| verdict.outcome == Outcome::Unknown),
        fix: finding.fix.as_ref().map(|fix| fix_json(fix, snapshot)),
        cause: finding.cause.as_ref().map(|cause| cause.0.as_str()),
        fingerprint: &finding.fingerprint.0,
        waived: finding.waived.as_ref().map(waived_json),
        baselined: finding.baselined,
    }
}

fn waived_json(waived: &Waived) -> Json {
    value!({
        "reason": crate::waived::reason(waived),
        "until": waived.until.map(|until| until.to_string()),
    })
}

fn fix_json<'a>(fix: &'a Fix, snapshot: &'a Snapshot) -> FixJson<'a> {
    let edits = fix.edits.iter().filter_map(|edit| {
        let source = snapshot.source(edit.file)?;
        Some(EditJson {
            path: slashes(source.path.as_str()),
            start: LineColumn::from(source.position(edit.edit.span.start)),
            end: LineColumn::from(source.position(edit.edit.span.end)),
            text: &edit.edit.text,
        })
    });
    FixJson { applicability: fix.applicability.name(), description: &fix.description, edits: edits.collect() }
}

fn summary(report: &Report) -> Json {
    let summary = &report.summary;
    let families: Map<String, Json> = summary
        .by_family
        .iter()
        .map(|(family, counts)| {
            let counts = value!({
                "pass": counts.pass,
                "fail": counts.fail,
                "unknown": counts.unknown,
                "waived": counts.waived,
                "baselined": counts.baselined,
                "not_applicable": counts.not_applicable,
                "not_judged": counts.not_judged,
            });
            ((*family).to_owned(), counts)
        })
        .collect();
    let severities: Map<String, Json> = summary
        .by_severity
        .iter()
        .map(|(severity, count)| (severity.name().to_owned(), Json::from(*count)))
        .collect();
    value!({
        "by_family": families,
        "by_severity": severities,
        "controls": summary.controls,
        "subjects": summary.subjects,
        "unknown_share": (summary.unknown_share * 10_000.0).round() / 10_000.0,
    })
}
