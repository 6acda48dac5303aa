//! SARIF 2.1.0, as code scanning takes it.
//!
//! What GitHub reads of it, and how much, is in its documentation: "SARIF support for code scanning" and "SARIF results
//! exceed one or more limits" (read 2026-11-24).

mod limits;
mod line_hash;
mod model;
mod rules;

use crate::Listed;
use crate::anchors::{Anchor, AnchorFile, Anchors};
use crate::formats::Rendered;
use crate::groups::headline;
use crate::totals::plural;
use limits::{LIMITS, Limits, left_out, worst};
use line_hash::line_hashes;
use model::{
    ArtifactLocation, BaseId, Driver, Id, Invocation, Level, Location, Log, Notification, PhysicalLocation,
    Region, ResultProperties, Run, SarifResult, Tool,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, HashMap};
use stockade_check::Report;
use stockade_controls::CONTROLS;
use stockade_model::Finding;
use stockade_syntax::FileId;

/// The base of the paths: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// Everything is encoded but what a path may hold anywhere.
const PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The report as SARIF text.
pub(crate) fn sarif(report: &Report) -> Rendered {
    within(report, &LIMITS)
}

fn within(report: &Report, limits: &Limits) -> Rendered {
    let most = limits.results;
    let mut rendered = of_worst(report, limits, most, &format!("more than {most} in a run"));
    while let Some(fewer) = limits.fewer(&rendered.0.text, rendered.1) {
        let size = limits.compressed;
        rendered = of_worst(report, limits, fewer, &format!("a file of more than {size} bytes after gzip"));
    }
    rendered.0
}

/// The report with at most so many results, for that reason, and how many there are.
fn of_worst(report: &Report, limits: &Limits, most: usize, why: &str) -> (Rendered, usize) {
    let anchors = Anchors::new(report);
    let mut hashes = HashMap::new();
    let listed = Listed::failures();
    let live: Vec<&Finding> = report.findings.iter().filter(|finding| listed.shows(finding)).collect();
    let kept = worst(&live, most);
    let rules = CONTROLS.iter().enumerate().map(|(at, control)| (control.row().id, at));
    let rules: HashMap<&str, usize> = rules.collect();
    let results: Vec<SarifResult> = kept
        .iter()
        .map(|finding| {
            let index = rules.get(finding.control).copied().unwrap_or_default();
            result(finding, index, report, limits, &anchors, &mut hashes)
        })
        .collect();
    let related = |finding: &&Finding| finding.verdict.related.len().saturating_sub(limits.related());
    let cut_related: usize = kept.iter().map(related).sum();
    let mut remarks: Vec<String> = left_out(live.len(), kept.len(), why).into_iter().collect();
    remarks.extend(limits.not_shown(kept.len()));
    if cut_related > 0 {
        let most = limits.locations;
        let cut = plural(cut_related, "related location");
        remarks.push(format!("SARIF: {cut} left out: GitHub refuses more than {most} locations in a result"));
    }
    let text = json(&log(report, results, &remarks, &anchors));
    (Rendered { text, remarks }, kept.len())
}

fn json(log: &Log) -> String {
    let mut text = serde_json::to_string_pretty(log).unwrap_or_default();
    text.push('\n');
    text
}

/// Under this name a result has Stockade's own fingerprint.
const OURS: &str = "stockade/v1";

fn log<'a>(
    report: &'a Report,
    results: Vec<SarifResult<'a>>,
    remarks: &[String],
    anchors: &Anchors,
) -> Log<'a> {
    let notifications = notifications(report, remarks, anchors);
    let mut kinds: Vec<Id> =
        notifications.iter().map(|notification| notification.descriptor.clone()).collect();
    kinds.sort();
    kinds.dedup();
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Stockade",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules::rules(),
                    notifications: kinds,
                },
            },
            invocations: [Invocation {
                execution_successful: report.problems.is_empty(),
                tool_execution_notifications: notifications,
            }],
            original_uri_base_ids: BTreeMap::from([(
                ROOT,
                BaseId { description: "The root of the repository.".into() },
            )]),
            column_kind: "unicodeCodePoints",
            results,
            properties: serde_json::json!({"as_of": report.as_of.to_string()}),
        }],
    }
}

