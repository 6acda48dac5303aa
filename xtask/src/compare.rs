//! Stockade beside Checkov and cfn-lint on the same templates of `../shared/corpus`: what each finds, at what cost.
//!
//! Each tool runs once over the templates that `tests/peers/templates.txt` lists. Rules are those that the pages of
//! our controls name as equivalent. Two findings are the same if they are of the same control and file and name the
//! same logical id of the source; `tests/peers/differences.md` explains those that are not.

use crate::bench::{children, release_binary};
use crate::python::environment;
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stockade_cfn::{is_template, shows_template, tag_meaning};
use stockade_controls::CONTROLS;
use stockade_syntax::{FileId, Source, parse};

const CORPUS: &str = "../shared/corpus";
const TEMPLATES: &str = "tests/peers/templates.txt";
const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// Templates chosen of each kind, SAM and plain CloudFormation.
const OF_EACH: usize = 31;

/// Least CPU time of Checkov in multiples of ours.
const RATIO: f64 = 100.0;

/// Prints, for each control that a peer judges too, what both find and what only one finds, then the CPU time of each.
/// `--differences` prints each finding that only one has; `--choose` writes the list of templates anew.
///
/// # Errors
///
/// If a tool cannot be run or Checkov takes less than [`RATIO`] times our CPU time.
pub fn run(arguments: &[&str]) -> Result<()> {
    if !Path::new(CORPUS).is_dir() {
        println!("SKIPPED: {CORPUS} is not beside the project");
        return Ok(());
    }
    if arguments.contains(&"--choose") {
        return choose();
    }
    let show = arguments.contains(&"--differences");
    let list = std::fs::read_to_string(TEMPLATES)?;
    let mut files = BTreeMap::new();
    for name in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let path = Path::new(CORPUS).join(name).canonicalize().with_context(|| format!("no {name}"))?;
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
    if ratio < RATIO {
        bail!("below what SPECIFICATION.md promises");
    }
    Ok(())
}

/// Writes the list of templates: of those with a Lambda function, in the order of their paths, every so many of each
/// kind.
fn choose() -> Result<()> {
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

/// What a tool answered, and the CPU time that it took.
struct Run {
    answer: Json,
    seconds: f64,
}

fn tool(command: &mut Command) -> Result<Run> {
    let before = children()?;
    let output = command.stderr(Stdio::null()).output().with_context(|| format!("cannot run {command:?}"))?;
    let seconds = (children()? - before) / 1000.0;
    let program = PathBuf::from(command.get_program());
    let answer = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{} did not answer with JSON", program.display()))?;
    Ok(Run { answer, seconds })
}

/// What one of us says of a subject: for a peer always a failure.
struct Said {
    /// The control's id, or the peer's rule.
    rule: String,
    verdict: String,
    path: String,
    line: u64,
    /// The logical ids of the source that it names, the subject's first.
    ids: Vec<String>,
    message: String,
}

impl Said {
    fn meets(&self, other: &Said) -> bool {
        self.path == other.path && self.ids.iter().any(|id| other.ids.contains(id))
    }

    fn text(&self) -> String {
        let path = self.path.split_once("/corpus/").map_or(self.path.as_str(), |(_, rest)| rest);
        let subject = self.ids.first().map_or("-", String::as_str);
        format!("{path}:{} {subject}: {}", self.line, self.message)
    }
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

/// Checkov's reports: one, or a list of one for each framework.
fn reports(answer: &Json) -> &[Json] {
    if answer.is_array() { list(answer) } else { std::slice::from_ref(answer) }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
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

/// One line for each control and peer: findings are counted by our subjects, those that only the peer has by theirs.
fn table(ours: &[Said], peers: &[(&str, Vec<Said>)], partly: bool, show: bool) {
    println!("| control | rules | both | only ours | only theirs | of these unknown to us |");
    println!("|---|---|---:|---:|---:|---:|");
    let mut differences = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        for (tool, findings) in peers {
            let named = page.equivalent.iter().filter(|(name, _)| name == tool);
            let named = named.filter(|(_, rule)| rule.starts_with('~') == partly);
            let rules: Vec<&str> = named.map(|(_, rule)| rule.trim_start_matches('~')).collect();
            if rules.is_empty() {
                continue;
            }
            let ours: Vec<&Said> = ours.iter().filter(|said| said.rule == page.row.id).collect();
            let theirs: Vec<&Said> =
                findings.iter().filter(|said| rules.iter().any(|rule| covers(rule, &said.rule))).collect();
            let (mut both, mut only_ours) = (0, 0);
            for failed in ours.iter().filter(|said| said.verdict == "fail") {
                if theirs.iter().any(|other| failed.meets(other)) {
                    both += 1;
                } else {
                    only_ours += 1;
                    differences.push(format!("{} only ours, not {tool}: {}", page.row.id, failed.text()));
                }
            }
            let (mut only_theirs, mut unknown) = (0, 0);
            for found in theirs {
                let met: BTreeSet<&str> =
                    ours.iter().filter(|said| said.meets(found)).map(|said| said.verdict.as_str()).collect();
                if met.contains("fail") {
                    continue;
                }
                only_theirs += 1;
                unknown += usize::from(met.contains("unknown"));
                let we = met.first().copied().unwrap_or("not judged");
                let rule = &found.rule;
                differences.push(format!("{} only {tool} {rule}, ours {we}: {}", page.row.id, found.text()));
            }
            let id = &page.row.id;
            println!(
                "| {id} | {tool} {} | {both} | {only_ours} | {only_theirs} | {unknown} |",
                rules.join(" ")
            );
        }
    }
    if show {
        println!();
        for difference in differences {
            println!("{difference}");
        }
    }
}

/// Whether a rule as our pages name it is the one that a peer reports; a trailing `*` stands for any ending.
fn covers(named: &str, reported: &str) -> bool {
    named.strip_suffix('*').map_or(named == reported, |start| reported.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{Declared, Files, cfn_lint_findings, checkov_findings, covers, declared_id, ours};
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
    fn a_trailing_star_covers_any_ending() {
        assert!(covers("CKV_SECRET_*", "CKV_SECRET_6"));
        assert!(covers("CKV_AWS_66", "CKV_AWS_66"));
        assert!(!covers("CKV_AWS_6", "CKV_AWS_66"));
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
