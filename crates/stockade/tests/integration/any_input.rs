//! Arbitrary trees in the shapes of templates are judged or refused, never a panic.

use crate::run::{folder, judge};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// A tree in the shapes of templates, right and wrong.
fn any_tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-2i64..900).prop_map(Json::from),
        prop::sample::select(vec![
            "",
            "a",
            "P",
            "AWS::NoValue",
            "${",
            "${P}",
            "${A.b}",
            "A",
            "A.Arn",
            "*",
            "NONE",
            "python3.8",
            "sqs",
            "SQS",
            "Api",
            "Schedule",
            "arn:aws:sqs:us-east-1:123456789012:q",
            "{{resolve:",
            "s3://b/k",
            "./x.json",
            "LIVE",
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        let key = prop::sample::select(vec![
            "Ref",
            "Condition",
            "Fn::If",
            "Fn::Sub",
            "Fn::Join",
            "Fn::Select",
            "Fn::GetAtt",
            "Fn::Transform",
            "Role",
            "Events",
            "E",
            "Type",
            "Properties",
            "Queue",
            "Path",
            "Method",
            "Auth",
            "Policies",
            "Environment",
            "Variables",
            "Runtime",
            "FunctionUrlConfig",
            "AuthType",
            "Name",
            "DefinitionBody",
            "paths",
            "/x",
            "get",
            "StageName",
            "Tags",
            "AutoPublishAlias",
            "DeploymentPreference",
            "Handler",
        ]);
        let entries = |entries: Vec<(&str, Json)>| {
            Json::from(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>(),
            )
        };
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            3 => prop::collection::vec((key, inner), 0..5).prop_map(entries),
        ]
    })
}

fn any_resource() -> impl Strategy<Value = Json> {
    let type_name = prop::sample::select(vec![
        "AWS::Serverless::Function",
        "AWS::Serverless::Api",
        "AWS::Serverless::HttpApi",
        "AWS::Serverless::StateMachine",
        "AWS::Serverless::SimpleTable",
        "AWS::Serverless::LayerVersion",
        "AWS::Serverless::Application",
        "AWS::Serverless::Connector",
        "AWS::Serverless::GraphQLApi",
        "AWS::Lambda::Function",
        "AWS::Lambda::Url",
        "AWS::Lambda::Permission",
        "AWS::Lambda::EventSourceMapping",
        "AWS::SQS::Queue",
        "AWS::Logs::LogGroup",
        "AWS::IAM::Role",
        "AWS::CloudFormation::Stack",
    ]);
    (type_name, any_tree(), any_tree()).prop_map(
        |(name, properties, other)| json!({"Type": name, "Properties": properties, "DependsOn": other}),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_is_judged_or_refused(resources in prop::collection::vec(any_resource(), 1..6), globals in any_tree(), conditions in any_tree()) {
        let named = resources.into_iter().enumerate().map(|(at, resource)| (["A", "B", "C", "D", "E"][at].to_owned(), resource));
        let template = json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"P": {"Type": "String", "Default": "a"}},
            "Globals": {"Function": globals, "Api": conditions},
            "Conditions": conditions,
            "Resources": named.collect::<serde_json::Map<_, _>>(),
        });
        let (_guard, path) = folder("template.json", &template.to_string());
        let report = judge(&[&path]);
        prop_assert!(report.files.judged + report.files.failed > 0);
        for format in &stockade_report::FORMATS {
            let rendered = format.render(&report, None);
            prop_assert!(!rendered.text.is_empty(), "{:?}", format);
        }
    }
}
