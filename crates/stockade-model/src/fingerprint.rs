//! The identity of a finding that outlives edits around it.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// `v1:` and 16 hex digits of SHA-256 over the [`FingerprintParts`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub String);

/// What a fingerprint is made of; kept beside it, so that a baseline can follow a file that moved. Nothing here
/// moves when lines do: no line, no index, no generated id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FingerprintParts {
    /// The control's id.
    pub control: String,
    /// The file's path from the project root.
    pub path: String,
    /// The id that the source declares.
    pub declared_id: String,
    /// What tells apart several findings of one control on one declared id.
    pub discriminator: String,
}

impl FingerprintParts {
    /// The fingerprint of these parts.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        for part in [&self.control, &self.path, &self.declared_id, &self.discriminator] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut text = String::from("v1:");
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(text, "{byte:02x}");
        }
        Fingerprint(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let parts = |path: &str, id: &str| FingerprintParts {
            control: "EP-01".into(),
            path: path.into(),
            declared_id: id.into(),
            discriminator: String::new(),
        };
        assert_ne!(parts("a", "bc").fingerprint(), parts("ab", "c").fingerprint());
        assert_eq!(parts("a", "b").fingerprint().0.len(), 19);
    }
}
