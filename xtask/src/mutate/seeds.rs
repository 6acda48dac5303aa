//! The templates that are mutated: the fixtures of the pages, the examples, the corpus.

use crate::draw::Random;
use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use stockade_controls::CONTROLS;

/// What every project that is mutated says of itself, so that the controls that ask for it have something to judge.
pub const CONFIGURATION: &str = r#"[network]
vpc-required = [{ name = "Payments*" }, { tag = "data-class", value = "personal" }]
"#;

/// A template.
pub struct Seed {
    /// Where it is from, for people.
    pub name: String,
    /// Its file's name.
    pub file: String,
    /// What is in it.
    pub text: String,
    /// The folder that it stands in, with the nested templates and the included files that it names.
    pub folder: Option<Utf8PathBuf>,
}

/// At most `corpus` templates from the corpus, drawn at random, and all of the others. Without the corpus beside the
/// project the others have to do.
pub fn seeds(corpus: usize, random: &mut Random) -> Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for control in CONTROLS.iter() {
        let page = control.page();
        // Mutators write templates.
        for fixture in page.fixtures(control.text()).into_iter().filter(|fixture| !fixture.is_terraform()) {
            seeds.push(Seed {
                name: format!("{} line {} {}", page.row.id, fixture.line, fixture.name),
                file: fixture.name.to_owned(),
                text: fixture.text,
                folder: None,
            });
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
        if let (Ok(text), Some(file)) = (std::fs::read_to_string(&path), path.file_name()) {
            seeds.push(Seed {
                name: path.to_string(),
                file: file.to_owned(),
                text,
                folder: path.parent().map(Utf8Path::to_owned),
            });
        }
    }
    Ok(seeds)
}

impl Seed {
    /// Lays the template into an empty folder, with copies of the templates and definitions beside it; the path that it
    /// has there.
    pub fn lay(&self, into: &Utf8Path) -> Result<Utf8PathBuf> {
        if let Some(folder) = &self.folder {
            for path in templates(folder.clone()) {
                let copy = into.join(path.strip_prefix(folder)?);
                if let Some(parent) = copy.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::copy(&path, copy)?;
            }
        }
        let path = into.join(&self.file);
        std::fs::write(&path, &self.text)?;
        std::fs::write(into.join("stockade.toml"), CONFIGURATION)?;
        Ok(path)
    }
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
