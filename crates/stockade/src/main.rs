//! The command line: arguments → one call → exit code. One file a verb.

mod arguments;
mod check;
mod controls;
mod expand;
mod explain;
mod policy;
mod timings;
mod write;

use arguments::{Arguments, Verb};
use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.verb {
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Expand(arguments) => expand::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Controls(arguments) => controls::run(&arguments),
        Verb::Policy(arguments) => policy::run(&arguments),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            write::error(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}
