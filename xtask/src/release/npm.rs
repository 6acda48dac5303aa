//! The npm packages: one that picks, and one a platform with its binary, which npm picks by `os`, `cpu` and `libc`.
//! Nothing is downloaded after the installation.

use super::targets::{TARGETS, Target};
use super::{VERSION, copy, copy_all};
use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::process::Command;

/// Lays out both packages and packs them into `dist`.
pub fn write(binary: &Path, share: &Path, target: Target, folder: &Path, dist: &Path) -> Result<()> {
    let text = std::fs::read_to_string("packages/npm/package.json")?;
    let described: Map<String, Json> = serde_json::from_str(&text).context("packages/npm/package.json")?;
    let name =
        described.get("name").and_then(Json::as_str).context("packages/npm/package.json has no name")?;

    let mut picks = described.clone();
    picks.insert("version".into(), VERSION.into());
    let platforms = TARGETS.iter().map(|target| (platform(name, *target), VERSION.into()));
    picks.insert("optionalDependencies".into(), Json::Object(platforms.collect()));
    picks.insert("directories".into(), json!({ "man": "share/man/man1" }));
    let main = folder.join("stockade");
    copy("packages/npm/stockade.js", main.join("stockade.js"))?;
    copy_all(share, &main.join("share"))?;
    pack(&main, &picks, dist)?;

    let mut one = described.clone();
    for only_main in ["bin", "keywords"] {
        one.remove(only_main);
    }
    one.insert("name".into(), platform(name, target).into());
    one.insert("version".into(), VERSION.into());
    let about = format!("The binary of {name} for {}", target.triple);
    one.insert("description".into(), about.into());
    one.insert("os".into(), json!([target.os]));
    one.insert("cpu".into(), json!([target.cpu]));
    if let Some(libc) = target.libc {
        one.insert("libc".into(), json!([libc]));
    }
    let inner = folder.join(target.npm);
    copy(binary, inner.join("bin").join(target.binary()))?;
    pack(&inner, &one, dist)
}

fn platform(name: &str, target: Target) -> String {
    format!("{name}-{}", target.npm)
}

fn pack(folder: &Path, described: &Map<String, Json>, dist: &Path) -> Result<()> {
    copy("LICENSE", folder.join("LICENSE"))?;
    copy("packages/README.md", folder.join("README.md"))?;
    std::fs::write(folder.join("package.json"), serde_json::to_string_pretty(described)? + "\n")?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(["pack", "--silent", "--pack-destination"])
        .arg(std::path::absolute(dist)?)
        .current_dir(folder)
        .output()
        .context("cannot run npm")?;
    if !output.status.success() {
        bail!("npm pack failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
