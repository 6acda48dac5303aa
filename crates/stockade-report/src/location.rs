//! Places as reports show them.

use serde::Serialize;
use stockade_model::Place;
use stockade_project::Snapshot;
use stockade_syntax::Position;

/// A place with its path, from the first character to one past the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Location {
    pub path: String,
    pub start: LineColumn,
    pub end: LineColumn,
}

/// Line and column from 1, columns in Unicode scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct LineColumn {
    pub line: u32,
    pub column: u32,
}

impl From<Position> for LineColumn {
    fn from(position: Position) -> Self {
        Self { line: position.line, column: position.column }
    }
}

/// The location of a place; `None` if the file is not known.
pub(crate) fn locate(place: Place, snapshot: &Snapshot) -> Option<Location> {
    let source = snapshot.source(place.file)?;
    Some(Location {
        path: source.path.as_str().replace('\\', "/"),
        start: source.position(place.span.start).into(),
        end: source.position(place.span.end).into(),
    })
}
