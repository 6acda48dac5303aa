//! The one definition of the arguments.

use camino::Utf8PathBuf;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::civil::Date;
use stockade_model::{Outcome, Profile, Severity};
use stockade_report::{FORMATS, Format};

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
    /// Write a `stockade.toml` for the templates of a folder
    Init(InitArguments),
    /// Accept one failure, with a reason and perhaps for a time
    Waive(WaiveArguments),
    /// Accept what fails today, so that only what is new counts
    Baseline(BaselineArguments),
    /// Print the CloudFormation that AWS would really deploy
    Expand(ExpandArguments),
    /// Print the page of a control
    Explain(ExplainArguments),
    /// List the catalogue of controls
    Controls(ControlsArguments),
    /// Print the completion script of a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    #[command(hide = true)]
    Man(ManArguments),
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
    #[arg(default_value = ".", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<Utf8PathBuf>,
    /// Least severity that makes the exit code 1: low, medium, high or critical [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), hide_possible_values = true)]
    pub fail_on: Option<Severity>,
    /// Take the paths for changed files: judge the deployments that they are part of, pass over the others
    #[arg(long)]
    pub related: bool,
    /// Judge what changed since a git revision, and list what was not there then
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Verdicts to list, separated by commas: fail, unknown, pass [default: fail,unknown; for junit all]
    #[arg(
        long,
        value_name = "VERDICTS",
        value_delimiter = ',',
        value_parser = verdict(),
        hide_possible_values = true
    )]
    pub verdicts: Vec<Outcome>,
    /// Format of the report [default: what the name of the --output stands for, else text]
    ///
    /// May be given several times: the first is written to the first --output, the second to the second, and one that is
    /// left over to standard output.
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub format: Vec<&'static Format>,
    /// File to write the report to instead of standard output
    ///
    /// May be given several times. The name of a file without a --format of its own decides: .json, .sarif, .xml (JUnit),
    /// .md; else text.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Vec<Utf8PathBuf>,
    /// Say below the text report which facts would settle the most unknowns
    #[arg(long)]
    pub explain_unknown: bool,
    /// Print to standard error where the time went, by phase and by control
    #[arg(long)]
    pub timings: bool,
    /// Count failures that the baseline file knows, too
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    #[command(flatten)]
    pub judge: JudgeArguments,
}

/// How to judge.
#[derive(Debug, Args)]
pub(crate) struct JudgeArguments {
    /// Set of controls to judge by: minimum, baseline or regulated [default: baseline]
    #[arg(long, value_name = "PROFILE", value_parser = profile(), hide_possible_values = true)]
    pub profile: Option<Profile>,
    /// Make unknown count like a failure
    #[arg(long)]
    pub strict: bool,
    /// Configuration file [default: the nearest stockade.toml upwards of each template]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<Utf8PathBuf>,
    /// Baseline file [default: what stockade.toml says, else .stockade-baseline.json of the project]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<Utf8PathBuf>,
    /// Day to judge for [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    #[command(flatten)]
    pub deployment: DeploymentArguments,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Folder to look at, in which the file is written
    #[arg(default_value = ".", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub folder: Utf8PathBuf,
    /// Print the file instead of writing it
    #[arg(long)]
    pub print: bool,
}

/// Arguments of `waive`.
#[derive(Debug, Args)]
pub(crate) struct WaiveArguments {
    /// Id or slug of the control that fails
    #[arg(value_name = "CONTROL")]
    pub control: String,
    /// Where it fails, as the report says it: FILE, FILE:LINE or FILE:LINE:COLUMN
    #[arg(value_name = "PLACE")]
    pub place: String,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Last day on which it is
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<Date>,
    #[command(flatten)]
    pub judge: JudgeArguments,
}

/// Arguments of `baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArguments {
    #[command(subcommand)]
    pub verb: BaselineVerb,
}

/// What to do with the baseline file.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineVerb {
    /// Write what fails now into the baseline file of the project
    Update(BaselineUpdateArguments),
}

/// Arguments of `baseline update`.
#[derive(Debug, Args)]
pub(crate) struct BaselineUpdateArguments {
    /// Findings to bring up to date, and no others [default: all]
    #[arg(value_name = "FINGERPRINT")]
    pub fingerprints: Vec<String>,
    /// Folder of the project, judged whole
    #[arg(long, value_name = "FOLDER", default_value = ".", value_hint = ValueHint::DirPath)]
    pub project: Utf8PathBuf,
    #[command(flatten)]
    pub judge: JudgeArguments,
}

