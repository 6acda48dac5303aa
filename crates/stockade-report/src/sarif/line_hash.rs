//! The hashes by which GitHub tells whether two results are the same: `primaryLocationLineHash`.
//!
//! The algorithm is that of `github/codeql-action`, `src/fingerprints.ts`: for each line a polynomial hash of the 100
//! UTF-16 code units from its start, spaces and tabs left out, line ends made one; then how often the file had that
//! hash before. The upload action computes it where it is missing, and warns of every result that has another.

use std::collections::HashMap;

/// So many code units are hashed from the start of a line.
const BLOCK: usize = 100;

const FACTOR: u64 = 37;

/// Stands for the end of the file.
const END: u16 = u16::MAX;

const SPACE: u16 = 0x20;
const TAB: u16 = 0x09;
const LINE_FEED: u16 = 0x0a;
const RETURN: u16 = 0x0d;

/// The hash of each line of a file, the first line first.
pub(crate) fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = condensed(text);
    let oldest = (0..BLOCK).fold(1u64, |power, _| power.wrapping_mul(FACTOR));
    let unit = |at: usize| u64::from(units.get(at).copied().unwrap_or_default());
    let mut hash = 0u64;
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut hashes = Vec::with_capacity(starts.len());
    let mut starts = starts.into_iter().peekable();
    for at in 0..units.len() + BLOCK {
        hash = hash.wrapping_mul(FACTOR).wrapping_add(unit(at));
        if let Some(gone) = at.checked_sub(BLOCK) {
            hash = hash.wrapping_sub(oldest.wrapping_mul(unit(gone)));
        }
        if starts.next_if(|start| start + BLOCK == at + 1).is_some() {
            let count = seen.entry(hash).or_default();
            *count += 1;
            hashes.push(format!("{hash:x}:{count}"));
        }
    }
    hashes
}

/// What is hashed of a file, and where in that each line starts.
fn condensed(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len());
    let mut starts = Vec::new();
    let (mut at_start, mut after_return) = (true, false);
    for mut unit in text.encode_utf16().chain([END]) {
        let is_rest_of_line_end = after_return && unit == LINE_FEED;
        after_return = unit == RETURN;
        if unit == SPACE || unit == TAB || is_rest_of_line_end {
            continue;
        }
        if unit == RETURN {
            unit = LINE_FEED;
        }
        if at_start {
            starts.push(units.len());
        }
        at_start = unit == LINE_FEED;
        units.push(unit);
    }
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// Hashes that `github/codeql-action` records in `src/fingerprints.test.ts`.
    #[test]
    fn hashes_are_those_that_github_computes() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let with_ends = |end: &str| {
            let lines = [" hello; \t", "world!!!", "", "", "  \t\tGreetings", " End", ""];
            line_hashes(&lines.join(end))
        };
        let expected = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for end in ["\n", "\r", "\r\n"] {
            assert_eq!(with_ends(end), expected, "{end:?}");
        }
        let repeated = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(repeated[0], "a7f2ff13bc495cf2:1");
        assert_eq!(repeated[5], "a7f2ff13bc495cf2:6");
        assert_eq!(repeated[6], "a7f2ff1481e87703:1");
        assert_eq!(repeated.len(), 11);
    }
}
