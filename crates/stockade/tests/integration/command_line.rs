//! The command line: help, wrong use, formats and files, what each option does, and the JSON contract.

use crate::run::{DAY, folder, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

/// One failure of severity critical, one unknown, and a runtime that ends.
const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Auth: {Type: String}
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Handler: a.b
      Runtime: python3.9
      Role: arn:aws:iam::123456789012:role/é
      Code: {S3Bucket: b, S3Key: k}
      Environment: {Variables: {PARTITION: !Ref AWS::Partition, WHERE: !Ref AWS::Region}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Fn, AuthType: !Ref Auth}}
  Queue: {Type: AWS::SQS::Queue, Condition: Prod}
";

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Utf8Path, arguments: &[&str]) -> Run {
    let output = stockade(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A folder with the template in it.
pub(crate) fn template() -> (tempfile::TempDir, Utf8PathBuf) {
    let (guard, path) = folder("template.yaml", TEMPLATE);
    (guard, path.parent().unwrap().to_owned())
}

pub(crate) fn report(folder: &Utf8Path, arguments: &[&str]) -> (i32, Json) {
    let run = run(folder, &[&["check", "--format", "json", "--as-of", DAY], arguments].concat());
    (run.code, serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err)))
}

fn verdicts(report: &Json, control: &str) -> Vec<String> {
    let findings =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["control"] == control);
    findings.map(|finding| finding["verdict"].as_str().unwrap().to_owned()).collect()
}

