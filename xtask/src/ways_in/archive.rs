//! The archive, unpacked below a prefix, and the checksums.

use super::{Bench, succeed};
use crate::release::VERSION;
use anyhow::{Result, bail};
use std::process::Command;

pub fn run(bench: &Bench) -> Result<String> {
    succeed(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&bench.dist))?;
    let prefix = bench.folder("prefix")?;
    let archive = bench.release_file(&format!("stockade-{VERSION}-"), ".tar.gz")?;
    succeed(Command::new("tar").args(["--strip-components=1", "-xzf"]).arg(archive).arg("-C").arg(&prefix))?;
    bench.try_binary(&prefix.join("bin/stockade"))?;
    for file in ["LICENSE", "share/man/man1/stockade-check.1", "share/bash-completion/completions/stockade"] {
        if !prefix.join(file).is_file() {
            bail!("it has no {file}");
        }
    }
    Ok("unpacked, checksums hold".into())
}
