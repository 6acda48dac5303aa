//! Tests of the transform as a whole.

use super::*;
use crate::{Assignment, Environment, tag_meaning};
use stockade_model::Choice;
use stockade_syntax::{FileId, Source, parse};

fn extended(text: &str, choices: &[(&str, &str)]) -> Extended {
    let document = parse(&Source::new(FileId(0), "t.yaml", text), tag_meaning).unwrap();
    let template = Template::read(&document).unwrap();
    let parameters =
        choices.iter().map(|(name, value)| ((*name).into(), Choice::Value((*value).into()))).collect();
    let assignment = Assignment { parameters, ..Assignment::default() };
    let environment = Environment::of_region("us-east-1");
    extend_language(&Scope::root(&template, &environment, &assignment))
}

fn at(text: &str, place: stockade_model::Place) -> &str {
    &text[place.span.start as usize..place.span.end as usize]
}

fn ids(extended: &Extended) -> Vec<&str> {
    extended.template.resources.keys().map(SmolStr::as_str).collect()
}

fn body(extended: &Extended, id: &str) -> String {
    extended.template.resources[id].body.to_json().to_string()
}

#[test]
fn a_loop_makes_one_resource_for_each_item() {
    let text = "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Tables:
    - Name
    - [Points, Score]
    - Table${Name}:
        Type: AWS::DynamoDB::Table
        Condition: Is${Name}
        Properties:
          TableName: !Ref Name
          Path: ./${Name}
          Other: !Sub '${Name}-${AWS::Region}'
          Whole: !Sub 'x${Name}'
          Arn: !GetAtt Table${Name}.Arn
          List: !GetAtt [!Sub 'Table${Name}', !Ref Name]
          Ref: !Ref {Fn::Sub: 'Table${Name}'}
";
    let extended = extended(text, &[]);
    assert!(extended.errors.is_empty(), "{:?}", extended.errors);
    assert_eq!(ids(&extended), ["TablePoints", "TableScore"]);
    assert_eq!(extended.template.open, None);
    assert!(extended.template.transforms.is_empty());
    let expected = r#"{"Type":"AWS::DynamoDB::Table","Condition":"IsScore","Properties":{"TableName":"Score","Path":"./Score","Other":{"Fn::Sub":"Score-${AWS::Region}"},"Whole":"xScore","Arn":{"Fn::GetAtt":"TableScore.Arn"},"List":{"Fn::GetAtt":["TableScore","Score"]},"Ref":{"Ref":"TableScore"}}}"#;
    assert_eq!(body(&extended, "TableScore"), expected);
    let declaration = &extended.template.resources["TableScore"];
    assert_eq!(declaration.declared_id, "Table${Name}");
    assert_eq!(declaration.instance.as_deref(), Some("TableScore"));
    assert_eq!(at(text, declaration.id_at), "Table${Name}");
    let name = &declaration.body.path("Properties.TableName").unwrap().origin;
    assert_eq!(at(text, name.place), "!Ref Name");
    let item = name.vias().next().unwrap();
    assert_eq!(item.kind, stockade_model::ViaKind::Collection);
    assert_eq!(at(text, item.place), "Score");
}

#[test]
fn loops_nest_and_stand_in_every_section() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters:
  Zones: {Type: CommaDelimitedList, Default: 'a,b'}
  Letters: {Type: String, Default: x-y}
Mappings:
  Sizes:
    a: {Names: [Delay, Period]}
    b: {Names: [Delay]}
  Values:
    Delay: {a: 1, b: 2}
    Period: {a: 3}
Conditions:
  Fn::ForEach::Conditions:
    - Zone
    - !Ref Zones
    - In${Zone}: !Equals [!Ref Letters, !Ref Zone]
Resources:
  Fn::ForEach::Outer:
    - Zone
    - !Ref Zones
    - Topic${Zone}: {Type: 'AWS::SNS::Topic'}
      Fn::ForEach::Inner:
        - Ip
        - !Split ['-', !Ref Letters]
        - Queue${Zone}&{Ip}:
            Type: AWS::SQS::Queue
            Properties:
              Tags:
                Fn::ForEach::Properties:
                  - Property
                  - !FindInMap [Sizes, !Ref Zone, Names]
                  - ${Property}: !FindInMap [Values, !Ref Property, !Ref Zone, {DefaultValue: !Ref AWS::NoValue}]
Outputs:
  Fn::ForEach::Outputs:
    - Zone
    - !Ref Zones
    - Fn::ForEach::Attributes:
        - Attribute
        - [TopicArn, TopicName]
        - Topic${Zone}${Attribute}: {Value: !GetAtt [!Sub 'Topic${Zone}', !Ref Attribute]}
