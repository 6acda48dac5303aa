//! The archive: `bin` and `share` as below a prefix, with the licence on top.

use super::targets::Target;
use super::{VERSION, copy, copy_all};
use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// Writes the archive into `dist`.
pub fn write(binary: &Path, share: &Path, target: Target, dist: &Path) -> Result<()> {
    let name = format!("stockade-{VERSION}-{}", target.triple);
    let folder = share.with_file_name("archive");
    copy(binary, folder.join("bin").join(target.binary()))?;
    copy_all(share, &folder.join("share"))?;
    for file in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(file, folder.join(file))?;
    }
    pack(&folder, &name, &dist.join(format!("{name}.tar.gz")))
}

/// Packs a folder under another name. The same content gives the same bytes: order, dates and owners are fixed.
fn pack(folder: &Path, name: &str, path: &Path) -> Result<()> {
    let mut paths = Vec::new();
    list(folder, &mut paths)?;
    paths.sort();
    let mut archive = Builder::new(GzEncoder::new(std::fs::File::create(path)?, Compression::best()));
    for path in paths {
        let content = std::fs::read(&path)?;
        let inner = path.strip_prefix(folder)?;
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(content.len() as u64);
        header.set_mode(if inner.starts_with("bin") { 0o755 } else { 0o644 });
        archive.append_data(&mut header, Path::new(name).join(inner), content.as_slice())?;
    }
    archive.into_inner()?.finish()?;
    Ok(())
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, paths)? } else { paths.push(path) }
    }
    Ok(())
}
