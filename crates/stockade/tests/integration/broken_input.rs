//! Inputs that are broken, hostile or huge: each is named with its place and the way out, and never stops the others
//! from being judged.

use crate::run::{DAY, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::time::Duration;

/// A template with one finding, to be judged beside what is broken.
const GOOD: &str = "\
Resources:
  Good:
    Type: AWS::Lambda::Url
    Properties:
      AuthType: NONE
      TargetFunctionArn: other
";

/// A folder with the good template and these files.
fn project(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Utf8PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    std::fs::write(folder.join("good.yaml"), GOOD).unwrap();
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    (guard, folder)
}

/// The JSON report of a run in that folder and its exit code. A panic or an abort has neither.
fn check(folder: &Utf8Path, arguments: &[&str]) -> (i32, Json) {
    let output = stockade(folder)
        .args(["check", "--format", "json", "--as-of", DAY])
        .args(arguments)
        .timeout(Duration::from_secs(900))
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("it was killed: {words}"));
    assert!(!words.contains("panicked"), "{words}");
    (code, serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {words}")))
}

/// Exit code, errors and notices as lines.
fn told(code: i32, report: &Json) -> String {
    let mut out = format!("exit {code}\n");
    for (kind, key) in [("error", "errors"), ("notice", "notices")] {
        for one in report[key].as_array().unwrap() {
            let start = &one["location"]["start"];
            let at = if start.is_null() {
                String::new()
            } else {
                format!(":{}:{}", start["line"], start["column"])
            };
            let _ = writeln!(
                out,
                "{kind}: {}{at}: {}",
                one["path"].as_str().unwrap(),
                one["message"].as_str().unwrap()
            );
        }
    }
    out
}

/// What is told of a file in a folder with a good template, which is judged whatever the other one is like.
fn beside_a_good_one(name: &str, content: impl AsRef<[u8]>) -> String {
    let (_guard, folder) = project(&[(name, content.as_ref())]);
    let (code, report) = check(&folder, &["."]);
    let judged =
        report["findings"].as_array().unwrap().iter().any(|finding| finding["subject"]["id"] == "Good");
    assert!(judged, "the good template is judged: {report:#}");
    told(code, &report)
}

macro_rules! tells {
    ($name:ident, $file:literal, $content:expr, @$expected:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(beside_a_good_one($file, $content), @$expected);
        }
    };
}

