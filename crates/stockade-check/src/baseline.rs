//! The baseline file: failures that are known and accepted for now, so that only new ones count.
//!
//! One line a failure, in the order of files and ids, so that a change of one failure is a change of one line. A failure
//! is known by its fingerprint, in which no line and no layout has a part. An entry covers a failure of its severity or
//! less, and an unknown only if it was unknown.

mod moved;
mod update;

pub use update::{Update, UpdateError, update};

use camino::{Utf8Path, Utf8PathBuf};
use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stockade_model::{Finding, Outcome, Severity};

/// The file's name, unless `stockade.toml` or `--baseline` names another.
pub const BASELINE: &str = ".stockade-baseline.json";

/// The version of the file's form.
const VERSION: u32 = 1;

/// A failure that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The control's id.
    pub control: String,
    /// The file, from the project root.
    pub path: String,
    /// The id that the source declares.
    pub id: String,
    /// What tells it from others of the control on that id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// How severe it was.
    pub severity: String,
    /// Whether it was unknown then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// A baseline file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// By fingerprint.
    entries: BTreeMap<String, Entry>,
    /// The ids that each file declared, by which it is known again after a move.
    files: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, Vec<String>>,
    findings: Vec<Entry>,
}

impl Baseline {
    /// Reads the text of a baseline file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column from 1 if that is at a place.
    pub fn read(text: &str) -> Result<Self, (String, Option<(usize, usize)>)> {
        let written: Written = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            let hint = "`stockade baseline update` writes it anew";
            (format!("no baseline file: {message}; {hint}"), Some((error.line(), error.column())))
        })?;
        if written.version != VERSION {
            let version = written.version;
            return Err((
                format!("a baseline file of version {version}; this is read by a newer stockade"),
                None,
            ));
        }
        let entries = written.findings.into_iter().map(|entry| (entry.fingerprint.clone(), entry));
        Ok(Self { entries: entries.collect(), files: written.files })
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        let key = |entry: &&Entry| {
            (
                entry.path.clone(),
                entry.id.clone(),
                entry.control.clone(),
                entry.part.clone(),
                entry.fingerprint.clone(),
            )
        };
        entries.sort_by_key(key);
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"files\": {{");
        for (at, (path, ids)) in self.files.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    {}: {}", line(path), line(ids));
        }
        text.push_str(if self.files.is_empty() { "},\n" } else { "\n  },\n" });
        text.push_str("  \"findings\": [");
        for (at, entry) in entries.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    {}", line(entry));
        }
        text.push_str(if entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// How many failures it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether it has a fingerprint.
    #[must_use]
    pub fn has(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }

    /// Takes a failure in, or what is new about it.
    pub fn insert(&mut self, finding: &Finding, ids: &Declared) {
        let parts = &finding.parts;
        let entry = Entry {
            fingerprint: finding.fingerprint.0.clone(),
            control: parts.control.clone(),
            path: parts.path.clone(),
            id: parts.declared_id.clone(),
            part: parts.discriminator.clone(),
            severity: finding.severity.name().to_owned(),
            unknown: finding.verdict.outcome == Outcome::Unknown,
        };
        // Of several with one fingerprint the worst stands for all.
        if self.entries.get(&entry.fingerprint).is_some_and(|known| known.covers(finding)) {
            return;
        }
        if let Some(ids) = ids.of(&parts.path) {
            self.files.insert(parts.path.clone(), ids.clone());
        }
        self.entries.insert(entry.fingerprint.clone(), entry);
    }

    /// Takes a failure out; whether it was there.
    pub fn remove(&mut self, fingerprint: &str) -> bool {
        let Some(entry) = self.entries.remove(fingerprint) else { return false };
        if !self.entries.values().any(|other| other.path == entry.path) {
            self.files.remove(&entry.path);
        }
        true
    }

    /// Marks the failures that are known. `root` is the folder that paths are relative to.
    pub(crate) fn mark<'a>(
        &self,
        findings: &mut [&mut Finding],
        ids: impl Fn() -> &'a Declared,
        root: &Utf8Path,
    ) {
        let mut rest: Vec<&mut &mut Finding> = Vec::new();
        for finding in findings.iter_mut() {
            match self.entries.get(&finding.fingerprint.0) {
                Some(entry) => finding.baselined |= entry.covers(finding),
                None => rest.push(finding),
            }
        }
        if rest.is_empty() {
            return;
        }
        if self.files.keys().all(|path| root.join(path).exists()) {
            return;
        }
        let from: HashMap<String, String> = moved::files(&self.files, ids(), root);
        if from.is_empty() {
            return;
        }
        for finding in rest {
            let Some(old) = from.get(&finding.parts.path) else { continue };
            let parts = stockade_model::FingerprintParts { path: old.clone(), ..finding.parts.clone() };
            let known = self.entries.get(&parts.fingerprint().0);
            finding.baselined |= known.is_some_and(|entry| entry.covers(finding));
        }
    }
}

impl Entry {
    fn covers(&self, finding: &Finding) -> bool {
        let severity: Option<Severity> = self.severity.parse().ok();
        let unknown = finding.verdict.outcome == Outcome::Unknown;
        (unknown || !self.unknown) && severity.is_some_and(|severity| finding.severity <= severity)
    }
}

/// The ids that the files of a run declare, by path from the project root.
#[derive(Debug, Default)]
pub struct Declared(BTreeMap<String, Vec<String>>);

impl Declared {
    /// Of files and their ids.
    pub(crate) fn new(files: impl Iterator<Item = (String, Vec<String>)>) -> Self {
        Self(files.collect())
    }

    fn of(&self, path: &str) -> Option<&Vec<String>> {
        self.0.get(path)
    }
}

/// Where the baseline file of a project lies.
#[must_use]
pub fn location(root: &Utf8Path, configured: Option<&Utf8Path>) -> Utf8PathBuf {
    root.join(configured.unwrap_or(Utf8Path::new(BASELINE)))
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
