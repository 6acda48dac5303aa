//! A team with imperfect templates switches the gate on: configuration, waivers, the baseline file, changes.

use crate::run::{DAY, root, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;
use std::process::Command;

const FUNCTION: &str = "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      \
                        Handler: app.handler\n      Role: arn:aws:iam::123456789012:role/fn\n      \
                        Code: {S3Bucket: b, S3Key: k}\n";

const URL: &str = "  FnUrl:\n    Type: AWS::Lambda::Url\n    Properties:\n      AuthType: NONE\n      \
                   TargetFunctionArn: !Ref Fn\n";

struct Project {
    _guard: tempfile::TempDir,
    folder: Utf8PathBuf,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
        let project = Self { _guard: guard, folder };
        // The folders above are none of the project's.
        std::fs::create_dir(project.folder.join(".git")).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.join(path)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = stockade(&self.folder).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    fn check(&self, more: &[&str]) -> (i32, Json) {
        let mut arguments = vec!["check", "--format", "json", "--as-of", DAY];
        arguments.extend(more);
        let (code, out, error) = self.run(&arguments);
        (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{error}")))
    }

    fn git(&self, arguments: &[&str]) {
        let settings =
            ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main"];
        let output =
            Command::new("git").args(settings).args(arguments).current_dir(&self.folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Control and id of what fails and nobody accepted.
fn live(report: &Json) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let live = findings.filter(|finding| {
        finding["verdict"] == "fail" && finding["waived"].is_null() && finding["baselined"] == false
    });
    let mut names: Vec<String> = live
        .map(|finding| {
            format!("{} {}", finding["control"].as_str().unwrap(), finding["subject"]["id"].as_str().unwrap())
        })
        .collect();
    names.sort();
    names
}

fn waived(report: &Json) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut names: Vec<String> = findings
        .filter(|finding| !finding["waived"].is_null())
        .map(|finding| {
            format!(
                "{}: {}",
                finding["control"].as_str().unwrap(),
                finding["waived"]["reason"].as_str().unwrap()
            )
        })
        .collect();
    names.sort();
    names
}

/// Kind, line and message of the notices that are about waivers and configuration.
fn notices(report: &Json) -> Vec<String> {
    let notices = report["notices"].as_array().unwrap().iter();
    notices
        .map(|notice| {
            let line = &notice["location"]["start"]["line"];
            format!("{}:{line}: {}", notice["kind"].as_str().unwrap(), notice["message"].as_str().unwrap())
        })
        .collect()
}

fn errors(report: &Json) -> Vec<String> {
    let errors = report["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            let start = &error["location"]["start"];
            format!(
                "{}:{}:{}: {}",
                error["path"].as_str().unwrap(),
                start["line"],
                start["column"],
                error["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn the_nearest_configuration_says_how_a_template_is_judged() {
    let project = Project::new(&[
        ("template.yaml", FUNCTION),
        (
            "stockade.toml",
            "fail-on = \"medium\"\n[controls]\nLG-03 = \"off\"\nCC-01 = \"low\"\nEP-02 = \"on\"\n",
        ),
        ("app/template.yaml", &format!("{FUNCTION}{URL}")),
        ("app/stockade.toml", "profile = \"minimum\"\nfail-on = \"critical\"\n"),
    ]);
    let (code, report) = project.check(&[]);
    let of = |path: &str| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        let of = findings.filter(|finding| finding["deployment"] == path && finding["verdict"] == "fail");
        of.map(|finding| {
            format!("{} {}", finding["control"].as_str().unwrap(), finding["severity"].as_str().unwrap())
        })
        .collect()
    };
    assert!(!of("template.yaml").contains(&"LG-03 low".into()));
    assert!(of("template.yaml").contains(&"CC-01 low".into()), "{:?}", of("template.yaml"));
    let app = of("app/template.yaml");
    assert!(app.contains(&"EP-01 high".into()), "{app:?}");
    assert!(app.iter().all(|finding| !finding.starts_with("CC")), "{app:?}");
    // The inner file asks for critical, the outer one for medium: a template without a medium finding passes.
    let (inner, _) = project.check(&["app"]);
    assert_eq!(inner, 0);
    assert_eq!(code, 1);
    let (stricter, _) = project.check(&["app", "--fail-on", "high"]);
    assert_eq!(stricter, 1);
}

#[test]
fn every_fault_of_a_configuration_is_told_at_its_place() {
    let project = Project::new(&[
        ("template.yaml", FUNCTION),
        (
            "stockade.toml",
            "profil = \"minimum\"\nexclude = [\"nowhere/**\"]\n[controls]\nEP-99 = \"off\"\n[[waivers]]\ncontrol = \
             \"function-without-trasing\"\nsubject = \"Fn\"\nreason = \"r\"\nuntil = 2027-02-30\n[[waivers]]\ncontrol = \
             \"CC-01\"\nsubject = \"Fn\"\nreason = \"r\"\nuntil = 2026-01-01\n",
        ),
    ]);
    let (code, report) = project.check(&[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(errors(&report).join("\n"), @r"
    stockade.toml:1:1: unknown key `profil`: did you mean `profile`?
    stockade.toml:4:1: there is no control `EP-99`: `stockade controls` lists them
    stockade.toml:6:11: there is no control `function-without-trasing`: did you mean `function-without-tracing` (LG-07)?
    stockade.toml:9:9: invalid TOML: invalid date, expected day between 01 and 28
    ");
    insta::assert_snapshot!(notices(&report).join("\n"), @r"
    unmatched-glob:2: `nowhere/**` in `exclude` matches no file: correct or remove it
    expired-waiver:10: the waiver of CC-01 ended on 2026-01-01: mend what it waives, or give it a new day
    ");
    // What is not faulty counts.
    assert!(live(&report).contains(&"CC-01 Fn".to_owned()));
}

#[test]
fn excluded_files_are_not_judged_and_said_so() {
    let project = Project::new(&[
        ("template.yaml", FUNCTION),
        ("legacy/broken.yaml", "Resources: {A: {Type: AWS::SQS::Queue\n"),
        ("stockade.toml", "exclude = [\"legacy\"]\n"),
    ]);
    let (code, report) = project.check(&[]);
    assert_eq!((code, errors(&report).len()), (0, 0));
    assert_eq!(report["notices"][0]["kind"], "excluded");
}

#[test]
fn waivers_stand_in_comments_metadata_and_configuration() {
    let template = FUNCTION
        .replace("  Fn:\n", "  # stockade: waive CC-01, LG-07 until 2027-01-01 -- a prototype\n  Fn:\n")
        .replace("    Properties:\n", "    Metadata:\n      Stockade:\n        Waivers:\n          - {Control: LG-01, Reason: kept by law}\n    Properties:\n");
    let project = Project::new(&[
        ("template.yaml", &template),
        (
            "stockade.toml",
            "[[waivers]]\ncontrol = \"function-without-code-signing\"\npath = \"*.yaml\"\nsubject = \"F*\"\nreason = \"next quarter\"\n",
        ),
    ]);
    let (code, report) = project.check(&["--fail-on", "low"]);
    assert_eq!(
        waived(&report),
        ["CC-01: a prototype", "LG-01: kept by law", "LG-07: a prototype", "SC-01: next quarter"]
    );
    assert_eq!(live(&report), ["LG-03 Fn"]);
    assert_eq!(code, 1);
    assert_eq!(report["summary"]["by_family"]["CC"]["waived"], 1);
    assert_eq!(report["summary"]["by_family"]["CC"]["fail"], 0);
    assert_eq!(notices(&report), Vec::<String>::new());
    let (_, text, _) = project.run(&["check", "--as-of", DAY]);
    assert!(
        text.contains("waived: CC-01 of `Fn` until 2027-01-01: a prototype, by template.yaml:2:3"),
        "{text}"
    );
}

#[test]
fn one_command_waives_one_failure() {
    let project = Project::new(&[
        ("app/template.yaml", &format!("{FUNCTION}{URL}")),
        ("stockade.toml", "fail-on = \"high\"\n"),
    ]);
    assert_eq!(project.check(&[]).0, 1);
    let arguments = [
        "waive",
        "EP-01",
        "app/template.yaml:12:17",
        "--reason",
        "a \"demo\"",
        "--until",
        "2027-01-31",
        "--as-of",
        DAY,
    ];
    let (code, out, error) = project.run(&arguments);
    assert_eq!((code, out.as_str()), (0, "waived EP-01 of `FnUrl` in stockade.toml\n"), "{error}");
    assert_eq!(
        project.read("stockade.toml"),
        "fail-on = \"high\"\n\n[[waivers]]\ncontrol = \"EP-01\"\npath = \"app/template.yaml\"\nsubject = \"FnUrl\"\n\
         until = 2027-01-31\nreason = 'a \"demo\"'\n"
    );
    let (code, report) = project.check(&[]);
    assert_eq!((code, waived(&report)), (0, vec!["EP-01: a \"demo\"".to_owned()]));
    let (code, _, error) =
        project.run(&["waive", "EP-01", "app/template.yaml", "--reason", "again", "--as-of", DAY]);
    assert_eq!(code, 2);
    assert!(error.contains("is waived already"), "{error}");
    let (code, _, error) =
        project.run(&["waive", "CC-01", "app/template.yaml:1", "--reason", "r", "--as-of", DAY]);
    assert_eq!(code, 2);
    assert!(error.contains("CC-01 does not fail at `app/template.yaml:1`, but in line 2"), "{error}");
}

#[test]
fn waivers_that_waive_nothing_are_told() {
    let template = FUNCTION
        .replace(
            "  Fn:\n",
            "  # stockade: waive EP-01 -- there is no URL\n  # stockade: waive CC-01\n  Fn:\n",
        )
        .replace("      Handler", "      # stockade: waive LG-01 until 2026-11-23 -- over\n      Handler")
        .replace("      Role", "      # stockade: waive CC-99 -- no such control\n      Role");
    let project = Project::new(&[("template.yaml", &template)]);
    let (_, report) = project.check(&[]);
    insta::assert_snapshot!(notices(&report).join("\n"), @r"
    unused-waiver:2: the waiver of EP-01 waives nothing: remove it
    invalid-waiver:3: the waiver has no reason and waives nothing: write `# stockade: waive EP-01 until 2027-03-01 -- reason`
    expired-waiver:8: the waiver of LG-01 ended on 2026-11-23: mend what it waives, or give it a new day
    invalid-waiver:10: there is no control `CC-99`: `stockade controls` lists them
    ");
    assert_eq!(waived(&report), Vec::<String>::new());
}

#[test]
fn suppressions_for_other_tools_count_where_their_rule_is_the_same() {
    let template = FUNCTION.replace(
        "    Properties:\n",
        "    Metadata:\n      cdk_nag:\n        rules_to_suppress:\n          - {id: NIST.800.53.R5-LambdaConcurrency, reason: behind a queue}\n    \
         Properties:\n      # checkov:skip=CKV_AWS_272:signed elsewhere\n",
    );
    let project = Project::new(&[("template.yaml", &template)]);
    let (_, report) = project.check(&[]);
    assert_eq!(
        waived(&report),
        [
            "CC-01: behind a queue (suppressed for cdk-nag NIST.800.53.R5-LambdaConcurrency)",
            "SC-01: signed elsewhere (suppressed for checkov CKV_AWS_272)"
        ]
    );
}

#[test]
fn a_baseline_keeps_what_is_known_and_swallows_nothing_new() {
    let project = Project::new(&[("a/template.yaml", FUNCTION), ("b/other.yaml", FUNCTION)]);
    let (code, out, error) = project.run(&["baseline", "update", "--as-of", DAY]);
    assert_eq!(
        (code, out.as_str()),
        (0, ".stockade-baseline.json: 10 findings (10 new, 0 gone)\n"),
        "{error}"
    );
    let (code, report) = project.check(&["--fail-on", "low"]);
    assert_eq!((code, live(&report).len()), (0, 0));

    // Moved, reformatted, and one fault more.
    let text = FUNCTION.replace("Runtime: python3.13\n", "Runtime: 'python3.13' # same\n\n");
    std::fs::remove_dir_all(project.folder.join("a")).unwrap();
    project.write("moved/here/template.yaml", &format!("# a new head\n{text}"));
    let (code, report) = project.check(&["--fail-on", "low"]);
    assert_eq!((code, live(&report)), (0, vec![]));
    project.write("moved/here/template.yaml", &format!("{text}{URL}"));
    let (code, report) = project.check(&[]);
    assert_eq!((code, live(&report)), (1, vec!["EP-01 FnUrl".to_owned()]));

    // A copy beside the original is new.
    project.write("copy/other.yaml", FUNCTION);
    let (_, report) = project.check(&[]);
    assert_eq!(live(&report).len(), 6);
}

#[test]
fn a_baseline_changes_one_finding_at_a_time() {
    let project = Project::new(&[("template.yaml", FUNCTION)]);
    project.run(&["baseline", "update", "--as-of", DAY]);
    let before = project.read(".stockade-baseline.json");
    project.write("template.yaml", &format!("{FUNCTION}{URL}"));
    let (_, report) = project.check(&[]);
    let findings = report["findings"].as_array().unwrap();
    let url = findings.iter().find(|finding| finding["control"] == "EP-01").unwrap();
    let fingerprint = url["fingerprint"].as_str().unwrap();
    let (code, out, _) = project.run(&["baseline", "update", fingerprint, "--as-of", DAY]);
    assert_eq!((code, out.as_str()), (0, ".stockade-baseline.json: 6 findings (1 new, 0 gone)\n"));
    let after = project.read(".stockade-baseline.json");
    let lines =
        |text: &str| text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect::<Vec<_>>();
    let new: Vec<String> = lines(&after).into_iter().filter(|line| !lines(&before).contains(line)).collect();
    // One for the finding, one for the ids of its file.
    assert_eq!(new.len(), 2, "{new:?}");
    assert_eq!(project.check(&[]).0, 0);

    project.write("template.yaml", FUNCTION);
    let (_, out, _) = project.run(&["baseline", "update", fingerprint, "--as-of", DAY]);
    assert_eq!(out, ".stockade-baseline.json: 5 findings (0 new, 1 gone)\n");
    let (code, _, error) = project.run(&["baseline", "update", "v1:0000000000000000"]);
    assert_eq!(code, 2);
    assert!(error.contains("no finding has the fingerprint `v1:0000000000000000`"), "{error}");
}

#[test]
fn a_finding_that_became_worse_is_new() {
    let project = Project::new(&[("template.yaml", &format!("{FUNCTION}{URL}"))]);
    project.run(&["baseline", "update", "--as-of", DAY]);
    assert_eq!(project.check(&[]).0, 0);
    let grant = |name: &str, action: &str, more: &str| {
        format!(
            "  {name}:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !Ref Fn\n      \
             Action: {action}\n      Principal: '*'\n{more}"
        )
    };
    let grants = grant("A", "lambda:InvokeFunctionUrl", "      FunctionUrlAuthType: NONE\n")
        + &grant("B", "lambda:InvokeFunction", "      InvokedViaFunctionUrl: true\n");
    project.write("template.yaml", &format!("{FUNCTION}{URL}{grants}"));
    let (code, report) = project.check(&[]);
    assert_eq!(code, 1);
    assert!(live(&report).contains(&"EP-01 FnUrl".to_owned()), "{:?}", live(&report));
}

#[test]
fn a_statement_before_others_takes_nothing_of_theirs() {
    let template = |statements: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             Runtime: python3.13\n      Handler: app.handler\n      CodeUri: src/\n      Policies:\n        - Version: '2012-10-17'\n          \
             Statement:\n{statements}"
        )
    };
    let statement =
        |action: &str| format!("            - {{Effect: Allow, Action: '{action}', Resource: '*'}}\n");
    let project = Project::new(&[("template.yaml", &template(&statement("sqs:*")))]);
    project.run(&["baseline", "update", "--as-of", DAY]);
    project.write("template.yaml", &template(&(statement("dynamodb:*") + &statement("sqs:*"))));
    let (_, report) = project.check(&[]);
    assert_eq!(live(&report), ["IAM-03 FnRole", "IAM-04 FnRole", "IAM-13 FnRole"]);
    let findings = report["findings"].as_array().unwrap().iter();
    let new = findings.filter(|finding| finding["control"] == "IAM-03" && finding["baselined"] == false);
    assert_eq!(new.map(|finding| finding["subject"]["part"].clone()).collect::<Vec<_>>(), ["dynamodb:*"]);
}

#[test]
fn a_broken_baseline_is_told_with_its_place() {
    let project =
        Project::new(&[("template.yaml", FUNCTION), (".stockade-baseline.json", "{\n  \"version\": 1,\n")]);
    let (code, report) = project.check(&[]);
    assert_eq!(code, 2);
    assert!(
        errors(&report)[0].starts_with(".stockade-baseline.json:3:1: no baseline file"),
        "{:?}",
        errors(&report)
    );
}

#[test]
fn a_change_is_judged_with_what_it_breaks_elsewhere() {
    let parent = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      \
                  TemplateURL: ./parts/child.yaml\n";
    let project = Project::new(&[
        ("app/parent.yaml", parent),
        ("app/parts/child.yaml", FUNCTION),
        ("apart/template.yaml", &FUNCTION.replace("Fn", "Apart")),
    ]);
    std::fs::remove_dir(project.folder.join(".git")).unwrap();
    project.git(&["init", "-q"]);
    project.git(&["add", "-A"]);
    project.git(&["commit", "-qm", "base"]);

    let (code, report) = project.check(&["--since", "HEAD"]);
    assert_eq!((code, report["deployments"].as_array().unwrap().len()), (0, 0));

    project.write("app/parts/child.yaml", &format!("{FUNCTION}{URL}"));
    let (code, report) = project.check(&["--since", "HEAD"]);
    assert_eq!(report["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(report["deployments"][0]["name"], "app/parent.yaml");
    assert_eq!((code, live(&report)), (1, vec!["EP-01 Child/FnUrl".to_owned()]));

    // A file that git does not know yet, and one under a new name.
    project.git(&["checkout", "-q", "."]);
    project.git(&["mv", "apart/template.yaml", "apart/renamed.yaml"]);
    project.write("new.yaml", &FUNCTION.replace("Fn", "New"));
    let (_, report) = project.check(&["--since", "HEAD"]);
    assert!(live(&report).iter().all(|finding| finding.ends_with(" New")), "{:?}", live(&report));
    assert!(!live(&report).is_empty());

    let (code, _, error) = project.run(&["check", "--since", "no-such-branch"]);
    assert_eq!(code, 2);
    assert!(error.contains("`no-such-branch` is no revision here"), "{error}");
}

#[test]
fn a_removed_export_breaks_its_importer() {
    let network = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\nOutputs:\n  Auth:\n    Value: AWS_IAM\n    Export:\n      Name: url-auth\n";
    let url = URL.replace("AuthType: NONE", "AuthType: !ImportValue url-auth");
    let project = Project::new(&[
        ("network.yaml", network),
        ("app.yaml", &format!("{FUNCTION}{url}")),
        ("apart.yaml", FUNCTION),
    ]);
    std::fs::remove_dir(project.folder.join(".git")).unwrap();
    project.git(&["init", "-q"]);
    project.git(&["add", "-A"]);
    project.git(&["commit", "-qm", "base"]);
    project.write("network.yaml", &network.replace("AWS_IAM", "NONE"));
    let (code, report) = project.check(&["--since", "HEAD"]);
    assert_eq!((code, live(&report)), (1, vec!["EP-01 FnUrl".to_owned()]));
}

#[test]
fn init_writes_a_configuration_that_judges_everything_else() {
    let project = Project::new(&[
        ("template.yaml", FUNCTION),
        ("broken.yaml", "Resources: {A: {Type: AWS::SQS::Queue\n"),
    ]);
    let (code, out, _) = project.run(&["init"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("wrote stockade.toml: 1 deployment (1 cloudformation), 1 function\n"), "{out}");
    let (code, report) = project.check(&[]);
    assert_eq!((code, errors(&report).len()), (0, 0));
    let (code, _, error) = project.run(&["init"]);
    assert_eq!(code, 2);
    assert!(error.contains("`stockade.toml` is there already"), "{error}");
}

#[test]
fn environments_and_deployments_of_the_configuration_are_scenarios() {
    let template = "Parameters:\n  Auth: {Type: String}\nResources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      \
                    Runtime: python3.13\n      Handler: app.handler\n      Role: arn:aws:iam::123456789012:role/fn\n      \
                    Code: {S3Bucket: b, S3Key: k}\n  FnUrl:\n    Type: AWS::Lambda::Url\n    Properties:\n      AuthType: !Ref Auth\n      \
                    TargetFunctionArn: !Ref Fn\n";
    let project = Project::new(&[
        ("a/template.yaml", template),
        ("b/template.yaml", template),
        (
            "stockade.toml",
            "[environments.prod]\nparameters = { Auth = \"AWS_IAM\" }\ntemplates = [\"a/**\"]\n[environments.dev]\nparameters = { Auth = \
             \"NONE\" }\ntemplates = [\"a/**\"]\n[deployments.\"b/*\"]\nparameters = { Auth = \"AWS_IAM\" }\n",
        ),
    ]);
    let (_, report) = project.check(&[]);
    let findings = report["findings"].as_array().unwrap();
    let urls: Vec<&Json> = findings.iter().filter(|finding| finding["control"] == "EP-01").collect();
    assert_eq!(urls.len(), 1, "{urls:?}");
    assert_eq!(urls[0]["deployment"], "a/template.yaml");
    assert_eq!(urls[0]["scenarios"][0], "dev");
    assert_eq!(notices(&report), Vec::<String>::new());
}

#[test]
fn imports_from_chooses_between_exporters_of_one_name() {
    let exporter = |value: &str| {
        format!(
            "Resources:\n  Q:\n    Type: AWS::SQS::Queue\nOutputs:\n  Auth:\n    Value: {value}\n    Export:\n      Name: url-auth\n"
        )
    };
    let url = URL.replace("AuthType: NONE", "AuthType: !ImportValue url-auth");
    let project = Project::new(&[
        ("blue.yaml", &exporter("AWS_IAM")),
        ("green.yaml", &exporter("NONE")),
        ("app.yaml", &format!("{FUNCTION}{url}")),
        ("stockade.toml", "[deployments.\"app.yaml\"]\nimports-from = [\"green.yaml\"]\n"),
    ]);
    assert!(live(&project.check(&[]).1).contains(&"EP-01 FnUrl".to_owned()));
    project.write("stockade.toml", "");
    let (_, report) = project.check(&[]);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["control"] == "EP-01" && finding["verdict"] == "unknown"));
}

#[test]
fn the_example_can_be_adopted() {
    let project = Project::new(&[]);
    copy(&root().join("examples/open"), &project.folder.join("open"));
    project.run(&["init"]);
    project.run(&["baseline", "update"]);
    let (code, out, error) = project.run(&["check"]);
    assert_eq!(code, 0, "{out}{error}");
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap().flatten() {
        if entry.path().is_dir() {
            copy(entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
