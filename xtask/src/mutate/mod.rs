//! Mutation of templates: subjects that pass are broken in every way that their control knows and in every form that can
//! be written, as edits of the source's own text; each must then fail where it was broken.

mod buckets;
mod cc_01;
mod ci_04;
mod dg_04;
mod dg_10;
mod dg_11;
mod ep_01;
mod ep_02;
mod ep_04;
mod ep_05;
mod ep_06;
mod failure_paths;
mod hcl;
mod iam_01;
mod iam_02;
mod iam_03;
mod iam_04;
mod iam_05;
mod iam_06;
mod iam_11;
mod iam_12;
mod iam_13;
mod iam_14;
mod iam_15;
mod iam_16;
mod iam_17;
mod iam_18;
mod iam_19;
mod iam_21;
mod iam_22;
mod iam_24;
mod lg_01;
mod lg_03;
mod lg_07;
mod mutator;
mod nw_01;
mod nw_03;
mod public_policies;
mod rl_01;
mod rl_02;
mod rl_03;
mod rl_05;
mod rl_16;
mod rl_17;
mod routes;
mod rt_01;
mod rt_06;
mod sc_01;
mod sc_06;
mod sc_11;
mod se_01;
mod se_02;
mod se_03;
mod se_12;
mod se_15;
mod seeds;
mod statements;
mod write;

use crate::draw::Random;
use anyhow::{Result, bail, ensure};
use camino::Utf8Path;
use mutator::{Break, Clause, Form, Mutator};
use std::collections::{BTreeMap, HashSet};
use stockade_check::{Report, Request, check};
use stockade_controls::{Context, find};
use stockade_inventory::Inventory;
use stockade_model::{Finding, Outcome, Profile, Settings, Subject, Verdict};
use stockade_project::{Options, load};
use stockade_syntax::Span;
use write::{Mutant, Unwritten, mutant};

/// The mutators, one a control: a new control adds its file and its line here.
pub const MUTATORS: &[Mutator] = &[
    cc_01::MUTATOR,
    ci_04::MUTATOR,
    dg_04::MUTATOR,
    dg_10::MUTATOR,
    dg_11::MUTATOR,
    ep_01::MUTATOR,
    ep_02::MUTATOR,
    ep_04::MUTATOR,
    ep_05::MUTATOR,
    ep_06::MUTATOR,
    iam_01::MUTATOR,
    iam_02::MUTATOR,
    iam_03::MUTATOR,
    iam_04::MUTATOR,
    iam_05::MUTATOR,
    iam_06::MUTATOR,
    iam_11::MUTATOR,
    iam_12::MUTATOR,
    iam_13::MUTATOR,
    iam_14::MUTATOR,
    iam_15::MUTATOR,
    iam_16::MUTATOR,
    iam_17::MUTATOR,
    iam_18::MUTATOR,
    iam_19::MUTATOR,
    iam_21::MUTATOR,
    iam_22::MUTATOR,
    iam_24::MUTATOR,
    lg_01::MUTATOR,
    lg_03::MUTATOR,
    lg_07::MUTATOR,
    nw_01::MUTATOR,
    nw_03::MUTATOR,
    rl_01::MUTATOR,
    rl_02::MUTATOR,
    rl_03::MUTATOR,
    rl_05::MUTATOR,
    rl_16::MUTATOR,
    rl_17::MUTATOR,
    rt_01::MUTATOR,
    rt_06::MUTATOR,
    sc_01::MUTATOR,
    sc_06::MUTATOR,
    sc_11::MUTATOR,
    se_01::MUTATOR,
    se_02::MUTATOR,
    se_03::MUTATOR,
    se_12::MUTATOR,
    se_15::MUTATOR,
];

/// At least so many of a hundred mutants must be found.
const SHARE: usize = 98;

/// In a sample: so many mutants of a clause in a form, from at most so many templates of the corpus.
const PER_CELL: usize = 8;
const TEMPLATES: usize = 120;

const DAY: &str = "2026-11-24";

/// What became of the mutants of a clause in a form.
#[derive(Default)]
struct Cell {
    made: usize,
    found: usize,
    refused: usize,
}

/// The control's place in the table, the clause's, and the form.
type Key = (usize, usize, Form);

#[derive(Default)]
struct Run {
    cells: BTreeMap<Key, Cell>,
    survivors: Vec<String>,
    refused: Vec<String>,
}

