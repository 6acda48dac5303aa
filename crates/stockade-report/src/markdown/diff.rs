//! The edits of a fix as a diff, with nothing of a secret in it.

use crate::anchors::Anchors;
use crate::concealed::Concealed;
use similar::{Change, ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::ops::Range;
use stockade_model::Fix;
use stockade_project::Snapshot;
use stockade_syntax::{Edit, FileId, Span, apply};

/// A longer line, of a minified template, is not shown.
const LONGEST: usize = 300;

/// A longer diff is not shown.
const LINES: usize = 40;

/// The diff of a fix; `None` where there is none to show.
pub(super) fn diff(
    fix: &Fix,
    snapshot: &Snapshot,
    concealed: &Concealed,
    anchors: &Anchors,
) -> Option<String> {
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.file).or_default().push(edit.edit.clone());
    }
    let mut out = String::new();
    for (file, mut edits) in by_file {
        let source = snapshot.source(file)?;
        if edits.iter().any(|edit| concealed.is_shown_by(&edit.text)) {
            return None;
        }
        let text = concealed.text(file).unwrap_or(&source.text);
        let path = anchors.file(&source.path).path;
        edits.sort();
        edits.dedup();
        for hunk in hunks(text, &edits) {
            let line = source.position(Span::new(hunk.range.start, hunk.range.end).start).line;
            out.push_str(&format!("@@ {path}:{line} @@\n"));
            out.push_str(&hunk.lines(text)?);
        }
    }
    let shown = !out.is_empty()
        && out.lines().count() <= LINES
        && out.lines().all(|line| line.chars().count() <= LONGEST);
    shown.then_some(out)
}

/// Whole lines of a file, and the edits in them.
struct Hunk {
    range: Range<usize>,
    edits: Vec<Edit>,
}

/// The lines that edits touch with one line around them; what meets is one hunk.
fn hunks(text: &str, edits: &[Edit]) -> Vec<Hunk> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
    let mut hunks: Vec<Hunk> = Vec::new();
    for edit in edits {
        let span = edit.span.range();
        if text.get(span.clone()).is_none() {
            continue;
        }
        let first = line_start(span.start);
        let start = line_start(first.saturating_sub(1));
        let end = line_end(line_end(span.end));
        match hunks.last_mut() {
            Some(last) if start <= last.range.end => {
                last.range.end = last.range.end.max(end);
                last.edits.push(edit.clone());
            }
            _ => hunks.push(Hunk { range: start..end, edits: vec![edit.clone()] }),
        }
    }
    hunks
}

impl Hunk {
    fn lines(&self, text: &str) -> Option<String> {
        let moved = self.edits.iter().map(|edit| Edit {
            span: Span::new(
                edit.span.range().start - self.range.start,
                edit.span.range().end - self.range.start,
            ),
            text: edit.text.clone(),
        });
        let old = &text[self.range.clone()];
        let new = apply(old, &moved.collect::<Vec<_>>()).ok()?;
        let diff = TextDiff::from_lines(old, &new);
        let is_blank = |line: &Change<&str>| line.tag() == ChangeTag::Equal && line.value().trim().is_empty();
        let mut out = String::new();
        for line in diff.iter_all_changes().filter(|line| !is_blank(line)) {
            out.push_str(&line.tag().to_string());
            out.push_str(line.value().trim_end_matches(['\r', '\n']));
            out.push('\n');
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, edits: &[(usize, usize, &str)]) -> String {
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).to_owned() })
            .collect();
        hunks(text, &edits).iter().map(|hunk| format!("@\n{}", hunk.lines(text).unwrap())).collect()
    }

    #[test]
    fn a_diff_has_the_lines_that_change_and_one_around_them() {
        let text = "a\nb\nc: 1\nd\ne\nf\ng\nh\n";
        assert_eq!(shown(text, &[(7, 8, "2")]), "@\n b\n-c: 1\n+c: 2\n d\n");
        assert_eq!(shown(text, &[(4, 4, "new\n")]), "@\n b\n+new\n c: 1\n d\n");
        assert_eq!(shown(text, &[(7, 8, "2"), (17, 18, "G")]), "@\n b\n-c: 1\n+c: 2\n d\n@\n g\n-h\n+G\n");
        // What lies between two edits of one hunk stays.
        assert_eq!(shown(text, &[(2, 3, "B"), (9, 9, "new\n")]), "@\n a\n-b\n+B\n c: 1\n+new\n d\n e\n");
        assert_eq!(shown(text, &[(0, 1, "A")]), "@\n-a\n+A\n b\n");
    }
}
