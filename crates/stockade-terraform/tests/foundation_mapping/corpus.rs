//! Which of the provider's types the corpus uses and the tables do not map.

use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn types_of_the_corpus_without_a_row() {
    let corpus = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: there is no corpus at {corpus}");
        return;
    }
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    let mut folders = vec![corpus];
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap().filter_map(Result::ok) {
            let path = entry.path().to_owned();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && seen.insert(path.clone()) {
                folders.push(path);
            } else if kind.is_file() && path.extension() == Some("tf") {
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                for line in text.lines() {
                    let declared = line.trim_start().strip_prefix("resource").map(str::trim_start);
                    let name = declared
                        .and_then(|rest| rest.strip_prefix('"'))
                        .and_then(|rest| rest.split('"').next());
                    if let Some(name) = name.filter(|name| name.starts_with("aws_")) {
                        *types.entry(name.to_owned()).or_default() += 1;
                    }
                }
            }
        }
    }
    let unmapped: Vec<String> = types
        .iter()
        .filter(|(name, _)| !stockade_terraform::is_mapped(name))
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    insta::assert_snapshot!(unmapped.join("\n"));
}
