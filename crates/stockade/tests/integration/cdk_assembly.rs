//! Cloud assemblies by hand: what a synthesis would hardly write, and where applications keep theirs.

use crate::run::judge;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::time::{Duration, SystemTime};
use stockade_check::Report;
use stockade_model::{Outcome, SymbolKind};
use stockade_project::{Options, load};

const QUEUE: &str = r#"{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 5}}},
 "Outputs": {"JobsArn": {"Value": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Export": {"Name": "jobs"}}}}"#;

/// A stack whose function works on an imported queue; `{}` is the queue's ARN.
const WORKER: &str = r#"{"Resources": {
 "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 60}, "Metadata": {"aws:cdk:path": "Worker/Fn/Resource"}},
 "Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "Fn"}, "EventSourceArn": {}}}}}"#;

/// A project with the given files.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    for (name, text) in files {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    (folder, path)
}

/// A manifest of stacks: id, what it depends on, region.
fn manifest(stacks: &[(&str, &str, &str)]) -> String {
    let artifacts: Vec<String> = stacks
        .iter()
        .map(|(id, dependency, region)| {
            format!(
                r#""{id}": {{"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/{region}",
                 "properties": {{"templateFile": "{id}.json"}}, "dependencies": ["{dependency}"]}}"#
            )
        })
        .collect();
    format!(r#"{{"version": "55.0.0", "artifacts": {{{}}}}}"#, artifacts.join(","))
}

fn any(id: &'static str, dependency: &'static str) -> (&'static str, &'static str, &'static str) {
    (id, dependency, "unknown-region")
}

/// What the queue control says of the worker's mapping.
fn mapping(report: &Report) -> Option<Outcome> {
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let mut found = report.findings.iter().filter(|finding| finding.control == "RL-03");
    found.next().map(|finding| finding.verdict.outcome)
}

fn kinds(report: &Report) -> Vec<&'static str> {
    report.notices.iter().map(|notice| notice.kind).collect()
}

