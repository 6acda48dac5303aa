//! The one definition of the arguments.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use stockade_model::{Outcome, Profile, Severity};

/// Brings AWS Lambda estates to a security baseline and keeps them there.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Judge templates and say what breaks the baseline
    Check(CheckArguments),
    /// Print the CloudFormation that AWS would really deploy
    Expand(ExpandArguments),
    /// Print the page of a control
    Explain(ExplainArguments),
    /// List the catalogue of controls
    Controls(ControlsArguments),
    /// Ask what IAM policies really allow, to whom, and whether that escalates
    Policy(PolicyArguments),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 clean; 1 findings at or above --fail-on; 2 usage error, nothing to judge, or an \
                        input that could not be read or evaluated (the others are still judged)."
)]
pub(crate) struct CheckArguments {
    /// Files and folders to judge
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    /// Least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "high", value_parser = severity)]
    pub fail_on: Severity,
    /// Set of controls to judge by: minimum, baseline or regulated
    #[arg(long, value_name = "PROFILE", default_value = "baseline", value_parser = profile)]
    pub profile: Profile,
    /// Verdicts to list, separated by commas: fail, unknown, pass
    #[arg(long, value_name = "VERDICTS", default_value = "fail,unknown", value_delimiter = ',', value_parser = verdict)]
    pub verdicts: Vec<Outcome>,
    /// Make unknown count like a failure
    #[arg(long)]
    pub strict: bool,
    /// Format of the report; with several, each goes to the --output in the same position
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Vec<Format>,
    /// File to write the report to instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Vec<Utf8PathBuf>,
    /// Say below the text report which facts would settle the most unknowns
    #[arg(long)]
    pub explain_unknown: bool,
    /// Print to standard error where the time went, by phase and by control
    #[arg(long)]
    pub timings: bool,
    /// Day to judge for [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    #[command(flatten)]
    pub deployment: DeploymentArguments,
}

/// What the user says about the deployments.
#[derive(Debug, Args)]
pub(crate) struct DeploymentArguments {
    /// Region to judge for; sets the partition and the pseudo-parameters
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub region: String,
    /// Value of a template parameter, in every scenario
    #[arg(long, value_name = "KEY=VALUE")]
    pub parameter: Vec<String>,
    /// Environment of samconfig.toml to judge [default: all that override parameters]
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Parameter file in the AWS CLI's or CodePipeline's form; each is a scenario of its own
    #[arg(long, value_name = "FILE")]
    pub parameter_file: Vec<Utf8PathBuf>,
}

/// Arguments of `expand`.
#[derive(Debug, Args)]
pub(crate) struct ExpandArguments {
    /// Template to expand
    #[arg(value_name = "FILE")]
    pub path: Utf8PathBuf,
    /// Print JSON instead of YAML
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "yaml")]
    pub format: ExpandFormat,
    /// Resolve what the first scenario knows; the rest is `Stockade::Unknown`, with what would settle it
    #[arg(long)]
    pub evaluate: bool,
    /// Add the place that each value came from, as `Origins`
    #[arg(long)]
    pub origins: bool,
    #[command(flatten)]
    pub deployment: DeploymentArguments,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// Id (EP-01) or slug (function-url-without-auth) of a control
    #[arg(value_name = "CONTROL")]
    pub control: String,
}

/// Arguments of `controls`.
#[derive(Debug, Args)]
pub(crate) struct ControlsArguments {
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub format: Format,
}

/// Arguments of `policy`.
#[derive(Debug, Args)]
pub(crate) struct PolicyArguments {
    /// Catalogue of actions to use instead of the one compiled in, as `cargo xtask data iam` writes it
    #[arg(long, global = true, value_name = "FILE")]
    pub catalogue: Option<Utf8PathBuf>,
    #[command(subcommand)]
    pub verb: PolicyVerb,
}

/// What to ask.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    /// Answer JSON queries, one a line of standard input, one answer a line of standard output
    Batch,
}

/// Formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For tools, version 1
    Json,
}

/// Formats of expanded templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExpandFormat {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

fn severity(word: &str) -> Result<Severity, String> {
    word.parse()
}

fn profile(word: &str) -> Result<Profile, String> {
    word.parse()
}

fn verdict(word: &str) -> Result<Outcome, String> {
    match word {
        "fail" => Ok(Outcome::Fail),
        "unknown" => Ok(Outcome::Unknown),
        "pass" => Ok(Outcome::Pass),
        _ => Err(format!("`{word}` is none of fail, unknown, pass")),
    }
}
