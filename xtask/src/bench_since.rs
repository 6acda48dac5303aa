//! What judging a change of one line costs beside judging everything.

use crate::bench::{children, release_binary};
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use std::process::{Command, Stdio};

/// So many times each is run; the best counts, since whatever else the machine does can only add to it.
const RUNS: usize = 9;

/// Makes a repository of the corpus, changes one line of one of its templates, and prints the CPU time of a full run and of
/// `--since HEAD`, git's own included.
pub fn run() -> Result<()> {
    let corpus = Utf8Path::new("../shared/corpus");
    if !corpus.is_dir() {
        println!("SKIPPED: {corpus} is not beside the project");
        return Ok(());
    }
    let binary = release_binary()?;
    let binary = binary.canonicalize().context("no release binary")?;
    let folder = crate::target_folder().join("bench-since");
    let folder = Utf8PathBuf::from_path_buf(folder).ok().context("a target folder that is not UTF-8")?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let mut templates: Vec<Utf8PathBuf> = Vec::new();
    copy(corpus, &folder, &mut templates)?;
    git(&folder, &["init", "-q"])?;
    git(&folder, &["add", "-A"])?;
    git(&folder, &["commit", "-q", "-m", "base"])?;
    templates.sort();
    let changed = templates.get(templates.len() / 2).context("no template in the corpus")?;
    let text = std::fs::read_to_string(changed)?;
    std::fs::write(changed, text.replacen("Timeout: ", "Timeout: 1", 1) + "# changed\n")?;
    let full = cost(&binary, &folder, &["check"])?;
    let since = cost(&binary, &folder, &["check", "--since", "HEAD"])?;
    println!(
        "check: {full:.1} ms CPU; check --since HEAD after a change of one line: {since:.1} ms CPU, {:.3} of it (promised: less \
         than 0.1)",
        since / full
    );
    Ok(())
}

fn cost(binary: &std::path::Path, folder: &Utf8Path, arguments: &[&str]) -> Result<f64> {
    let mut best = f64::MAX;
    for _ in 0..RUNS {
        let before = children()?;
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        command.status()?;
        best = best.min(children()? - before);
    }
    Ok(best)
}

/// Copies what is text, and notes the SAM templates on the way.
fn copy(from: &Utf8Path, to: &Utf8Path, templates: &mut Vec<Utf8PathBuf>) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir_utf8()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(entry.path(), &target, templates)?;
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            if text.contains("AWS::Serverless::Function") && target.extension() == Some("yaml") {
                templates.push(target.clone());
            }
            std::fs::write(target, text)?;
        }
    }
    Ok(())
}

fn git(folder: &Utf8Path, arguments: &[&str]) -> Result<()> {
    let settings = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
    let status = Command::new("git").args(settings).args(arguments).current_dir(folder).status()?;
    if !status.success() {
        bail!("`git {}` failed", arguments.join(" "));
    }
    Ok(())
}
