//! Whole-binary and whole-project tests, in one test binary.

mod broken_input;
mod command_line;
mod corpus;
mod examples;
mod expand;
mod fixes;
mod language_extensions;
mod layers;
mod pages;
mod run;
mod soundness;
