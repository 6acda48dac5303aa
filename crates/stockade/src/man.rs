//! `stockade man`: hidden, for those who package the tool.

use crate::arguments::{Arguments, ManArguments};
use anyhow::{Context as _, Result};
use camino::Utf8Path;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

pub(crate) fn run(arguments: &ManArguments) -> Result<u8> {
    let mut tool = Arguments::command();
    tool.build();
    std::fs::create_dir_all(&arguments.folder)
        .and_then(|()| write(&tool, &arguments.folder))
        .with_context(|| format!("cannot write pages into `{}`", arguments.folder))?;
    Ok(0)
}

/// A page for the command and for each command of it that is not hidden.
fn write(command: &Command, folder: &Utf8Path) -> std::io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write(inner, folder)?;
    }
    let page = Man::new(command.clone()).source(concat!("stockade ", env!("CARGO_PKG_VERSION")));
    page.generate_to(folder)?;
    Ok(())
}
