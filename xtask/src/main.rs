//! Chores of the project, run as `cargo xtask CHORE`.
#![allow(clippy::print_stdout, reason = "a chore talks to whoever runs it")]

mod conformance;
mod intrinsics;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["conformance", "sam", rest @ ..] => conformance::sam(rest),
        ["conformance", "intrinsics", path] => intrinsics::intrinsics(path),
        _ => bail!("usage: cargo xtask conformance sam [--diff] [CASE…] | cargo xtask conformance intrinsics FILE"),
    }
}
