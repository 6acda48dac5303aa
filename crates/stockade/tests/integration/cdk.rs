//! CDK applications, synthesised by the real CDK (`tests/cdk`).

use crate::run::{find_in, judge, root};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::OnceLock;
use stockade_check::{DeploymentSummary, Report};
use stockade_model::{Applicability, Finding, Outcome, Place};
use stockade_project::{Deployment, Options, Project, load};

/// The folder with the synthesised applications, or `None` after saying aloud that there is no Node.js to make
/// them. In CI that is a failure. They are made once and kept with the build's other output.
fn applications() -> Option<&'static Utf8Path> {
    static FOLDER: OnceLock<Option<Utf8PathBuf>> = OnceLock::new();
    let synthesise = || {
        if !Command::new("npm").arg("--version").output().is_ok_and(|output| output.status.success()) {
            assert!(std::env::var_os("CI").is_none(), "a skipped test is a failure in CI: npm is missing");
            println!("SKIPPED: there is no npm to synthesise the CDK applications with");
            return None;
        }
        let folder = Utf8Path::new(env!("CARGO_TARGET_TMPDIR")).join("cdk");
        let output = Command::new(root().join("tests/cdk/synth.sh")).arg(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(folder.canonicalize_utf8().unwrap())
    };
    FOLDER.get_or_init(synthesise).as_deref()
}

/// Failures of the controls that these applications plant faults for.
fn failures(report: &Report) -> Vec<&Finding> {
    const PLANTED: [&str; 6] = ["EP-01", "IAM-01", "LG-01", "RL-03", "RT-01", "SE-01"];
    let fails =
        |finding: &&Finding| finding.verdict.outcome == Outcome::Fail && PLANTED.contains(&finding.control);
    report.findings.iter().filter(fails).collect()
}

/// Path, line and column of a place.
fn shown(report: &Report, place: Place) -> (Utf8PathBuf, (u32, u32)) {
    let source = report.snapshot.source(place.file).unwrap();
    let position = source.position(place.span.start);
    (source.path.clone(), (position.line, position.column))
}

/// Checks that a finding shows a construct at the line of the application that makes it.
fn assert_made_at(report: &Report, finding: &Finding, construct: &str, file: &Utf8Path, line: &str) {
    let message = format!("construct `{construct}` is made here");
    let related = finding.verdict.related.iter().find(|related| related.message == message);
    let related = related.unwrap_or_else(|| panic!("{:?}", finding.verdict.related));
    let (path, (shown_line, _)) = shown(report, related.place);
    assert_eq!((path.as_path(), shown_line), (file, find_in(file, line).0));
}

fn deployment<'a>(report: &'a Report, name: &Utf8Path) -> &'a DeploymentSummary {
    let names: Vec<&Utf8PathBuf> = report.deployments.iter().map(|deployment| &deployment.name).collect();
    report
        .deployments
        .iter()
        .find(|deployment| deployment.name == name)
        .unwrap_or_else(|| panic!("{names:?}"))
}

fn ids(deployment: &Deployment) -> BTreeSet<&str> {
    deployment.deployed[0].resources.iter().map(|resource| resource.id.as_str()).collect()
}

fn loaded(path: &Utf8Path) -> Project {
    let project = load(&[path.to_owned()], &Options::default());
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    project
}

