//! `check --related`: many changed paths at once, as hooks give them.

use crate::run::{DAY, root, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

/// A function URL whose authorization its parent decides; by itself it would be open.
const CHILD: &str = "\
Parameters:
  Auth: {Type: String, Default: NONE}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: python3.13, Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/r', Code: {S3Bucket: b, S3Key: k}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Fn, AuthType: !Ref Auth}}
";

const PARENT: &str = "\
Resources:
  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested/child.yaml, Parameters: {Auth: AWS_IAM}}}
";

const OPEN: &str = "\
Resources:
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: f, AuthType: NONE}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: NONE}
";

/// A repository with a parent and its child, an open template, one that includes a fragment, one that cannot be parsed,
/// and files that are no templates.
fn repository() -> (tempfile::TempDir, Utf8PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    std::fs::create_dir(folder.join(".git")).unwrap();
    let including = "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      Fn::Transform: \
                     {Name: AWS::Include, Parameters: {Location: fragment.yaml}}\n";
    for (path, text) in [
        ("app/parent.yaml", PARENT),
        ("app/nested/child.yaml", CHILD),
        ("open.yaml", OPEN),
        ("shared/including.yaml", including),
        ("shared/fragment.yaml", "Handler: a.b\nRuntime: python3.8\n"),
        ("broken/template.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: [\n"),
        ("values.yaml", "replicas: 3\n"),
        ("helm.yaml", "{{ if .Values.enabled }}\nkind: Service\n{{ end }}\n"),
        ("package.json", "{\"name\": \"x\"}\n"),
        ("main.tf", "resource \"aws_lambda_function\" \"f\" {}\n"),
        (
            "sam/template.yaml",
            "Transform: AWS::Serverless-2016-10-31\nResources: {Q: {Type: AWS::SQS::Queue}}\n",
        ),
        ("sam/samconfig.toml", "version = 0.1\n"),
        ("ignored/template.yaml", OPEN),
        (".gitignore", "ignored/\n"),
    ] {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (guard, folder)
}

fn related(folder: &Utf8Path, paths: &[&str]) -> (i32, Json) {
    let arguments = ["check", "--related", "--format", "json", "--as-of", DAY];
    let output = stockade(folder).args(arguments).args(paths).output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code().unwrap(), report.unwrap_or_else(|_| panic!("{output:?}")))
}

