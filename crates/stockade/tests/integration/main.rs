//! Whole-binary and whole-project tests, in one test binary.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test panics where it fails and says what it skips"
)]

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says aloud what it skips"
)]

mod any_input;
mod broken_input;
mod cdk;
mod cdk_assembly;
mod command_line;
mod corpus;
mod examples;
mod expand;
mod fixes;
<<<<<<< ours
mod language_extensions;
=======
mod json_contract;
>>>>>>> theirs
mod layers;
mod macros;
mod pages;
mod run;
mod soundness;
