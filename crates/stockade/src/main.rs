//! The command line: arguments → one call → exit code. One file a verb.

mod arguments;
mod baseline;
mod check;
mod completions;
mod controls;
mod expand;
mod explain;
mod init;
mod man;
mod outputs;
mod policy;
mod timings;
mod waive;
mod write;

use arguments::{Arguments, Verb};
use clap::Parser as _;
use std::process::ExitCode;

/// Values are many and small, and die on other threads than they were made on: the system's allocator takes about a
/// fifth of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.verb {
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Init(arguments) => init::run(&arguments),
        Verb::Waive(arguments) => waive::run(&arguments),
        Verb::Baseline(arguments) => baseline::run(&arguments),
        Verb::Expand(arguments) => expand::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Controls(arguments) => controls::run(&arguments),
        Verb::Completions(arguments) => completions::run(&arguments),
        Verb::Man(arguments) => man::run(&arguments),
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
