//! Man pages and completions, where systems look for them below a prefix.

use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

/// The shells that have a place for completions, and the place. Of the others each user says it.
const SHELLS: [(&str, &str); 3] = [
    ("bash", "bash-completion/completions/stockade"),
    ("zsh", "zsh/site-functions/_stockade"),
    ("fish", "fish/vendor_completions.d/stockade.fish"),
];

/// Lets the binary write all of them below a folder.
pub fn write(binary: &Path, share: &Path) -> Result<()> {
    let pages = share.join("man/man1");
    ask(binary, &["man", pages.to_str().context("a path that is not UTF-8")?])?;
    for (shell, path) in SHELLS {
        let path = share.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(share))?;
        std::fs::write(path, ask(binary, &["completions", shell])?)?;
    }
    Ok(())
}

fn ask(binary: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new(binary).args(arguments).output().context("cannot run the release binary")?;
    if !output.status.success() {
        bail!(
            "`stockade {}` failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(output.stdout)
}
