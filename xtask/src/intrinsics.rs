//! Our evaluation of intrinsic functions beside moto's, over the lines that `tests/moto/generate.py` writes.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::process::Command;
use stockade_cfn::{Assignment, Environment, Scope, Template, tag_meaning};
use stockade_model::{Kind, Kleene, Value};
use stockade_syntax::{FileId, Source, parse};

/// At least so many templates have to be compared.
const LEAST: usize = 500;

/// A way in which moto differs from AWS's documentation.
struct Difference {
    name: &'static str,
    reason: &'static str,
    /// Whether it explains moto's answer to an expression where ours is another.
    explains: fn(expr: &Json, theirs: &Json, ours: &Json) -> bool,
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        name: "no-value-in-a-list",
        reason: "moto leaves a null where `AWS::NoValue` takes an item out of a list",
        explains: |_, theirs, ours| normal(&without_nulls(&theirs["value"])) == normal(ours),
    },
    Difference {
        name: "default-of-find-in-map",
        reason: "moto does not know the `DefaultValue` that `AWS::LanguageExtensions` adds to `Fn::FindInMap`",
        explains: |expr, theirs, _| {
            theirs.get("error").is_some()
                && has_call(expr, "Fn::FindInMap", |argument| argument.get(3).is_some())
        },
    },
    Difference {
        name: "boolean-in-a-text",
        reason: "moto joins a boolean as Python's `True`; templates are JSON, whose word is `true`",
        explains: |expr, _, _| {
            has_call(expr, "Fn::Join", |argument| argument.to_string().contains(r#"{"Ref":"Stage"},"On"]"#))
        },
    },
    Difference {
        name: "variable-is-read-again",
        reason: "moto puts a variable of `Fn::Sub` into the text and then reads its `$` as part of the pattern",
        explains: |expr, _, _| {
            has_call(expr, "Fn::Sub", |argument| {
                let variables = argument.get(1).map(Json::to_string).unwrap_or_default();
                variables.contains('$') || variables.contains(r#"{"Ref":"Text"}"#)
            })
        },
    },
];

fn without_nulls(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().filter(|item| !item.is_null()).map(without_nulls).collect(),
        Json::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), without_nulls(value))).collect()
        }
        other => other.clone(),
    }
}

/// Whether an expression calls a function with arguments of a kind.
fn has_call(expr: &Json, function: &str, holds: fn(&Json) -> bool) -> bool {
    match expr {
        Json::Array(items) => items.iter().any(|item| has_call(item, function, holds)),
        Json::Object(entries) => entries
            .iter()
            .any(|(key, value)| (key == function && holds(value)) || has_call(value, function, holds)),
        _ => false,
    }
}

/// Lets moto evaluate generated templates, in a virtual environment below the target folder, and compares. Without
/// Python or a package index the check is skipped aloud, which in CI is a failure.
pub fn generated() -> Result<()> {
    let status = Command::new("sh")
        .arg("tests/moto/expect.sh")
        .status()
        .context("cannot run `tests/moto/expect.sh`")?;
    if !status.success() {
        println!("SKIPPED: moto could not be installed or run");
        if std::env::var_os("CI").is_some() {
            bail!("a skipped check is a failure in CI");
        }
        return Ok(());
    }
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into());
    intrinsics(&format!("{target}/moto/expected.jsonl"))
}

/// Compares, prints the counts, and fails if anything differs that is not a named difference.
pub fn intrinsics(path: &str) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
    let mut counts = Counts::default();
    let mut faults = Vec::new();
    for line in text.lines() {
        let line: Json = serde_json::from_str(line)?;
        compare(&line, &mut counts, &mut faults)?;
    }
    println!("{counts}");
    for fault in faults.iter().take(20) {
        println!("--- {fault}");
    }
    ensure!(counts.templates >= LEAST, "only {} templates were compared, expected {LEAST}", counts.templates);
    if !faults.is_empty() {
        bail!("{} answers differ from moto's", faults.len());
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    templates: usize,
    conditions: usize,
    properties: usize,
    equal: usize,
    known: BTreeMap<&'static str, usize>,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { templates, conditions, properties, equal, known } = self;
        write!(
            formatter,
            "{templates} templates: {conditions} conditions and {properties} properties compared, {equal} equal"
        )?;
        for (name, count) in known {
            let reason = DIFFERENCES
                .iter()
                .find(|difference| difference.name == *name)
                .map_or("", |known| known.reason);
            write!(formatter, "\n{count} differ by `{name}`: {reason}")?;
        }
        Ok(())
    }
}