fn result<'a>(
    finding: &'a Finding,
    rule_index: usize,
    report: &'a Report,
    limits: &Limits,
    anchors: &Anchors,
    hashes: &mut HashMap<FileId, Vec<String>>,
) -> SarifResult<'a> {
    let verdict = &finding.verdict;
    let anchor = anchors.finding(finding);
    let mut fingerprints = BTreeMap::from([(OURS, finding.fingerprint.0.clone())]);
    if let Some(source) = report.snapshot.source(verdict.place.file) {
        let lines = hashes.entry(verdict.place.file).or_insert_with(|| line_hashes(&source.text));
        let line = usize::try_from(anchor.start.line).unwrap_or_default();
        if let Some(hash) = line.checked_sub(1).and_then(|line| lines.get(line)) {
            fingerprints.insert("primaryLocationLineHash", hash.clone());
        }
    }
    let mut related = Vec::new();
    let mut message = format!("{}.", headline(&[finding], report));
    for other in verdict.related.iter().take(limits.related()) {
        let Some(anchor) = anchors.place(other.place) else { continue };
        let id = related.len() + 1;
        let text = other.message.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        message.push_str(&format!("\n[{text}]({id})"));
        related.push(Location {
            id: Some(id),
            message: Some(other.message.as_str().into()),
            ..location(&anchor)
        });
    }
    let deployment = report.deployments.get(finding.deployment);
    SarifResult {
        rule_id: finding.control,
        rule_index,
        level: rules::level(finding.severity),
        message: message.into(),
        locations: [location(&anchor)],
        related_locations: related,
        partial_fingerprints: fingerprints,
        properties: ResultProperties {
            severity: finding.severity.name(),
            confidence: verdict.confidence.name(),
            subject: &verdict.subject.id,
            deployment: deployment.map(|deployment| anchors.file(&deployment.name).path).unwrap_or_default(),
        },
    }
}

fn location(anchor: &Anchor) -> Location {
    let region = Region {
        start_line: anchor.start.line,
        start_column: anchor.start.column,
        end_line: anchor.end.line,
        end_column: anchor.end.column,
    };
    let artifact_location = artifact(&anchor.file);
    Location {
        id: None,
        physical_location: PhysicalLocation { artifact_location, region: Some(region) },
        message: None,
    }
}

fn artifact(file: &AnchorFile) -> ArtifactLocation {
    let path = utf8_percent_encode(&file.path, &PATH);
    if file.in_repository {
        return ArtifactLocation { uri: path.to_string(), uri_base_id: Some(ROOT) };
    }
    let full = camino::absolute_utf8(&file.path).unwrap_or_else(|_| file.path.clone().into());
    let full = full.as_str().replace('\\', "/");
    let full = utf8_percent_encode(full.trim_start_matches('/'), &PATH);
    ArtifactLocation { uri: format!("file:///{full}"), uri_base_id: None }
}

fn notifications(report: &Report, remarks: &[String], anchors: &Anchors) -> Vec<Notification> {
    let located = |path: &camino::Utf8Path, place: Option<stockade_model::Place>| match place
        .and_then(|place| anchors.place(place))
    {
        Some(anchor) => location(&anchor),
        None => Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: artifact(&anchors.file(path)),
                region: None,
            },
            message: None,
        },
    };
    let problems = report.problems.iter().map(|problem| Notification {
        descriptor: Id { id: "input" },
        level: Level::Error,
        message: problem.message.as_str().into(),
        locations: vec![located(&problem.path, problem.place)],
    });
    let notices = report.notices.iter().map(|notice| Notification {
        descriptor: Id { id: notice.kind },
        level: Level::Note,
        message: notice.message.as_str().into(),
        locations: vec![located(&notice.path, notice.place)],
    });
    problems.chain(notices).chain(remarks.iter().map(|remark| limit(remark))).collect()
}