/// Breaks a sample, or everything that there is, of templates or of Terraform's modules or of both; prints the tables
/// and fails if too many mutants survive.
pub fn run(rest: &[&str]) -> Result<()> {
    let (kind, rest) = match rest {
        [kind @ ("templates" | "terraform"), rest @ ..] => (Some(*kind), rest),
        rest => (None, rest),
    };
    let (everything, seed) = match rest {
        [] => (false, 1),
        ["--all"] => (true, 1),
        [seed] => (false, seed.parse()?),
        _ => bail!("`mutate` takes `templates` or `terraform`, and `--all` or a seed"),
    };
    if kind != Some("terraform") {
        let run = in_folder(|folder| mutate(everything, seed, folder))?;
        print(&run);
        judge(&run)?;
    }
    if kind != Some("templates") {
        let run = in_folder(|folder| hcl::mutate(everything, seed, folder))?;
        run.print();
        run.judge()?;
    }
    Ok(())
}

/// Calls that with an empty folder, which is gone afterwards.
fn in_folder<T>(run: impl FnOnce(&Utf8Path) -> Result<T>) -> Result<T> {
    let folder = tempfile::tempdir()?;
    let Some(path) = Utf8Path::from_path(folder.path()) else {
        bail!("the folder for temporary files has no UTF-8 name")
    };
    run(&path.canonicalize_utf8()?)
}