fn names(report: &Json) -> Vec<&str> {
    report["deployments"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

fn fails(report: &Json, control: &str) -> usize {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["control"] == control && finding["verdict"] == "fail").count()
}

#[test]
fn files_that_are_no_templates_do_not_break_a_commit() {
    let (_guard, folder) = repository();
    let (code, report) = related(&folder, &["values.yaml", "helm.yaml", "package.json", "main.tf"]);
    assert_eq!(code, 0);
    assert_eq!(names(&report), ["."], "the root module that `main.tf` is part of");
    assert_eq!(report["files"]["not_template"], 3);
    assert_eq!(report["errors"], Json::Array(vec![]));
    // Whoever names them to be judged is told.
    stockade(&folder).args(["check", "values.yaml"]).assert().code(2);
}

#[test]
fn a_nested_template_is_judged_in_its_parent_whichever_of_them_changed() {
    let (_guard, folder) = repository();
    for paths in [
        &["app/nested/child.yaml"][..],
        &["app/parent.yaml"],
        &["app/nested/child.yaml", "./app/parent.yaml"],
    ] {
        let (code, report) = related(&folder, paths);
        assert_eq!((code, names(&report)), (0, vec!["app/parent.yaml"]), "{paths:?}");
        assert_eq!(fails(&report, "EP-01"), 0);
        assert_eq!(report["files"]["judged"], 2);
    }
    // By itself it would be open.
    stockade(&folder).args(["check", "app/nested/child.yaml"]).assert().code(1);
}

#[test]
fn only_deployments_of_changed_files_are_judged() {
    let (_guard, folder) = repository();
    let (code, report) = related(&folder, &["app/parent.yaml", "values.yaml"]);
    assert_eq!((code, names(&report)), (0, vec!["app/parent.yaml"]));
    let (code, report) = related(&folder, &["open.yaml", "app/parent.yaml"]);
    assert_eq!((code, names(&report)), (1, vec!["app/parent.yaml", "open.yaml"]));
    assert_eq!(fails(&report, "EP-01"), 1);
}

#[test]
fn fragments_and_configuration_are_part_of_their_deployments() {
    let (_guard, folder) = repository();
    let (_, report) = related(&folder, &["shared/fragment.yaml"]);
    assert_eq!(names(&report), ["shared/including.yaml"]);
    assert_eq!(report["files"]["not_template"], 0);
    let (_, report) = related(&folder, &["sam/samconfig.toml"]);
    assert_eq!(names(&report), ["sam/template.yaml"]);
}

#[test]
fn a_broken_template_stops_the_commit_that_changes_it_and_no_other() {
    let (_guard, folder) = repository();
    let (code, report) = related(&folder, &["broken/template.yaml", "values.yaml"]);
    assert_eq!((code, report["files"]["failed"].as_u64()), (2, Some(1)));
    assert_eq!(report["errors"][0]["path"], "broken/template.yaml");
    let (code, report) = related(&folder, &["sam/template.yaml"]);
    assert_eq!((code, &report["errors"]), (0, &Json::Array(vec![])));
    let (code, _) = related(&folder, &["gone.yaml"]);
    assert_eq!(code, 2);
}

#[test]
fn a_template_that_git_ignores_is_judged_if_it_is_given() {
    let (_guard, folder) = repository();
    let (code, report) = related(&folder, &["ignored/template.yaml"]);
    assert_eq!((code, names(&report)), (1, vec!["ignored/template.yaml"]));
}

#[test]
fn paths_are_those_of_the_current_folder_also_in_a_folder_of_the_project() {
    let (_guard, folder) = repository();
    let inner = folder.join("app");
    let (_, report) = related(&inner, &["nested/child.yaml"]);
    assert_eq!(names(&report), ["parent.yaml"]);
    let absolute = folder.join("app/nested/child.yaml");
    let (_, report) = related(&folder, &[absolute.as_str()]);
    assert_eq!(names(&report), ["app/parent.yaml"]);
}

#[test]
fn a_configuration_file_is_part_of_what_it_decides_over_and_excludes_what_it_names() {
    let (_guard, folder) = repository();
    std::fs::write(folder.join("app/stockade.toml"), "profile = \"minimum\"\n").unwrap();
    let (_, report) = related(&folder, &["app/stockade.toml"]);
    assert_eq!(names(&report), ["app/parent.yaml"]);
    std::fs::write(folder.join("stockade.toml"), "exclude = [\"open.yaml\"]\n").unwrap();
    let (code, report) = related(&folder, &["open.yaml"]);
    assert_eq!((code, names(&report), report["files"]["not_template"].as_u64()), (0, vec![], Some(0)));
}

#[test]
fn with_a_revision_only_new_failures_count() {
    let (_guard, folder) = repository();
    std::fs::remove_dir(folder.join(".git")).unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let output =
            std::process::Command::new("git").args(identity).args(arguments).current_dir(&folder).output();
        assert!(output.as_ref().unwrap().status.success(), "{output:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "start"]);
    let check = |path: &str| {
        let arguments = ["check", "--related", "--since", "HEAD", "--format", "json", "--as-of", DAY, path];
        let output = stockade(&folder).args(arguments).output().unwrap();
        let report: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (output.status.code().unwrap(), report)
    };
    std::fs::write(folder.join("open.yaml"), format!("# touched\n{OPEN}")).unwrap();
    let (code, report) = check("open.yaml");
    assert_eq!((code, names(&report), fails(&report, "EP-01")), (0, vec!["open.yaml"], 1));
    std::fs::write(folder.join("app/parent.yaml"), PARENT.replace("AWS_IAM", "NONE")).unwrap();
    let (code, report) = check("app/parent.yaml");
    assert_eq!((code, names(&report), fails(&report, "EP-01")), (1, vec!["app/parent.yaml"], 1));
}

/// However a hook shares out the paths, the same deployments fail.
#[test]
fn batches_find_what_one_run_finds() {
    let corpus = root().join("examples");
    let paths: Vec<String> = files(&corpus);
    let all: Vec<&str> = paths.iter().map(String::as_str).collect();
    let fingerprints = |report: &Json| -> std::collections::BTreeSet<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let (_, whole) = related(&corpus, &all);
    let mut batched = std::collections::BTreeSet::new();
    for batch in all.chunks(1) {
        batched.extend(fingerprints(&related(&corpus, batch).1));
    }
    assert!(!batched.is_empty());
    assert_eq!(batched, fingerprints(&whole));
}

fn files(folder: &Utf8Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.into_string());
        }
    }
    found
}
