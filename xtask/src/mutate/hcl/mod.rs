//! Mutation of root modules of Terraform: the same breaks, written in each way that HCL has for a value.

mod form;
mod impossible;
mod json;
mod policy_document;
mod seeds;
mod structure;
mod write;

use super::mutator::{Break, Clause, Mutator};
use super::{MUTATORS, SHARE, describe, failures, report, verdicts};
use crate::draw::Random;
use anyhow::{Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use form::{Form, Literal, Mutant, NAME, written};
use seeds::Seed;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use stockade_check::Report;
use stockade_inventory::Inventory;
use stockade_model::{Finding, Settings, Verdict};
use stockade_project::{DeploymentKind, Options, load};
use stockade_syntax::Span;
use write::{Unwritten, literals};

/// In a sample: so many mutants of a clause in a form, from at most so many root modules of the corpus.
const PER_CELL: usize = 3;
const MODULES: usize = 16;

/// What became of the mutants of a clause in a form.
#[derive(Default)]
struct Cell {
    made: usize,
    found: usize,
    /// Why there is none, of each that could not be.
    reasons: BTreeSet<&'static str>,
}

/// The control's place in the table, the clause's, and the form.
type Key = (usize, usize, Form);

/// What a run has made of the root modules.
#[derive(Default)]
pub struct Run {
    cells: BTreeMap<Key, Cell>,
    survivors: Vec<String>,
    refused: Vec<String>,
}

/// Breaks a sample, or everything that there is.
pub fn mutate(everything: bool, seed: u64, folder: &Utf8Path) -> Result<Run> {
    let mut run = Run::default();
    let limit = if everything { usize::MAX } else { PER_CELL };
    let corpus = if everything { usize::MAX } else { MODULES };
    let mut random = Random::new(seed);
    for seed in seeds::seeds(corpus, &mut random)? {
        // Every seed has folders of its own: nothing of the one before is left.
        let laid = Laid { plain: folder.join("module"), called: folder.join("called") };
        seed.lay(&laid.plain)?;
        seed.lay(&laid.called.join(NAME))?;
        std::fs::rename(laid.called.join(NAME).join("stockade.toml"), laid.called.join("stockade.toml"))?;
        module(&seed, &laid, limit, &mut run)?;
        std::fs::remove_dir_all(&laid.plain)?;
        std::fs::remove_dir_all(&laid.called)?;
    }
    Ok(run)
}

/// Where a seed lies: as it is, and as a module that is called.
struct Laid {
    plain: Utf8PathBuf,
    called: Utf8PathBuf,
}

/// Breaks what passes in one root module.
fn module(seed: &Seed, laid: &Laid, limit: usize, run: &mut Run) -> Result<()> {
    let before = report(&laid.plain)?;
    let project = load(std::slice::from_ref(&laid.plain), &Options::default());
    // Folders below it that are roots too are seeds of their own.
    let mut deployments = project
        .deployments
        .iter()
        .filter(|deployment| deployment.kind == DeploymentKind::Terraform && deployment.name == laid.plain);
    let Some((deployment, deployed)) =
        deployments.next().and_then(|deployment| Some((deployment, deployment.deployed.first()?)))
    else {
        return Ok(());
    };
    let defaults = Settings::default();
    let settings = deployment.configuration.as_ref().map_or(&defaults, |one| &one.settings);
    let snapshot = project.files.snapshot();
    let environment = &deployed.environment;
    let inventory = Inventory::new(
        deployed.resources.clone(),
        deployed.open.clone(),
        environment.region.clone(),
        environment.partition.clone(),
    );
    let judged = Judged { seed, laid, failed: failures(&before).flat_map(named).collect() };
    for (control, mutator) in MUTATORS.iter().enumerate() {
        let verdicts = verdicts(mutator.control, &before, &inventory, settings)?;
        for (at, clause) in mutator.clauses.iter().enumerate() {
            if impossible::reason(mutator.control, clause.name).is_some() {
                continue;
            }
            for verdict in verdicts.iter().filter(|verdict| verdict.outcome == clause.from) {
                let full = |run: &Run, form: Form| {
                    run.cells.get(&(control, at, form)).is_some_and(|cell| cell.made >= limit)
                };
                if Form::ALL.iter().all(|form| full(run, *form)) {
                    continue;
                }
                let breaks: Vec<Break> = (clause.breaks)(&inventory, verdict).unwrap_or_default();
                for broken in &breaks {
                    for literal in literals(broken, &inventory, &snapshot, &laid.plain) {
                        let who = |form: &str| {
                            let (control, subject) = (mutator.control, &verdict.subject.id);
                            format!("{control} {}, {form}: {subject} in {}", clause.name, seed.name)
                        };
                        let literal = match literal {
                            Ok(literal) => literal,
                            Err(Unwritten::NotHere) => continue,
                            Err(Unwritten::Refused(why)) => {
                                run.refused.push(format!("{}: {why}", who("literal")));
                                continue;
                            }
                        };
                        for form in Form::ALL {
                            if full(run, form) {
                                continue;
                            }
                            judged.one(&literal, form, (control, at), mutator, &who(form.name()), run)?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

struct Judged<'a> {
    seed: &'a Seed,
    laid: &'a Laid,
    failed: HashSet<String>,
}

impl Judged<'_> {
    fn one(
        &self,
        literal: &Literal,
        form: Form,
        (control, at): (usize, usize),
        mutator: &Mutator,
        who: &str,
        run: &mut Run,
    ) -> Result<()> {
        let mutant = match written(literal, form, self.seed.text("terraform.tfvars".into())) {
            Ok(mutant) if mutant.caller.is_some() && self.seed.takes_values() => {
                Err("the module takes values that a call would have to give")
            }
            other => other,
        };
        let cell = run.cells.entry((control, at, form)).or_default();
        let mutant = match mutant {
            Ok(mutant) => mutant,
            Err(reason) => {
                cell.reasons.insert(reason);
                return Ok(());
            }
        };
        let after = self.judge(&mutant)?;
        cell.made += 1;
        let folder = if mutant.caller.is_some() { &self.laid.called } else { &self.laid.plain };
        let is_it = |finding: &Finding| {
            finding.control == mutator.control
                && named(finding).any(|one| !self.failed.contains(&one))
                && points_at(finding, &mutant, &after, folder)
        };
        if failures(&after).any(is_it) {
            cell.found += 1;
        } else {
            let texts = mutant.files.values().flatten().cloned().collect::<Vec<_>>().join("\n---\n");
            let texts = std::env::var_os("MUTANTS").map(|_| format!("\n{texts}")).unwrap_or_default();
            run.survivors.push(format!("{who}{}{texts}", describe(mutator.control, &after)));
        }
        self.restore(&mutant)
    }

    fn judge(&self, mutant: &Mutant) -> Result<Report> {
        let folder = if mutant.caller.is_some() { &self.laid.called } else { &self.laid.plain };
        for (path, text) in &mutant.files {
            match text {
                Some(text) => std::fs::write(folder.join(path), text)?,
                None => std::fs::remove_file(folder.join(path))?,
            }
        }
        if let Some(caller) = &mutant.caller {
            std::fs::write(folder.join("main.tf"), caller)?;
        }
        report(folder)
    }

    fn restore(&self, mutant: &Mutant) -> Result<()> {
        if mutant.caller.is_some() {
            std::fs::remove_file(self.laid.called.join("main.tf"))?;
        }
        for path in mutant.files.keys() {
            match (path.strip_prefix(NAME), mutant.caller.is_some()) {
                (Ok(own), true) => self.seed.restore(own, &self.laid.called.join(NAME))?,
                _ => self.seed.restore(path, &self.laid.plain)?,
            }
        }
        Ok(())
    }
}

/// What a failure is about, whatever module it stands in.
fn named(finding: &Finding) -> impl Iterator<Item = String> {
    let subject = &finding.verdict.subject;
    let prefix = format!("module.{NAME}.");
    let ids = std::iter::once(&subject.id).chain(&finding.instances);
    ids.map(move |id| {
        let id = id.strip_prefix(&prefix).unwrap_or(id);
        format!("{} {id} {:?}", finding.control, subject.part)
    })
}

/// Whether the primary or a related place lies in the lines that were written.
fn points_at(finding: &Finding, mutant: &Mutant, report: &Report, folder: &Utf8Path) -> bool {
    let verdict: &Verdict = &finding.verdict;
    let mut places =
        std::iter::once(verdict.place).chain(verdict.related.iter().map(|related| related.place));
    places.any(|place| {
        let Some(source) = report.snapshot.source(place.file) else { return false };
        let line = source.position(place.span.start).line;
        let Ok(path) = source.path.strip_prefix(folder) else { return false };
        mutant.at.iter().filter(|(file, _)| file == path).any(|(_, at)| {
            // A line break before what is inserted belongs to the line above.
            let written = source.text.get(at.clone()).unwrap_or_default();
            let start = at.start + (written.len() - written.trim_start().len());
            let first = source.position(Span::new(start, start).start).line;
            let last = source.position(Span::new(at.start, at.end.max(at.start + 1)).end - 1).line;
            (first..=last.max(first)).contains(&line)
        })
    })
}

impl Run {
    /// Prints the table.
    pub fn print(&self) {
        let titles: Vec<String> = Form::ALL.iter().map(|form| format!("{:>10}", form.name())).collect();
        println!("\nTerraform: mutants found of those made; `-`: cannot be, for a reason\n");
        println!("{:<8}{:<34}{}", "control", "clause", titles.join(""));
        each_clause(|mutator, clause, key| {
            print!("{:<8}{:<34}", mutator.control, clause.name.chars().take(33).collect::<String>());
            for form in Form::ALL {
                let shown = match self.cells.get(&(key.0, key.1, form)) {
                    Some(cell) if cell.made > 0 => format!("{}/{}", cell.found, cell.made),
                    _ if self.reason((mutator, clause), key, form).is_some() => "-".to_owned(),
                    _ => "0/0".to_owned(),
                };
                print!("{shown:>10}");
            }
            println!();
        });
        let of_form = |form: Form| {
            let cells = self.cells.iter().filter(|((_, _, other), _)| *other == form).map(|(_, cell)| cell);
            let (found, made) = cells.fold((0, 0), |sum, cell| (sum.0 + cell.found, sum.1 + cell.made));
            format!("{:>10}", format!("{found}/{made}"))
        };
        println!("{:<42}{}", "all", Form::ALL.map(of_form).join(""));
        for survivor in &self.survivors {
            println!("survived: {survivor}");
        }
        let shown = if std::env::var_os("MUTANTS").is_some() { usize::MAX } else { 10 };
        for refused in self.refused.iter().take(shown) {
            println!("not written: {refused}");
        }
        let refused = self.refused.len();
        println!("\n{} mutants, {} found; {refused} could not be written", self.made(), self.found());
    }

    /// Why a clause has no mutant in a form: because HCL has no such way to say it.
    fn reason(
        &self,
        (mutator, clause): (&Mutator, &Clause),
        (control, at): (usize, usize),
        form: Form,
    ) -> Option<&'static str> {
        impossible::reason(mutator.control, clause.name)
            .or_else(|| self.cells.get(&(control, at, form))?.reasons.first().copied())
    }

    /// Fails if too many mutants survive, or if a clause has none in a form without a reason.
    pub fn judge(&self) -> Result<()> {
        let mut empty = Vec::new();
        each_clause(|mutator, clause, key| {
            let is_empty = |form: &&Form| {
                let made = self.cells.get(&(key.0, key.1, **form)).is_some_and(|cell| cell.made > 0);
                !made && self.reason((mutator, clause), key, **form).is_none()
            };
            let forms: Vec<&str> = Form::ALL.iter().filter(is_empty).map(|form| form.name()).collect();
            if !forms.is_empty() {
                empty.push(format!("{} {} ({})", mutator.control, clause.name, forms.join(", ")));
            }
        });
        ensure!(empty.is_empty(), "no mutant of Terraform was made for: {}", empty.join("; "));
        ensure!(
            self.found() * 100 >= self.made() * SHARE,
            "{} of {} mutants of Terraform were found, expected {SHARE} of 100",
            self.found(),
            self.made()
        );
        Ok(())
    }

    fn made(&self) -> usize {
        self.cells.values().map(|cell| cell.made).sum()
    }

    fn found(&self) -> usize {
        self.cells.values().map(|cell| cell.found).sum()
    }
}

fn each_clause(mut visit: impl FnMut(&Mutator, &Clause, (usize, usize))) {
    for (control, mutator) in MUTATORS.iter().enumerate() {
        for (at, clause) in mutator.clauses.iter().enumerate() {
            visit(mutator, clause, (control, at));
        }
    }
}