fn mutate(everything: bool, seed: u64, folder: &Utf8Path) -> Result<Run> {
    let mut run = Run::default();
    let limit = if everything { usize::MAX } else { PER_CELL };
    let corpus = if everything { usize::MAX } else { TEMPLATES };
    let mut random = Random::new(seed);
    for seed in seeds::seeds(corpus, &mut random)? {
        let folder = folder.join("seed");
        std::fs::create_dir(&folder)?;
        let path = seed.lay(&folder)?;
        template(&seed.name, &path, limit, &mut run)?;
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(run)
}

fn report(path: &Utf8Path) -> Result<Report> {
    Ok(check(&Request {
        profile: Some(Profile::Regulated),
        ..Request::new(vec![path.to_owned()], DAY.parse()?)
    }))
}

/// Breaks what passes in one template.
fn template(name: &str, path: &Utf8Path, limit: usize, run: &mut Run) -> Result<()> {
    let full = |run: &Run, key: &Key| run.cells.get(key).is_some_and(|cell| cell.made >= limit);
    let before = report(path)?;
    let project = load(&[path.to_owned()], &Options::default());
    let Some(deployment) = project.deployments.first() else { return Ok(()) };
    let Some(deployed) = deployment.deployed.first() else { return Ok(()) };
    let defaults = Settings::default();
    let settings = deployment.configuration.as_ref().map_or(&defaults, |one| &one.settings);
    let Some(file) = deployed.resources.iter().find(|resource| resource.stack().is_empty()) else {
        return Ok(());
    };
    let file = file.resources_at.file;
    let snapshot = project.files.snapshot();
    let environment = &deployed.environment;
    let inventory = Inventory::new(
        deployed.resources.clone(),
        deployed.open.clone(),
        environment.region.clone(),
        environment.partition.clone(),
    );
    let failed: HashSet<_> = failures(&before).map(|finding| finding.fingerprint.clone()).collect();
    for (control, mutator) in MUTATORS.iter().enumerate() {
        let verdicts = verdicts(mutator.control, &before, &inventory, settings)?;
        for (at, clause) in mutator.clauses.iter().enumerate() {
            let mut here: HashSet<Form> = HashSet::new();
            for verdict in verdicts.iter().filter(|verdict| verdict.outcome == clause.from) {
                let possible = Form::ALL.iter().copied().filter(|form| clause.reason(*form).is_none());
                let wanted: Vec<Form> = possible
                    .filter(|form| !here.contains(form) && !full(run, &(control, at, *form)))
                    .collect();
                if wanted.is_empty() {
                    continue;
                }
                let breaks: Vec<Break> = (clause.breaks)(&inventory, verdict).unwrap_or_default();
                for form in wanted {
                    for broken in &breaks {
                        let what = || {
                            format!(
                                "{} {}, {}: {} in {name}",
                                mutator.control,
                                clause.name,
                                form.name(),
                                verdict.subject.id
                            )
                        };
                        let mutant = match mutant(broken, form, &inventory, file, &snapshot) {
                            Ok(mutant) => mutant,
                            Err(Unwritten::NotThisForm) => continue,
                            Err(Unwritten::Refused(why)) => {
                                run.cells.entry((control, at, form)).or_default().refused += 1;
                                run.refused.push(format!("{}: {why}", what()));
                                continue;
                            }
                        };
                        std::fs::write(path, &mutant.text)?;
                        let after = report(path)?;
                        let cell = run.cells.entry((control, at, form)).or_default();
                        cell.made += 1;
                        here.insert(form);
                        if failures(&after).any(|finding| {
                            finding.control == mutator.control
                                && !failed.contains(&finding.fingerprint)
                                && points_at(finding, &mutant, &after)
                        }) {
                            cell.found += 1;
                        } else {
                            run.survivors.push(format!("{}{}", what(), describe(mutator.control, &after)));
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// What a control said of a template before: its findings, and the subjects that it does not apply to.
fn verdicts(
    control: &str,
    report: &Report,
    inventory: &Inventory,
    settings: &Settings,
) -> Result<Vec<Verdict>> {
    let Some(judge) = find(control) else { bail!("there is no control `{control}`") };
    let own = report.findings.iter().filter(|finding| finding.control == control);
    let mut verdicts: Vec<Verdict> = own.map(|finding| finding.verdict.clone()).collect();
    let judged: HashSet<Subject> = verdicts.iter().map(|verdict| verdict.subject.clone()).collect();
    let mut others = Vec::new();
    judge.judge(inventory, &Context { as_of: DAY.parse()?, settings }, &mut others);
    others.retain(|verdict| verdict.outcome == Outcome::NotApplicable && !judged.contains(&verdict.subject));
    verdicts.append(&mut others);
    Ok(verdicts)
}

fn failures(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.verdict.outcome == Outcome::Fail)
}

/// Whether the primary or a related place lies in the lines that were written.
fn points_at(finding: &Finding, mutant: &Mutant, report: &Report) -> bool {
    let verdict = &finding.verdict;
    let places = std::iter::once(verdict.place).chain(verdict.related.iter().map(|related| related.place));
    let mut places = places.filter_map(|place| {
        let source = report.snapshot.source(place.file)?;
        Some((source, source.position(place.span.start).line))
    });
    places.any(|(source, line)| {
        mutant.at.iter().any(|at: &Span| {
            // A line break before what is inserted belongs to the line above.
            let written = mutant.text.get(at.range()).unwrap_or_default();
            let start = at.start as usize + (written.len() - written.trim_start().len());
            let first = source.position(Span::new(start, start).start).line;
            let last = source.position(at.end.saturating_sub(1).max(at.start)).line;
            (first..=last.max(first)).contains(&line)
        })
    })
}

fn describe(control: &str, report: &Report) -> String {
    let problems = report.problems.iter().map(|problem| format!("\n    cannot be read: {}", problem.message));
    let findings = report.findings.iter().filter(|finding| finding.control == control);
    let findings = findings.take(4).map(|finding| {
        format!(
            "\n    {} {}: {}",
            finding.verdict.outcome.name(),
            finding.verdict.subject.id,
            finding.message
        )
    });
    problems.chain(findings).collect()
}

fn print(run: &Run) {
    let titles: Vec<String> = Form::ALL.iter().map(|form| format!("{:>10}", form.name())).collect();
    println!("mutants found of those made; `-`: cannot be, for the reason that the mutator gives\n");
    println!("{:<8}{:<34}{}", "control", "clause", titles.join(""));
    let mut reasons: Vec<String> = Vec::new();
    each_cell(|mutator, clause, key, form| {
        if form == Form::Literal {
            print!("{:<8}{:<34}", mutator.control, clause.name.chars().take(33).collect::<String>());
        }
        let shown = match (clause.reason(form), run.cells.get(&key)) {
            (Some(reason), _) => {
                reasons.push(format!("{} {}, {}: {reason}", mutator.control, clause.name, form.name()));
                "-".to_owned()
            }
            (None, Some(cell)) => format!("{}/{}", cell.found, cell.made),
            (None, None) => "0/0".to_owned(),
        };
        print!("{shown:>10}");
        if form == Form::Absent {
            println!();
        }
    });
    for survivor in run.survivors.iter().take(40) {
        println!("survived: {survivor}");
    }
    for refused in run.refused.iter().take(10) {
        println!("not written: {refused}");
    }
    let refused: usize = run.cells.values().map(|cell| cell.refused).sum();
    println!("\n{} mutants, {} found; {refused} could not be written", made(run), found(run));
}

fn each_cell(mut visit: impl FnMut(&Mutator, &Clause, Key, Form)) {
    for (control, mutator) in MUTATORS.iter().enumerate() {
        for (at, clause) in mutator.clauses.iter().enumerate() {
            for form in Form::ALL {
                visit(mutator, clause, (control, at, form), form);
            }
        }
    }
}

fn made(run: &Run) -> usize {
    run.cells.values().map(|cell| cell.made).sum()
}

fn found(run: &Run) -> usize {
    run.cells.values().map(|cell| cell.found).sum()
}

fn judge(run: &Run) -> Result<()> {
    let mut empty = Vec::new();
    each_cell(|mutator, clause, key, form| {
        if clause.reason(form).is_none() && run.cells.get(&key).is_none_or(|cell| cell.made == 0) {
            empty.push(format!("{} {}, {}", mutator.control, clause.name, form.name()));
        }
    });
    ensure!(empty.is_empty(), "no mutant was made for: {}", empty.join("; "));
    ensure!(
        found(run) * 100 >= made(run) * SHARE,
        "{} of {} mutants were found, expected {SHARE} of 100",
        found(run),
        made(run)
    );
    Ok(())
}
