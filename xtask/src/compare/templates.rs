//! Stockade beside Checkov and cfn-lint on templates of SAM and CloudFormation. Two findings are the same if they are
//! of the same control and file and name the same logical id of the source.

use super::{CORPUS, REQUIREMENTS, Said, cpu, list, listed, reports, table, tool};
use crate::bench::release_binary;
use crate::python::environment;
use anyhow::Result;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use stockade_cfn::{is_template, shows_template, tag_meaning};
use stockade_syntax::{FileId, Source, parse};

const TEMPLATES: &str = "tests/peers/templates.txt";

/// Templates chosen of each kind, SAM and plain CloudFormation.
const OF_EACH: usize = 31;

/// Runs the three tools, prints what they find, or also each difference.
pub(super) fn run(show: bool) -> Result<()> {
    let mut files = BTreeMap::new();
    for path in listed(TEMPLATES)? {
        let declared = declarations(&path)?;
        files.insert(path.to_string_lossy().into_owned(), declared);
    }
    let programs = environment("peers", REQUIREMENTS)?.canonicalize()?;
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();

    let options = ["--format", "json", "--profile", "regulated", "--verdicts", "fail,unknown,pass"];
    let stockade = tool(Command::new(release_binary()?).arg("check").args(options).args(&paths))?;
    let options = ["--framework", "cloudformation", "secrets", "--output", "json", "--compact", "--quiet"];
    let each = paths.iter().flat_map(|path| ["--file", path]);
    let checkov =
        tool(Command::new(programs.join("checkov")).args(options).arg("--skip-download").args(each))?;
    let options = ["--append-rules", "cfn_lint_serverless.rules", "--format", "json", "--"];
    let cfn_lint = tool(Command::new(programs.join("cfn-lint")).args(options).args(&paths))?;

    let ours = ours(&stockade.answer, &files);
    let peers = [
        ("checkov", checkov_findings(&checkov.answer, &files)),
        ("cfn-lint", cfn_lint_findings(&cfn_lint.answer, &files)),
    ];
    println!("{} templates", files.len());
    unread(&checkov.answer, &cfn_lint.answer);
    println!("\nrules that judge the same thing:\n");
    table(&ours, &peers, false, show);
    println!("\nrules that judge partly the same thing:\n");
    table(&ours, &peers, true, show);
    let ratio = checkov.seconds / stockade.seconds;
    println!(
        "\nCPU: stockade {:.3} s, checkov {:.2} s ({ratio:.0} times ours), cfn-lint {:.2} s ({:.0} times ours)",
        stockade.seconds,
        checkov.seconds,
        cfn_lint.seconds,
        cfn_lint.seconds / stockade.seconds
    );
    cpu(stockade.seconds, checkov.seconds)
}

/// Writes the list of templates: of those with a Lambda function, in the order of their paths, every so many of each
/// kind.
pub(super) fn choose() -> Result<()> {
    let mut paths = Vec::new();
    crate::translator::files(Path::new(CORPUS), &mut paths)?;
    paths.sort();
    let (mut sam, mut plain) = (Vec::new(), Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        let kind = if text.contains("AWS::Serverless-2016-10-31") { &mut sam } else { &mut plain };
        let functions = ["AWS::Lambda::Function", "AWS::Serverless::Function"];
        if functions.iter().any(|function| text.contains(function)) && judged(&path, text) {
            kind.push(path.strip_prefix(CORPUS)?.to_string_lossy().into_owned());
        }
    }
    let mut chosen = BTreeSet::new();
    for kind in [sam, plain] {
        let count = kind.len().min(OF_EACH);
        chosen.extend((0..count).map(|at| kind[at * kind.len() / count].clone()));
    }
    let list: Vec<String> = chosen.into_iter().collect();
    println!("{} templates", list.len());
    let head = "# Templates of the corpus with Lambda functions, chosen by `cargo xtask compare --choose`.";
    Ok(std::fs::write(TEMPLATES, format!("{head}\n{}\n", list.join("\n")))?)
}

fn judged(path: &Path, text: String) -> bool {
    let source = Source::new(FileId(0), path.to_string_lossy().as_ref(), text);
    shows_template(source.content()) && parse(&source, tag_meaning).is_ok_and(|read| is_template(&read))
}

/// A logical id of a template and its lines.
struct Declared {
    id: String,
    first: u64,
    last: u64,
}

/// The templates by path.
type Files = BTreeMap<String, Vec<Declared>>;

fn declarations(path: &Path) -> Result<Vec<Declared>> {
    let source = Source::new(FileId(0), path.to_string_lossy().as_ref(), std::fs::read_to_string(path)?);
    let document =
        parse(&source, tag_meaning).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    let entries = document.root.get("Resources").map(|node| node.entries()).unwrap_or_default();
    let line = |offset: u32| u64::from(source.position(offset).line);
    Ok(entries
        .iter()
        .map(|entry| Declared {
            id: entry.key.to_string(),
            first: line(entry.key_span.start),
            last: line(entry.value.span.end),
        })
        .collect())
}

/// The logical id of the source that a logical id comes from: itself, or the longest that a transform added to.
fn declared_id<'a>(declared: &'a [Declared], id: &str) -> Option<&'a str> {
    let candidates = declared.iter().map(|declared| declared.id.as_str());
    candidates.filter(|candidate| id.starts_with(candidate)).max_by_key(|candidate| candidate.len())
}

