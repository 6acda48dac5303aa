//! Which report goes where.

use anyhow::{Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use stockade_report::{FORMATS, Format};

/// A report to write.
#[derive(Debug)]
pub(crate) struct Output {
    pub format: &'static Format,
    /// Standard output if there is none.
    pub file: Option<Utf8PathBuf>,
}

/// Pairs formats and files in their order. A file that is left over is written in the format that its name stands for,
/// else as text; a format that is left over goes to standard output, which takes one.
///
/// # Errors
/// If two reports would go to one place, or a file's name stands for another format than it would get.
pub(crate) fn outputs(formats: &[&'static Format], files: &[Utf8PathBuf]) -> Result<Vec<Output>> {
    let mut outputs: Vec<Output> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let format = formats.get(at).copied();
        let format = format.or_else(|| Format::of_file(file.as_str())).unwrap_or(&FORMATS[0]);
        if !format.suits(file.as_str()) {
            let stands_for = Format::of_file(file.as_str()).map_or("", |format| format.name);
            bail!(
                "--output `{file}`: its name stands for {stands_for}, and it would get the {} report; the first --format is \
                 for the first --output, the second for the second: say `--format {stands_for}` for it, or give it another name",
                format.name
            );
        }
        if files[..at].contains(file) && is_replaced(file) {
            bail!("--output `{file}`: two reports would go to it; give each a file of its own");
        }
        outputs.push(Output { format, file: Some(file.clone()) });
    }
    match formats.get(files.len()..).unwrap_or_default() {
        [] if files.is_empty() => outputs.push(Output { format: &FORMATS[0], file: None }),
        [] => {}
        [format] => outputs.push(Output { format, file: None }),
        [first, .., last] => bail!(
            "the {} and the {} report would both go to standard output; give all formats but the last an --output",
            first.name,
            last.name
        ),
    }
    Ok(outputs)
}

/// Whether a report that is written there takes the place of one before it.
fn is_replaced(file: &Utf8Path) -> bool {
    !file.exists() || file.is_file()
}
