//! Our SAM transform beside what AWS's translator recorded, over `../shared/sam-transform`.

use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
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
const DIFFERENCES: &str = include_str!("../conformance/sam-differences.tsv");

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
        println!("SKIPPED: {CASES} is not beside the project");
        if std::env::var_os("CI").is_some() {
            bail!("a skipped check is a failure in CI");
        }
        return Ok(());
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
            counts.hold()?;
        }
    }
    if named.is_empty() { named_differences(&differing) } else { Ok(()) }
}

fn named_differences(differing: &BTreeSet<String>) -> Result<()> {
    let rows = DIFFERENCES.lines().filter(|line| !line.starts_with('#')).skip(1);
    let listed: BTreeSet<String> = rows.filter_map(|row| Some(row.split_once('\t')?.0.to_owned())).collect();
    let new: Vec<_> = differing.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(differing).collect();
    if !new.is_empty() || !gone.is_empty() {
        bail!(
            "xtask/conformance/sam-differences.tsv is out of date: not listed {new:?}, no longer different {gone:?}"
        );
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    templates: usize,
    same_ids: usize,
    same_whole: usize,
    resources: usize,
    same_resources: usize,
    errors: usize,
    rejected: usize,
}

impl Counts {
    fn hold(&self) -> Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        if share(self.same_whole, self.templates) < EQUAL || share(self.rejected, self.errors) < REJECTED {
            bail!("below what SPECIFICATION.md promises");
        }
        Ok(())
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { templates, same_ids, same_whole, resources, same_resources, errors, rejected } = self;
        write!(
            formatter,
            "types and ids equal {same_ids} of {templates}; whole template equal {same_whole}; resources equal \
             {same_resources} of {resources}; error cases rejected naming the same resource {rejected} of {errors}"
        )
    }
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
        let errors = match &result {
            Ok((_, errors)) => errors.iter().map(|error| error.resource.to_string()).collect(),
            Err(error) => vec![error.to_string()],
        };
        let same = errors.iter().any(|resource| message.contains(&format!("[{resource}]")))
            || (!errors.is_empty() && !message.contains("Resource with id"));
        counts.rejected += usize::from(same);
        if show && !same {
            println!("--- {name}: expected {message:?}, ours {errors:?}");
        }
        return Ok(same);
    }
    counts.templates += 1;
    let (ours, errors) = match result {
        Ok(result) => result,
        Err(error) => {
            if show {
                println!("--- {name}: {error}");
            }
            return Ok(false);
        }
    };
    let empty = serde_json::Map::new();
    let theirs = expected["Resources"].as_object().unwrap_or(&empty);
    let ids = |resources: &serde_json::Map<String, Json>| -> BTreeMap<String, String> {
        resources
            .iter()
            .map(|(id, body)| (id.clone(), body["Type"].as_str().unwrap_or_default().into()))
            .collect()
    };
    let ours = ours.as_object().unwrap_or(&empty);
    let (our_ids, their_ids) = (ids(ours), ids(theirs));
    counts.same_ids += usize::from(our_ids == their_ids);
    let mut whole = our_ids == their_ids;
    if show {
        for error in &errors {
            println!("--- {name}: ours rejects: {error}");
        }
        for (id, kind) in &their_ids {
            if our_ids.get(id) != Some(kind) {
                println!("--- {name}: missing {id} {kind}");
            }
        }
        for (id, kind) in &our_ids {
            if their_ids.get(id) != Some(kind) {
                println!("--- {name}: extra {id} {kind}");
            }
        }
    }
    for (id, body) in theirs {
        counts.resources += 1;
        let equal = ours.get(id).is_some_and(|ours| normal(ours) == normal(body));
        counts.same_resources += usize::from(equal);
        whole &= equal;
        if show
            && !equal
            && let Some(ours) = ours.get(id)
        {
            println!("--- {name}: {id} differs");
            print_difference("", &normal(ours), &normal(body));
        }
    }
    counts.same_whole += usize::from(whole);
    Ok(whole)
}

fn print_difference(at: &str, ours: &Json, theirs: &Json) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, value) in b {
                match a.get(key) {
                    Some(ours) if ours != value => print_difference(&format!("{at}.{key}"), ours, value),
                    None => println!("      {at}.{key}: ours -, theirs {value}"),
                    Some(_) => {}
                }
            }
            for (key, value) in a {
                if !b.contains_key(key) {
                    println!("      {at}.{key}: ours {value}, theirs -");
                }
            }
        }
        _ => println!("      {at}: ours {ours}\n      {at}: theirs {theirs}"),
    }
}

/// Lists sorted, so that they compare as unordered.
fn normal(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(normal).collect();
            items.sort_by_key(|item| item.to_string());
            Json::Array(items)
        }
        Json::Object(entries) => {
            let mut entries: Vec<(String, Json)> =
                entries.iter().map(|(key, value)| (key.clone(), normal(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
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
