//! Waivers: findings that somebody accepted, with a reason and perhaps for a time.
//!
//! One file a place that they are written in; what they share is here.

mod comment;
mod configured;
mod covered;
mod metadata;
mod tools;

use crate::selection::unknown_control;
use camino::Utf8Path;
use foldhash::{HashMap, HashSet};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;
use stockade_controls::{catalogue, find};
use stockade_model::{Documents as _, Finding, Outcome, Place, Waived, WaiverSource};
use stockade_project::{Configuration, Configurations, ConfiguredWaiver, Notice, Snapshot};
use stockade_syntax::FileId;

/// Something that is accepted.
struct Waiver {
    /// Ids of controls.
    controls: Vec<&'static str>,
    scope: Scope,
    waived: Waived,
}

/// What a waiver covers.
enum Scope {
    /// What is written or declared in a part of a file.
    Part(Place),
    /// What an entry of a configuration file selects.
    Configured(Arc<Configuration>, usize),
}

/// What is written in a place where a waiver may be.
enum Written {
    Waiver(Waiver),
    /// What is wrong with it.
    Faulty(Place, String),
}

/// Marks the findings that are waived, and tells which waivers are faulty, expired or good for nothing.
pub(crate) fn apply(
    findings: &mut [Finding],
    judged: &HashSet<&'static str>,
    files: &BTreeSet<FileId>,
    configurations: &Configurations,
    snapshot: &Snapshot,
    as_of: Date,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut waivers = Vec::new();
    let mut written = Vec::new();
    for file in files {
        let Some((source, document)) = snapshot.document(*file) else { continue };
        comment::collect(source, document, &mut written);
        metadata::collect(source, document, &mut written);
        tools::collect(source, document, &mut written);
    }
    for configuration in configurations.all() {
        configured::collect(configuration, &mut written);
    }
    let path = |place: Place| snapshot.path(place.file).to_owned();
    for one in written {
        match one {
            Written::Faulty(place, message) => {
                notices.push(Notice {
                    kind: "invalid-waiver",
                    path: path(place),
                    message,
                    place: Some(place),
                });
            }
            Written::Waiver(waiver) => match waiver.waived.until.filter(|until| *until < as_of) {
                Some(until) => notices.push(Notice {
                    kind: "expired-waiver",
                    path: path(waiver.waived.place),
                    message: format!(
                        "the waiver of {} ended on {until}: mend what it waives, or give it a new day",
                        waiver.controls.join(", ")
                    ),
                    place: Some(waiver.waived.place),
                }),
                None => waivers.push(waiver),
            },
        }
    }
    let used = mark(findings, &waivers, snapshot);
    for (waiver, used) in waivers.iter().zip(used) {
        // What is meant for another tool may be good for something there.
        if matches!(waiver.waived.source, WaiverSource::Tool { .. }) {
            continue;
        }
        let unused: Vec<&str> = waiver
            .controls
            .iter()
            .filter(|control| judged.contains(*control) && !used.contains(*control))
            .copied()
            .collect();
        if !unused.is_empty() {
            notices.push(Notice {
                kind: "unused-waiver",
                path: path(waiver.waived.place),
                message: format!("the waiver of {} waives nothing: remove it", unused.join(", ")),
                place: Some(waiver.waived.place),
            });
        }
    }
    notices
}

/// Marks what is waived; gives the controls of each waiver that waived something.
fn mark(findings: &mut [Finding], waivers: &[Waiver], snapshot: &Snapshot) -> Vec<BTreeSet<&'static str>> {
    let mut used = vec![BTreeSet::new(); waivers.len()];
    let mut by_control: HashMap<&str, Vec<usize>> = HashMap::default();
    for (at, waiver) in waivers.iter().enumerate() {
        for control in &waiver.controls {
            by_control.entry(control).or_default().push(at);
        }
    }
    for finding in findings {
        if !matches!(finding.verdict.outcome, Outcome::Fail | Outcome::Unknown) {
            continue;
        }
        for at in by_control.get(finding.control).into_iter().flatten() {
            let waiver = &waivers[*at];
            if waiver.scope.covers(finding, snapshot) {
                used[*at].insert(finding.control);
                finding.waived.get_or_insert_with(|| waiver.waived.clone());
            }
        }
    }
    used
}

impl Scope {
    fn covers(&self, finding: &Finding, snapshot: &Snapshot) -> bool {
        match self {
            Self::Part(part) => {
                let inside = |place: Place| place.file == part.file && part.span.contains(place.span);
                inside(finding.verdict.place)
                    || finding.declared_at.is_some_and(inside)
                    // The place of a mapping goes on below what is covered.
                    || (finding.verdict.place.file == part.file
                        && part.span.start <= finding.verdict.place.span.start
                        && finding.verdict.place.span.start < part.span.end)
            }
            Self::Configured(configuration, at) => {
                let waiver: &ConfiguredWaiver = &configuration.waivers[*at];
                let in_file = |file: FileId| in_path(configuration, waiver, snapshot.path(file));
                let declared = finding.declared_at.map(|place| place.file);
                let files = declared.into_iter().chain([finding.verdict.place.file]);
                let subject = &finding.verdict.subject;
                let of_subject = waiver.subject.as_ref().is_none_or(|glob| {
                    let whole = subject.part.as_ref().map(|part| format!("{}/{part}", subject.id));
                    glob.matches(&subject.id)
                        || glob.matches(&finding.parts.declared_id)
                        || whole.is_some_and(|whole| glob.matches(&whole))
                });
                of_subject && files.into_iter().any(in_file)
            }
        }
    }
}

fn in_path(configuration: &Configuration, waiver: &ConfiguredWaiver, path: &Utf8Path) -> bool {
    let full = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let Some(relative) = configuration.relative(&full) else { return false };
    waiver.path.as_ref().is_none_or(|glob| glob.matches_or_holds(&relative))
}

/// A day as waivers write it: `2027-03-01`.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == "2027-03-01".len())
}

/// The ids of the controls that a waiver names, by id or slug. Rows of the catalogue that this version does not judge are
/// accepted: another version does.
fn controls<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<&'static str>, String> {
    let mut ids = Vec::new();
    for name in names {
        if let Some(message) = unknown_control(name) {
            return Err(message);
        }
        let row = catalogue()
            .iter()
            .find(|row| row.id.eq_ignore_ascii_case(name) || row.slug.eq_ignore_ascii_case(name));
        ids.extend(find(name).map(|control| control.row().id).or(row.map(|row| row.id)));
    }
    Ok(ids)
}