#[test]
fn stacks_import_what_exactly_one_of_them_exports() {
    let import = WORKER.replace("{}}}}}", r#"{"Fn::ImportValue": "jobs"}}}}}"#);
    let output = WORKER
        .replace("{}}}}}", r#"{"Fn::GetStackOutput": {"StackName": "Queue", "OutputName": "JobsArn"}}}}}}"#);
    let both = manifest(&[any("Worker", "Queue"), any("Queue", "")]);
    for worker in [&import, &output] {
        let (_folder, path) = project(&[
            ("cdk.out/manifest.json", &both),
            ("cdk.out/Queue.json", QUEUE),
            ("cdk.out/Worker.json", worker),
        ]);
        let report = judge(&[&path]);
        assert_eq!(mapping(&report), Some(Outcome::Fail), "{worker}");
        let finding = report.findings.iter().find(|finding| finding.control == "RL-03").unwrap();
        assert_eq!(finding.verdict.subject.id, "Worker/Source");
    }
    let twice = manifest(&[any("Worker", "Queue"), any("Queue", ""), any("Other", "")]);
    let (_folder, path) = project(&[
        ("cdk.out/manifest.json", &twice),
        ("cdk.out/Queue.json", QUEUE),
        ("cdk.out/Other.json", QUEUE),
        ("cdk.out/Worker.json", &import),
    ]);
    assert_eq!(mapping(&judge(&[&path])), Some(Outcome::Unknown), "two exporters: it cannot be told which");
    // An export's name is of one region.
    let regions = manifest(&[
        ("Worker", "Queue", "eu-west-1"),
        ("Queue", "", "eu-west-1"),
        ("Other", "", "eu-north-1"),
    ]);
    std::fs::write(path.join("cdk.out/manifest.json"), regions).unwrap();
    assert_eq!(mapping(&judge(&[&path])), Some(Outcome::Fail));
    let (_folder, path) = project(&[
        ("cdk.out/manifest.json", &manifest(&[any("Worker", "")])),
        ("cdk.out/Worker.json", &import),
    ]);
    assert_eq!(mapping(&judge(&[&path])), Some(Outcome::Unknown), "no exporter");
}

#[test]
fn an_imported_value_shows_where_it_is_imported_and_exported() {
    let import = WORKER.replace("{}}}}}", r#"{"Fn::ImportValue": "jobs"}}}}}"#);
    let both = manifest(&[any("Worker", "Queue"), any("Queue", "")]);
    let (_folder, path) = project(&[
        ("cdk.out/manifest.json", &both),
        ("cdk.out/Queue.json", QUEUE),
        ("cdk.out/Worker.json", &import),
    ]);
    let project = load(&[path], &Options::default());
    let resources = &project.deployments[0].deployed[0].resources;
    let source = resources.iter().find(|resource| resource.id == "Worker/Source").unwrap();
    let value = source.properties.get("EventSourceArn");
    let symbol = value.unknown().unwrap();
    assert!(
        matches!(symbol.kind(), SymbolKind::Attribute { resource, .. } if resource == "Queue/Jobs"),
        "{symbol:?}"
    );
    assert_eq!(project.files.path(value.origin.place.file).file_name(), Some("Worker.json"));
    let exported = value.origin.vias().next().unwrap();
    assert_eq!(project.files.path(exported.place.file).file_name(), Some("Queue.json"));
}

#[test]
fn a_stack_bound_to_a_region_is_judged_for_it() {
    let template = r#"{"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Ref": "AWS::Region"}}}}}"#;
    let (_folder, path) = project(&[
        ("cdk.out/manifest.json", &manifest(&[("App", "", "eu-west-1")])),
        ("cdk.out/App.json", template),
    ]);
    let project = load(&[path], &Options::default());
    assert_eq!(project.deployments[0].deployed[0].environment.region, "eu-west-1");
    let name =
        project.deployments[0].deployed[0].resources[0].properties.get("LogGroupName").as_text().unwrap();
    assert_eq!(name.as_literal(), Some("eu-west-1"));
}

#[test]
fn assemblies_are_found_although_git_ignores_them() {
    let app = manifest(&[any("App", "")]);
    for (output, configuration) in [("cdk.out", "{}"), ("build/assembly", r#"{"output": "build/assembly"}"#)]
    {
        let (_folder, path) = project(&[
            (".gitignore", "cdk.out\nbuild\n"),
            ("app/cdk.json", configuration),
            (&format!("app/{output}/manifest.json"), &app),
            (&format!("app/{output}/App.json"), QUEUE),
            // Assets are code, not what is deployed.
            (&format!("app/{output}/asset.1/template.json"), QUEUE),
        ]);
        let report = judge(&[&path]);
        let names: Vec<&Utf8Path> =
            report.deployments.iter().map(|deployment| deployment.name.as_path()).collect();
        assert_eq!(names, [path.join("app").join(output)]);
        assert_eq!(report.deployments[0].resources, 1);
        assert!(
            report.notices.is_empty() && report.problems.is_empty(),
            "{:?} {:?}",
            report.notices,
            report.problems
        );
    }
}

#[test]
fn without_metadata_the_manifest_tells_the_construct() {
    let manifest = r#"{"version": "40.0.0", "artifacts": {"App": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "App.json"}, "metadata": {"/App/Handler/Resource": [
          {"type": "aws:cdk:logicalId", "data": "Fn", "trace": ["new App (FOLDER/lib/app.ts:2:3)"]}]}}}}"#;
    let template = r#"{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs12.x"}}}}"#;
    let (_folder, path) = project(&[
        ("cdk.out/App.json", template),
        ("lib/app.ts", "class App {\n  handler = new Function();\n}\n"),
    ]);
    let finding_in = |manifest: &str| {
        std::fs::write(path.join("cdk.out/manifest.json"), manifest).unwrap();
        let report = judge(&[&path]);
        let finding = report.findings.iter().find(|finding| finding.control == "RT-01").unwrap();
        let related = finding.verdict.related.last().unwrap();
        let source = report.snapshot.source(related.place.file).unwrap();
        (related.message.clone(), source.path.clone(), source.slice(related.place.span).to_owned())
    };
    let (message, source, text) = finding_in(&manifest.replace("FOLDER", path.as_str()));
    assert_eq!(message, "construct `App/Handler/Resource` is made here");
    assert_eq!((source, text.as_str()), (path.join("lib/app.ts"), "handler = new Function();"));
    // A line outside of the project is not read.
    let (message, source, _) = finding_in(&manifest.replace("FOLDER/lib/app.ts", "/etc/hostname"));
    assert_eq!(message, "construct `App/Handler/Resource` made this");
    assert_eq!(source, path.join("cdk.out/App.json"));
}