#[test]
fn an_api_with_a_bundled_function() {
    let Some(folder) = applications() else { return };
    let app = folder.join("api");
    let report = judge(&[&app]);
    assert!(
        report.problems.is_empty() && report.notices.is_empty(),
        "{:?} {:?}",
        report.problems,
        report.notices
    );
    assert_eq!(report.deployments.len(), 1);
    let deployment = deployment(&report, &app.join("cdk.out"));
    assert_eq!((deployment.kind, deployment.functions), ("cdk", 1));
    assert_eq!(
        deployment.paths,
        [app.join("cdk.out/manifest.json"), app.join("cdk.out/Orders.template.json")]
    );

    let found = failures(&report);
    let [url] = found[..] else { panic!("{:?}", failures(&report)) };
    assert_eq!((url.control, url.verdict.subject.id.as_str()), ("EP-01", "Orders/ListFunctionUrlA4ADC807"));
    let template = app.join("cdk.out/Orders.template.json");
    assert_eq!(shown(&report, url.verdict.place), (template.clone(), find_in(&template, "\"NONE\"")));
    // TypeScript's own lines, not those of what it was compiled to.
    let source = app.join("api-stack.ts");
    assert_made_at(&report, url, "Orders/List/FunctionUrl/Resource", &source, "list.addFunctionUrl(");
    let fix = url.fix.as_ref().unwrap();
    assert_eq!(
        (fix.applicability, fix.edits.len()),
        (Applicability::Display, 0),
        "generated files are not edited"
    );

    let project = loaded(&app);
    let resources = &project.deployments[0].deployed[0].resources;
    let function = resources.iter().find(|resource| resource.type_name == "AWS::Lambda::Function").unwrap();
    let code = &function.asset.as_ref().unwrap().path;
    assert!(code.starts_with(app.join("cdk.out")) && code.join("index.js").is_file(), "{code}");
}

#[test]
fn a_worker_with_a_dead_letter_queue_and_a_nested_stack() {
    let Some(folder) = applications() else { return };
    let app = folder.join("worker");
    let report = judge(&[&app]);
    assert!(
        report.problems.is_empty() && report.notices.is_empty(),
        "{:?} {:?}",
        report.problems,
        report.notices
    );
    assert_eq!(report.deployments.len(), 1, "the nested template is not judged by itself");
    let summary = deployment(&report, &app.join("cdk.out"));
    assert_eq!((summary.kind, summary.resources, summary.functions), ("cdk", 13, 2));

    let found: BTreeSet<(&str, &str)> = failures(&report)
        .iter()
        .map(|finding| (finding.control, finding.verdict.subject.id.as_str()))
        .collect();
    let report_function = "Worker/AlarmsNestedStackAlarmsNestedStackResourceB6627C3C/ReportC847FC22";
    let mapping = "Worker/WorkSqsEventSourceWorkerJobsAEA96F3594F337BB";
    assert_eq!(found, BTreeSet::from([("RL-03", mapping), ("SE-01", report_function)]));
    let source = app.join("app.js");
    for finding in failures(&report) {
        if finding.control == "RL-03" {
            let template = app.join("cdk.out/Worker.template.json");
            let (path, (line, _)) = shown(&report, finding.verdict.place);
            assert_eq!((path, line), (template.clone(), find_in(&template, "\"VisibilityTimeout\": 30").0));
            assert_made_at(&report, finding, "Worker/Jobs/Resource", &source, "const jobs = new Queue(");
            let mapping = "Worker/Work/SqsEventSource:WorkerJobsAEA96F35/Resource";
            assert_made_at(&report, finding, mapping, &source, "work.addEventSource(");
        } else {
            let template = app.join("cdk.out/WorkerAlarmsF3381151.nested.template.json");
            assert_eq!(shown(&report, finding.verdict.place).0, template);
            assert_made_at(
                &report,
                finding,
                "Worker/Alarms/Report/Resource",
                &source,
                "const report = new Function(",
            );
        }
    }

    let project = loaded(&app);
    let [deployment] = project.deployments.as_slice() else { panic!() };
    assert!(ids(deployment).contains("Worker/DeadB2807C34"), "{:?}", ids(deployment));
    let resources = &deployment.deployed[0].resources;
    let asset = |id: &str| resources.iter().find(|resource| resource.id == id).unwrap().asset.clone();
    assert!(asset("Worker/WorkBF636A8B").unwrap().path.join("work.py").is_file());
    assert_eq!(asset(report_function), None, "its code is in the template");
}