/// What the user says about the deployments.
#[derive(Debug, Args)]
pub(crate) struct DeploymentArguments {
    /// Region to judge for; sets the partition and the pseudo-parameters [default: us-east-1]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Value of a template's parameter or of a Terraform variable, in every scenario; `--var` is the same
    #[arg(long, alias = "var", value_name = "KEY=VALUE")]
    pub parameter: Vec<String>,
    /// Environment of samconfig.toml or stockade.toml to judge [default: all that override parameters]
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Parameter file in the AWS CLI's or CodePipeline's form; each is a scenario of its own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub parameter_file: Vec<Utf8PathBuf>,
}

/// Arguments of `expand`.
#[derive(Debug, Args)]
pub(crate) struct ExpandArguments {
    /// Template to expand
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
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
    pub format: AnswerFormat,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "bash:        stockade completions bash > ~/.local/share/bash-completion/completions/stockade
zsh:         stockade completions zsh > \"${fpath[1]}/_stockade\"
fish:        stockade completions fish > ~/.config/fish/completions/stockade.fish
PowerShell:  stockade completions powershell | Out-String | Invoke-Expression
elvish:      eval (stockade completions elvish | slurp)"
)]
pub(crate) struct CompletionsArguments {
    /// Shell to complete for
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Folder to write the pages into
    #[arg(value_name = "FOLDER")]
    pub folder: Utf8PathBuf,
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
    /// Decide a request
    Evaluate(EvaluateArguments),
    /// Say whether a policy grants anything beyond another
    Compare {
        /// Policy to compare with
        #[arg(long, value_name = "FILE")]
        existing: Utf8PathBuf,
        /// Policy to judge
        #[arg(long, value_name = "FILE")]
        new: Utf8PathBuf,
        /// Take it that there are no actions but those of the catalogue, so that `s3:Get*` is no more than all of them
        #[arg(long)]
        typed: bool,
        #[command(flatten)]
        common: PolicyQuestion,
    },
    /// Say whether a policy grants some of these actions on some of these resources
    Grants {
        /// Policy to judge
        #[arg(value_name = "FILE")]
        policy: Utf8PathBuf,
        /// Action or pattern of actions [default: any]
        #[arg(long, value_name = "ACTION")]
        action: Vec<String>,
        /// Resource or pattern of resources [default: any]
        #[arg(long, value_name = "ARN")]
        resource: Vec<String>,
        #[command(flatten)]
        common: PolicyQuestion,
    },
    /// Say whether a resource policy lets the public in
    Public(ResourcePolicyArguments),
    /// List the access from outside the account that a resource policy gives
    Findings(ResourcePolicyArguments),
    /// Say what a service would reject in a policy
    Lint {
        /// Policy to judge
        #[arg(value_name = "FILE")]
        policy: Utf8PathBuf,
        #[command(flatten)]
        common: PolicyQuestion,
    },
    /// Say whether a principal of an estate can do something
    Can {
        #[command(flatten)]
        estate: EstateArguments,
        #[command(flatten)]
        request: RequestArguments,
        /// Take keys that --context does not name as absent, instead of as anything
        #[arg(long)]
        closed_context: bool,
    },
    /// Say whether a principal is an administrator, or can make itself one
    Effective {
        #[command(flatten)]
        estate: EstateArguments,
        /// ARN of the principal
        #[arg(long, value_name = "ARN")]
        principal: String,
    },
    /// List the ways from a principal to others that have more access
    Escalate {
        #[command(flatten)]
        estate: EstateArguments,
        /// ARN of the principal, or of the function, to start from
        #[arg(long, value_name = "ARN")]
        from: String,
    },
    /// Write the least policy that grants what is needed, and say what another grants beyond it
    Generate {
        /// JSON list of what is needed: [{"actions": […], "resources": […], "conditions": {…}}]
        #[arg(value_name = "FILE")]
        needs: Utf8PathBuf,
        /// Policy that is granted today
        #[arg(long, value_name = "FILE")]
        granted: Option<Utf8PathBuf>,
        /// Format of the answer
        #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
        format: AnswerFormat,
    },
    /// Say which action an event of CloudTrail stands for
    EventAction {
        /// Source of the event, such as lambda.amazonaws.com
        #[arg(value_name = "SOURCE")]
        source: String,
        /// Name of the event, such as UpdateFunctionCode20150331v2
        #[arg(value_name = "NAME")]
        name: String,
        /// Format of the answer
        #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
        format: AnswerFormat,
    },
    /// Say what falls with a principal or a function
    BlastRadius {
        #[command(flatten)]
        estate: EstateArguments,
        /// ARN of the principal or function
        #[arg(long, value_name = "ARN")]
        from: String,
    },
}