fn help(verb: &[&str]) -> String {
    let (_guard, folder) = template();
    let run = run(&folder, &[verb, &["--help"]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    // clap pads the lines between an option's parts.
    run.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn help_of_the_tool() {
    insta::assert_snapshot!(help(&[]), @r"
    Brings AWS Lambda estates to a security baseline and keeps them there

    Usage: stockade <COMMAND>

    Commands:
      check        Judge templates and say what breaks the baseline
      init         Write a `stockade.toml` for the templates of a folder
      waive        Accept one failure, with a reason and perhaps for a time
      baseline     Accept what fails today, so that only what is new counts
      expand       Print the CloudFormation that AWS would really deploy
      explain      Print the page of a control
      controls     List the catalogue of controls
      completions  Print the completion script of a shell
      policy       Ask what IAM policies really allow, to whom, and whether that escalates

    Options:
      -h, --help     Print help
      -V, --version  Print version
    ");
}

#[test]
fn help_of_check() {
    insta::assert_snapshot!(help(&["check"]), @r"
    Judge templates and say what breaks the baseline

    Usage: stockade check [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Files and folders to judge

              [default: .]

    Options:
          --fail-on <SEVERITY>
              Least severity that makes the exit code 1: low, medium, high or critical [default: high]

          --related
              Take the paths for changed files: judge the deployments that they are part of, pass over the others

          --since <REV>
              Judge what changed since a git revision, and list what was not there then

          --verdicts <VERDICTS>
              Verdicts to list, separated by commas: fail, unknown, pass [default: fail,unknown; for junit all]

          --format <FORMAT>
              Format of the report [default: what the name of the --output stands for, else text]

              May be given several times: the first is written to the first --output, the second to the second, and one that is left over to standard output.

              Possible values:
              - text:     For people at a terminal
              - json:     For tools, version 1
              - sarif:    SARIF 2.1.0 for code scanning; failures only
              - junit:    JUnit XML for the test views of GitLab and Jenkins; unknown is skipped
              - github:   Annotations of GitHub Actions, the worst first; failures only
              - markdown: For a comment on a pull request or a step summary

          --output <FILE>
              File to write the report to instead of standard output

              May be given several times. The name of a file without a --format of its own decides: .json, .sarif, .xml (JUnit), .md; else text.

          --explain-unknown
              Say below the text report which facts would settle the most unknowns

          --timings
              Print to standard error where the time went, by phase and by control

          --no-baseline
              Count failures that the baseline file knows, too

          --profile <PROFILE>
              Set of controls to judge by: minimum, baseline or regulated [default: baseline]

          --strict
              Make unknown count like a failure

          --config <FILE>
              Configuration file [default: the nearest stockade.toml upwards of each template]

          --baseline <FILE>
              Baseline file [default: what stockade.toml says, else .stockade-baseline.json of the project]

          --as-of <YYYY-MM-DD>
              Day to judge for [default: today]

          --region <REGION>
              Region to judge for; sets the partition and the pseudo-parameters [default: us-east-1]

          --parameter <KEY=VALUE>
              Value of a template's parameter or of a Terraform variable, in every scenario; `--var` is the same

          --environment <NAME>
              Environment of samconfig.toml or stockade.toml to judge [default: all that override parameters]

          --parameter-file <FILE>
              Parameter file in the AWS CLI's or CodePipeline's form; each is a scenario of its own

      -h, --help
              Print help (see a summary with '-h')

    Exit code: 0 clean; 1 findings at or above --fail-on; 2 usage error, nothing to judge, or an input that could not be read or evaluated (the others are still judged).
    ");
}

#[test]
fn help_of_expand() {
    insta::assert_snapshot!(help(&["expand"]), @r"
    Print the CloudFormation that AWS would really deploy

    Usage: stockade expand [OPTIONS] <FILE>

    Arguments:
      <FILE>
              Template to expand

    Options:
          --format <FORMAT>
              Print JSON instead of YAML

              Possible values:
              - yaml: YAML
              - json: JSON

              [default: yaml]

          --evaluate
              Resolve what the first scenario knows; the rest is `Stockade::Unknown`, with what would settle it

          --origins
              Add the place that each value came from, as `Origins`

          --region <REGION>
              Region to judge for; sets the partition and the pseudo-parameters [default: us-east-1]

          --parameter <KEY=VALUE>
              Value of a template's parameter or of a Terraform variable, in every scenario; `--var` is the same

          --environment <NAME>
              Environment of samconfig.toml or stockade.toml to judge [default: all that override parameters]

          --parameter-file <FILE>
              Parameter file in the AWS CLI's or CodePipeline's form; each is a scenario of its own

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn help_of_explain() {
    insta::assert_snapshot!(help(&["explain"]), @r"
    Print the page of a control

    Usage: stockade explain <CONTROL>

    Arguments:
      <CONTROL>  Id (EP-01) or slug (function-url-without-auth) of a control

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn help_of_controls() {
    insta::assert_snapshot!(help(&["controls"]), @r"
    List the catalogue of controls

    Usage: stockade controls [OPTIONS]

    Options:
          --format <FORMAT>
              Format of the list

              Possible values:
              - text: For people
              - json: For tools

              [default: text]

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn wrong_use_is_exit_code_2_and_says_what_is_right() {
    let (_guard, folder) = template();
    for (arguments, expected) in [
        (&["check", "--nonsense"][..], "unexpected argument '--nonsense'"),
        (&["check", "--fail-on", "bad"], "[possible values: low, medium, high, critical]"),
        (&["check", "--profile", "bad"], "[possible values: minimum, baseline, regulated]"),
        (&["check", "--verdicts", "fail,bad"], "[possible values: fail, unknown, pass]"),
        (&["check", "--format", "xml"], "invalid value 'xml'"),
        (&["check", "--explain-unknown", "--format", "json"], "add `--format text`"),
        (&["check", "--as-of", "tomorrow"], "invalid value 'tomorrow'"),
        (&["check", "--parameter", "Stage"], "--parameter `Stage`: expected KEY=VALUE"),
        (&["check", "--parameter-file", "none.json"], "cannot read `none.json`: No such file"),
        (&["check", "--output", "no/such/folder/out.json"], "cannot write `no/such/folder/out.json`"),
        (
            &["check", "--format", "text", "--output", "a.sarif"],
            "say `--format sarif` for it, or give it another name",
        ),
        (
            &["check", "--format", "json", "--output", "a.xml"],
            "its name stands for junit, and it would get the json report",
        ),
        (&["check", "--format", "text", "--format", "json"], "would both go to standard output"),
        (&["check", "--output", "a.json", "--output", "a.json"], "two reports would go to it"),
        (&["controls", "--format", "sarif"], "invalid value 'sarif'"),
        (&["expand"], "required arguments were not provided"),
        (&["expand", "none.yaml"], "none.yaml: no such file or folder"),
        (&["explain", "XX-99"], "no control `XX-99`; `stockade controls` lists them"),
        (&["explain", "EP-999"], "did you mean one of EP-01"),
        (&["frobnicate"], "unrecognized subcommand 'frobnicate'"),
        (&[], "Usage: stockade"),
    ] {
        let run = run(&folder, arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn verdicts_chooses_what_is_listed() {
    let (_guard, folder) = template();
    let listed = |words: &str| {
        let (_, report) = report(&folder, &["--verdicts", words]);
        let mut found: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["verdict"].as_str().unwrap().into())
            .collect();
        found.sort();
        found.dedup();
        found
    };
    assert_eq!(listed("fail"), ["fail"]);
    assert_eq!(listed("unknown"), ["unknown"]);
    assert_eq!(listed("pass"), ["pass"]);
    assert_eq!(listed("fail,unknown,pass"), ["fail", "pass", "unknown"]);
}

#[test]
fn fail_on_and_strict_decide_the_exit_code() {
    let (_guard, folder) = template();
    let code = |arguments: &[&str]| report(&folder, arguments).0;
    assert_eq!(code(&["--parameter", "Auth=NONE", "--fail-on", "low"]), 1);
    assert_eq!(code(&["--parameter", "Auth=AWS_IAM", "--fail-on", "critical"]), 0);
    assert_eq!(code(&["--fail-on", "critical"]), 0, "the URL is unknown");
    let unknown = report(&folder, &[]).1["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["control"] == "EP-01")
        .cloned()
        .unwrap();
    assert_eq!(unknown["verdict"], "unknown");
    assert_eq!(
        code(&["--strict", "--fail-on", unknown["severity"].as_str().unwrap()]),
        1,
        "strict counts the unknown"
    );
}

#[test]
fn a_profile_holds_those_below_it() {
    let (_guard, folder) = template();
    let count =
        |profile: &str| report(&folder, &["--profile", profile]).1["summary"]["controls"].as_u64().unwrap();
    assert!(count("minimum") < count("baseline"));
    assert!(count("baseline") <= count("regulated"));
}

#[test]
fn reports_go_to_files_in_several_formats() {
    let (_guard, folder) = template();
    let arguments = [
        "check",
        "template.yaml",
        "--as-of",
        DAY,
        "--format",
        "text",
        "--format",
        "json",
        "--output",
        "out.txt",
        "--output",
        "out.json",
    ];
    let first = run(&folder, &arguments);
    assert_eq!(first.out, "", "{}", first.err);
    let text = std::fs::read_to_string(folder.join("out.txt")).unwrap();
    assert!(text.contains("template.yaml") && !text.contains('\u{1b}'), "{text}");
    let json: Json =
        serde_json::from_str(&std::fs::read_to_string(folder.join("out.json")).unwrap()).unwrap();
    assert_eq!(json["schema_version"], 1);
    // By the name where no format is said, and the rest of the formats to standard output.
    let second = run(&folder, &["check", "template.yaml", "--as-of", DAY, "--output", "named.json"]);
    assert_eq!(second.out, "");
    assert_eq!(
        std::fs::read(folder.join("named.json")).unwrap(),
        std::fs::read(folder.join("out.json")).unwrap()
    );
    // What a name stands for, in all formats, and a format that is left over to standard output.
    let third = run(
        &folder,
        &[
            &["check", "template.yaml", "--as-of", DAY, "--format", "sarif", "--output", "a.json"][..],
            &["--format", "text", "--output", "b.txt", "--format", "github"],
        ]
        .concat(),
    );
    assert!(third.out.contains("::notice title=Stockade::") && third.err.is_empty(), "{}", third.err);
    let starts = |name: &str, with: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.starts_with(with), "{name}: {text}");
        std::fs::remove_file(folder.join(name)).unwrap();
    };
    starts("a.json", "{\n  \"$schema\"");
    starts("b.txt", "medium[");
    let names = ["a.sarif", "a.sarif.json", "a.xml", "a.md", "a"];
    let outputs: Vec<&str> = names.iter().flat_map(|name| ["--output", name]).collect();
    assert_eq!(run(&folder, &[&["check", "template.yaml", "--as-of", DAY][..], &outputs].concat()).out, "");
    starts("a.sarif", "{\n  \"$schema\"");
    starts("a.sarif.json", "{\n  \"$schema\"");
    starts("a.xml", "<?xml ");
    starts("a.md", "## Stockade: ");
    starts("a", "medium[");
    let left: Vec<String> =
        folder.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned()).collect();
    assert_eq!(left.len(), 4, "no temporary file is left: {left:?}");
}

#[cfg(unix)]
#[test]
fn a_report_can_be_read_by_others_and_links_and_devices_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_guard, folder) = template();
    std::os::unix::fs::symlink("real.json", folder.join("link.json")).unwrap();
    std::fs::write(folder.join("real.json"), "old").unwrap();
    run(&folder, &["check", "--output", "link.json", "--output", "/dev/null", "--output", "fresh.json"]);
    assert!(folder.join("link.json").symlink_metadata().unwrap().is_symlink());
    assert!(std::fs::read_to_string(folder.join("real.json")).unwrap().starts_with('{'));
    std::fs::write(folder.join("plain"), "").unwrap();
    let mode = |name: &str| folder.join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("fresh.json"), mode("plain"), "as the umask says");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_fault() {
    let (_guard, folder) = template();
    for arguments in [
        &["controls"][..],
        &["check", "--format", "json"],
        &["explain", "EP-01"],
        &["expand", "template.yaml"],
    ] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_stockade"))
            .args(arguments)
            .current_dir(&folder)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.code().is_some_and(|code| code < 2), "{arguments:?}: {:?}", output.status);
    }
}

#[test]
fn a_parameter_holds_in_every_scenario() {
    let (_guard, folder) = template();
    assert_eq!(verdicts(&report(&folder, &[]).1, "EP-01"), ["unknown"]);
    let (_, given) = report(&folder, &["--parameter", "Auth=NONE", "--parameter", "Stage=prod"]);
    assert_eq!(given["deployments"][0]["scenarios"].as_array().unwrap().len(), 1);
    assert_eq!(given["deployments"][0]["resources"], 3);
    let (_, dev) = report(&folder, &["--parameter", "Stage=dev"]);
    assert_eq!(dev["deployments"][0]["resources"], 2);
}

#[test]
fn parameter_files_of_each_form_are_scenarios() {
    let (_guard, folder) = template();
    std::fs::write(folder.join("cli.json"), r#"[{"ParameterKey": "Auth", "ParameterValue": "NONE"}, {"ParameterKey": "Stage", "UsePreviousValue": true}]"#).unwrap();
    std::fs::write(folder.join("pairs.json"), r#"["Auth=AWS_IAM", "Stage=prod"]"#).unwrap();
    std::fs::write(folder.join("pipeline.json"), r#"{"Parameters": {"Auth": "AWS_IAM", "Stage": "prod"}}"#)
        .unwrap();
    let files = [
        "--parameter-file",
        "cli.json",
        "--parameter-file",
        "pairs.json",
        "--parameter-file",
        "pipeline.json",
    ];
    let (_, report) = report(&folder, &[&files[..], &["template.yaml"]].concat());
    let names: Vec<&str> = report["deployments"][0]["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scenario| scenario["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["cli", "pairs", "pipeline"]);
    for (content, expected) in [
        ("{", "invalid JSON"),
        ("", "the file is empty"),
        ("{}", "not a parameter file"),
        ("[{}]", "an entry has no `ParameterKey`"),
        (r#"[{"ParameterKey": "A"}]"#, "an entry has no `ParameterValue`"),
        (r#"{"Parameters": {"A": {"B": 1}}}"#, "neither text nor a list of texts"),
    ] {
        std::fs::write(folder.join("broken.json"), content).unwrap();
        let run = run(&folder, &["check", "--parameter-file", "broken.json"]);
        assert_eq!(run.code, 2, "{content}");
        assert!(run.err.contains("broken.json:1:") && run.err.contains(expected), "{content}: {}", run.err);
    }
}

#[test]
fn the_region_decides_the_partition() {
    let (_guard, folder) = template();
    let code = "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Runtime: python3.13, CodeUri: s3://b/k}\n";
    std::fs::write(folder.join("sam.yaml"), code).unwrap();
    let role = |region: &str| run(&folder, &["expand", "sam.yaml", "--region", region]).out;
    assert!(role("us-east-1").contains("arn:aws:iam::aws:policy/"), "{}", role("us-east-1"));
    assert!(role("cn-north-1").contains("arn:aws-cn:iam::aws:policy/"), "{}", role("cn-north-1"));
    assert!(role("us-gov-west-1").contains("arn:aws-us-gov:iam::aws:policy/"));
}

#[test]
fn as_of_decides_what_is_out_of_support() {
    let (_guard, folder) = template();
    let on = |day: &str| {
        let run =
            run(&folder, &["check", "--format", "json", "--as-of", day, "--verdicts", "fail,pass,unknown"]);
        let report: Json = serde_json::from_str(&run.out).unwrap();
        assert_eq!(report["tool"]["as_of"], day);
        verdicts(&report, "RT-01")
    };
    assert_eq!(on("2024-01-01"), ["pass"]);
    assert_eq!(on("2026-11-24"), ["fail"]);
}

#[test]
fn a_catalogue_of_actions_that_is_too_old_says_nothing_of_names_that_it_does_not_have() {
    let (_guard, folder) = template();
    let code = "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.b\n      Runtime: python3.13\n      CodeUri: s3://b/k\n      Policies:\n        - Version: '2012-10-17'\n          Statement:\n            - {Effect: Allow, Action: s3:HeadObject, Resource: 'arn:aws:s3:::orders/*'}\n";
    std::fs::write(folder.join("template.yaml"), code).unwrap();
    let on = |day: &str| {
        let arguments = ["check", "--format", "json", "--as-of", day, "--verdicts", "fail,pass,unknown"];
        let report: Json = serde_json::from_str(&run(&folder, &arguments).out).unwrap();
        verdicts(&report, "IAM-24")
    };
    assert_eq!(on("2026-11-24"), ["fail"]);
    // 90 days without a word in `stockade.toml`.
    assert_eq!(on("2027-11-24"), ["unknown"]);
    std::fs::write(folder.join("stockade.toml"), "[limits]\naction-catalogue-days = 10\n").unwrap();
    assert_eq!(on("2026-11-24"), ["unknown"]);
    std::fs::write(folder.join("stockade.toml"), "[limits]\naction-catalogue-days = 1000\n").unwrap();
    assert_eq!(on("2027-11-24"), ["fail"]);
}

#[test]
fn the_catalogue_is_an_array_with_its_columns() {
    let (_guard, folder) = template();
    let rows: Json = serde_json::from_str(&run(&folder, &["controls", "--format", "json"]).out).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 212);
    for row in rows {
        let columns: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(
            columns,
            [
                "id",
                "family",
                "basis",
                "profile",
                "scope",
                "subject",
                "severity",
                "slug",
                "control",
                "cloudformation_or_sam",
                "terraform",
                "live_api",
                "judged"
            ]
        );
    }
    let judged = stockade_controls::CONTROLS.len();
    let end = format!("212 controls, {judged} judged by this version\n");
    assert!(run(&folder, &["controls"]).out.ends_with(&end));
}

#[test]
fn explain_takes_an_id_a_slug_and_what_is_not_judged_yet() {
    let (_guard, folder) = template();
    let by_id = run(&folder, &["explain", "EP-01"]);
    assert_eq!(by_id.code, 0);
    assert_eq!(run(&folder, &["explain", "function-url-without-auth"]).out, by_id.out);
    assert!(by_id.out.starts_with("# EP-01 function-url-without-auth: "), "{}", by_id.out);
    assert!(run(&folder, &["explain", "ep-03"]).out.contains("This version does not judge it yet."));
}

#[test]
fn explain_unknown_names_the_facts_below_the_scorecard() {
    let (_guard, folder) = template();
    let text = TEMPLATE.replace("arn:aws:iam::123456789012:role/é", "!ImportValue role");
    std::fs::write(folder.join("second.yaml"), text).unwrap();
    let plain = run(&folder, &["check", "--as-of", DAY]);
    let told = run(&folder, &["check", "--as-of", DAY, "--explain-unknown"]);
    assert_eq!((told.code, told.err.as_str()), (plain.code, ""));
    let below = told.out.strip_prefix(&plain.out).unwrap();
    insta::assert_snapshot!(below, @r"

    4 unknowns by 3 open questions:
         2  parameter `Auth`: EP-01 (2) in 2 deployments
            settled by a value for parameter `Auth` (`--parameter Auth=…`)
         1  import `role`: IAM-06 (1)
            settled by the export `role`
         1  the role, which lies outside the deployment: IAM-06 (1)
    ");
    let json = folder.join("report.json");
    let both =
        ["check", "--explain-unknown", "--format", "json", "--format", "text", "--output", "report.json"];
    assert!(run(&folder, &both).out.contains("open question"));
    assert!(!std::fs::read_to_string(json).unwrap().contains("open question"));
}

#[test]
fn timings_go_to_standard_error_alone() {
    let (_guard, folder) = template();
    for format in ["text", "json"] {
        let plain = run(&folder, &["check", "--as-of", DAY, "--format", format]);
        let timed = run(&folder, &["check", "--as-of", DAY, "--format", format, "--timings"]);
        assert_eq!((timed.code, timed.out), (plain.code, plain.out));
        for line in ["load and evaluate ", "judge, merge and mend ", "render and write ", "total ", "EP-01 "]
        {
            assert!(timed.err.lines().any(|printed| printed.starts_with(line)), "{line}: {}", timed.err);
        }
        assert_eq!(plain.err, "");
    }
}

#[test]
fn two_runs_are_equal_byte_for_byte() {
    let (_guard, folder) = template();
    for at in 0..20 {
        let text = TEMPLATE.replace("arn:aws:iam::123456789012:role/é", "!Sub '${Stage}-${Auth}'");
        std::fs::write(folder.join(format!("t{at}.yaml")), text.replace("  Url:", "  Fn2: {Type: AWS::Lambda::Function, Properties: {Role: !Ref Auth}}\n  Fn3: {Type: AWS::Lambda::Function, Properties: {Role: !Ref Stage}}\n  Url:")).unwrap();
    }
    for format in ["json", "text", "sarif", "junit", "github", "markdown"] {
        let arguments = ["check", "--format", format, "--as-of", DAY, "--verdicts", "fail,unknown,pass"];
        let first = run(&folder, &arguments);
        for _ in 0..4 {
            assert_eq!(run(&folder, &arguments).out, first.out);
        }
    }
}

#[test]
fn paths_are_relative_to_the_current_folder() {
    let (_guard, folder) = template();
    std::fs::create_dir(folder.join("elsewhere")).unwrap();
    let path = |from: &Utf8Path, given: &str| {
        report(from, &[given]).1["findings"][0]["location"]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(path(&folder, "."), "template.yaml");
    assert_eq!(path(&folder, folder.join("template.yaml").as_str()), "template.yaml");
    assert_eq!(path(&folder.join("elsewhere"), "../template.yaml"), "../template.yaml");
    let fingerprints = |from: &Utf8Path, given: &str| {
        let (_, report) = report(from, &[given]);
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["fingerprint"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(fingerprints(&folder, "."), fingerprints(&folder.join("elsewhere"), "../template.yaml"));
}
