//! Plans beside the modules that they were made of: what both know is the same.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use stockade_syntax::{Document, FileId, Source, parse};
use stockade_terraform::{
    Evaluated, Inputs, Kind, Mode, Module, Sources, Value, evaluate, is_plan, is_plan_of, plan_variables,
    read_plan,
};

struct Disk;

impl Sources for Disk {
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String> {
        let entries = folder.read_dir_utf8().map_err(|error| error.to_string())?;
        Ok(entries.filter_map(Result::ok).map(|entry| entry.file_name().to_owned()).collect())
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        Ok(Arc::new(Source::new(FileId(1), path, text)))
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| error.to_string())
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        Arc::new(Module::read(folder, self))
    }
}

const PAIRS: [&str; 3] = ["service", "live", "modules"];

fn plans() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans")
}

/// The source of a plan: `live` is that of `service` once it is deployed.
fn folder(pair: &str) -> Utf8PathBuf {
    plans().join(if pair == "live" { "service" } else { pair })
}

fn document(text: String) -> Document {
    parse(&Source::new(FileId(0), "plan.json", text), |_| None).unwrap()
}

fn text(pair: &str) -> String {
    std::fs::read_to_string(plans().join(pair).join("plan.json")).unwrap()
}

fn source(pair: &str, plan: &Document) -> Evaluated {
    let inputs = Inputs { variables: plan_variables(plan), region: "us-east-1".into(), workspace: None };
    evaluate(&folder(pair), &Disk, &inputs)
}

fn alone(plan: &Document) -> Evaluated {
    read_plan(plan, None, &"us-east-1".into()).unwrap()
}

fn value<'e>(evaluated: &'e Evaluated, address: &str, argument: &str) -> Option<&'e Value> {
    evaluated.resources.iter().find(|one| one.address == address).unwrap().value.get(argument)
}

/// Where both know a value and it is not the same; counts what both know.
fn differences(ours: &Value, theirs: &Value, path: &str, compared: &mut usize, out: &mut Vec<String>) {
    match (&ours.kind, &theirs.kind) {
        (Kind::Unknown(..), _) | (_, Kind::Unknown(..)) => {}
        (Kind::Mapping(ours), Kind::Mapping(theirs)) => {
            for (key, entry) in ours.entries.iter().filter(|(_, entry)| !entry.value.is_null()) {
                if let Some(other) = theirs.entries.get(key) {
                    differences(&entry.value, &other.value, &format!("{path}.{key}"), compared, out);
                }
            }
        }
        (Kind::Sequence(ours), Kind::Sequence(theirs)) => {
            if ours.open.is_none() && theirs.open.is_none() && ours.items.len() != theirs.items.len() {
                out.push(format!("{path}: {} items, {} items", ours.items.len(), theirs.items.len()));
            }
            for (at, (ours, theirs)) in ours.items.iter().zip(theirs.items.iter()).enumerate() {
                differences(ours, theirs, &format!("{path}[{at}]"), compared, out);
            }
        }
        _ => {
            let literal = |value: &Value| Some(value.to_text()?.as_literal()?.to_owned());
            if let (Some(ours), Some(theirs)) = (literal(ours), literal(theirs)) {
                *compared += 1;
                if ours != theirs {
                    out.push(format!("{path}: {ours} and {theirs}"));
                }
            }
        }
    }
}

fn compare(ours: &Evaluated, theirs: &Evaluated) -> (usize, Vec<String>) {
    let (mut compared, mut out) = (0, Vec::new());
    for instance in ours.resources.iter().filter(|instance| instance.mode == Mode::Managed) {
        match theirs.resources.iter().find(|other| other.address == instance.address) {
            Some(other) => {
                differences(&instance.value, &other.value, &instance.address, &mut compared, &mut out);
            }
            None => out.push(format!("{} is not planned", instance.address)),
        }
    }
    for (name, value) in &ours.outputs {
        let other = theirs.outputs.get(name).unwrap();
        differences(value, other, &format!("output.{name}"), &mut compared, &mut out);
    }
    (compared, out)
}

#[test]
fn evaluated_modules_never_contradict_their_plans() {
    for pair in PAIRS {
        let plan = document(text(pair));
        assert!(is_plan(&plan) && is_plan_of(&plan, &Module::read(&folder(pair), &Disk)), "{pair}");
        let (compared, differences) = compare(&source(pair, &plan), &alone(&plan));
        assert_eq!(differences, Vec::<String>::new(), "{pair}");
        assert!(compared >= 14, "{pair}: {compared} values");
    }
}

#[test]
fn a_contradiction_is_seen() {
    let hcl = source("service", &document(text("service")));
    for (from, to) in [("index.handler", "other"), ("worker-prod", "worker-test"), ("PROD", "TEST")] {
        let (_, differences) = compare(&hcl, &alone(&document(text("service").replace(from, to))));
        assert!(!differences.is_empty(), "{from}");
    }
}

