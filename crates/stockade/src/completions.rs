//! `stockade completions`.

use crate::arguments::{Arguments, CompletionsArguments};
use crate::write;
use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory as _};
use stockade_controls::catalogue;

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut shown(&Arguments::command()), "stockade", &mut script);
    write::out(&String::from_utf8(script)?)?;
    Ok(0)
}

/// The command line as it is offered: without the hidden commands, which the generators would show, and with the ids of
/// the catalogue as values of `explain`, which itself takes names in other forms too and says more of a wrong one.
fn shown(tool: &Command) -> Command {
    let ids = catalogue().iter().map(|row| PossibleValue::new(row.id).help(row.slug));
    let ids = PossibleValuesParser::new(ids);
    Command::new("stockade")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .subcommands(tool.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
        .mut_subcommand("explain", |explain| explain.mut_arg("control", |control| control.value_parser(ids)))
}
