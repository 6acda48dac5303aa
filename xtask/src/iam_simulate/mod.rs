//! Our evaluation of requests beside that of the npm package `@cloud-copilot/iam-simulate`, as a black box, over random
//! requests on random policies and on AWS's managed ones.

pub mod random;

use crate::comparison::skipped;
use anyhow::{Context as _, Result, bail};
use random::Generator;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use stockade_iam::Catalogue;

const FOLDER: &str = "tests/iam-simulate";

/// How many requests on random policies, and on managed ones.
const RANDOM: u64 = 20_000;
const MANAGED: u64 = 4_000;

/// Prints how many answers agree and fails if one differs. `--show COUNT` prints the first that differ whole; a seed
/// asks other requests.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (show, seed) = match arguments {
        ["--show", count, rest @ ..] => (count.parse()?, rest.first()),
        rest => (3, rest.first()),
    };
    let seed: u64 = seed.map_or(Ok(1), |seed| seed.parse())?;
    if let Err(error) = install() {
        return skipped(&format!("iam-simulate cannot be installed: {error:#}"));
    }
    let mut queries: Vec<Json> = (0..RANDOM).map(|at| Generator::new(seed, at).query(at)).collect();
    queries.extend(managed(seed));
    let lines: String = queries.iter().map(|query| format!("{query}\n")).collect();
    let binary = crate::bench::release_binary()?;
    let ours = answers(Command::new(binary).args(["policy", "batch"]), &lines)?;
    let theirs = answers(Command::new("node").arg("answer.mjs").current_dir(FOLDER), &lines)?;
    if ours.len() != queries.len() || theirs.len() != queries.len() {
        bail!("{} queries, {} answers of ours, {} of theirs", queries.len(), ours.len(), theirs.len());
    }
    let (mut same, mut refused, mut different) = (0, 0, 0);
    let mut by_answer: BTreeMap<String, u64> = BTreeMap::new();
    let mut by_reason: BTreeMap<&str, u64> = BTreeMap::new();
    for ((query, ours), theirs) in queries.iter().zip(&ours).zip(&theirs) {
        if theirs.get("error").is_some() {
            refused += 1;
            if refused <= show {
                println!("refused: {theirs}\n  {query}");
            }
            continue;
        }
        if ours["answer"] == theirs["answer"] {
            same += 1;
            *by_answer.entry(ours["answer"].to_string()).or_default() += 1;
            continue;
        }
        if let Some(why) = explained(query) {
            *by_reason.entry(why).or_default() += 1;
            continue;
        }
        different += 1;
        if different <= show {
            println!("--- {query}\n  ours {ours}\n  theirs {theirs}");
        }
    }
    println!("{same} of {} answers agree {by_answer:?}; {refused} requests it does not take", queries.len());
    for (reason, count) in &by_reason {
        println!("{count} differ because {reason}");
    }
    if different > 0 {
        bail!("{different} answers differ");
    }
    if same < RANDOM {
        bail!("fewer than {RANDOM} requests were compared");
    }
    Ok(())
}

/// Why an answer may differ. AWS says that a variable without a value "might invalidate the whole statement": the oracle
/// drops a statement whose `NotResource` has one in a field that it comes to, we drop it if some value would match.
fn explained(query: &Json) -> Option<&'static str> {
    if query["request"]["context"].get("aws:username").is_some() {
        return None;
    }
    let text = query["policies"].to_string();
    let mut elements = text.match_indices("\"NotResource\":").map(|(at, _)| &text[at..]);
    let holds = |rest: &str| {
        let end = rest.find(['}', ']']).unwrap_or(rest.len());
        rest[..end].contains("${aws:username")
    };
    let of_s3 = query["request"]["resource"].as_str().is_some_and(|arn| arn.starts_with("arn:aws:s3:"));
    (of_s3 && elements.any(holds)).then_some("`NotResource` has a variable without a value")
}

fn install() -> Result<()> {
    if Path::new(FOLDER).join("node_modules").is_dir() {
        return Ok(());
    }
    let status =
        Command::new("npm").args(["ci", "--ignore-scripts", "--silent"]).current_dir(FOLDER).status()?;
    if !status.success() {
        bail!("`npm ci` failed in {FOLDER}");
    }
    Ok(())
}

/// Requests that AWS's managed policies are asked for.
fn managed(seed: u64) -> Vec<Json> {
    let policies: Vec<_> = Catalogue::built_in().managed_policies().collect();
    (0..MANAGED)
        .map(|at| {
            let mut generator = Generator::new(seed.wrapping_add(77), at);
            let policy = &policies[generator.below(policies.len() as u64) as usize];
            let mut request = generator.request();
            // The oracle lets identity policies alone decide where no trust or key policy is given; AWS never does.
            while ["sts:AssumeRole", "kms:Decrypt"].contains(&request["action"].as_str().unwrap_or_default()) {
                request = generator.request();
            }
            json!({
                "id": format!("managed-{at}"),
                "verb": "evaluate",
                "request": request,
                "policies": {"identity": [policy.document], "resource": null, "boundary": [], "scp": [], "rcp": [], "session": []},
                "resource_account": "111111111111",
            })
        })
        .collect()
}

/// Asks a program line by line.
fn answers(command: &mut Command, lines: &str) -> Result<Vec<Json>> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start it")?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    let _ = writer.join();
    String::from_utf8(output.stdout)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
