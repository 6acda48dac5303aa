//! A file's text, byte spans in it, and the line and column that people read.

use camino::Utf8PathBuf;
use std::sync::OnceLock;

/// Identity of a source file within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A half-open range of bytes in a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, which are byte offsets.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// Whether `other` lies within this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of `usize`.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people read it: line and column from 1, columns counted in Unicode scalars, a byte-order mark not
/// counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalars, from 1.
    pub column: u32,
}

/// One file: its path as shown to the user, and its text.
#[derive(Debug)]
pub struct Source {
    /// Identity within the run.
    pub id: FileId,
    /// Path as reports show it.
    pub path: Utf8PathBuf,
    /// The whole text, a byte-order mark included.
    pub text: String,
    lines: OnceLock<Vec<u32>>,
    /// How many Unicode scalars begin before each block of the text, so that long lines are not counted again and again.
    scalars: OnceLock<Vec<u32>>,
}

/// Bytes of a block.
const BLOCK: usize = 4096;

const BOM: char = '\u{feff}';

impl Source {
    /// A source of the given text.
    pub fn new(id: FileId, path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> Self {
        Self { id, path: path.into(), text: text.into(), lines: OnceLock::new(), scalars: OnceLock::new() }
    }

    /// The text without its byte-order mark.
    #[must_use]
    pub fn content(&self) -> &str {
        self.text.strip_prefix(BOM).unwrap_or(&self.text)
    }

    /// How many bytes of byte-order mark precede [`Source::content`].
    #[must_use]
    pub fn content_offset(&self) -> usize {
        self.text.len() - self.content().len()
    }

    /// The text that `span` covers; empty if the span does not lie in the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset; an offset past the end gives the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| Span::new(0, at + 1).end)).collect()
        });
        let line = starts.partition_point(|start| *start <= offset).max(1) - 1;
        let mut from = starts[line] as usize;
        if line == 0 {
            from = self.content_offset();
        }
        let mut to = (offset as usize).min(self.text.len()).max(from);
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        let column = if to - from > BLOCK {
            self.scalars_before(to) - self.scalars_before(from)
        } else {
            self.text.get(from..to).map_or(0, |text| text.chars().count())
        };
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: narrow(line + 1), column: narrow(column + 1) }
    }

    /// How many Unicode scalars begin before a byte.
    fn scalars_before(&self, offset: usize) -> usize {
        // All bytes of a scalar but the first go on from another one.
        let begin = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let bytes = self.text.as_bytes();
        let before = self.scalars.get_or_init(|| {
            let mut sum = 0;
            let blocks = bytes.chunks(BLOCK).map(|block| {
                let before = sum;
                sum += begin(block);
                Span::new(0, before).end
            });
            blocks.collect()
        });
        let block = (offset / BLOCK).min(before.len().saturating_sub(1));
        before.get(block).map_or(0, |before| *before as usize) + begin(&bytes[block * BLOCK..offset])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_scalars_and_skip_the_byte_order_mark() {
        let source = Source::new(FileId(0), "a", "\u{feff}ab: é\nx");
        assert_eq!(source.position(3), Position { line: 1, column: 1 });
        assert_eq!(source.position(9), Position { line: 1, column: 6 });
        assert_eq!(source.position(10), Position { line: 2, column: 1 });
        assert_eq!(source.position(999), Position { line: 2, column: 2 });
        // Lines longer than a block.
        let long = Source::new(FileId(0), "a", format!("x\n{}\ny", "éa".repeat(5_000)));
        assert_eq!(long.position(2 + 3 * 4_000), Position { line: 2, column: 8_001 });
        assert_eq!(long.position(2 + 3 * 5_000), Position { line: 2, column: 10_001 });
        assert_eq!(long.position(3 + 3 * 5_000), Position { line: 3, column: 1 });
    }
}
