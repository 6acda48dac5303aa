//! The file that a catalogue is kept in: a header of text, and blocks of text that are packed with Brotli.
//!
//! Header lines are fields between tabs; an empty line ends it:
//!
//! ```text
//! stockade-iam-catalogue  1
//! date      2026-10-27
//! source    NAME  VERSION
//! actions   HOW MANY
//! block     KIND  FIRST KEY  FIRST ACTION'S NUMBER  PACKED BYTES  BYTES
//! ```
//!
//! Blocks follow in the order of their lines. Those of a kind are sorted by key, so that the first keys alone tell which
//! one to unpack.

use super::ActionId;
use super::service::Section;
use std::borrow::Cow;
use std::io::Read as _;
use std::ops::Range;
use std::sync::OnceLock;

const FORMAT: &str = "stockade-iam-catalogue\t1";

/// More than any block has: a bound against a damaged header.
const MOST_BYTES: usize = 64 << 20;

/// Why bytes are no catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The first line is another.
    #[error("this is no action catalogue of format 1: write one with `cargo xtask data iam`")]
    Format,
    /// A line of the header cannot be read.
    #[error(
        "line {0} of the catalogue's header cannot be read; write the catalogue anew with `cargo xtask data iam`"
    )]
    Header(usize),
    /// A block cannot be unpacked or read.
    #[error("block `{0}` of the catalogue is damaged; write the catalogue anew with `cargo xtask data iam`")]
    Block(String),
}

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Services with their actions, resource types and condition keys.
    Services,
    /// Short managed policies of AWS.
    Policies,
    /// Long ones.
    LongPolicies,
    /// Names of API operations that are not those of their actions.
    Events,
}

#[derive(Debug, Default)]
pub(super) struct File {
    bytes: Cow<'static, [u8]>,
    pub date: String,
    pub sources: Vec<(String, String)>,
    pub actions: u32,
    blocks: Vec<PackedBlock>,
}

#[derive(Debug)]
struct PackedBlock {
    kind: BlockKind,
    first_key: String,
    first_action: u32,
    packed: Range<usize>,
    length: usize,
    block: OnceLock<Block>,
}

/// A block, unpacked.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub text: String,
    /// Where its lines stand.
    pub lines: Vec<Range<u32>>,
    pub sections: Vec<Section>,
}

impl File {
    pub fn open(bytes: Cow<'static, [u8]>) -> Result<Self, CatalogueError> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").ok_or(CatalogueError::Format)?;
        let header = std::str::from_utf8(&bytes[..end]).map_err(|_| CatalogueError::Format)?.to_owned();
        let mut lines = header.lines().enumerate();
        if lines.next().is_none_or(|(_, line)| line != FORMAT) {
            return Err(CatalogueError::Format);
        }
        let mut file = Self { bytes, ..Self::default() };
        let mut from = end + 2;
        for (at, line) in lines {
            file.header_line(line, &mut from).ok_or(CatalogueError::Header(at + 1))?;
        }
        if from == file.bytes.len() { Ok(file) } else { Err(CatalogueError::Format) }
    }

    fn header_line(&mut self, line: &str, from: &mut usize) -> Option<()> {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["date", date] => self.date = (*date).to_owned(),
            ["source", name, version] => self.sources.push(((*name).to_owned(), (*version).to_owned())),
            ["actions", count] => self.actions = count.parse().ok()?,
            ["block", kind, first_key, first_action, packed, length] => {
                let to = from.checked_add(packed.parse().ok()?)?;
                self.bytes.get(*from..to)?;
                self.blocks.push(PackedBlock {
                    kind: match *kind {
                        "services" => BlockKind::Services,
                        "policies" => BlockKind::Policies,
                        "long-policies" => BlockKind::LongPolicies,
                        "events" => BlockKind::Events,
                        _ => return None,
                    },
                    first_key: (*first_key).to_owned(),
                    first_action: first_action.parse().ok()?,
                    packed: *from..to,
                    length: length.parse().ok().filter(|length| *length <= MOST_BYTES)?,
                    block: OnceLock::new(),
                });
                *from = to;
            }
            _ => return None,
        }
        Some(())
    }

    /// Unpacks every block.
    pub fn check(&self) -> Result<(), CatalogueError> {
        let mut actions = 0;
        for packed in &self.blocks {
            let damaged = || CatalogueError::Block(packed.first_key.clone());
            let block = packed.unpack(&self.bytes).ok_or_else(damaged)?;
            if packed.kind == BlockKind::Services {
                if packed.first_action != actions {
                    return Err(damaged());
                }
                actions += block.sections.iter().map(|section| section.actions.len()).sum::<usize>() as u32;
            }
            packed.block.get_or_init(|| block);
        }
        if actions == self.actions { Ok(()) } else { Err(CatalogueError::Format) }
    }

    /// A damaged block is empty; there is none in the file that is compiled in (a test unpacks all), nor in one that was
    /// checked.
    fn block<'a>(&'a self, packed: &'a PackedBlock) -> &'a Block {
        packed.block.get_or_init(|| packed.unpack(&self.bytes).unwrap_or_default())
    }

    pub fn blocks_of(&self, kind: BlockKind) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |packed| packed.kind == kind).map(|packed| self.block(packed))
    }

    /// The block that holds a key, if any does.
    pub fn block_of(&self, kind: BlockKind, key: &str) -> Option<&Block> {
        let packed =
            self.blocks.iter().rfind(|packed| packed.kind == kind && packed.first_key.as_str() <= key)?;
        Some(self.block(packed))
    }

    pub fn block_of_action(&self, id: ActionId) -> Option<&Block> {
        let holds = |packed: &&PackedBlock| packed.kind == BlockKind::Services && packed.first_action <= id.0;
        Some(self.block(self.blocks.iter().rfind(holds)?))
    }
}

impl PackedBlock {
    fn unpack(&self, bytes: &[u8]) -> Option<Block> {
        let mut text = String::with_capacity(self.length);
        let packed = &bytes[self.packed.clone()];
        let unpacked = brotli_decompressor::Decompressor::new(packed, 4096);
        unpacked.take(self.length as u64 + 1).read_to_string(&mut text).ok()?;
        if text.len() != self.length {
            return None;
        }
        let mut lines = Vec::new();
        let mut from = 0;
        for (at, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n') {
            let at = u32::try_from(at).ok()?;
            lines.push(from..at);
            from = at + 1;
        }
        let end = u32::try_from(text.len()).ok()?;
        if from < end {
            lines.push(from..end);
        }
        let mut block = Block { text, lines, sections: Vec::new() };
        if self.kind == BlockKind::Services {
            block.sections = Section::of_block(&block, self.first_action)?;
        }
        Some(block)
    }
}

impl Block {
    pub fn line(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| &self.text[line.start as usize..line.end as usize])
    }

    pub fn all_lines(&self) -> impl Iterator<Item = &str> {
        (0..self.lines.len()).map(|at| self.line(at))
    }
}
