//! Globs over paths of a project.

use globset::{GlobBuilder, GlobMatcher};
use std::sync::atomic::{AtomicBool, Ordering};
use stockade_model::Place;

/// A glob as written in a configuration file. `*` and `?` stay within a path's part, `**` crosses parts.
#[derive(Debug)]
pub struct Glob {
    /// As written.
    pub text: String,
    /// Where.
    pub place: Place,
    matcher: GlobMatcher,
    matched: AtomicBool,
}

impl Glob {
    /// Reads a glob.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str, place: Place) -> Result<Self, String> {
        let matcher = matcher(text.trim_start_matches("./").trim_end_matches('/'))?;
        Ok(Self { text: text.to_owned(), place, matcher, matched: AtomicBool::new(false) })
    }

    /// A text as a glob that matches it alone.
    #[must_use]
    pub fn escape(text: &str) -> String {
        globset::escape(text)
    }

    /// Whether it matches a path from the root, with forward slashes, or an id.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let matches = self.matcher.is_match(path);
        if matches {
            self.matched.store(true, Ordering::Relaxed);
        }
        matches
    }

    /// Whether it matches a path or one of the folders that the path lies in.
    #[must_use]
    pub fn matches_or_holds(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain(std::iter::once(path.len()));
        ends.map(|end| &path[..end]).any(|part| self.matches(part))
    }

    /// Whether it ever matched.
    #[must_use]
    pub fn has_matched(&self) -> bool {
        self.matched.load(Ordering::Relaxed)
    }
}

/// The matcher of a glob.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn matcher(text: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| format!("not a glob: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_in_it() {
        for (glob, path, expected) in [
            ("legacy", "legacy/a/template.yaml", true),
            ("legacy/", "legacy/template.yaml", true),
            ("./legacy/**", "legacy/template.yaml", true),
            ("**/test", "a/test/template.yaml", true),
            ("*.yaml", "a/template.yaml", false),
            ("**/*.yaml", "a/template.yaml", true),
            ("legacy", "legacy2/template.yaml", false),
        ] {
            let glob = Glob::new(glob, Place::default()).unwrap();
            assert_eq!(glob.matches_or_holds(path), expected, "{} {path}", glob.text);
            assert_eq!(glob.has_matched(), expected);
        }
    }
}