tells!(truncated_yaml, "x.yaml", "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties: {Handler: [a, b", @r"
    exit 2
    error: x.yaml:4:27: invalid YAML: unclosed bracket '['
    ");
tells!(truncated_json, "x.json", r#"{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Prop"#, @r"
    exit 2
    error: x.json:1:56: invalid JSON: unterminated string literal
    ");
tells!(circular_references, "x.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref B}}\n  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${A.Arn}'}}\n", @r"
    exit 2
    error: x.yaml:2:3: circular dependency between resources: `A`, `B`
    ");
tells!(circular_depends_on, "x.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue, DependsOn: A}\n  B: {Type: AWS::SQS::Queue, DependsOn: [C]}\n  C: {Type: AWS::SQS::Queue, DependsOn: B}\n", @r"
    exit 2
    error: x.yaml:2:3: circular dependency between resources: `A`
    error: x.yaml:3:3: circular dependency between resources: `B`, `C`
    ");
tells!(circular_conditions, "x.yaml", "Conditions:\n  A: !Not [!Condition B]\n  B: !Or [!Condition A, !Condition A]\nResources:\n  Q: {Type: AWS::SQS::Queue, Condition: A}\n", @r"
    exit 2
    error: x.yaml:2:6: circular dependency between conditions: `A`, `B`
    ");
tells!(a_missing_include, "x.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./missing.yaml}}\n", @r"
    exit 2
    error: x.yaml:5:66: cannot include `./missing.yaml`: no such file or directory
    ");
tells!(an_include_of_itself, "x.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./x.yaml}}\n", @r"
    exit 2
    error: x.yaml:5:66: cannot include `./x.yaml`: it includes itself, so that there is no end to it
    ");
tells!(a_missing_nested_template, "x.yaml", "Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./missing.yaml}}\n", @r"
    exit 2
    error: x.yaml:2:71: cannot read the nested template `./missing.yaml`: no such file or directory
    ");
tells!(a_nested_template_outside_of_the_project, "x.yaml", "Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: /etc/hostname}}\n", @r"
    exit 2
    error: x.yaml:2:71: cannot read the nested template `/etc/hostname` lies outside the project and is not read
    ");
tells!(a_template_that_nests_itself, "x.yaml", "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yaml}}\n  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yaml}}\n", @r"
    exit 2
    error: x.yaml:2:67: cannot follow the nested template `x.yaml`: it nests itself, so that there is no end to it
    error: x.yaml:3:67: cannot follow the nested template `x.yaml`: it nests itself, so that there is no end to it
    ");
tells!(bytes_that_are_not_text, "x.yaml", b"Resources:\n  Q: {Type: AWS::SQS::Queue, Metadata: \xff\xfe}\n", @r"
    exit 2
    error: x.yaml: the file is not UTF-8 text: save it as UTF-8
    ");
tells!(jinja, "x.yaml", "Resources:\n{% for name in names %}\n  {{ name }}:\n    Type: AWS::SQS::Queue\n{% endfor %}\n", @r"
    exit 2
    error: x.yaml:2:2: invalid YAML: unexpected character: `%'; it looks like a text template (Jinja, Go template): render it first and check the result
    ");
tells!(brackets_ten_thousand_deep_in_yaml, "x.yaml", format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Metadata: {}", "[".repeat(10_000)), @r"
    exit 2
    error: x.yaml:1:178: collections nest more than 128 deep
    ");
tells!(blocks_ten_thousand_deep_in_yaml, "x.yaml", format!("AWSTemplateFormatVersion: x\na:\n{}", (1..10_000).map(|at| format!("{}a:\n", " ".repeat(at))).collect::<String>()), @r"
    exit 2
    error: x.yaml:130:129: collections nest more than 128 deep
    ");
tells!(brackets_ten_thousand_deep_in_json, "x.json", format!(r#"{{"Resources": {{"Q": {{"Type": "AWS::SQS::Queue", "Metadata": {}"#, "[".repeat(10_000)), @r"
    exit 2
    error: x.json:1:186: collections nest more than 128 deep
    ");
tells!(duplicate_keys, "x.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::SQS::Queue, Type: AWS::SNS::Topic}\n", @r"
    exit 1
    notice: x.yaml:3:3: the key `Q` stands more than once here; the last one counts
    notice: x.yaml:3:30: the key `Type` stands more than once here; the last one counts
    ");
tells!(a_byte_order_mark_and_windows_line_ends, "x.yaml", "\u{feff}Resources:\r\n  Q:\r\n    Type: AWS::SQS::Queue\r\n    Type: AWS::SQS::Queue\r\n", @r"
    exit 1
    notice: x.yaml:4:5: the key `Type` stands more than once here; the last one counts
    ");
tells!(tabs, "x.yaml", "Resources:\n\tQ:\n\t\tType: AWS::SQS::Queue\n", @r"
    exit 2
    error: x.yaml:2:2: invalid YAML: tabs disallowed within this context (block indentation); indent with spaces
    ");
tells!(an_empty_file, "x.yaml", "", @r"
    exit 1
    ");
tells!(resources_that_are_no_objects, "x.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: []\n", @r"
    exit 2
    error: x.yaml:3:3: resource `A` has no `Type`
    ");
tells!(a_resources_section_that_is_a_list, "x.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: [1, 2]\n", @r"
    exit 2
    error: x.yaml:1:1: the template has no `Resources`
    ");
tells!(a_mapping_that_looks_itself_up, "x.yaml", "Mappings: {M: {A: {B: !FindInMap [M, A, B]}}}\nResources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [M, A, B]}}\n", @r"
    exit 1
    ");

#[test]
fn alias_bombs() {
    let mut text = "Resources: {Q: {Type: AWS::SQS::Queue}}\na0: &a0 lol\n".to_owned();
    for at in 1..12 {
        let _ = writeln!(text, "a{at}: &a{at} [{}]", vec![format!("*a{}", at - 1); 10].join(", "));
    }
    insta::assert_snapshot!(beside_a_good_one("x.yaml", text), @r"
    exit 2
    error: x.yaml:8:45: the document holds more than 1000000 values, those that aliases repeat counted each time
    ");
}

#[test]
fn nested_templates_in_a_circle() {
    let nest = |other: &str| {
        format!(
            "Resources:\n  Child: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {other}}}}}\n"
        )
    };
    let files = [("a.yaml", nest("b.yaml")), ("b.yaml", nest("c.yaml")), ("c.yaml", nest("a.yaml"))];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let (_guard, folder) = project(&files);
    let (code, report) = check(&folder, &["."]);
    insta::assert_snapshot!(told(code, &report), @r"
    exit 2
    error: c.yaml:2:71: cannot follow the nested template `a.yaml`: it nests itself, so that there is no end to it
    ");
}

#[test]
fn nested_templates_that_multiply() {
    let stacks = |other: usize| {
        (0..10).fold("Resources:\n".to_owned(), |text, at| {
            format!("{text}  C{at}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: t{other}.yaml}}}}\n")
        })
    };
    let mut files: Vec<(String, String)> = (0..6).map(|at| (format!("t{at}.yaml"), stacks(at + 1))).collect();
    files.push(("t6.yaml".into(), "Resources: {Q: {Type: AWS::SQS::Queue}}\n".into()));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let (_guard, folder) = project(&files);
    let (code, report) = check(&folder, &["."]);
    assert_eq!(code, 2);
    assert!(
        told(code, &report).contains("the deployment has more than 1000 stacks"),
        "{}",
        told(code, &report)
    );
}

#[test]
fn a_folder_without_templates() {
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(guard.path()).unwrap();
    std::fs::write(folder.join("package.json"), "{}").unwrap();
    let output = stockade(folder).args(["check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    error: nothing to judge in `.`: no template of SAM, CloudFormation or Terraform among 1 files
    ");
}

#[test]
fn paths_that_cannot_be_read() {
    let (_guard, folder) = project(&[("dir.yaml/inner.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}\n")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.yaml", folder.join("dangling.yaml")).unwrap();
    let (code, report) = check(&folder, &["dangling.yaml", "missing.yaml", "good.yaml", "dir.yaml"]);
    insta::assert_snapshot!(told(code, &report), @r"
    exit 2
    error: dangling.yaml: no such file or folder
    error: missing.yaml: no such file or folder
    ");
    assert_eq!(report["files"]["judged"], 2, "the others are judged");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_project() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("secret.yaml");
    std::fs::write(&target, "AWS::Secret: [do-not-show\n").unwrap();
    let (_guard, folder) = project(&[]);
    std::os::unix::fs::symlink(&target, folder.join("link.yaml")).unwrap();
    let (code, report) = check(&folder, &["."]);
    insta::assert_snapshot!(told(code, &report), @r"
    exit 1
    notice: link.yaml: not read: the link leads out of the project
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let (_guard, folder) = project(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(folder.as_std_path().join(name), "Resources: {Q: {Type: AWS::SQS::Queue}}\n").unwrap();
    let (code, report) = check(&folder, &["."]);
    insta::assert_snapshot!(told(code, &report), @r"
    exit 1
    notice: ./caf�.yaml: not judged: its name is not UTF-8; rename it
    ");
}

/// Every property of every kind of resource that a control looks at, with a value of each wrong type.
#[test]
fn properties_of_wrong_types() {
    let types = [
        (
            "AWS::Lambda::Function",
            &["Role", "Runtime", "Timeout", "Environment", "LoggingConfig", "PackageType", "FunctionName"][..],
        ),
        (
            "AWS::Serverless::Function",
            &[
                "Role",
                "Runtime",
                "Timeout",
                "Environment",
                "Events",
                "Policies",
                "FunctionUrlConfig",
                "CodeUri",
            ],
        ),
        ("AWS::Lambda::Url", &["AuthType", "TargetFunctionArn"]),
        ("AWS::Lambda::Permission", &["FunctionName", "Principal", "Action"]),
        ("AWS::Lambda::EventSourceMapping", &["FunctionName", "EventSourceArn"]),
        ("AWS::SQS::Queue", &["VisibilityTimeout", "QueueName"]),
        ("AWS::Logs::LogGroup", &["LogGroupName", "RetentionInDays"]),
        ("AWS::IAM::Role", &["AssumeRolePolicyDocument", "Policies", "RoleName"]),
        ("AWS::CloudFormation::Stack", &["TemplateURL", "Parameters"]),
        ("AWS::Serverless::Api", &["DefinitionBody", "Auth", "StageName"]),
        ("AWS::Serverless::StateMachine", &["Definition", "Events", "Role"]),
    ];
    let values = [
        "",
        "null",
        "true",
        "-1",
        "1.5e+300",
        "text",
        "[]",
        "{}",
        "[[[]]]",
        "{a: {b: [c]}}",
        "!Ref Nothing",
        "!GetAtt x",
        "!If [A, b]",
        "!Sub []",
        "!Join x",
        "!Select [a, b]",
        "!Split {}",
        "!FindInMap []",
        "'{{resolve:x'",
    ];
    let mut text = "Transform: AWS::Serverless-2016-10-31\nResources:\n".to_owned();
    for (number, (type_name, properties)) in types.iter().enumerate() {
        for (at, value) in values.iter().enumerate() {
            let _ = writeln!(text, "  R{number}x{at}:\n    Type: {type_name}\n    Properties:");
            for property in *properties {
                let _ = writeln!(text, "      {property}: {value}");
            }
            let _ = writeln!(
                text,
                "  P{number}x{at}: {{Type: {type_name}, Properties: {value}, DependsOn: {value}}}",
                value = if value.is_empty() { "null" } else { value }
            );
        }
    }
    let (_guard, folder) = project(&[("x.yaml", text.as_bytes())]);
    let (code, report) = check(&folder, &["."]);
    assert_eq!(code, 2, "AWS rejects some of these");
    assert_eq!(report["files"]["judged"], 2);
    for section in ["", "Globals", "Parameters", "Conditions", "Mappings", "Outputs", "Metadata", "Transform"]
    {
        for value in values {
            let resources = "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a, Runtime: python3.12, CodeUri: .}}}";
            let section = if section.is_empty() { "Rules" } else { section };
            let text = format!("AWSTemplateFormatVersion: x\n{resources}\n{section}: {value}\n");
            beside_a_good_one("x.yaml", text);
        }
    }
}

#[test]
fn a_template_of_ten_megabytes() {
    let mut text = "Resources:\n".to_owned();
    for at in 0..1000 {
        let _ = write!(
            text,
            "  Q{at}:\n    Type: AWS::SQS::Queue\n    Metadata:\n      Note: {}\n",
            "x".repeat(10_000)
        );
    }
    assert!(text.len() > 10_000_000);
    assert_eq!(beside_a_good_one("x.yaml", text), "exit 1\n");
}

#[test]
fn expressions_that_double_at_each_level() {
    let mut select = "!Ref P".to_owned();
    for _ in 0..30 {
        select = format!("{{'Fn::Select': ['0', {{'Fn::Split': [x, {select}]}}]}}");
    }
    let mut sub = "x".to_owned();
    let mut import = "!Ref P".to_owned();
    for _ in 0..30 {
        sub = format!("{{'Fn::Sub': ['${{A}}${{A}}', {{A: {sub}}}]}}");
        import = format!("{{'Fn::ImportValue': {{'Fn::Sub': ['${{A}}${{A}}', {{A: {import}}}]}}}}");
    }
    for value in [select, sub, import] {
        let text = format!(
            "Parameters: {{P: {{Type: String}}}}\nResources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {value}}}}}\n  F: {{Type: AWS::Lambda::Function, Properties: {{Role: {value}, Runtime: python3.12}}}}\n"
        );
        beside_a_good_one("x.yaml", text);
    }
}

#[test]
fn ten_thousand_resources() {
    let mut text = "Transform: AWS::Serverless-2016-10-31\nParameters: {Stage: {Type: String, Default: dev}}\nResources:\n".to_owned();
    for at in 0..2500 {
        let _ = write!(
            text,
            "  Fn{at}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.12
      CodeUri: s3://bucket/key
      FunctionName: !Sub '${{Stage}}-fn-{at}'
      Role: !GetAtt Role{at}.Arn
      Timeout: 30
      Events: {{Q: {{Type: SQS, Properties: {{Queue: !GetAtt Queue{at}.Arn}}}}}}
  Role{at}:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {{Statement: []}}}}
  Log{at}:
    Type: AWS::Logs::LogGroup
    Properties: {{LogGroupName: !Sub '/aws/lambda/${{Stage}}-fn-{at}', RetentionInDays: 30}}
  Queue{at}:
    Type: AWS::SQS::Queue
    Properties: {{VisibilityTimeout: 180}}
"
        );
    }
    let (_guard, folder) = project(&[("x.yaml", text.as_bytes())]);
    let (code, report) = check(&folder, &["x.yaml"]);
    assert_eq!(told(code, &report), "exit 0\n");
    assert_eq!(report["deployments"][0]["resources"], 12_500);
    assert_eq!(report["summary"]["by_family"]["RL"]["pass"], 2500, "{}", report["summary"]);
}
