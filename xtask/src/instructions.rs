//! Instructions of a check, counted by callgrind: a measure that a busy machine does not change.

use anyhow::{Context as _, Result, bail};
use std::process::{Command, Stdio};

/// What is counted.
const SAMPLE: &str = "xtask/bench/hundred-lines.yaml";

/// The counts of the last time that they were accepted, with the compiler that they are of.
const FILE: &str = "xtask/bench/instructions.txt";

/// So many hundredths more than the last time are a fault.
const RISE: u64 = 5;

/// Counts, compares with the file, and with `accept` writes it. Without valgrind, or with a
/// compiler that nothing was counted with, the check is skipped aloud.
pub fn run(accept: bool) -> Result<()> {
    if !Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("SKIPPED: valgrind is not installed (`apt-get install valgrind`)");
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--release", "--locked", "--package", "stockade"];
    if !Command::new(&cargo).args(build).status()?.success() {
        bail!("the release build failed");
    }
    let compiler = compiler()?;
    let now = count()?;
    let text = std::fs::read_to_string(FILE).unwrap_or_default();
    let mut known =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let before: Option<u64> =
        known.find(|(name, _)| *name == compiler).and_then(|(_, count)| count.trim().parse().ok());
    if accept {
        let text = format!(
            "# Instructions of `stockade check {SAMPLE}`, release build, by callgrind. Compiler and target, count.\n\
             # Written by `cargo xtask instructions --accept`.\n{compiler}\t{now}\n"
        );
        std::fs::write(FILE, text)?;
        println!("{now} instructions, accepted (before: {})", before.unwrap_or(0));
        return Ok(());
    }
    let Some(before) = before else {
        println!("SKIPPED: `{FILE}` has no count for `{compiler}`; it was {now}; `--accept` writes it");
        return Ok(());
    };
    println!("{now} instructions (accepted: {before}, limit: {RISE} % more)");
    if now * 100 > before * (100 + RISE) {
        bail!("a check takes {now} instructions, {before} were accepted; `--accept` if it is worth it");
    }
    Ok(())
}

fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
    Ok(format!("rustc {} {}", field("release:"), field("host:")))
}

/// One thread, so that how the work is shared out plays no part.
fn count() -> Result<u64> {
    let binary = crate::target_folder().join("release/stockade");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(binary)
        .args(["check", SAMPLE, "--as-of", "2026-11-24", "--profile", "regulated", "--format", "json"])
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.with_context(|| format!("valgrind counted nothing:\n{text}"))?;
    count.trim().parse().context("the count is no number")
}