fn compare(line: &Json, counts: &mut Counts, faults: &mut Vec<String>) -> Result<()> {
    let written = &line["template"];
    let source = Source::new(FileId(0), "template.json", written.to_string());
    let document = parse(&source, tag_meaning)?;
    let template = Template::read(&document)?;
    let given = line["given"].as_object().into_iter().flatten();
    let values = given
        .map(|(name, value)| (name.as_str().into(), value.as_str().unwrap_or_default().into()))
        .collect();
    let environment = Environment::of_region(line["region"].as_str().unwrap_or_default());
    let assignment = Assignment::of_values(&values);
    let scope = Scope::root(&template, &environment, &assignment);
    let number = &line["number"];
    counts.templates += 1;
    for (name, theirs) in entries(&line["conditions"]) {
        counts.conditions += 1;
        let ours = match scope.condition(name) {
            Kleene::True => Some(Json::Bool(true)),
            Kleene::False => Some(Json::Bool(false)),
            Kleene::Unknown => None,
        };
        judge(
            &format!("template {number}, condition {name}"),
            &written["Conditions"][name],
            &ours,
            theirs,
            counts,
            faults,
        );
    }
    let properties =
        template.resources.get("Thing").and_then(|thing| thing.properties()).context("no resource")?;
    for (name, theirs) in entries(&line["properties"]) {
        counts.properties += 1;
        let expr = properties.get(name).context("no property")?;
        let ours = scope.evaluate(expr).map_or(Some(Json::Null), |value| known(&value));
        judge(&format!("template {number}, {name}"), &expr.to_json(), &ours, theirs, counts, faults);
    }
    Ok(())
}

fn entries(json: &Json) -> impl Iterator<Item = (&String, &Json)> {
    json.as_object().into_iter().flat_map(Map::iter)
}

fn judge(
    what: &str,
    expr: &Json,
    ours: &Option<Json>,
    theirs: &Json,
    counts: &mut Counts,
    faults: &mut Vec<String>,
) {
    let Some(known) = ours else {
        faults.push(format!("{what}: not known here: {expr}"));
        return;
    };
    if theirs.get("value").is_some_and(|theirs| normal(known) == normal(theirs)) {
        counts.equal += 1;
        return;
    }
    match DIFFERENCES.iter().find(|difference| (difference.explains)(expr, theirs, known)) {
        Some(difference) => *counts.known.entry(difference.name).or_default() += 1,
        None => faults.push(format!("{what}: {expr}\n      ours {known}\n    theirs {theirs}")),
    }
}

/// A value as JSON, if all of it is known.
fn known(value: &Value) -> Option<Json> {
    Some(match &value.kind {
        Kind::Null | Kind::Absent(_) => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(number) => Json::from(number.as_str()),
        Kind::Text(text) => Json::from(text.as_literal()?),
        Kind::List(list) if list.open.is_none() => list.items.iter().map(known).collect::<Option<_>>()?,
        Kind::Object(object) if object.open.is_none() => Json::Object(
            object
                .fields
                .iter()
                .map(|field| Some((field.key.to_string(), known(&field.value)?)))
                .collect::<Option<_>>()?,
        ),
        Kind::List(_) | Kind::Object(_) | Kind::Unknown(_) => return None,
    })
}

/// Scalars as texts, as CloudFormation coerces them.
fn normal(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), normal(value))).collect(),
        Json::Number(number) => Json::from(number.to_string()),
        Json::Bool(value) => Json::from(value.to_string()),
        other => other.clone(),
    }
}
