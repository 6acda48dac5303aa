//! What code scanning takes at most, and what is said of what does not fit.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use stockade_model::Finding;

/// The kind of the notifications that say what was left out.
pub(super) const KIND: &str = "limit";

/// What a file may hold.
pub(super) struct Limits {
    /// Results in a run; GitHub refuses a file with more.
    pub results: usize,
    /// Results of a run that GitHub keeps and shows, the most severe.
    pub shown: usize,
    /// Locations of a result, the primary one counted; GitHub refuses a file with more.
    pub locations: usize,
    /// Bytes of the file after gzip; GitHub refuses a larger one.
    pub compressed: usize,
}

/// Those of GitHub: "SARIF results exceed one or more limits" and "SARIF results file is too large", read 2026-11-24.
/// Its other limits cannot be reached: 20 runs in a file, 25,000 rules in a run, 20 tags of a rule.
pub(super) const LIMITS: Limits =
    Limits { results: 25_000, shown: 5_000, locations: 1_000, compressed: 10_000_000 };

impl Limits {
    /// How many related locations a result may have.
    pub fn related(&self) -> usize {
        self.locations.saturating_sub(1)
    }

    /// How many results would make a file small enough, if `text` with so many is too large.
    pub fn fewer(&self, text: &str, results: usize) -> Option<usize> {
        // Compression never makes text larger by more than a few bytes in a thousand.
        if results == 0 || text.len() < self.compressed - self.compressed / 100 {
            return None;
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        let size = written.map_or(text.len(), |compressed| compressed.len());
        if size <= self.compressed {
            return None;
        }
        // What all files hold, the rules, is small beside such a number of results.
        let fitting = u128::try_from(results * self.compressed).unwrap_or(u128::MAX) * 9 / 10;
        let fitting = fitting / u128::try_from(size).unwrap_or(u128::MAX);
        Some(usize::try_from(fitting).unwrap_or(results).min(results - 1))
    }

    /// What is said of results that GitHub keeps without showing them.
    pub fn not_shown(&self, results: usize) -> Option<String> {
        let shown = self.shown;
        (results > shown).then(|| {
            format!("SARIF: of these {results} results GitHub shows {shown}, the most severe; gate on the exit code")
        })
    }
}

/// The worst findings, at most so many, in the order that they had.
pub(super) fn worst<'a>(findings: &[&'a Finding], most: usize) -> Vec<&'a Finding> {
    if findings.len() <= most {
        return findings.to_vec();
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(findings[*at].severity));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().map(|at| findings[at]).collect()
}

/// What is said of results that are left out.
pub(super) fn left_out(all: usize, kept: usize, why: &str) -> Option<String> {
    let cut = all - kept;
    (cut > 0).then(|| {
        format!("SARIF: {cut} of {all} results are left out, the least severe: GitHub refuses {why}")
    })
}