#[test]
fn two_stages_whose_stacks_refer_to_each_other() {
    let Some(folder) = applications() else { return };
    let app = folder.join("pipeline");
    let report = judge(&[&app]);
    assert!(
        report.problems.is_empty() && report.notices.is_empty(),
        "{:?} {:?}",
        report.problems,
        report.notices
    );
    let names: Vec<&Utf8PathBuf> = report.deployments.iter().map(|deployment| &deployment.name).collect();
    let (beta, prod) = (app.join("cdk.out/assembly-Beta"), app.join("cdk.out/assembly-Prod"));
    assert_eq!(names, [&beta, &prod]);
    for summary in &report.deployments {
        assert_eq!((summary.kind, summary.resources, summary.functions), ("cdk", 7, 1));
        assert_eq!(summary.paths.len(), 3, "the manifest and two templates: {:?}", summary.paths);
    }

    // Queue and function stand in two stacks, so only the export joins them.
    let [fault] = failures(&report)[..] else { panic!("{:?}", failures(&report)) };
    assert_eq!((fault.control, fault.verdict.subject.id.as_str()), ("RL-03", "Beta-Service/Source71E471F1"));
    let template = beta.join("BetaDataEED1ED73.template.json");
    let (path, (line, _)) = shown(&report, fault.verdict.place);
    assert_eq!((path, line), (template.clone(), find_in(&template, "\"VisibilityTimeout\": 10").0));
    let source = app.join("app.js");
    assert_made_at(&report, fault, "Beta/Data/Events/Resource", &source, "this.events = new Queue(");
    let judged = |id: &str| {
        let finding = report
            .findings
            .iter()
            .find(|finding| finding.verdict.subject.id == id && finding.control == "RL-03");
        finding.map(|finding| finding.verdict.outcome)
    };
    assert_eq!(judged("Prod-Service/Source71E471F1"), Some(Outcome::Pass));

    let project = loaded(&app);
    let [deployed, _] = project.deployments.as_slice() else { panic!() };
    let expected = [
        "Beta-Data/DeadB2807C34",
        "Beta-Data/EventsD32975C2",
        "Beta-Service/Enrich6BF5708E",
        "Beta-Service/EnrichLogs1AD040E3",
        "Beta-Service/EnrichServiceRoleC76E6E12",
        "Beta-Service/EnrichServiceRoleDefaultPolicy671CD6A0",
        "Beta-Service/Source71E471F1",
    ];
    assert_eq!(ids(deployed), BTreeSet::from(expected));
    let function = deployed.deployed[0].resources.iter().find(|resource| resource.id == expected[2]).unwrap();
    let code = &function.asset.as_ref().unwrap().path;
    assert!(code.starts_with(app.join("cdk.out")) && !code.starts_with(&beta), "stages share assets: {code}");
    assert!(code.join("enrich.js").is_file());
}

#[test]
fn nothing_is_judged_twice_wherever_the_path_points() {
    let Some(folder) = applications() else { return };
    let output = folder.join("pipeline/cdk.out");
    let whole: Vec<Utf8PathBuf> =
        judge(&[folder]).deployments.into_iter().map(|deployment| deployment.name).collect();
    assert_eq!(whole.len(), 4, "{whole:?}");
    let beta = output.join("assembly-Beta");
    let template = beta.join("BetaDataEED1ED73.template.json");
    let manifest = output.join("manifest.json");
    for (paths, expected) in [
        (vec![output.as_path()], 2),
        (vec![beta.as_path()], 1),
        (vec![manifest.as_path()], 2),
        (vec![output.as_path(), beta.as_path(), template.as_path()], 2),
    ] {
        let report = judge(&paths);
        let names: Vec<&Utf8PathBuf> = report.deployments.iter().map(|deployment| &deployment.name).collect();
        assert_eq!(names.len(), expected, "{paths:?}: {names:?}");
        assert_eq!(failures(&report).len(), 1, "{paths:?}");
        assert!(report.problems.is_empty(), "{paths:?}: {:?}", report.problems);
    }
    let alone = judge(&[&template]);
    assert_eq!(alone.deployments[0].kind, "cloudformation", "a template that is named is judged as it is");
}
