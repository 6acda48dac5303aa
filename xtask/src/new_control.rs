//! Scaffolds the control of a row of the catalogue: its page, its function, its registration line.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use stockade_controls::{Row, catalogue, find};

const CRATE: &str = "crates/stockade-controls/src";

/// Scaffolds the control `id` in the project.
pub fn run(id: &str) -> Result<()> {
    let row = catalogue()
        .iter()
        .find(|row| row.id.eq_ignore_ascii_case(id))
        .with_context(|| format!("no row `{id}` in data/controls.tsv"))?;
    if find(row.id).is_some() {
        bail!("{} is there already", row.id);
    }
    for path in scaffold(row, Path::new("."))? {
        println!("wrote {}", path.display());
    }
    println!(
        "next: write the rule and the page's fixtures, then `cargo test -p stockade --test integration pages`"
    );
    Ok(())
}

/// Scaffolds the first control that is not there yet in a copy of the project, and compiles it.
pub fn try_out() -> Result<()> {
    let row = catalogue().iter().find(|row| find(row.id).is_none()).context("every control is there")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let copy = target.join("scaffold");
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    for folder in ["crates", "data", "xtask", ".cargo"] {
        copy_folder(Path::new(folder), &copy.join(folder))?;
    }
    for file in ["Cargo.toml", "Cargo.lock", "clippy.toml", "rustfmt.toml"] {
        std::fs::copy(file, copy.join(file))?;
    }
    scaffold(row, &copy)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["clippy", "--quiet", "--locked", "--package", "stockade-controls", "--", "-D", "warnings"])
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", std::path::absolute(&target)?)
        .status()?;
    std::fs::remove_dir_all(&copy)?;
    if !status.success() {
        bail!("the scaffold of {} does not compile", row.id);
    }
    Ok(())
}

fn scaffold(row: &Row, root: &Path) -> Result<Vec<PathBuf>> {
    let family = row.family.to_lowercase();
    let name = row.slug.replace('-', "_");
    let folder = root.join(CRATE).join(&family);
    std::fs::create_dir_all(&folder)?;
    let page = folder.join(format!("{name}.md"));
    let code = folder.join(format!("{name}.rs"));
    std::fs::write(&page, page_text(row))?;
    std::fs::write(&code, code_text(row))?;
    let lib = root.join(CRATE).join("lib.rs");
    let text = std::fs::read_to_string(&lib)?;
    std::fs::write(&lib, register(&text, &family, &name)?)?;
    Ok(vec![page, code, lib])
}

/// Adds the line to the family's block, or a block for a new family.
fn register(text: &str, family: &str, name: &str) -> Result<String> {
    let start = text.find("\ncontrols! {\n").context("lib.rs has no `controls!` list")?;
    let block = format!("    {family} {{\n");
    let (at, line) = match text[start..].find(&block) {
        Some(found) => {
            let from = start + found + block.len();
            let end = text[from..].find("    }").context("the family's block does not end")?;
            (from + end, format!("        {name},\n"))
        }
        None => {
            let end = text[start..].find("\n}").context("the list does not end")?;
            (start + end + 1, format!("{block}        {name},\n    }}\n"))
        }
    };
    Ok(format!("{}{line}{}", &text[..at], &text[at..]))
}

fn code_text(row: &Row) -> String {
    format!(
        "//! {}: {}.\n\nuse crate::Context;\nuse stockade_inventory::Inventory;\nuse stockade_model::{{Outcome, Subject, \
         Verdict}};\n\npub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {{\n    \
         // Until the rule is written, every subject is unknown and says so.\n    for (_, resource) in \
         inventory.of_type(\"AWS::{}\") {{\n        let subject = Subject::resource(resource.id.clone(), \
         resource.type_name.clone());\n        let verdict = Verdict::new(subject, Outcome::Unknown, \
         resource.declared_at);\n        verdicts.push(verdict.settled_by(\"the rule of this control\", \"not evaluated by \
         this version\"));\n    }}\n}}\n",
        row.id,
        row.control.trim_end_matches('.'),
        row.subject.split('/').next().unwrap_or(row.subject),
    )
}

fn page_text(row: &Row) -> String {
    format!(
        "---\nid: {}\nslug: {}\ntitle: {}\nseverity: {}\nprofile: {}\nscope: {}\nsubject: {}\nbasis: {}\nsince: {}\nremediation: \
         \"\"\nmessages:\n  fail: \"\"\n  unknown: \"\"\n  pass: \"\"\nequivalent: {{}}\n---\n\n## Why\n\n## What decides it\n\n{}\n\n## How \
         to mend it\n\nFix safety:\n\n## Examples\n\n```yaml fail\n```\n\n```yaml pass\n```\n\n```yaml unknown\n```\n",
        row.id,
        row.slug,
        row.slug.replace('-', " "),
        row.severity.name(),
        row.profile.name(),
        row.scope,
        row.subject,
        row.basis,
        env!("CARGO_PKG_VERSION"),
        row.cloudformation_or_sam
    )
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
