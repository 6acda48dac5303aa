//! Output: standard output that may close early, files that are written whole or not at all.

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use std::borrow::Cow;
use std::io::Write as _;

/// Writes to standard output; colours are stripped where it is no terminal. A reader that closed the pipe has seen
/// enough.
pub(crate) fn out(text: &str) -> Result<()> {
    // Looking for colours to strip is dear in the megabytes of a JSON report, which has none.
    let written = if text.contains('\x1b') {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
    } else {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
    };
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Writes a line to standard error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes a file without colours, by way of a temporary one beside it: a reader sees the old content or the new. What
/// is there and no plain file (a pipe, a device) is written to as it is.
pub(crate) fn file(path: &Utf8Path, text: &str) -> Result<()> {
    // As for standard output.
    let text = match text.contains('\x1b') {
        true => Cow::Owned(anstream::adapter::strip_str(text).to_string()),
        false => Cow::Borrowed(text),
    };
    let write = || -> std::io::Result<()> {
        if path.exists() && !path.is_file() {
            return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
        }
        // A link stays a link to the file that is replaced.
        let path = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
        let mut temporary = readable().tempfile_in(folder)?;
        temporary.write_all(text.as_bytes())?;
        temporary.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write `{path}`"))
}

/// Temporary files are their owner's alone; a report may be read by whom the umask lets.
fn readable() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}
