//! Our comparison of policies beside z3's: the question as SMT-LIB over strings and regular expressions.

use crate::comparison::skipped;
use crate::iam_simulate::random::Generator;
use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use stockade_iam::{Budget, CompiledPolicy, PolicyDocument, PolicyType, Proof, compare};

const REQUIREMENTS: &str = "tests/z3/requirements.txt";
const SCRIPT: &str = "tests/z3/solve.py";
const PAIRS: u64 = 120;

/// z3 must answer at least this share of the questions, so that the comparison says something.
const LEAST_ANSWERED: f64 = 0.8;

const ACTIONS: [&str; 9] = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:GetObject",
    "s3:*Object",
    "s3:?etObject*",
    "sqs:*",
    "sqs:SendMessage",
    "*:Get*",
];
const RESOURCES: [&str; 10] = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a*b",
    "arn:aws:s3:::*b",
    "arn:aws:s3:::a?/*",
    "arn:aws:s3:::ab/c",
    "arn:*:s3:::a*",
    "arn:aws:sqs:*:111111111111:q",
    "arn:aws:sqs:eu-*:*:*",
];
const KEYS: [&str; 3] = ["aws:RequestedRegion", "aws:PrincipalTag/team", "s3:prefix"];
const OPERATORS: [&str; 7] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringLikeIfExists",
    "StringNotEqualsIfExists",
    "Null",
];
const VALUES: [&str; 6] = ["eu-west-1", "eu-*", "*", "e?-west-1", "*west*", "a"];

/// Compares random pairs of small policies by both, and fails where they disagree. The seed is 1 unless given.
///
/// # Errors
///
/// If an answer of ours differs from z3's, is unknown, or z3 leaves too many open.
pub fn run(arguments: &[&str]) -> Result<()> {
    let python = match crate::python::environment("z3", REQUIREMENTS) {
        Ok(programs) => programs.join("python"),
        Err(error) => return skipped(&format!("z3 cannot be installed: {error:#}")),
    };
    let seed = arguments.first().map_or(Ok(1), |seed| seed.parse()).context("the seed is no number")?;
    let pairs: Vec<(Json, Json)> = (0..PAIRS)
        .map(|at| {
            let mut random = Generator::new(seed, at);
            (policy(&mut random), policy(&mut random))
        })
        .collect();
    let problems: Vec<String> = pairs.iter().map(|(existing, new)| problem(existing, new)).collect();
    let theirs = solve(&python, &problems)?;
    if theirs.len() != pairs.len() {
        bail!("z3 answered {} of {} questions", theirs.len(), pairs.len());
    }
    let (mut held, mut violated, mut open) = (0, 0, 0);
    for ((existing, new), theirs) in pairs.iter().zip(&theirs) {
        let compile =
            |json: &Json| CompiledPolicy::new(&PolicyDocument::from_json(json)).map_err(anyhow::Error::msg);
        let ours = compare(&compile(existing)?, &compile(new)?, PolicyType::Identity, Budget::default());
        match (&ours, theirs.as_str()) {
            (Proof::None, "unsat") => held += 1,
            (Proof::Some(_), "sat") => violated += 1,
            (Proof::None | Proof::Some(_), "unknown") => open += 1,
            _ => bail!("existing {existing}\nnew {new}\nours {ours:?}\nz3: {theirs}"),
        }
    }
    println!(
        "z3 agrees: {held} hold, {violated} do not, {open} it leaves open, of {PAIRS} pairs of seed {seed}"
    );
    if f64::from(open) > (1.0 - LEAST_ANSWERED) * PAIRS as f64 || held == 0 || violated == 0 {
        bail!("z3 answers too few questions to compare with");
    }
    Ok(())
}

