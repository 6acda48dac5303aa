//! Findings on the corpus drawn at random, to be read against their templates by a person.

use anyhow::{Context as _, Result};
use std::process::Command;
use stockade_check::{Request, check};
use stockade_model::{Finding, Outcome, Profile};

/// At least so many of each control, as far as there is room.
const PER_CONTROL: usize = 2;

/// Prints `count` findings of some controls (of all, if none is named), seeded by the commit's hash: failures and unknowns,
/// or those with the verdicts that are named; of all templates, or of Terraform alone.
pub fn run(count: usize, words: &[&str]) -> Result<()> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).output().context("cannot run git")?;
    let commit = String::from_utf8(output.stdout)?.trim().to_owned();
    let report = check(&Request {
        profile: Some(Profile::Regulated),
        ..Request::new(vec!["../shared/corpus".into()], "2026-11-24".parse()?)
    });
    let verdicts = [Outcome::Fail, Outcome::Unknown, Outcome::Pass];
    let named = |outcome: &Outcome| words.contains(&outcome.name());
    let wanted: Vec<Outcome> = match verdicts.iter().any(named) {
        true => verdicts.into_iter().filter(named).collect(),
        false => vec![Outcome::Fail, Outcome::Unknown],
    };
    let is_word = |word: &str| word == "terraform" || verdicts.iter().any(|outcome| outcome.name() == word);
    let controls: Vec<&str> = words.iter().copied().filter(|word| !is_word(word)).collect();
    let is_terraform = |finding: &Finding| {
        let source = report.snapshot.source(finding.verdict.place.file);
        source.is_some_and(|source| source.path.as_str().ends_with(".tf"))
    };
    let listed: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| wanted.contains(&finding.verdict.outcome))
        .filter(|finding| controls.is_empty() || controls.contains(&finding.control))
        .filter(|finding| !words.contains(&"terraform") || is_terraform(finding))
        .collect();
    let mut random = Random(u64::from_str_radix(&commit[..16], 16)?);
    let mut order: Vec<usize> = (0..listed.len()).collect();
    random.shuffle(&mut order);
    let mut drawn: Vec<usize> = Vec::new();
    let mut controls: Vec<&str> = listed.iter().map(|finding| finding.control).collect();
    controls.sort_unstable();
    controls.dedup();
    for round in 0..PER_CONTROL {
        for control in &controls {
            let own = order.iter().copied().filter(|at| listed[*at].control == *control);
            drawn.extend(own.skip(round).take(1).take(count.saturating_sub(drawn.len())));
        }
    }
    for at in order {
        if drawn.len() >= count {
            break;
        }
        if !drawn.contains(&at) {
            drawn.push(at);
        }
    }
    drawn.sort_by_key(|at| listed[*at].control);
    println!("# {} findings of {} drawn at commit {commit}\n", drawn.len(), listed.len());
    for (number, at) in drawn.iter().enumerate() {
        let finding = listed[*at];
        let place = finding.verdict.place;
        let source = report.snapshot.source(place.file).context("a finding without a file")?;
        let position = source.position(place.span.start);
        println!(
            "{}. {} {} {} {}:{}:{}: {}",
            number + 1,
            finding.control,
            finding.verdict.outcome.name(),
            finding.verdict.subject.id,
            source.path,
            position.line,
            position.column,
            finding.message
        );
    }
    Ok(())
}

/// SplitMix64 (Steele, Lea and Flood, 2014): a draw that anyone can repeat.
pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap_or(0)
    }
}
