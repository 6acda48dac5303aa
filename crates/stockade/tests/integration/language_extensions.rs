//! `AWS::LanguageExtensions` through the whole tool: what is deployed, what is found, what is printed.

use crate::run::{folder, judge, shared, stockade};
use serde_json::Value as Json;
use stockade_model::Outcome;

const LOOP: &str = "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'Users,Orders'}
Resources:
  Fn::ForEach::Services:
    - Name
    - !Ref Names
    - ${Name}Function:
        Type: AWS::Serverless::Function
        Properties:
          Handler: index.handler
          Runtime: python3.8
          CodeUri: ./services/${Name}
          FunctionUrlConfig: {AuthType: NONE}
";

fn expand(text: &str, arguments: &[&str]) -> Json {
    let (_guard, path) = folder("template.yaml", text);
    let output = stockade(path.parent().unwrap())
        .args(["expand", "template.yaml", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_loop_of_sam_functions_has_the_ids_that_aws_gives() {
    let json = expand(LOOP, &[]);
    let ids: Vec<&String> = json["Resources"].as_object().unwrap().keys().collect();
    assert_eq!(
        ids,
        [
            "UsersFunction",
            "UsersFunctionUrl",
            "UsersFunctionUrlPublicPermissions",
            "UsersFunctionURLInvokeAllowPublicAccess",
            "UsersFunctionRole",
            "OrdersFunction",
            "OrdersFunctionUrl",
            "OrdersFunctionUrlPublicPermissions",
            "OrdersFunctionURLInvokeAllowPublicAccess",
            "OrdersFunctionRole"
        ]
    );
    let json = expand(LOOP, &["--parameter", "Names=One"]);
    assert!(json["Resources"].get("OneFunction").is_some());
    assert!(json.get("Transform").is_none());
}

#[test]
fn instances_of_one_loop_are_one_finding() {
    let (_guard, path) = folder("template.yaml", LOOP);
    let report = judge(&[&path]);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let failing = |control: &str| {
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.control == control && finding.verdict.outcome == Outcome::Fail)
            .collect();
        assert_eq!(found.len(), 1, "{control}");
        found[0]
    };
    let url = failing("EP-01");
    assert_eq!(url.instances, ["UsersFunctionUrl", "OrdersFunctionUrl"]);
    assert_eq!(url.parts.declared_id, "${Name}Function");
    assert!(!url.parts.discriminator.contains("Users"));
    let at = report.snapshot.source(url.verdict.place.file).unwrap().position(url.verdict.place.span.start);
    assert_eq!(at.line, 14);
    let fix = url.fix.as_ref().unwrap();
    assert_eq!(fix.edits.len(), 1, "one edit of the loop's body mends both");
    let passing = |id: &str| {
        report.findings.iter().any(|finding| finding.instances.iter().any(|instance| instance == id))
    };
    assert!(passing("OrdersFunction"));
    let judged: usize = report.summary.by_control["EP-01"].iter().sum();
    assert_eq!(judged, 2, "each instance counts");
}

#[test]
fn an_unknown_collection_leaves_the_deployment_open() {
    let text = LOOP.replace(", Default: 'Users,Orders'", "");
    let (_guard, path) = folder("template.yaml", &text);
    let report = judge(&[&path]);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.findings.iter().all(|finding| finding.verdict.outcome != Outcome::Fail));
}

#[test]
fn a_wrong_loop_is_an_error_with_its_place() {
    let text = LOOP.replace("${Name}Function:", "Function:");
    let (_guard, path) = folder("template.yaml", &text);
    let report = judge(&[&path]);
    let [problem] = report.problems.as_slice() else { panic!("{:?}", report.problems) };
    assert_eq!(problem.message, "`Fn::ForEach::Services` makes `Function` more than once");
    assert!(problem.place.is_some());
}

#[test]
fn a_scenario_that_the_rules_forbid_is_not_judged() {
    let text = "
Parameters:
  Stage: {Type: String, AllowedValues: [test, prod], Default: test}
  Size: {Type: String, AllowedValues: [small, large], Default: small}
Rules:
  Production:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions: [{Assert: !Contains [[large], !Ref Size]}]
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsLarge: !Equals [!Ref Size, large]
Resources:
  Q:
    Type: AWS::SQS::Queue
    Condition: IsProd
  R:
    Type: AWS::SQS::Queue
    Condition: IsLarge
";
    let names = |text: &str| {
        let (_guard, path) = folder("template.yaml", text);
        let report = judge(&[&path]);
        let mut names: Vec<_> =
            report.deployments[0].scenarios.iter().map(|scenario| scenario.name.to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(names(text), ["Size=large", "Size=large,Stage=prod", "default"]);
    assert_eq!(names(&text.replace("Rules:", "Metadata:")).len(), 4);
}

/// AWS's own samples, whose ids its guide lists.
#[test]
fn the_samples_of_aws_expand() {
    let Some(folder) = shared("corpus/aws-cloudformation-templates/CloudFormation") else { return };
    let expand = |name: &str| -> Json {
        let output =
            stockade(&folder).args(["expand", name, "--format", "json", "--evaluate"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let keys = |json: &Json| -> Vec<String> { json.as_object().unwrap().keys().cloned().collect() };
    for extension in ["yaml", "json"] {
        let tables = expand(&format!("fn-foreach-ddb.{extension}"));
        assert_eq!(
            keys(&tables["Resources"]),
            ["DynamoDBPoints", "DynamoDBScore", "DynamoDBName", "DynamoDBLeaderboard"]
        );
        assert_eq!(tables["Resources"]["DynamoDBName"]["Properties"]["TableName"], "Name");
        let buckets = expand(&format!("fn-foreach-s3-outputs.{extension}"));
        assert_eq!(keys(&buckets["Resources"]), ["S3BucketA", "S3BucketB", "S3BucketC"]);
        assert_eq!(keys(&buckets["Outputs"]), ["S3BucketAArn", "S3BucketBArn", "S3BucketCArn"]);
    }
}