fn limit(remark: &str) -> Notification {
    Notification {
        descriptor: Id { id: limits::KIND },
        level: Level::Warning,
        message: remark.into(),
        locations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;
    use stockade_check::Request;

    /// Failures of several severities, one with a related place.
    const TEMPLATE: &str = "\
Parameters: {Auth: {Type: String, Default: NONE}}
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.8, Role: arn:aws:iam::123456789012:role/r}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: fn, AuthType: !Ref Auth}}
";

    fn log(limits: &Limits) -> (Json, Rendered) {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("t.yaml")).unwrap();
        std::fs::write(&path, TEMPLATE).unwrap();
        let report = stockade_check::check(&Request {
            profile: Some(stockade_model::Profile::Regulated),
            ..Request::new(vec![path], "2026-11-24".parse().unwrap())
        });
        let rendered = within(&report, limits);
        (serde_json::from_str(&rendered.text).unwrap(), rendered)
    }

    fn severities(log: &Json) -> Vec<&str> {
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["properties"]["severity"].as_str().unwrap()).collect()
    }

    /// What the notifications say that name what was left out.
    fn said(log: &Json) -> Vec<String> {
        let notifications =
            log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        let limits = notifications.iter().filter(|said| said["descriptor"]["id"] == limits::KIND);
        limits.map(|said| said["message"]["text"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn nothing_is_said_where_everything_fits() {
        let (log, rendered) = log(&LIMITS);
        assert!(severities(&log).len() > 4);
        assert_eq!((said(&log), rendered.remarks), (vec![], vec![]));
    }

    #[test]
    fn the_least_severe_results_are_left_out_and_counted() {
        let all = severities(&log(&LIMITS).0).len();
        let worst = severities(&log(&LIMITS).0).iter().filter(|severity| **severity == "high").count();
        let (log, rendered) = log(&Limits { results: worst, ..LIMITS });
        assert_eq!(severities(&log), vec!["high"; worst]);
        let left = all - worst;
        let expected = format!(
            "SARIF: {left} of {all} results are left out, the least severe: GitHub refuses more than {worst} in a run"
        );
        assert_eq!(said(&log), rendered.remarks);
        assert_eq!(rendered.remarks, [expected]);
    }

    #[test]
    fn results_that_github_does_not_show_are_said() {
        let (log, rendered) = log(&Limits { shown: 2, ..LIMITS });
        assert!(rendered.remarks[0].contains("GitHub shows 2, the most severe"), "{:?}", rendered.remarks);
        assert_eq!(said(&log), rendered.remarks);
        assert!(severities(&log).len() > 2);
    }

    #[test]
    fn a_related_location_that_is_left_out_is_not_linked_to() {
        let links = |log: &Json| log["runs"][0]["results"].to_string().matches("](1)").count();
        assert_eq!(links(&log(&LIMITS).0), 1);
        let (log, rendered) = log(&Limits { locations: 1, ..LIMITS });
        assert_eq!(links(&log), 0);
        assert!(
            rendered.remarks[0].starts_with("SARIF: 1 related location left out: "),
            "{:?}",
            rendered.remarks
        );
    }

    #[test]
    fn a_file_that_is_too_large_after_compression_has_fewer_results() {
        let size = |text: &str| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
            encoder.finish().unwrap().len()
        };
        let (whole, rendered) = log(&LIMITS);
        let compressed = size(&rendered.text) - 200;
        let (log, rendered) = log(&Limits { compressed, ..LIMITS });
        assert!(size(&rendered.text) <= compressed);
        let (kept, all) = (severities(&log).len(), severities(&whole).len());
        assert!(kept > 0 && kept < all, "{kept} of {all}");
        assert_eq!(said(&log).len(), 1);
        assert!(
            said(&log)[0].contains(&format!("more than {compressed} bytes after gzip")),
            "{:?}",
            said(&log)
        );
    }
}
