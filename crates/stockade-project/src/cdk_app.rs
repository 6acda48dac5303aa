//! CDK applications: where their output is, and whether it is of today.

use crate::Notice;
use crate::stage::{MANIFEST, is_assembly_folder};
use crate::walk::FOREIGN;
use camino::{Utf8Path, Utf8PathBuf};
use ignore::{DirEntry, WalkBuilder};
use std::time::SystemTime;

/// The folder that `cdk synth` writes to unless it is told otherwise.
pub(crate) const OUTPUT: &str = "cdk.out";

/// What an application's sources are written in.
const SOURCES: [&str; 13] =
    ["ts", "mts", "cts", "tsx", "js", "mjs", "cjs", "py", "java", "kt", "cs", "fs", "go"];

/// Folders whose files do not change what is synthesised.
const TESTS: [&str; 4] = ["test", "tests", "__tests__", "__snapshots__"];

/// What is to be known of an application.
pub(crate) struct CdkApp {
    /// The folder of its output, if it is there.
    pub output: Option<Utf8PathBuf>,
    /// What the user should run.
    pub notice: Option<Notice>,
}

/// Looks at the application of a `cdk.json`.
pub(crate) fn cdk_app(configuration: &Utf8Path) -> CdkApp {
    let folder = configuration.parent().unwrap_or(Utf8Path::new(""));
    let name = output_name(configuration).unwrap_or_else(|| OUTPUT.into());
    let output = folder.join(&name);
    let notice = |kind, message| Some(Notice { kind, path: configuration.to_owned(), message, place: None });
    if !is_assembly_folder(&output) {
        let message =
            format!("a CDK application without `{name}` is not judged: run `npx cdk synth` and check again");
        return CdkApp { output: None, notice: notice("cdk-not-synthesised", message) };
    }
    let stale = newer_source(folder, &output).and_then(|source| {
        let source = source.strip_prefix(folder).unwrap_or(&source);
        let message =
            format!("`{name}` is older than `{source}`, so what is judged may not be what is written: run `npx cdk synth` and check again");
        notice("cdk-out-of-date", message)
    });
    CdkApp { output: Some(output), notice: stale }
}

/// The `output` that the configuration names.
fn output_name(configuration: &Utf8Path) -> Option<String> {
    let text = std::fs::read_to_string(configuration).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(json.get("output")?.as_str()?.to_owned())
}

/// The newest source of the application, if it was changed after the last synthesis. Of several changed at one
/// time, the first by path.
fn newer_source(folder: &Utf8Path, output: &Utf8Path) -> Option<Utf8PathBuf> {
    let changed = |path: &Utf8Path| path.metadata().ok()?.modified().ok();
    let synthesised = changed(&output.join(MANIFEST))?;
    let start = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    let walker = WalkBuilder::new(start).require_git(false).filter_entry(is_part).build();
    let sources = walker.flatten().filter_map(|entry| {
        let path = Utf8Path::from_path(entry.path())?;
        let path = path.strip_prefix("./").unwrap_or(path).to_owned();
        (entry.file_type()?.is_file() && is_source(&path)).then(|| Some((changed(&path)?, path)))?
    });
    let newer: Vec<(SystemTime, Utf8PathBuf)> = sources.filter(|(time, _)| *time > synthesised).collect();
    let newest = newer.iter().map(|(time, _)| *time).max()?;
    newer.into_iter().filter(|(time, _)| *time == newest).map(|(_, path)| path).min()
}

/// Whether the folder or file may be a part of the application.
fn is_part(entry: &DirEntry) -> bool {
    let Some(path) = Utf8Path::from_path(entry.path()) else { return false };
    if entry.depth() == 0 || !path.is_dir() {
        return true;
    }
    let name = path.file_name().unwrap_or_default();
    let other = path.join("cdk.json").is_file() || is_assembly_folder(path);
    !FOREIGN.contains(&name) && !TESTS.contains(&name) && name != OUTPUT && !other
}

fn is_source(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_test = [".test.", ".spec."].iter().any(|mark| name.contains(mark));
    let is_configuration = ["cdk.json", "cdk.context.json"].contains(&name);
    is_configuration || (SOURCES.contains(&path.extension().unwrap_or_default()) && !is_test)
}
