//! What this tool cannot follow (macros, modules, includes that are elsewhere) opens what it can touch and no more.

use crate::run::folder;
use stockade_model::Value;
use stockade_project::{Deployed, Options, load};

fn deployed(resources: &str) -> Deployed {
    let (_guard, path) = folder("template.yaml", &format!("Resources:\n{resources}"));
    let project = load(&[path], &Options::default());
    assert!(project.problems.is_empty(), "{:?}", project.problems);
    project.deployments[0].deployed[0].clone()
}

fn properties(deployed: &Deployed, id: &str) -> Value {
    deployed.resources.iter().find(|resource| resource.id == id).unwrap().properties.clone()
}

#[test]
fn a_macro_in_an_object_opens_that_object() {
    let deployed = deployed(
        "  Q:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 1
      Tags: {Known: 1, Fn::Transform: {Name: Tagger}}
      Policy: {Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: 's3://bucket/policy.json'}}}
  Other:
    Type: AWS::SQS::Queue
    Fn::Transform: {Name: Changer}
    Properties: {DelaySeconds: 2}
",
    );
    assert!(deployed.open.is_none(), "no macro here makes resources");
    let queue = properties(&deployed, "Q");
    assert!(queue.open().is_none());
    assert!(queue.get("KmsMasterKeyId").is_absent());
    assert!(queue.get("Tags.Known").unknown().is_none());
    assert!(queue.get("Tags.More").unknown().is_some());
    assert!(queue.get("Policy").unknown().is_some());
    let other = properties(&deployed, "Other");
    assert!(other.get("KmsMasterKeyId").unknown().is_some(), "the macro is handed the whole resource");
}

#[test]
fn modules_and_macros_among_resources_leave_the_deployment_open() {
    let module = deployed("  M: {Type: 'Company::Queue::Standard::MODULE', Properties: {Name: x}}\n");
    assert!(module.open.unwrap().settled_by().contains("Company::Queue::Standard::MODULE"));
    let made = deployed("  Fn::Transform: {Name: Maker}\n  Q: {Type: 'AWS::SQS::Queue'}\n");
    assert!(made.open.is_some());
    assert!(properties(&made, "Q").get("KmsMasterKeyId").is_absent());
    let whole = deployed("  Q: {Type: 'AWS::SQS::Queue'}\nTransform: [Maker]\n");
    assert!(whole.open.is_some());
    assert!(properties(&whole, "Q").get("KmsMasterKeyId").unknown().is_some());
    let elsewhere = deployed(
        "  Q: {Type: 'AWS::SQS::Queue'}\nTransform: {Name: 'AWS::Include', Parameters: {Location: 's3://bucket/more.yaml'}}\n",
    );
    assert!(elsewhere.open.is_some());
    let custom = deployed("  C: {Type: 'Custom::Thing', Properties: {ServiceToken: arn}}\n");
    assert!(custom.open.is_none(), "a custom resource makes nothing that a template shows");
}

#[test]
fn functions_of_the_account_are_equal_for_equal_arguments() {
    let deployed = deployed(
        "  C:
    Type: Custom::Thing
    Properties:
      Zones: !GetAZs us-east-1
      Same: !GetAZs us-east-1
      Others: !GetAZs eu-west-1
      Output: {Fn::GetStackOutput: {StackName: network, OutputName: Vpc}}
      SameOutput: {Fn::GetStackOutput: {StackName: network, OutputName: Vpc}}
      OtherOutput: {Fn::GetStackOutput: {StackName: network, OutputName: Role}}
      Blocks: !Cidr [10.0.0.0/16, 2, 8]
      Second: !Select [1, !Cidr [10.0.0.0/16, 2, '8']]
      OfUnknown: !Cidr [!GetAtt Vpc.CidrBlock, 2, 8]
      Encoded: {Fn::Base64: !Sub '${AWS::Region}'}
  Vpc: {Type: 'AWS::EC2::VPC'}
",
    );
    let all = properties(&deployed, "C");
    let symbol = |name: &str| all.get(name).unknown().cloned();
    assert!(symbol("Zones").is_some());
    assert_eq!(symbol("Zones"), symbol("Same"));
    assert_ne!(symbol("Zones"), symbol("Others"));
    assert!(symbol("Output").is_some());
    assert_eq!(symbol("Output"), symbol("SameOutput"));
    assert_ne!(symbol("Output"), symbol("OtherOutput"));
    assert!(symbol("OfUnknown").is_some());
    let text = |name: &str| all.get(name).as_text().unwrap().to_string();
    assert_eq!(all.get("Blocks").items().len(), 2);
    assert_eq!(text("Second"), "10.0.1.0/24");
    assert_eq!(text("Encoded"), "dXMtZWFzdC0x");
}
