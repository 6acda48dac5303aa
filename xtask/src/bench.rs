//! CPU time and memory of the release binary, beside what SPECIFICATION.md promises.

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Builds the release binary, runs it and prints what each run cost. Each figure is the best of several runs, since
/// whatever else the machine does can only add to it.
pub fn run() -> Result<()> {
    let binary = release_binary()?;
    let size = std::fs::metadata(&binary).context("no release binary")?.len();
    println!("binary: {:.1} MB (promised: 25 MB)", megabytes(size));
    report(&binary, &["--version"], "stockade --version", "3 ms", None)?;
    let sample = "xtask/bench/hundred-lines.yaml";
    report(&binary, &["check", sample], "check, a SAM template of 100 lines", "15 ms, 30 MB", None)?;
    let large = crate::target_folder().join("ten-thousand-resources.yaml");
    std::fs::write(&large, ten_thousand_resources())?;
    let large = large.to_string_lossy().into_owned();
    report(&binary, &["check", &large], "check, 12,500 resources in one template", "200 MB", Some(12_500))?;
    let corpus = "../shared/corpus";
    if Path::new(corpus).is_dir() {
        let arguments = ["check", corpus, "--format", "json", "--profile", "regulated"];
        let templates = templates(&binary, corpus)?;
        report(&binary, &arguments, "check, the corpus, JSON", "1 ms a template", Some(templates))?;
        root_modules(&binary, corpus)?;
    } else {
        println!("SKIPPED: {corpus} is not beside the project");
    }
    Ok(())
}

/// What the root modules of a corpus cost, and what reading and parsing of the same files costs alone: in those, blocks
/// deploy nothing.
fn root_modules(binary: &Path, corpus: &str) -> Result<()> {
    let below = crate::target_folder().join("root-modules");
    if below.exists() {
        std::fs::remove_dir_all(&below)?;
    }
    let (whole, parsed) = (below.join("whole"), below.join("parsed"));
    let mut open = vec![PathBuf::from(corpus)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.to_string_lossy();
            if path.is_dir() {
                open.push(path);
            } else if [".tf", ".tf.json", ".tfvars"].iter().any(|ending| name.ends_with(ending)) {
                let text = std::fs::read_to_string(&path)?;
                let relative = path.strip_prefix(corpus)?;
                for (into, text) in [(&whole, text.clone()), (&parsed, without_resources(&text))] {
                    let copy = into.join(relative);
                    std::fs::create_dir_all(copy.parent().context("a file in no folder")?)?;
                    std::fs::write(copy, text)?;
                }
            }
        }
    }
    let (whole, parsed) = (whole.to_string_lossy().into_owned(), parsed.to_string_lossy().into_owned());
    let output = Command::new(binary).args(["check", &whole, "--format", "json"]).output()?;
    let found: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let roots = found["deployments"].as_array().map_or(0, Vec::len) as u64;
    let promised = "1 ms a root module beyond parsing";
    for (what, folder) in [("root modules of the corpus", &whole), ("files of these, parsed alone", &parsed)]
    {
        let arguments = ["check", folder, "--format", "json", "--profile", "regulated"];
        report(binary, &arguments, &format!("check, the {what}, JSON"), promised, Some(roots))?;
    }
    Ok(())
}

/// A file of Terraform of which every resource, data source, call and output is a `check`.
fn without_resources(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let kinds = ["resource ", "data ", "module ", "output "];
        match kinds.iter().find_map(|kind| line.strip_prefix(kind)) {
            Some(rest) => out.extend(["check ", rest]),
            None => out.push_str(line),
        }
    }
    out
}

/// The release binary, built.
pub fn release_binary() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--release", "--locked", "--package", "stockade"];
    if !Command::new(&cargo).args(build).status()?.success() {
        bail!("the release build failed");
    }
    Ok(crate::target_folder().join("release/stockade"))
}

/// A SAM template of 2,500 functions, each with its role, queue and log group, all joined by name or reference.
fn ten_thousand_resources() -> String {
    let mut text = "Transform: AWS::Serverless-2016-10-31\nParameters: {Stage: {Type: String, Default: dev}}\nResources:\n".to_owned();
    for at in 0..2500 {
        let _ = write!(
            text,
            "  Fn{at}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      FunctionName: !Sub '${{Stage}}-fn-{at}'
      Role: !GetAtt Role{at}.Arn
      Timeout: 30
      Events: {{Q: {{Type: SQS, Properties: {{Queue: !GetAtt Queue{at}.Arn}}}}}}
  Role{at}:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {{Statement: []}}}}
  Log{at}:
    Type: AWS::Logs::LogGroup
    Properties: {{LogGroupName: !Sub '/aws/lambda/${{Stage}}-fn-{at}', RetentionInDays: 30}}
  Queue{at}:
    Type: AWS::SQS::Queue
    Properties: {{VisibilityTimeout: 180}}
"
        );
    }
    text
}

fn templates(binary: &Path, corpus: &str) -> Result<u64> {
    let output = Command::new(binary).args(["check", corpus, "--format", "json"]).output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    report["files"]["judged"].as_u64().context("the report does not say how many files were judged")
}

fn report(binary: &Path, arguments: &[&str], what: &str, promised: &str, per: Option<u64>) -> Result<()> {
    let mut best = f64::MAX;
    let runs = if per.is_some() { 3 } else { 10 };
    for _ in 0..runs {
        let before = children()?;
        Command::new(binary).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        best = best.min(children()? - before);
    }
    let memory = peak(binary, arguments)?;
    let share = per.map(|count| {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = best / count.max(1) as f64;
        format!(", {share:.3} ms each of {count}")
    });
    println!("{what}: {best:.1} ms CPU{}, {memory} (promised: {promised})", share.unwrap_or_default());
    Ok(())
}

/// CPU time of finished children, in milliseconds.
pub fn children() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a benchmark are far below 2^52")]
    let milliseconds = microseconds as f64 / 1000.0;
    Ok(milliseconds)
}

/// The most memory that the process held at once, by GNU time, if that is installed.
fn peak(binary: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("/usr/bin/time")
        .arg("-f")
        .arg("%M")
        .arg(binary)
        .args(arguments)
        .stdout(Stdio::null())
        .output();
    let Ok(output) = output else { return Ok("memory not measured (no /usr/bin/time)".into()) };
    let text = String::from_utf8_lossy(&output.stderr);
    let kilobytes: u64 = text.lines().rev().find_map(|line| line.trim().parse().ok()).unwrap_or(0);
    Ok(format!("{:.1} MB", megabytes(kilobytes * 1024)))
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes here are far below 2^52")]
    let bytes = bytes as f64;
    bytes / 1_000_000.0
}