";
    let extended = extended(text, &[]);
    assert!(extended.errors.is_empty(), "{:?}", extended.errors);
    assert_eq!(ids(&extended), ["Topica", "Queueax", "Queueay", "Topicb", "Queuebx", "Queueby"]);
    assert_eq!(
        body(&extended, "Queueax"),
        r#"{"Type":"AWS::SQS::Queue","Properties":{"Tags":{"Delay":1,"Period":3}}}"#
    );
    assert_eq!(body(&extended, "Queuebx"), r#"{"Type":"AWS::SQS::Queue","Properties":{"Tags":{"Delay":2}}}"#);
    let conditions: Vec<_> = extended.template.conditions.keys().collect();
    assert_eq!(conditions, ["Ina", "Inb"]);
    let outputs: Vec<_> =
        extended.template.outputs.iter().map(|(name, value)| format!("{name}={}", value.to_json())).collect();
    assert_eq!(outputs.len(), 4);
    assert_eq!(outputs[3], r#"TopicbTopicName={"Value":{"Fn::GetAtt":["Topicb","TopicName"]}}"#);
    assert_eq!(extended.template.resources["Queueby"].declared_id, "Queue${Zone}&{Ip}");
}

#[test]
fn an_unknown_collection_leaves_its_place_open() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue${Name}: {Type: 'AWS::SQS::Queue'}
  Fixed:
    Type: AWS::SQS::Queue
    Properties:
      Fn::ForEach::Properties: [P, !Ref Names, {'${P}': 1}]
";
    let open = extended(text, &[]);
    assert!(open.errors.is_empty());
    assert_eq!(ids(&open), ["Fixed"]);
    let why = open.template.open.clone().unwrap();
    assert!(why.starts_with(
        "`Fn::ForEach::Queues` repeats over a collection that is not known: a value for parameter `Names`"
    ));
    let environment = Environment::of_region("us-east-1");
    let assignment = Assignment::default();
    let scope = Scope::root(&open.template, &environment, &assignment);
    let properties = scope.evaluate(open.template.resources["Fixed"].properties().unwrap()).unwrap();
    assert!(properties.open().is_some() && properties.unknown().is_none(), "the object is open, not unknown");
    let known = extended(text, &[("Names", "A,B")]);
    assert_eq!(ids(&known), ["QueueA", "QueueB", "Fixed"]);
    assert_eq!(known.template.open, None);
    assert_eq!(body(&known, "Fixed"), r#"{"Type":"AWS::SQS::Queue","Properties":{"A":1,"B":1}}"#);
    let inside = extended(
        "
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList}
Resources:
  Q: {Type: 'AWS::SQS::Queue', Properties: {Fn::ForEach::P: [P, !Ref Names, {'${P}': 1}]}}
",
        &[],
    );
    assert_eq!(inside.template.open, None, "a loop in a property opens the property alone");
}

#[test]
fn what_aws_rejects_is_told_with_its_place() {
    let messages = |body: &str| -> Vec<String> {
        let text = format!(
            "Transform: AWS::LanguageExtensions\nResources:\n  Q: {{Type: 'AWS::SQS::Queue'}}\n  Fn::ForEach::L: {body}\n"
        );
        let extended = extended(&text, &[]);
        extended.errors.into_iter().map(|error| error.message).collect()
    };
    assert_eq!(
        messages("x"),
        ["`Fn::ForEach::L` must be a list of an identifier, a collection and what to repeat"]
    );
    assert_eq!(
        messages("[N, [a], text]"),
        ["`Fn::ForEach::L` must be a list of an identifier, a collection and an object to repeat"]
    );
    assert_eq!(
        messages("[N, [a, b], {Same: {Type: 'AWS::SQS::Queue'}}]"),
        ["`Fn::ForEach::L` makes `Same` more than once"]
    );
    assert_eq!(messages("[N, [], {'X${N}': {Type: 'AWS::SQS::Queue'}}]"), Vec::<String>::new());
}

#[test]
fn loops_that_multiply_are_bounded() {
    let items = (0..60).map(|at| at.to_string()).collect::<Vec<_>>().join(",");
    let mut body = "{'X${A}${B}${C}': {Type: 'AWS::SQS::Queue'}}".to_owned();
    for name in ["C", "B", "A"] {
        body = format!("{{Fn::ForEach::{name}: [{name}, [{items}], {body}]}}");
    }
    let text = format!("Transform: AWS::LanguageExtensions\nResources: {body}\n");
    let extended = extended(&text, &[]);
    assert!(extended.errors.iter().any(|error| error.message.contains("more than any template")));
    assert!(extended.template.resources.len() <= 5_000);
}

#[test]
fn added_functions_become_their_values() {
    let text = r#"
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'a,b,c'}
  Stage: {Type: String, Default: prod}
  Secret: {Type: String}
Mappings:
  Policies: {prod: {Keep: Retain}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Q:
    Type: AWS::SQS::Queue
    DeletionPolicy: !If [IsProd, Retain, Delete]
    UpdateReplacePolicy: !FindInMap [Policies, !Ref Stage, Keep, {DefaultValue: Delete}]
    Condition: !FindInMap [Policies, dev, Keep, {DefaultValue: !Ref AWS::NoValue}]
    Properties:
      Delay: !Length {Ref: Names}
      Policy: !ToJsonString {a: [1, true, 'x"y'], stage: !Ref Stage}
      Unknown: !ToJsonString {a: !Ref Secret}
      Found: !FindInMap [Policies, !Sub '${Stage}', !Join ['', [Ke, ep]]]
      Default: !FindInMap [Policies, nowhere, Keep, {DefaultValue: [1, 2]}]
"#;
    let extended = extended(text, &[]);
    assert!(extended.errors.is_empty());
    let expected = r#"{"Type":"AWS::SQS::Queue","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain","Properties":{"Delay":3,"Policy":"{\"a\":[1,true,\"x\\\"y\"],\"stage\":\"prod\"}","Unknown":{"Fn::ToJsonString":{"a":{"Ref":"Secret"}}},"Found":"Retain","Default":[1,2]}}"#;
    assert_eq!(body(&extended, "Q"), expected);
    let environment = Environment::of_region("us-east-1");
    let assignment = Assignment::default();
    let scope = Scope::root(&extended.template, &environment, &assignment);
    let unknown = extended.template.resources["Q"].body.path("Properties.Unknown").unwrap();
    assert_eq!(scope.evaluate(unknown).unwrap().as_text().unwrap().to_string(), r#"{"a":"${Secret}"}"#);
}
