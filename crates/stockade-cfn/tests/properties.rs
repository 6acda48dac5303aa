//! Properties of evaluation, on generated expressions: what is called known holds for every meaning of the symbols.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_cfn::{Assignment, Environment, Expr, Scope, Template};
use stockade_model::{Choice, Kind, Kleene, Origin, Symbol, SymbolKind, Text, Value};

const PARAMETERS: [&str; 3] = ["P", "Q", "R"];

fn template(properties: &Json, conditions: &Json) -> Template {
    let root = json!({
        "Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}, "R": {"Type": "String"}},
        "Mappings": {"M": {"a": {"b": "found", "c": ["x", "y"]}, "b": {"b": "other"}}},
        "Conditions": conditions,
        "Resources": {"Q1": {"Type": "AWS::SQS::Queue", "Properties": {"Value": properties}}},
    });
    Template::from_root(Expr::from_json(&root, &Origin::at(stockade_model::Place::default()))).unwrap()
}

/// Parameters that are not known.
fn symbolic() -> Assignment {
    let parameters = PARAMETERS.iter().map(|name| (SmolStr::new(name), Choice::Not(Vec::new()))).collect();
    Assignment { parameters, assumed: BTreeMap::new() }
}

fn literal(values: &[String; 3]) -> Assignment {
    let pairs = PARAMETERS.iter().zip(values);
    let parameters = pairs.map(|(name, value)| (SmolStr::new(name), Choice::Value(value.into()))).collect();
    Assignment { parameters, assumed: BTreeMap::new() }
}

fn evaluate(template: &Template, assignment: &Assignment) -> Option<Value> {
    let environment = Environment::of_region("us-east-1");
    let scope = Scope::root(template, &environment, assignment);
    scope.evaluate(template.resources["Q1"].properties().unwrap().get("Value").unwrap())
}

fn condition(template: &Template, assignment: &Assignment, name: &str) -> Kleene {
    let environment = Environment::of_region("us-east-1");
    Scope::root(template, &environment, assignment).condition(name)
}

/// The meaning of a text under literal values, if it has no symbols but these parameters.
fn meaning(text: &Text, values: &[String; 3]) -> Option<String> {
    let text = text.replace(&mut |symbol: &Symbol| match symbol.kind() {
        SymbolKind::Parameter { name, .. } => {
            PARAMETERS.iter().position(|known| known == name).map(|at| Text::literal(values[at].as_str()))
        }
        _ => None,
    });
    text.as_literal().map(str::to_owned)
}

/// Whether `concrete` is what `symbolic` says, as far as it says anything.
fn agrees(symbolic: &Value, concrete: Option<&Value>, values: &[String; 3]) -> Result<(), String> {
    let differ = || Err(format!("{symbolic:?} was called known, and is {concrete:?}"));
    if symbolic.unknown().is_some_and(|symbol| !matches!(symbol.kind(), SymbolKind::Parameter { .. })) {
        return Ok(());
    }
    let Some(concrete) = concrete else { return differ() };
    if let (Some(text), Some(other)) = (symbolic.as_text(), concrete.as_text()) {
        return match meaning(&text, values) {
            Some(meant) if other.as_literal() != Some(&meant) => differ(),
            None if text.compare(&other) == Kleene::False => differ(),
            _ => Ok(()),
        };
    }
    match (&symbolic.kind, &concrete.kind) {
        (Kind::List(left), Kind::List(_)) if left.open.is_some() => Ok(()),
        (Kind::List(left), Kind::List(right)) if left.items.len() == right.items.len() => left
            .items
            .iter()
            .zip(&right.items)
            .try_for_each(|(left, right)| agrees(left, Some(right), values)),
        (Kind::Object(left), Kind::Object(right)) => left.fields.iter().try_for_each(|field| {
            let other = right.fields.iter().find(|other| other.key == field.key);
            agrees(&field.value, other.map(|other| &other.value), values)
        }),
        (Kind::Null, Kind::Null) => Ok(()),
        _ => differ(),
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[ab,]{0,3}", 1 => Just("${P}".to_owned()), 1 => Just("{{resolve:ssm:k}}".to_owned()), 1 => "[0-2]"]
}

fn expression() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        2 => word().prop_map(Json::from),
        3 => prop::sample::select(PARAMETERS.to_vec()).prop_map(|name| json!({"Ref": name})),
        1 => Just(json!({"Ref": "AWS::NoValue"})),
        1 => Just(json!({"Ref": "AWS::AccountId"})),
        1 => Just(json!({"Ref": "AWS::Region"})),
        1 => Just(json!({"Fn::GetAtt": ["Q1", "Arn"]})),
        1 => any::<bool>().prop_map(Json::from),
        1 => (0..3).prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from);
        prop_oneof![
            list.clone(),
            (word(), list.clone()).prop_map(|(delimiter, list)| json!({"Fn::Join": [delimiter, list]})),
            (inner.clone(), inner.clone())
                .prop_map(|(delimiter, list)| json!({"Fn::Join": [delimiter, list]})),
            (word(), inner.clone()).prop_map(|(delimiter, text)| json!({"Fn::Split": [delimiter, text]})),
            (0..3, list).prop_map(|(at, list)| json!({"Fn::Select": [at, list]})),
            (inner.clone(), inner.clone()).prop_map(|(at, list)| json!({"Fn::Select": [at, list]})),
            sub_text().prop_map(|text| json!({"Fn::Sub": text})),
            (sub_text(), inner.clone()).prop_map(|(text, value)| json!({"Fn::Sub": [text, {"V": value}]})),
            (prop::sample::select(vec!["C", "D", "E"]), inner.clone(), inner.clone())
                .prop_map(|(name, yes, no)| json!({"Fn::If": [name, yes, no]})),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| json!({"Fn::FindInMap": ["M", one, two]})),
            inner.clone().prop_map(|value| json!({"Fn::Base64": value})),
            (inner.clone(), inner).prop_map(|(one, two)| json!({"K": one, "L": two})),
        ]
    })
}