fn solve(python: &std::path::Path, problems: &[String]) -> Result<Vec<String>> {
    let mut child = Command::new(python)
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run z3")?;
    let mut stdin = child.stdin.take().context("z3 has no input")?;
    let lines: String = problems.iter().map(|problem| format!("{}\n", json!(problem))).collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join();
    if !output.status.success() || !matches!(written, Ok(Ok(()))) {
        bail!("z3 failed");
    }
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

fn some(random: &mut Generator, from: &[&str]) -> Vec<String> {
    let count = 1 + random.below(2);
    (0..count).map(|_| (*random.pick(from)).to_owned()).collect()
}

fn policy(random: &mut Generator) -> Json {
    let count = 1 + random.below(3);
    let statements: Vec<Json> = (0..count).map(|_| statement(random)).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(random: &mut Generator) -> Json {
    let effect = if random.below(4) == 0 { "Deny" } else { "Allow" };
    let mut out = json!({"Effect": effect});
    let actions = if random.below(6) == 0 { "NotAction" } else { "Action" };
    out[actions] = json!(some(random, &ACTIONS));
    let resources = if random.below(6) == 0 { "NotResource" } else { "Resource" };
    out[resources] = json!(some(random, &RESOURCES));
    let mut conditions: Map<String, Json> = Map::new();
    for _ in 0..random.below(3) {
        let operator = *random.pick(&OPERATORS);
        let values = match operator {
            "Null" => vec![if random.below(2) == 0 { "true" } else { "false" }.to_owned()],
            _ => some(random, &VALUES),
        };
        conditions.insert(operator.to_owned(), json!({*random.pick(&KEYS): values}));
    }
    if !conditions.is_empty() {
        out["Condition"] = Json::Object(conditions);
    }
    out
}

/// A request that `new` allows and `existing` does not, as SMT-LIB: one variable a dimension, an ARN in its six fields.
fn problem(existing: &Json, new: &Json) -> String {
    let mut out = String::from("(declare-const action String)\n");
    // Actions compare without case: all are in lower case.
    let lower = "(re.union (re.range \"!\" \"9\") (re.range \";\" \"@\") (re.range \"[\" \"~\"))";
    let _ = writeln!(
        out,
        "(assert (str.in_re action (re.++ (re.+ {lower}) (str.to_re \":\") (re.+ (re.union {lower} (str.to_re \":\"))))))"
    );
    for field in 0..6 {
        let _ = writeln!(out, "(declare-const arn{field} String)");
        if field < 5 {
            let _ = writeln!(out, "(assert (not (str.contains arn{field} \":\")))");
        }
    }
    out.push_str("(assert (= arn0 \"arn\"))\n(assert (not (= arn1 \"\")))\n(assert (not (= arn2 \"\")))\n(assert (not (= arn5 \"\")))\n");
    for key in 0..KEYS.len() {
        let _ = writeln!(
            out,
            "(declare-const has{key} Bool)\n(declare-const key{key} String)\n(assert (not (= key{key} \"\")))"
        );
    }
    let _ = writeln!(out, "(assert {})\n(assert (not {}))", allows(new), allows(existing));
    out
}

fn allows(policy: &Json) -> String {
    let with = |effect: &str| -> Vec<String> {
        let statements = policy["Statement"].as_array().into_iter().flatten();
        statements.filter(|statement| statement["Effect"] == effect).map(applies).collect()
    };
    format!("(and {} (not {}))", any(&with("Allow")), any(&with("Deny")))
}

fn any(parts: &[String]) -> String {
    if parts.is_empty() { "false".into() } else { format!("(or {})", parts.join(" ")) }
}

fn texts(json: &Json) -> impl Iterator<Item = &str> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str)
}

fn applies(statement: &Json) -> String {
    let mut parts = Vec::new();
    for (field, not) in [("Action", false), ("NotAction", true)] {
        if !statement[field].is_null() {
            let all: Vec<String> =
                texts(&statement[field]).map(|text| matches("action", &text.to_ascii_lowercase())).collect();
            parts.push(if not { format!("(not {})", any(&all)) } else { any(&all) });
        }
    }
    for (field, not) in [("Resource", false), ("NotResource", true)] {
        if !statement[field].is_null() {
            let all: Vec<String> = texts(&statement[field]).map(arn).collect();
            parts.push(if not { format!("(not {})", any(&all)) } else { any(&all) });
        }
    }
    for (operator, tests) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, values) in tests.as_object().into_iter().flatten() {
            let at = KEYS.iter().position(|known| known == key).unwrap_or_default();
            parts.push(condition(operator, at, values));
        }
    }
    format!("(and {})", parts.join(" "))
}

fn arn(pattern: &str) -> String {
    if pattern == "*" {
        return "true".into();
    }
    let fields: Vec<String> =
        pattern.splitn(6, ':').enumerate().map(|(at, field)| matches(&format!("arn{at}"), field)).collect();
    format!("(and {})", fields.join(" "))
}

fn condition(operator: &str, key: usize, values: &Json) -> String {
    let (present, value) = (format!("has{key}"), format!("key{key}"));
    if operator == "Null" {
        let absent = texts(values).any(|text| text == "true");
        return if absent { format!("(not {present})") } else { present };
    }
    let (base, if_exists) = operator.strip_suffix("IfExists").map_or((operator, false), |base| (base, true));
    let negated = base.starts_with("StringNot");
    let like = base.ends_with("Like");
    let all: Vec<String> = texts(values)
        .map(|text| if like { matches(&value, text) } else { format!("(= {value} \"{text}\")") })
        .collect();
    match (negated, if_exists) {
        // What is not there equals nothing.
        (true, _) => format!("(or (not {present}) (not {}))", any(&all)),
        (false, true) => format!("(or (not {present}) {})", any(&all)),
        (false, false) => format!("(and {present} {})", any(&all)),
    }
}

/// Whether a variable matches a glob.
fn matches(variable: &str, glob: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut literal = String::new();
    for character in glob.chars() {
        if !matches!(character, '*' | '?') {
            literal.push(character);
            continue;
        }
        if !literal.is_empty() {
            parts.push(format!("(str.to_re \"{}\")", std::mem::take(&mut literal)));
        }
        parts.push(if character == '*' { "re.all" } else { "re.allchar" }.into());
    }
    if parts.is_empty() {
        return format!("(= {variable} \"{literal}\")");
    }
    if !literal.is_empty() {
        parts.push(format!("(str.to_re \"{literal}\")"));
    }
    let whole = if parts.len() == 1 { parts.remove(0) } else { format!("(re.++ {})", parts.join(" ")) };
    format!("(str.in_re {variable} {whole})")
}
