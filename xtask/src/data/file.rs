//! The file of a catalogue, as `stockade_iam::Catalogue` reads it (`crates/stockade-iam/src/catalogue/file.rs`).

use anyhow::Result;

/// Bytes of text that a block of services grows to: small enough that one look-up unpacks in well under a millisecond,
/// large enough to pack well.
pub const BLOCK_BYTES: usize = 128_000;

pub struct Writer {
    header: String,
    blocks: Vec<u8>,
}

impl Writer {
    pub fn new(date: &str) -> Self {
        Self { header: format!("stockade-iam-catalogue\t1\ndate\t{date}\n"), blocks: Vec::new() }
    }

    pub fn source(&mut self, name: &str, version: &str) {
        self.header += &format!("source\t{name}\t{version}\n");
    }

    /// `first_action` is the number of the block's first action.
    pub fn block(&mut self, kind: &str, first_key: &str, first_action: usize, text: &str) -> Result<()> {
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 24,
            size_hint: text.len(),
            ..Default::default()
        };
        let before = self.blocks.len();
        brotli::BrotliCompress(&mut text.as_bytes(), &mut self.blocks, &parameters)?;
        let packed = self.blocks.len() - before;
        self.header += &format!("block\t{kind}\t{first_key}\t{first_action}\t{packed}\t{}\n", text.len());
        Ok(())
    }

    pub fn finish(self, actions: usize) -> Vec<u8> {
        let mut out = format!("{}actions\t{actions}\n\n", self.header).into_bytes();
        out.extend(self.blocks);
        out
    }
}
