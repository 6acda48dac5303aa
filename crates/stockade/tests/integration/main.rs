//! Whole-binary and whole-project tests, in one test binary.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test panics where it fails and says what it skips"
)]

mod broken_input;
mod cdk;
mod cdk_assembly;
mod command_line;
mod corpus;
mod examples;
mod expand;
mod fixes;
mod language_extensions;
mod layers;
mod macros;
mod pages;
mod run;
mod soundness;
