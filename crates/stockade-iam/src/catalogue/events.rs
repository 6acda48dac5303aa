//! What the catalogue knows of API operations: which IAM prefix the source of an event stands for, and which actions an
//! operation needs whose name is not its action's.
//!
//! A block of events is sorted lines: `SOURCE.amazonaws.com`, a tab and the prefix; `prefix:Operation`, a tab and the
//! actions between commas.

use super::Catalogue;
use super::file::BlockKind;

impl Catalogue {
    /// The IAM prefix behind an event source, `cloudwatch` for `monitoring.amazonaws.com`, where they differ.
    #[must_use]
    pub fn prefix_of_source(&self, source: &str) -> Option<&str> {
        self.event_line(source)
    }

    /// The actions that an operation of a service needs, `lambda:Invoke`, where they are not the action of that name. The
    /// first is the one that the operation is for.
    #[must_use]
    pub fn actions_of_operation(&self, operation: &str) -> Option<Vec<&str>> {
        Some(self.event_line(operation)?.split(',').collect())
    }

    fn event_line(&self, key: &str) -> Option<&str> {
        let block = self.file.blocks_of(BlockKind::Events).next()?;
        let split = |at: usize| block.line(at).split_once('\t').unwrap_or_default();
        let (mut low, mut high) = (0, block.lines.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if split(middle).0 < key { low = middle + 1 } else { high = middle }
        }
        let (found, value) = split(low);
        (found == key).then_some(value)
    }
}
