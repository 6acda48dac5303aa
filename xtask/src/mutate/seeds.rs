//! The templates that are mutated: the fixtures of the pages, the examples, the corpus.

use crate::draw::Random;
use anyhow::Result;
use camino::Utf8PathBuf;
use stockade_controls::CONTROLS;

/// Names and texts, at most `corpus` of them from the corpus, drawn at random. Without the corpus beside the project the
/// others have to do.
pub fn seeds(corpus: usize, random: &mut Random) -> Result<Vec<(String, String)>> {
    let mut seeds = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        for fixture in page.fixtures(control.text()) {
            seeds.push((format!("{} line {} {}", page.row.id, fixture.line, fixture.name), fixture.text));
        }
    }
    let mut examples = templates("examples".into());
    let mut drawn = templates("../shared/corpus".into());
    if drawn.is_empty() {
        println!("SKIPPED: ../shared/corpus is not beside the project");
    }
    random.shuffle(&mut drawn);
    examples.extend(drawn.into_iter().filter(is_template).take(corpus));
    for path in examples {
        if let Ok(text) = std::fs::read_to_string(&path) {
            seeds.push((path.to_string(), text));
        }
    }
    Ok(seeds)
}

/// Only templates with a function are worth the time.
fn is_template(path: &Utf8PathBuf) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.contains("AWS::Serverless::Function") || text.contains("AWS::Lambda::Function")
}

fn templates(root: Utf8PathBuf) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir_utf8() else { continue };
        for entry in entries.flatten() {
            let path: Utf8PathBuf = entry.path().into();
            if path.is_dir() {
                folders.push(path);
            } else if ["yaml", "yml", "json", "template"].contains(&path.extension().unwrap_or_default()) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
