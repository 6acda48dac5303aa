//! Our SAM transform beside AWS's translator itself, run on every SAM template of `../shared/corpus`.
//!
//! The translator is a Python package. It gets an environment of its own below the target folder and one process for
//! all templates, `tests/sam-translator/translate.py`.

use crate::comparison::{
    Counts, hold_to_list, normal, print_difference, resources, same_rejected, share, skipped,
};
use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use stockade_cfn::{Template, is_template, shows_template, tag_meaning};
use stockade_sam::{Context, package, spelled_out, transform};
use stockade_syntax::{FileId, Source, parse};

const CORPUS: &str = "../shared/corpus";
const SCRIPT: &str = "tests/sam-translator/translate.py";
const REQUIREMENTS: &str = "tests/sam-translator/requirements.txt";
const REGION: &str = "us-east-1";

/// Templates that differ, each with its reason.
const DIFFERENCES: &str = "xtask/conformance/translator-differences.tsv";
const LISTED: &str = include_str!("../conformance/translator-differences.tsv");

/// Least share of resources that are equal whole.
const EQUAL: f64 = 0.98;

/// Sections in which the transform may replace references.
const SECTIONS: [&str; 2] = ["Conditions", "Outputs"];

/// A SAM template as `sam package` leaves it, with what we make of it.
struct Case {
    path: String,
    /// What both sides get.
    packaged: Json,
    parameters: Map<String, Json>,
    ours: Json,
    rejected: Vec<String>,
}

/// Prints how many templates and resources come out equal, parameters at their defaults. `--diff` prints the
/// differences of the named templates (all, if none is named), `--in FOLDER` takes another folder than the corpus.
///
/// A run over the whole corpus fails below the promised share of equal resources, and where a template differs that
/// `xtask/conformance/translator-differences.tsv` does not name.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (folder, arguments) = match arguments {
        ["--in", folder, rest @ ..] => (*folder, rest),
        rest => (CORPUS, rest),
    };
    if !Path::new(folder).is_dir() {
        return skipped(&format!("there is no folder {folder}"));
    }
    let show = arguments.contains(&"--diff");
    let named: Vec<&str> = arguments.iter().copied().filter(|argument| !argument.starts_with("--")).collect();
    let python = match crate::python::environment("sam-translator", REQUIREMENTS) {
        Ok(programs) => programs.join("python"),
        Err(error) => return skipped(&format!("the SAM translator cannot be installed: {error:#}")),
    };
    let mut paths = Vec::new();
    files(Path::new(folder), &mut paths)?;
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        if named.is_empty() || named.contains(&name.as_str()) {
            cases.extend(read(&path, name)?);
        }
    }
    let answers = translate(&python, &cases)?;
    let mut counts = Counts::default();
    let mut differing = BTreeSet::new();
    for (case, answer) in cases.iter().zip(&answers) {
        if !compare(case, answer, show, &mut counts) {
            differing.insert(case.path.clone());
        }
    }
    println!("{counts}");
    if !named.is_empty() || folder != CORPUS {
        return Ok(());
    }
    if share(counts.same_resources, counts.resources) < EQUAL {
        bail!("below what SPECIFICATION.md promises");
    }
    hold_to_list(DIFFERENCES, LISTED, &differing)
}

fn compare(case: &Case, answer: &Json, show: bool, counts: &mut Counts) -> bool {
    let name = &case.path;
    let Some(theirs) = answer.get("template") else {
        counts.errors += 1;
        let messages = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let message = messages.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" ");
        let same = !messages.is_empty() && same_rejected(&case.rejected, &message);
        counts.rejected += usize::from(same);
        if show && !same {
            println!("--- {name}: theirs rejects {answer}, ours {:?}", case.rejected);
        }
        return same;
    };
    let mut equal = case.rejected.is_empty();
    if show && !equal {
        println!("--- {name}: ours rejects {:?}", case.rejected);
    }
    equal &= resources(name, &case.ours["Resources"], &theirs["Resources"], show, counts);
    for section in SECTIONS {
        let (ours, theirs) = (normal(&case.ours[section]), normal(&theirs[section]));
        if ours != theirs {
            equal = false;
            if show {
                println!("--- {name}: {section} differ");
                print_difference("", &ours, &theirs);
            }
        }
    }
    counts.same_whole += usize::from(equal);
    equal
}

/// Every file below a folder that may be a template.
pub fn files(folder: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            files(&path, out)?;
        } else if ["yaml", "yml", "json", "template"].contains(&extension) {
            out.push(path);
        }
    }
    Ok(())
}

/// The case that a file holds, if it is a SAM template that AWS would read.
fn read(path: &Path, name: String) -> Result<Option<Case>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !shows_template(&text) {
        return Ok(None);
    }
    let source = Source::new(FileId(0), name.as_str(), text);
    let Ok(document) = parse(&source, tag_meaning) else {
        println!("not read: {name} is not YAML");
        return Ok(None);
    };
    if !is_template(&document) {
        return Ok(None);
    }
    let Ok(template) = Template::read(&document) else { return Ok(None) };
    if !template.is_sam() {
        return Ok(None);
    }
    let template = package(&template);
    let default = |name: &str| template.parameters.get(name)?.default.as_ref()?.as_scalar();
    let parameters = template
        .parameters
        .keys()
        .filter_map(|name| Some((name.to_string(), Json::String(default(name)?.to_string()))));
    let result = transform(&template, &Context { region: REGION, partition: "aws", parameter: &default });
    Ok(Some(Case {
        path: name,
        packaged: whole(&spelled_out(&template)),
        parameters: parameters.collect(),
        ours: whole(&result.template),
        rejected: result.errors.iter().map(|error| error.resource.to_string()).collect(),
    }))
}

/// The template as JSON, its resources and the sections that a transform changes as they are now.
fn whole(template: &Template) -> Json {
    let mut out = template.root.to_json();
    out["Resources"] = template
        .resources
        .iter()
        .map(|(id, declaration)| (id.to_string(), declaration.body.to_json()))
        .collect();
    for (name, expressions) in SECTIONS.into_iter().zip([&template.conditions, &template.outputs]) {
        if !expressions.is_empty() {
            out[name] = expressions.iter().map(|(id, value)| (id.to_string(), value.to_json())).collect();
        }
    }
    out
}

/// What the translator answers to each case.
fn translate(python: &Path, cases: &[Case]) -> Result<Vec<Json>> {
    let requests = crate::target_folder().join("sam-translator-requests.jsonl");
    let mut lines = String::new();
    for Case { path, packaged, parameters, .. } in cases {
        lines += &json!({"path": path, "template": packaged, "parameters": parameters}).to_string();
        lines.push('\n');
    }
    std::fs::write(&requests, lines)?;
    let output = Command::new(python)
        .arg(SCRIPT)
        .env("AWS_DEFAULT_REGION", REGION)
        .stdin(std::fs::File::open(&requests)?)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("{SCRIPT} failed");
    }
    let answers: Vec<Json> =
        String::from_utf8(output.stdout)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let paths = answers.iter().map(|answer| answer["path"].as_str().unwrap_or_default());
    if !paths.eq(cases.iter().map(|case| case.path.as_str())) {
        bail!("{SCRIPT} did not answer to every template in turn");
    }
    Ok(answers)
}