fn sub_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b,",
        "${P}",
        "${Q}",
        "${V}",
        "${!P}",
        "${AWS::Region}",
        "${Q1.Arn}",
        "${",
        "}",
        "{{resolve:ssm:",
        "}}",
    ]);
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn outcome() -> impl Strategy<Value = Json> {
    let equals = (expression(), expression()).prop_map(|(left, right)| json!({"Fn::Equals": [left, right]}));
    let simple = (prop::sample::select(PARAMETERS.to_vec()), "[ab]{0,2}")
        .prop_map(|(name, word)| json!({"Fn::Equals": [{"Ref": name}, word]}));
    prop_oneof![2 => simple, 1 => equals].prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| json!({"Fn::Not": [one]})),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| json!({"Fn::And": all})),
            prop::collection::vec(inner, 2..4).prop_map(|any| json!({"Fn::Or": any})),
        ]
    })
}

fn conditions() -> impl Strategy<Value = Json> {
    (outcome(), outcome())
        .prop_map(|(c, d)| json!({"C": c, "D": d, "E": {"Fn::Or": [{"Condition": "C"}, {"Condition": "D"}]}}))
}

fn values() -> impl Strategy<Value = [String; 3]> {
    ["[ab,]{0,3}", "[ab0-2]{0,2}", "[ab]{0,2}"]
}

fn text(expression: Json) -> Option<Text> {
    evaluate(&template(&expression, &json!({})), &symbolic()).and_then(|value| value.as_text())
}

#[test]
fn an_unclosed_placeholder_is_text() {
    assert_eq!(text(json!({"Fn::Sub": "abc${def"})), Some(Text::literal("abc${def")));
}

#[test]
fn a_dynamic_reference_that_is_put_together_is_one() {
    let is_dynamic = |expression: Json| {
        let text = text(expression).unwrap();
        matches!(text.as_symbol().map(Symbol::kind), Some(SymbolKind::Dynamic { service, .. }) if service == "ssm")
    };
    assert!(is_dynamic(json!({"Fn::Sub": "{{resolve:ssm:/${AWS::Region}/key}}"})));
    assert!(is_dynamic(json!({"Fn::Sub": "{{resolve:ssm:/${P}/key}}"})));
    assert!(is_dynamic(json!({"Fn::Join": ["", ["{{resolve:ssm:/", {"Ref": "P"}, "}}"]]})));
}

