//! What an assembly says of its constructs: their logical ids, and where the application makes them.

use super::{items, strings};
use camino::Utf8PathBuf;
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_syntax::Node;

/// The constructs of a stack, by their path without the leading slash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constructs {
    /// `None` where several constructs have that logical id (in nested stacks).
    by_logical_id: HashMap<SmolStr, Option<SmolStr>>,
    made_at: HashMap<SmolStr, Vec<Frame>>,
}

/// A line of a stack trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The file, absolute.
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Constructs {
    /// Adds the metadata of an artifact. CDK writes a trace beside the logical id (`trace`), from 2.2xx on as an
    /// entry of its own (`aws:cdk:creationStack`), both only when it is asked to (`cdk synth --debug`).
    pub fn add(&mut self, metadata: &Node) {
        for entry in metadata.entries() {
            let path = SmolStr::new(entry.key.trim_start_matches('/'));
            for item in items(Some(&entry.value)) {
                let frames = match item.get("type").and_then(Node::as_str) {
                    Some("aws:cdk:logicalId") => {
                        if let Some(id) = item.get("data").and_then(Node::as_str) {
                            let known = self
                                .by_logical_id
                                .entry(SmolStr::new(id))
                                .or_insert_with(|| Some(path.clone()));
                            if known.as_ref() != Some(&path) {
                                *known = None;
                            }
                        }
                        strings(item.get("trace"))
                    }
                    Some("aws:cdk:creationStack") => strings(item.get("data")),
                    _ => continue,
                };
                let frames: Vec<Frame> = frames.iter().filter_map(|line| frame(line)).collect();
                if !frames.is_empty() {
                    self.made_at.insert(path.clone(), frames);
                }
            }
        }
    }

    /// The path of the construct with that logical id, if there is exactly one.
    #[must_use]
    pub fn path_of(&self, logical_id: &str) -> Option<&SmolStr> {
        self.by_logical_id.get(logical_id)?.as_ref()
    }

    /// The frames of the trace of a construct, the innermost first; libraries' frames are left out.
    #[must_use]
    pub fn frames(&self, path: &str) -> &[Frame] {
        self.made_at.get(path).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The place of `at new Api (/app/api.ts:12:5)` in the user's own code.
fn frame(line: &str) -> Option<Frame> {
    let line = line.trim();
    let inner = match line.split_once(" (") {
        Some((_, inner)) => inner.strip_suffix(')')?,
        None => line.strip_prefix("at ").unwrap_or(line),
    };
    let inner = inner.strip_prefix("file://").unwrap_or(inner);
    let (rest, last) = inner.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    let (path, line, column) = match rest.rsplit_once(':') {
        Some((path, line)) if line.parse::<u32>().is_ok() => (path, line.parse().ok()?, last),
        _ => (rest, last, 1),
    };
    let path = Utf8PathBuf::from(path);
    let foreign = path.components().any(|part| part.as_str() == "node_modules");
    (path.is_absolute() && !foreign && line > 0).then_some(Frame { path, line, column })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::{FileId, Source, parse};

    #[test]
    fn frames_of_the_users_own_code_are_read() {
        let place = |line: &str| frame(line).map(|frame| (frame.path.to_string(), frame.line, frame.column));
        let api = Some(("/app/lib/api.ts".to_owned(), 12, 5));
        assert_eq!(place("at new Api (/app/lib/api.ts:12:5)"), api);
        assert_eq!(place("new Api (/app/lib/api.ts:12:5)"), api);
        assert_eq!(place("    at file:///app/lib/api.ts:12:5"), api);
        assert_eq!(
            place("new Api (/app/lib (old)/api.ts:12:5)"),
            Some(("/app/lib (old)/api.ts".to_owned(), 12, 5))
        );
        assert_eq!(place("handler (/app/api.py:7)"), Some(("/app/api.py".to_owned(), 7, 1)));
        assert_eq!(place("new Function (/app/node_modules/aws-cdk-lib/core.js:1:5)"), None);
        assert_eq!(place("Module._compile (node:internal/modules/cjs/loader:1554:14)"), None);
        assert_eq!(place("...node internals..."), None);
    }

    #[test]
    fn traces_are_read_in_both_forms() {
        let text = r#"{
            "/App/Old/Resource": [{"type": "aws:cdk:logicalId", "data": "Old1", "trace": ["new A (/app/a.ts:3:1)"]}],
            "/App/New/Resource": [{"type": "aws:cdk:logicalId", "data": "New1"},
              {"type": "aws:cdk:creationStack", "data": ["...new Queue in aws-cdk-lib...", "new B (/app/b.ts:4:2)"]}],
            "/App/Child/New/Resource": [{"type": "aws:cdk:logicalId", "data": "New1"},
              {"type": "aws:cdk:warning", "data": "odd", "trace": ["x (/app/c.ts:9:9)"]}]
        }"#;
        let document = parse(&Source::new(FileId(0), "m.json", text), |_| None).unwrap();
        let mut constructs = Constructs::default();
        constructs.add(&document.root);
        assert_eq!(constructs.frames("App/Old/Resource")[0].line, 3);
        assert_eq!(constructs.frames("App/New/Resource")[0].path, "/app/b.ts");
        assert!(constructs.frames("App/Child/New/Resource").is_empty());
        assert_eq!(constructs.path_of("Old1").map(SmolStr::as_str), Some("App/Old/Resource"));
        assert_eq!(constructs.path_of("New1"), None);
    }
}