fn declared_at(declared: &[Declared], line: u64) -> Option<&str> {
    let around = declared.iter().find(|declared| (declared.first..=declared.last).contains(&line));
    around.map(|declared| declared.id.as_str())
}

fn ours(report: &Json, files: &Files) -> Vec<Said> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for finding in list(&report["findings"]) {
        let path = text(&finding["location"]["path"]);
        let Some(declared) = files.get(&path) else { continue };
        let id = finding["subject"]["id"].as_str().unwrap_or_default();
        let mut ids: Vec<String> = declared_id(declared, id).map(str::to_owned).into_iter().collect();
        let related = list(&finding["related"]).iter().map(|related| &related["location"]);
        for place in std::iter::once(&finding["location"]).chain(related) {
            let line = place["start"]["line"].as_u64().unwrap_or_default();
            ids.extend(
                declared_at(declared, line).filter(|_| place["path"] == path.as_str()).map(str::to_owned),
            );
        }
        out.push(Said {
            rule: text(&finding["control"]),
            verdict: text(&finding["verdict"]),
            line: finding["location"]["start"]["line"].as_u64().unwrap_or_default(),
            message: text(&finding["message"]),
            path,
            ids,
        });
    }
    out
}

fn checkov_findings(answer: &Json, files: &Files) -> Vec<Said> {
    let failed = reports(answer).iter().flat_map(|report| list(&report["results"]["failed_checks"]));
    failed
        .filter_map(|check| {
            let id = check["resource"].as_str()?.rsplit('.').next()?;
            let line = check["file_line_range"][0].as_u64()?;
            peer(files, check["file_abs_path"].as_str()?, &check["check_id"], id, line, &check["check_name"])
        })
        .collect()
}

fn cfn_lint_findings(answer: &Json, files: &Files) -> Vec<Said> {
    list(answer)
        .iter()
        .filter_map(|found| {
            let place = &found["Location"];
            let id = place["Path"][1].as_str().filter(|_| place["Path"][0] == "Resources");
            let line = place["Start"]["LineNumber"].as_u64()?;
            let path = found["Filename"].as_str()?;
            peer(files, path, &found["Rule"]["Id"], id.unwrap_or_default(), line, &found["Message"])
        })
        .collect()
}

fn peer(files: &Files, path: &str, rule: &Json, id: &str, line: u64, message: &Json) -> Option<Said> {
    let declared = files.get(path)?;
    let id = declared_id(declared, id).or_else(|| declared_at(declared, line));
    Some(Said {
        rule: rule.as_str()?.to_owned(),
        verdict: "fail".to_owned(),
        path: path.to_owned(),
        line,
        ids: id.map(str::to_owned).into_iter().collect(),
        message: message.as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned(),
    })
}

/// Says what the peers did not read: there, whatever we find only we find.
fn unread(checkov: &Json, cfn_lint: &Json) {
    let count: u64 =
        reports(checkov).iter().filter_map(|report| report["summary"]["parsing_errors"].as_u64()).sum();
    println!("not read by checkov: {count}");
    let failed = list(cfn_lint).iter().filter(|found| found["Rule"]["Id"] == "E0000");
    for path in failed.filter_map(|found| found["Filename"].as_str()).collect::<BTreeSet<_>>() {
        println!("not read by cfn-lint: {path}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Declared, Files, cfn_lint_findings, checkov_findings, declared_id, ours};
    use serde_json::json;

    fn files() -> Files {
        let declared = |id: &str, first, last| Declared { id: id.to_owned(), first, last };
        Files::from([("/t.yaml".to_owned(), vec![declared("Fn", 3, 9), declared("FnLogs", 10, 14)])])
    }

    #[test]
    fn a_generated_id_comes_from_the_longest_declared_one() {
        let files = files();
        assert_eq!(declared_id(&files["/t.yaml"], "FnUrl"), Some("Fn"));
        assert_eq!(declared_id(&files["/t.yaml"], "FnLogs"), Some("FnLogs"));
        assert_eq!(declared_id(&files["/t.yaml"], "Other"), None);
    }

    #[test]
    fn findings_meet_in_the_resources_that_they_name() {
        let place = |line: u64| json!({"path": "/t.yaml", "start": {"line": line}});
        let ours = ours(
            &json!({"findings": [
                {"control": "LG-01", "verdict": "fail", "subject": {"id": "Fn"}, "location": place(3),
                 "related": [{"location": place(10)}]},
                {"control": "LG-01", "verdict": "fail", "subject": {"id": "Fn"}, "location": place(3), "related": []},
            ]}),
            &files(),
        );
        let checkov = checkov_findings(
            &json!({"results": {"failed_checks": [
                {"check_id": "CKV_AWS_66", "resource": "AWS::Logs::LogGroup.FnLogs", "file_abs_path": "/t.yaml",
                 "file_line_range": [10, 14]},
            ]}}),
            &files(),
        );
        let cfn_lint = cfn_lint_findings(
            &json!([{"Rule": {"Id": "W2531"}, "Filename": "/t.yaml",
                     "Location": {"Path": null, "Start": {"LineNumber": 5}}}]),
            &files(),
        );
        assert!(ours[0].meets(&checkov[0]) && !ours[1].meets(&checkov[0]));
        assert!(ours[1].meets(&cfn_lint[0]));
    }
}