#[test]
fn an_item_that_may_vanish_moves_the_others() {
    let conditions = json!({"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}});
    let item = json!({"Fn::If": ["C", "x", {"Ref": "AWS::NoValue"}]});
    let value =
        evaluate(&template(&json!({"Fn::Select": [1, [item, "b", "c"]]}), &conditions), &symbolic()).unwrap();
    assert!(value.unknown().is_some(), "{value:?}");
}

#[test]
fn lists_are_equal_item_by_item() {
    let conditions = json!({"C": {"Fn::Equals": [[{"Ref": "P"}], ["a"]]}, "D": {"Fn::Equals": [[{"Ref": "P"}, "x"], ["a", "y"]]}});
    let template = template(&json!(""), &conditions);
    assert_eq!(condition(&template, &symbolic(), "C"), Kleene::Unknown);
    assert_eq!(condition(&template, &symbolic(), "D"), Kleene::False);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    /// Law 1 of the model.
    #[test]
    fn a_known_value_holds_whatever_the_symbols_mean(
        expression in expression(), conditions in conditions(), one in values(), other in values(),
    ) {
        let template = template(&expression, &conditions);
        let symbolic_value = evaluate(&template, &symbolic());
        for values in [&one, &other] {
            let concrete = evaluate(&template, &literal(values));
            match &symbolic_value {
                Some(value) => prop_assert_eq!(agrees(value, concrete.as_ref(), values), Ok(()), "under {:?}", values),
                None => prop_assert!(concrete.is_none(), "it was called absent and is {:?}", concrete),
            }
            for name in ["C", "D", "E"] {
                let known = condition(&template, &symbolic(), name);
                if known != Kleene::Unknown {
                    let really = condition(&template, &literal(values), name);
                    prop_assert!(really == known || really == Kleene::Unknown, "{name} was called {known:?} and is {really:?} under {values:?}");
                }
            }
        }
    }

    #[test]
    fn an_if_distributes_over_join_and_sub(conditions in conditions(), values in values(), yes in "[ab]{0,3}", no in "[ab]{0,3}") {
        // Undecided, each call is a symbol of its own.
        prop_assume!(condition(&template(&json!(""), &conditions), &literal(&values), "C") != Kleene::Unknown);
        let branch = |value: Json| json!({"Fn::Join": ["-", ["x", value, {"Ref": "P"}]]});
        let inside = branch(json!({"Fn::If": ["C", yes, no]}));
        let outside = json!({"Fn::If": ["C", branch(json!(yes)), branch(json!(no))]});
        let text = |value: &Json| evaluate(&template(value, &conditions), &literal(&values)).and_then(|value| value.as_text());
        prop_assert_eq!(text(&inside), text(&outside));
        let sub = |value: Json| json!({"Fn::Sub": ["x-${V}-${P}", {"V": value}]});
        let inside = sub(json!({"Fn::If": ["C", yes, no]}));
        let outside = json!({"Fn::If": ["C", sub(json!(yes)), sub(json!(no))]});
        prop_assert_eq!(text(&inside), text(&outside));
    }

    #[test]
    fn split_undoes_join(parts in prop::collection::vec("[ab]{0,3}", 1..5)) {
        let there = json!({"Fn::Split": [",", {"Fn::Join": [",", parts]}]});
        let value = evaluate(&template(&there, &json!({})), &symbolic()).unwrap();
        let items: Vec<String> = value.items().iter().map(|item| item.as_text().unwrap().to_string()).collect();
        prop_assert_eq!(items, parts.clone());
        let back = json!({"Fn::Join": [",", {"Fn::Split": [",", parts.join(",")]}]});
        let value = evaluate(&template(&back, &json!({})), &symbolic()).unwrap();
        let joined = parts.join(",");
        prop_assert_eq!(value.as_text(), Some(Text::literal(joined)));
    }

    #[test]
    fn sub_is_a_join_of_its_pieces(pieces in prop::collection::vec(prop::sample::select(vec!["a", "-", "P", "Q", "R"]), 0..6)) {
        let is_parameter = |piece: &str| PARAMETERS.contains(&piece);
        let text: String = pieces.iter().map(|piece| if is_parameter(piece) { format!("${{{piece}}}") } else { (*piece).to_owned() }).collect();
        let list: Vec<Json> = pieces.iter().map(|piece| if is_parameter(piece) { json!({"Ref": piece}) } else { json!(piece) }).collect();
        let value = |expression: Json| evaluate(&template(&expression, &json!({})), &symbolic()).unwrap().as_text();
        prop_assert_eq!(value(json!({"Fn::Sub": text})), value(json!({"Fn::Join": ["", list]})));
    }

    /// Any shape at all is read or refused, and evaluated without end.
    #[test]
    fn any_tree_is_a_template_or_refused(resources in any_tree(), rest in any_tree()) {
        let root = json!({"Resources": resources, "Conditions": rest, "Mappings": rest, "Parameters": rest, "Outputs": rest, "Transform": rest});
        let Ok(template) = Template::from_root(Expr::from_json(&root, &Origin::at(stockade_model::Place::default()))) else { return Ok(()) };
        let environment = Environment::of_region("cn-north-1");
        let assignment = symbolic();
        let scope = Scope::root(&template, &environment, &assignment);
        for declaration in template.resources.values() {
            let _ = scope.evaluate(&declaration.body);
        }
        let _ = stockade_cfn::cycles(&template);
        let _ = stockade_cfn::used_conditions(&template);
    }
}

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
            "${}",
            "${a.b}",
            "${!",
            "a.b",
            ".",
            "AWS::SQS::Queue",
            "{{resolve:",
            "}}"
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        let key = prop::sample::select(vec![
            "Ref",
            "Condition",
            "Type",
            "Properties",
            "DependsOn",
            "Default",
            "AllowedValues",
            "Fn::If",
            "Fn::Sub",
            "Fn::Join",
            "Fn::Split",
            "Fn::Select",
            "Fn::FindInMap",
            "Fn::GetAtt",
            "Fn::Base64",
            "Fn::ImportValue",
            "Fn::Transform",
            "Fn::Equals",
            "Fn::And",
            "Fn::Not",
            "Fn::Or",
            "Fn::ForEach::X",
            "Fn::Cidr",
            "a",
            "P",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|entries| entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}