/// Arguments of `policy evaluate`.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArguments {
    #[command(flatten)]
    pub request: RequestArguments,
    /// Identity policy of the principal or its groups
    #[arg(long, value_name = "FILE")]
    pub identity: Vec<Utf8PathBuf>,
    /// Policy of the resource
    #[arg(long, value_name = "FILE")]
    pub resource_policy: Option<Utf8PathBuf>,
    /// Permissions boundary
    #[arg(long, value_name = "FILE")]
    pub boundary: Vec<Utf8PathBuf>,
    /// Service control policy; each is a level of the organisation of its own
    #[arg(long, value_name = "FILE")]
    pub scp: Vec<Utf8PathBuf>,
    /// Resource control policy; each is a level of the organisation of its own
    #[arg(long, value_name = "FILE")]
    pub rcp: Vec<Utf8PathBuf>,
    /// Session policy
    #[arg(long, value_name = "FILE")]
    pub session: Vec<Utf8PathBuf>,
    /// Policy of the VPC endpoint that the request comes through
    #[arg(long, value_name = "FILE")]
    pub endpoint: Option<Utf8PathBuf>,
    /// Account that owns the resource [default: the one in its ARN]
    #[arg(long, value_name = "ID")]
    pub resource_account: Option<String>,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub format: AnswerFormat,
}

/// A request.
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// ARN of the principal, name of a service, or * for someone who does not sign
    #[arg(long, value_name = "ARN")]
    pub principal: String,
    /// Action
    #[arg(long, value_name = "ACTION")]
    pub action: String,
    /// Resource
    #[arg(long, value_name = "ARN", default_value = "*")]
    pub resource: String,
    /// Value of a condition key; with several of one key, the key has them all
    #[arg(long, value_name = "KEY=VALUE")]
    pub context: Vec<String>,
}

/// What questions about policies have in common.
#[derive(Debug, Args)]
pub(crate) struct PolicyQuestion {
    /// Type of the policies: identity, resource, trust, boundary, scp, rcp, session or endpoint
    #[arg(long = "type", value_name = "TYPE", default_value = "identity")]
    pub policy_type: String,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub format: AnswerFormat,
}

/// Arguments of `policy public` and `policy findings`.
#[derive(Debug, Args)]
pub(crate) struct ResourcePolicyArguments {
    /// Policy to judge
    #[arg(value_name = "FILE")]
    pub policy: Utf8PathBuf,
    /// Resource that it is attached to [default: any]
    #[arg(long, value_name = "ARN")]
    pub resource: Option<String>,
    /// Account that owns the resource
    #[arg(long, value_name = "ID")]
    pub owner: Option<String>,
    /// Organisation of the owner, whose members are no public
    #[arg(long, value_name = "ID")]
    pub organization: Option<String>,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub format: AnswerFormat,
}

/// An estate.
#[derive(Debug, Args)]
pub(crate) struct EstateArguments {
    /// What `aws iam get-account-authorization-details` gave, with the additions of docs/policy-batch.md
    #[arg(long, value_name = "FILE")]
    pub estate: Utf8PathBuf,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub format: AnswerFormat,
}

/// Formats of answers that are no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people
    Text,
    /// For tools
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

/// The formats that there are, by their names.
fn format() -> impl TypedValueParser<Value = &'static Format> {
    let names = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names).map(|name| Format::named(&name).unwrap_or(&FORMATS[0]))
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["low", "medium", "high", "critical"]).try_map(|word| word.parse::<Severity>())
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(["minimum", "baseline", "regulated"]).try_map(|word| word.parse::<Profile>())
}

fn verdict() -> impl TypedValueParser<Value = Outcome> {
    let outcomes = [Outcome::Fail, Outcome::Unknown, Outcome::Pass];
    PossibleValuesParser::new(outcomes.map(Outcome::name))
        .map(move |word| outcomes.into_iter().find(|outcome| outcome.name() == word).unwrap_or(Outcome::Fail))
}
