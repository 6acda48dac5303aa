//! `stockade expand` with its options, and where everything came from.

use crate::run::{folder, shared, stockade};
use serde_json::{Value as Json, json};
use stockade_cfn::{Data, Expr};
use stockade_model::Place;
use stockade_project::{Options, Snapshot, load};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: test}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Key: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Globals:
  Function:
    Timeout: 30
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: !Sub '${Stage}.handler'
      Runtime: python3.13
      InlineCode: x
      KmsKeyArn: !Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/1'
      Layers: !Ref Names
      Environment: {Variables: {KEY: !Ref Key, LEFT: !Ref AWS::NoValue}}
  OnlyProd:
    Type: AWS::SQS::Queue
    Condition: IsProd
Outputs:
  Arn: {Value: !GetAtt Fn.Arn}
";

fn expand(arguments: &[&str]) -> Json {
    let (_guard, path) = folder("template.yaml", TEMPLATE);
    let output = stockade(path.parent().unwrap())
        .args(["expand", "template.yaml", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn evaluate_resolves_what_the_scenario_knows() {
    let json = expand(&["--evaluate"]);
    assert_eq!(json["Conditions"], json!({"IsProd": false}));
    let resources = json["Resources"].as_object().unwrap();
    assert!(!resources.contains_key("OnlyProd"));
    let properties = &resources["Fn"]["Properties"];
    assert_eq!(properties["Handler"], "test.handler");
    assert_eq!(properties["Layers"], json!(["a", "b"]));
    assert_eq!(properties["Timeout"], 30);
    let key = &properties["KmsKeyArn"]["Fn::Join"][1];
    assert_eq!(key[0], "arn:aws:kms:us-east-1:");
    assert!(key[1]["Stockade::Unknown"].as_str().unwrap().contains("AWS::AccountId"), "{key}");
    let variables = properties["Environment"]["Variables"].as_object().unwrap();
    assert_eq!(variables.len(), 1, "`AWS::NoValue` takes the variable away");
    assert!(variables["KEY"]["Stockade::Unknown"].as_str().unwrap().contains("parameter `Key`"));
    let prod = expand(&["--evaluate", "--parameter", "Stage=prod"]);
    assert_eq!(prod["Resources"]["Fn"]["Properties"]["Handler"], "prod.handler");
    assert!(prod["Resources"].get("OnlyProd").is_some());
}

#[test]
fn origins_name_the_place_of_each_value() {
    let json = expand(&["--origins"]);
    let at = |path: &str| json["Origins"][path].as_str().unwrap_or_default().to_owned();
    assert_eq!(at("Resources.Fn"), "template.yaml:12:3");
    assert_eq!(at("Resources.Fn.Properties.Handler"), "template.yaml:15:16");
    assert_eq!(at("Resources.Fn.Properties.Timeout"), "template.yaml:10:14");
    assert_eq!(at("Resources.Fn.Properties.Environment.Variables.KEY"), "template.yaml:20:38");
    assert_eq!(at("Resources.FnRole.Properties.ManagedPolicyArns[0]"), "template.yaml:12:3");
    assert_eq!(at("Outputs.Arn.Value"), "template.yaml:25:16");
    assert!(expand(&[]).get("Origins").is_none());
}

/// The values below an expression, and how many of them are nowhere in the source.
fn orphans(expr: &Expr, snapshot: &Snapshot, counts: &mut (usize, Vec<Place>)) {
    let place = expr.origin.place;
    let text = snapshot.source(place.file).map_or("", |source| source.slice(place.span));
    counts.0 += 1;
    // An empty text may be written by nothing at all: `!GetAZs`.
    if text.is_empty() && !expr.is_null() && expr.as_str() != Some("") {
        counts.1.push(place);
    }
    match &expr.data {
        Data::List(items) => items.iter().for_each(|item| orphans(item, snapshot, counts)),
        Data::Object(map) => map.entries.iter().for_each(|entry| orphans(&entry.value, snapshot, counts)),
        _ => {}
    }
}

#[test]
fn every_property_of_the_corpus_has_an_origin() {
    let Some(corpus) = shared("corpus") else { return };
    let project = load(&[corpus], &Options::default());
    let snapshot = project.files.snapshot();
    let mut counts = (0, Vec::new());
    let mut faults = Vec::new();
    for deployment in &project.deployments {
        for (id, declaration) in deployment.expanded.iter().flat_map(|template| &template.resources) {
            let before = counts.1.len();
            if let Some(properties) = declaration.properties() {
                orphans(properties, &snapshot, &mut counts);
            }
            for place in &counts.1[before..] {
                faults.push(format!("{}: {id} ({}) at {place:?}", deployment.name, declaration.type_name));
            }
        }
    }
    println!("{} values of {} deployments have an origin", counts.0, project.deployments.len());
    assert!(counts.0 > 10_000, "{}", counts.0);
    assert!(faults.is_empty(), "{} of {} have no origin:\n{}", faults.len(), counts.0, faults.join("\n"));
}
