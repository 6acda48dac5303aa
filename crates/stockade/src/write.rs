//! Output: standard output that may close early, files that are written whole or not at all.

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use std::io::Write as _;

/// Writes to standard output; colours are stripped where it is no terminal. A reader that closed the pipe has seen
/// enough.
pub(crate) fn out(text: &str) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Writes a line to standard error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes a file by way of a temporary one beside it, without colours.
pub(crate) fn file(path: &Utf8Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(anstream::adapter::strip_str(text).to_string().as_bytes())?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write `{path}`"))
}