#[test]
fn an_application_that_has_to_be_synthesised_is_told() {
    let (_folder, path) = project(&[("cdk.json", "{}"), ("lib/app.ts", "")]);
    let report = judge(&[&path]);
    assert_eq!(kinds(&report), ["cdk-not-synthesised"]);
    assert!(report.notices[0].message.contains("npx cdk synth"));

    let (_folder, path) = project(&[
        ("cdk.json", "{}"),
        ("lib/app.ts", ""),
        ("lib/app.test.ts", ""),
        ("test/more.ts", ""),
        ("node_modules/x/index.js", ""),
        ("README.md", ""),
        ("cdk.out/manifest.json", &manifest(&[any("App", "")])),
        ("cdk.out/App.json", QUEUE),
    ]);
    let set = |name: &str, seconds: u64| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
        File::options().write(true).open(path.join(name)).unwrap().set_modified(time).unwrap();
    };
    set("cdk.json", 0);
    set("lib/app.ts", 5);
    set("cdk.out/manifest.json", 10);
    for other in ["lib/app.test.ts", "test/more.ts", "node_modules/x/index.js", "README.md"] {
        set(other, 20);
    }
    assert_eq!(kinds(&judge(&[&path])), [""; 0], "no source is newer than the output");
    set("lib/app.ts", 15);
    let report = judge(&[&path]);
    assert_eq!(kinds(&report), ["cdk-out-of-date"]);
    let message = &report.notices[0].message;
    assert!(message.contains("`lib/app.ts`") && message.contains("npx cdk synth"), "{message}");
    assert_eq!(report.deployments.len(), 1, "it is judged all the same");
}

#[test]
fn a_broken_assembly_is_an_error_at_its_place() {
    let both = manifest(&[any("App", ""), any("Gone", "")]);
    let (_folder, path) = project(&[("cdk.out/manifest.json", &both), ("cdk.out/App.json", QUEUE)]);
    let report = judge(&[&path]);
    let [problem] = report.problems.as_slice() else { panic!("{:?}", report.problems) };
    assert!(
        problem.message.contains("`Gone.json`") && problem.message.contains("npx cdk synth"),
        "{}",
        problem.message
    );
    let source = report.snapshot.source(problem.place.unwrap().file).unwrap();
    assert_eq!(source.slice(problem.place.unwrap().span), "\"Gone.json\"");
    assert_eq!(report.deployments.len(), 1, "the other stack is judged");

    let (_folder, path) =
        project(&[("cdk.out/manifest.json", r#"{"version": "1", "artifacts": {"cdk:tree": }}"#)]);
    let text = std::fs::read_to_string(path.join("cdk.out/manifest.json"))
        .unwrap()
        .replace("cdk:tree", "cdk:tree\": \"aws:cloudformation:stack");
    std::fs::write(path.join("cdk.out/manifest.json"), text).unwrap();
    let report = judge(&[&path]);
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    assert!(report.problems[0].place.is_some());
}

#[test]
fn templates_outside_of_the_project_are_not_read() {
    let stage = r#"{"version": "1", "artifacts": {"App": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "../../outside.json"}}}}"#;
    let (_folder, path) =
        project(&[("outside.json", QUEUE), ("app/stockade.toml", ""), ("app/cdk.out/manifest.json", stage)]);
    let report = judge(&[&path.join("app")]);
    assert!(report.deployments.is_empty());
    assert!(report.problems[0].message.contains("outside the project"), "{:?}", report.problems);
}
