//! Reports held to the schemas of those who read them.

use crate::bench::release_binary;
use crate::comparison::skipped;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

const REQUIREMENTS: &str = "tests/junit/requirements.txt";
const SCRIPT: &str = "tests/junit/validate.py";
const SCHEMA: &str = "tests/junit/junit-10.xsd";

/// What is judged, and at least so many test cases that its report must have.
const JUDGED: [(&str, usize); 2] = [("examples", 100), ("../shared/corpus", 5_000)];

/// Validates JUnit reports of the examples and the corpus, with every verdict in them, against the schema of Jenkins's
/// xUnit plugin. SARIF's schema is held to by the `sarif` test.
pub fn run() -> Result<()> {
    let python = match crate::python::environment("junit", REQUIREMENTS) {
        Ok(programs) => programs.join("python"),
        Err(error) => return skipped(&format!("the XML schema validator cannot be installed: {error:#}")),
    };
    let binary = release_binary()?;
    for (path, least) in JUDGED {
        if !Path::new(path).is_dir() {
            skipped(&format!("{path} is not beside the project"))?;
            continue;
        }
        let report = crate::target_folder().join("junit.xml");
        let output = Command::new(&binary)
            .args(["check", path, "--profile", "regulated", "--format", "junit", "--output"])
            .arg(&report)
            .output()
            .context("cannot run the release binary")?;
        if !report.exists() {
            bail!("no report on {path}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let status =
            Command::new(&python).args([SCRIPT, SCHEMA]).arg(&report).arg(least.to_string()).status()?;
        if !status.success() {
            bail!("the JUnit report on {path} is not valid by {SCHEMA}");
        }
        std::fs::remove_file(&report)?;
    }
    Ok(())
}