#[test]
fn what_the_plan_does_not_know_is_the_attribute_that_it_refers_to() {
    let plan = alone(&document(text("service")));
    let role = value(&plan, "aws_lambda_function.worker", "role").unwrap();
    let hcl = source("service", &document(text("service")));
    let same = value(&hcl, "aws_lambda_function.worker", "role").unwrap();
    assert_eq!(role.symbol().unwrap().kind(), same.symbol().unwrap().kind());
    // What nobody writes is the provider's.
    assert!(value(&plan, "aws_lambda_function.worker", "tracing_config").is_none());
    let modules = alone(&document(text("modules")));
    for key in ["jobs", "mail.out"] {
        let address = |name: &str| format!("module.queue[\"{key}\"].{name}");
        let spelled = |name: &str, argument: &str| {
            format!("{:?}", value(&modules, &address(name), argument).unwrap().symbol().unwrap().kind())
        };
        let queue = spelled("aws_lambda_event_source_mapping.reader", "event_source_arn");
        assert!(queue.contains(&format!("{:?}", address("aws_sqs_queue.this"))), "{queue}");
        assert!(spelled("aws_lambda_function.reader", "role").contains("\"aws_iam_role.reader\""));
    }
}

#[test]
fn what_is_deployed_already_stays_joined() {
    let plan = alone(&document(text("live")));
    let role = value(&plan, "aws_lambda_function.worker", "role").unwrap();
    let new = alone(&document(text("service")));
    let before = value(&new, "aws_lambda_function.worker", "role").unwrap();
    assert_eq!(role.symbol().unwrap().kind(), before.symbol().unwrap().kind());
    // What providers give back for arguments that nobody wrote is absent.
    assert!(value(&plan, "aws_lambda_function.worker", "kms_key_arn").is_none());
    assert!(plan.resources.iter().all(|one| one.address != "aws_lambda_function.gone"));
}

#[test]
fn a_text_built_of_an_attribute_is_not_the_attribute() {
    let text = text("service").replace(
        "\"policy\":{},\"role\"",
        "\"policy\":{\"references\":[\"aws_iam_role.worker.arn\",\"aws_iam_role.worker\"]},\"role\"",
    );
    let plan = document(
        text.replace("\"role\":true}", "\"role\":true,\"policy\":true}")
            .replace("\"name\":\"all\",\"policy\"", "\"name\":\"all\",\"p\""),
    );
    let policy = format!(
        "{:?}",
        value(&alone(&plan), "aws_iam_role_policy.worker", "policy").unwrap().symbol().unwrap()
    );
    assert!(policy.contains("Opaque"), "{policy}");
}

/// What a plan says of `dynamic "dead_letter_config"` through something that is not known yet: the same as of
/// `tracing_config`, which the provider fills in and nobody wrote.
#[test]
fn a_dynamic_block_that_is_not_known_yet_is_not_absent() {
    let with = text("service")
        .replace("\"logging_config\":true", "\"logging_config\":true,\"dead_letter_config\":true");
    let plan = alone(&document(with.replace("\"dead_letter_config\":[]", "\"other\":[]")));
    let queue = value(&plan, "aws_lambda_function.worker", "dead_letter_config").unwrap();
    assert!(queue.symbol().is_some(), "{queue:?}");
    assert!(value(&plan, "aws_lambda_function.worker", "tracing_config").is_none());
}

#[test]
fn with_the_source_values_are_planned_and_places_written() {
    let plan = document(text("service"));
    let hcl = source("service", &plan);
    let both = read_plan(&plan, Some(&hcl), &"us-east-1".into()).unwrap();
    assert_eq!(both.region, "eu-west-1");
    for instance in &both.resources {
        assert_eq!(instance.declared_at.file, FileId(1), "{}", instance.address);
    }
    let name = value(&both, "aws_lambda_function.worker", "function_name").unwrap();
    assert_eq!(name.as_str(), Some("worker-prod"));
    assert_eq!(name.origin.place.file, FileId(1));
    let environment = &value(&both, "aws_lambda_function.worker", "environment").unwrap().items()[0];
    let secret = environment.get("variables").unwrap().get("SECRET").unwrap();
    assert!(secret.sensitive);
    assert!(!environment.get("variables").unwrap().get("STAGE").unwrap().sensitive);
    // Of what the provider filled in, the block is the place.
    let memory = value(&both, "aws_lambda_function.worker", "memory_size").unwrap();
    assert_eq!(
        memory.origin.place,
        value(&hcl, "aws_lambda_function.worker", "role").map_or(memory.origin.place, |_| {
            hcl.resources
                .iter()
                .find(|one| one.address == "aws_lambda_function.worker")
                .unwrap()
                .value
                .origin
                .place
        })
    );
}

#[test]
fn what_is_written_and_not_planned_is_told() {
    let plan = document(text("service"));
    let hcl = source("service", &plan);
    let cut = text("service").replace(
        "\"address\":\"aws_lambda_permission.url\",\"mode\"",
        "\"address\":\"aws_lambda_permission.other\",\"mode\"",
    );
    let both = read_plan(&document(cut), Some(&hcl), &"us-east-1".into()).unwrap();
    assert_eq!(both.diagnostics.len(), 1);
    assert!(both.diagnostics[0].message.starts_with("`aws_lambda_permission.url` is in the source"));
}
