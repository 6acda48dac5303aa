//! Our SAM transform beside what AWS's translator recorded, over `../shared/sam-transform`.

use crate::comparison::{self, Counts, hold_to_list, same_rejected, share, skipped};
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::path::Path;
use stockade_cfn::{Template, tag_meaning};
use stockade_sam::{Context, SamError, transform};
use stockade_syntax::{FileId, Source, parse};

const CASES: &str = "../shared/sam-transform";
const PARTITIONS: [(&str, &str, &str); 3] = [
    ("aws", "ap-southeast-1", "output"),
    ("aws-cn", "cn-north-1", "output/aws-cn"),
    ("aws-us-gov", "us-gov-west-1", "output/aws-us-gov"),
];

/// Cases that differ, each with its reason.
const DIFFERENCES: &str = "xtask/conformance/sam-differences.tsv";
const LISTED: &str = include_str!("../conformance/sam-differences.tsv");

/// Least share of templates that are equal whole, and of error cases that are rejected naming the same resource.
const EQUAL: f64 = 0.95;
const REJECTED: f64 = 0.80;

/// Prints, per partition, how many templates get the same resource ids and types, how many resources are equal
/// whole, and how many error cases are rejected naming the same resource. `--diff` prints the differences of the
/// named cases (all, if none is named).
///
/// A run over all cases fails below what SPECIFICATION.md promises, and where a case differs that
/// `xtask/conformance/sam-differences.tsv` does not name.
pub fn sam(arguments: &[&str]) -> Result<()> {
    if !Path::new(CASES).is_dir() {
        return skipped(&format!("{CASES} is not beside the project"));
    }
    let diff = arguments.contains(&"--diff");
    let named: Vec<&str> = arguments.iter().copied().filter(|argument| !argument.starts_with("--")).collect();
    let mut differing: BTreeSet<String> = BTreeSet::new();
    for (partition, region, folder) in PARTITIONS {
        let mut counts = Counts::default();
        for name in cases(&named)? {
            let expected = Path::new(CASES).join(folder).join(format!("{name}.json"));
            if !expected.exists() {
                continue;
            }
            let expected: Json = serde_json::from_str(&std::fs::read_to_string(&expected)?)?;
            let show = diff && partition == "aws";
            if !run(&name, &expected, partition, region, show, &mut counts)? {
                differing.insert(name);
            }
        }
        println!("{partition}: {counts}");
        if named.is_empty() {
            hold(&counts)?;
        }
    }
    if named.is_empty() { hold_to_list(DIFFERENCES, LISTED, &differing) } else { Ok(()) }
}

fn hold(counts: &Counts) -> Result<()> {
    if share(counts.same_whole, counts.templates) < EQUAL || share(counts.rejected, counts.errors) < REJECTED
    {
        bail!("below what SPECIFICATION.md promises");
    }
    Ok(())
}

fn cases(named: &[&str]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(Path::new(CASES).join("input"))? {
        let name = entry?.file_name().to_string_lossy().trim_end_matches(".yaml").to_owned();
        if named.is_empty() || named.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Runs one case; tells whether it is as recorded.
fn run(
    name: &str,
    expected: &Json,
    partition: &str,
    region: &str,
    show: bool,
    counts: &mut Counts,
) -> Result<bool> {
    let path = Path::new(CASES).join("input").join(format!("{name}.yaml"));
    let source = Source::new(FileId(0), path.to_string_lossy().as_ref(), std::fs::read_to_string(&path)?);
    let failing = name.starts_with("error_");
    let result = expand(&source, partition, region);
    if failing {
        counts.errors += 1;
        let message = expected["errorMessage"].as_str().unwrap_or_default();
        let errors: Vec<String> = match &result {
            Ok((_, errors)) => errors.iter().map(|error| error.resource.to_string()).collect(),
            Err(error) => vec![error.to_string()],
        };
        let same = same_rejected(&errors, message);
        counts.rejected += usize::from(same);
        if show && !same {
            println!("--- {name}: expected {message:?}, ours {errors:?}");
        }
        return Ok(same);
    }
    let (ours, errors) = match result {
        Ok(result) => result,
        Err(error) => {
            if show {
                println!("--- {name}: {error}");
            }
            counts.templates += 1;
            return Ok(false);
        }
    };
    if show {
        for error in &errors {
            println!("--- {name}: ours rejects: {error}");
        }
    }
    let whole = comparison::resources(name, &ours, &expected["Resources"], show, counts);
    counts.same_whole += usize::from(whole);
    Ok(whole)
}

fn expand(source: &Source, partition: &str, region: &str) -> Result<(Json, Vec<SamError>)> {
    let document = parse(source, tag_meaning).context("parse")?;
    let template = Template::read(&document)?;
    let parameter = |name: &str| match name {
        "param1" => Some(SmolStr::new("value1")),
        "param2" => Some(SmolStr::new("value2")),
        _ => template.parameters.get(name)?.default.as_ref()?.as_scalar(),
    };
    let context = Context { region, partition, parameter: &parameter };
    let transformed = transform(&template, &context);
    let resources = transformed
        .template
        .resources
        .iter()
        .map(|(id, declaration)| (id.to_string(), declaration.body.to_json()));
    Ok((Json::Object(resources.collect()), transformed.errors))
}
