//! Whole-binary and whole-project tests, in one test binary.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says aloud what it skips"
)]

mod adoption;
mod any_input;
mod broken_input;
mod cdk;
mod cdk_assembly;
mod command_line;
mod completeness;
mod completions;
mod corpus;
mod downloaded_modules;
mod examples;
mod expand;
mod exports;
mod fixes;
mod formats;
mod iam_cases;
mod json_contract;
mod language_extensions;
mod layers;
mod macros;
mod pages;
mod policy_batch;
mod policy_cases;
mod policy_catalogue;
mod policy_variants;
mod related;
mod run;
mod sarif;
mod soundness;
mod terraform_hostile;
mod terraform_modules;
mod terraform_plan;
mod terraform_values;
mod wording;
