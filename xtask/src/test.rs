//! Everything that must pass before a change lands; CI runs the same.

use crate::{
    conformance, generate, iam_simulate, instructions, intrinsics, mutate, new_control, reports, terraform,
    translator, ways_in, z3,
};
use anyhow::{Context as _, Result, bail};
use std::process::Command;

/// Runs all checks, the quick ones first, and stops at the first that fails.
pub fn run() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    cargo(&["check", "--manifest-path", "fuzz/Cargo.toml", "--locked", "--no-default-features"])?;
    step("generated files are up to date");
    generate::run(true)?;
    step("a scaffolded control compiles");
    new_control::try_out()?;
    step("conformance with what the SAM translator recorded");
    conformance::sam(&[])?;
    step("intrinsic functions beside moto's");
    intrinsics::generated()?;
    step("conformance with the SAM translator itself");
    translator::run(&[])?;
    step("reports are valid by their schemas");
    reports::run()?;
    step("evaluation of policies beside iam-simulate's");
    iam_simulate::run(&[])?;
    step("comparison of policies beside z3's");
    z3::run(&[])?;
    step("Terraform's language beside Terraform itself");
    terraform::run(&[])?;
    step("faults in templates are found in every form");
    mutate::run(&[])?;
    step("instructions of a check");
    instructions::run(false)?;
    step("the ways in");
    ways_in::run(&[])?;
    cargo(&["test", "--workspace", "--locked"])?;
    println!("all checks passed");
    Ok(())
}

fn step(what: &str) {
    println!("== {what}");
}

fn cargo(arguments: &[&str]) -> Result<()> {
    step(&format!("cargo {}", arguments.join(" ")));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(arguments).status().context("cannot run cargo")?;
    if !status.success() {
        bail!("`cargo {}` failed", arguments.join(" "));
    }
    Ok(())
}
