//! Places as code hosts show them: a file by its path in the repository, and one line of it.

use crate::location::LineColumn;
use camino::Utf8Path;
use std::cell::RefCell;
use std::collections::HashMap;
use stockade_check::Report;
use stockade_model::{Finding, Place};
use stockade_syntax::FileId;

/// Where a code host shows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The file.
    pub file: AnchorFile,
    /// The first character.
    pub start: LineColumn,
    /// One past the last character, in the same line: hosts show a finding in a pull request only if the pull request
    /// touches every line of it.
    pub end: LineColumn,
}

/// A file as code hosts name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnchorFile {
    /// The path from the root of the repository; that which reports show, if the file lies elsewhere.
    pub path: String,
    /// Whether it lies in the repository.
    pub in_repository: bool,
}

/// Finds anchors; each file's path is looked up once.
pub(crate) struct Anchors<'a> {
    report: &'a Report,
    files: RefCell<HashMap<FileId, AnchorFile>>,
}

impl<'a> Anchors<'a> {
    pub fn new(report: &'a Report) -> Self {
        Self { report, files: RefCell::default() }
    }

    /// The anchor of a place; `None` if the file is not known.
    pub fn place(&self, place: Place) -> Option<Anchor> {
        let source = self.report.snapshot.source(place.file)?;
        let known = self.files.borrow().get(&place.file).cloned();
        let file = known.unwrap_or_else(|| {
            let file = self.file(&source.path);
            self.files.borrow_mut().insert(place.file, file.clone());
            file
        });
        let text = source.slice(place.span);
        let first_line = text.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let end = if first_line.len() < text.len() {
            place.span.start + u32::try_from(first_line.len()).unwrap_or_default()
        } else {
            place.span.end
        };
        Some(Anchor {
            file,
            start: source.position(place.span.start).into(),
            end: source.position(end).into(),
        })
    }

    /// The anchor of a finding. One that is written nowhere (of an account, of a project) stands at the head of its
    /// deployment's root.
    pub fn finding(&self, finding: &Finding) -> Anchor {
        self.place(finding.verdict.place).unwrap_or_else(|| {
            let head = LineColumn { line: 1, column: 1 };
            let root = self.report.deployments.get(finding.deployment).map(|deployment| &deployment.name);
            let file = self.file(root.map_or(Utf8Path::new("."), |root| root));
            Anchor { file, start: head, end: head }
        })
    }

    /// A file by the path that reports show.
    pub fn file(&self, path: &Utf8Path) -> AnchorFile {
        match self.report.snapshot.path_in_repository(path) {
            Some(path) => AnchorFile { path, in_repository: true },
            None => AnchorFile { path: path.as_str().replace('\\', "/"), in_repository: false },
        }
    }
}
