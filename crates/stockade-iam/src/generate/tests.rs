use super::*;
use crate::{ActionId, Budget, PolicyType, lint_json};
use proptest::prelude::*;

fn need(actions: &[&str], resources: &[&str]) -> Need {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Need { actions: own(actions), resources: own(resources), conditions: Map::new() }
}

fn with_condition(mut need: Need, condition: Json) -> Need {
    if let Json::Object(conditions) = condition {
        need.conditions = conditions;
    }
    need
}

fn policy(needs: &[Need]) -> Json {
    let policy = generate(needs, Catalogue::built_in());
    let lint = lint_json(&policy, PolicyType::Identity, Catalogue::built_in());
    assert!(lint.is_valid() && lint.warnings.is_empty(), "{policy:#}: {lint:?}");
    policy
}

#[test]
fn actions_get_the_resources_that_they_act_on() {
    let needs = [need(
        &["s3:getobject", "s3:ListBucket", "s3:ListAllMyBuckets"],
        &["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
    )];
    assert_eq!(
        policy(&needs),
        json!({"Version": "2012-10-17", "Statement": [
            {"Sid": "S3List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a"},
            {"Sid": "S3Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
            {"Sid": "OnAllResourcesOnly", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
        ]})
    );
}

#[test]
fn equal_scopes_are_one_statement_and_covered_needs_none() {
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/orders";
    let condition = json!({"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id"]}});
    let needs = [
        need(&["dynamodb:GetItem"], &[table]),
        need(&["dynamodb:PutItem", "dynamodb:GetItem"], &[table]),
        need(&["dynamodb:GetItem"], &["arn:aws:dynamodb:*:*:table/orders"]),
        with_condition(need(&["dynamodb:GetItem"], &[table]), condition.clone()),
        with_condition(need(&["dynamodb:Query"], &[table]), condition.clone()),
        need(
            &["sqs:SendMessage"],
            &["arn:aws:sqs:us-east-1:111122223333:a", "arn:aws:sqs:us-east-1:111122223333:b"],
        ),
        need(&["xray:PutTraceSegments"], &[]),
        need(&["nosuch:Thing"], &["arn:aws:nosuch:::x"]),
    ];
    let policy = generate(&needs, Catalogue::built_in());
    assert_eq!(
        policy["Statement"],
        json!([
            {"Sid": "DynamodbRead", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:*:*:table/orders"},
            {"Sid": "DynamodbWrite", "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": table},
            {"Sid": "Nosuch", "Effect": "Allow", "Action": "nosuch:Thing", "Resource": "arn:aws:nosuch:::x"},
            {"Sid": "SqsWrite", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": [
                "arn:aws:sqs:us-east-1:111122223333:a", "arn:aws:sqs:us-east-1:111122223333:b"]},
            {"Sid": "OnAllResourcesOnly", "Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
            {"Sid": "DynamodbRead2", "Effect": "Allow", "Action": "dynamodb:Query", "Resource": table, "Condition": condition},
        ])
    );
    assert_eq!(generate(&[], Catalogue::built_in())["Statement"], json!([]));
}

#[test]
fn what_is_granted_beyond_is_found_with_a_request() {
    let needed = policy(&[need(&["s3:GetObject"], &["arn:aws:s3:::a/*"])]);
    let granted = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*", "s3:Get*"], "Resource": "arn:aws:s3:::a/*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::a/b", "arn:aws:s3:::*"]},
        {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    ]});
    let found = excess(&granted, &needed, Catalogue::built_in(), Budget::default()).unwrap();
    let shown: Vec<_> = found
        .iter()
        .map(|part| {
            (part.statement, part.action.as_deref(), part.resource.as_deref(), part.needed_actions.len())
        })
        .collect();
    assert_eq!(
        shown,
        [
            (0, Some("s3:Get*"), Some("arn:aws:s3:::a/*"), 1),
            (1, Some("s3:GetObject"), Some("arn:aws:s3:::*"), 1),
            (3, None, None, 1),
        ]
    );
    assert!(found.iter().all(|part| part.example.is_ok()), "{found:?}");
    assert_eq!(excess(&needed, &needed, Catalogue::built_in(), Budget::default()), Ok(Vec::new()));
    assert!(excess(&json!({"Statement": 1}), &needed, Catalogue::built_in(), Budget::default()).is_err());
    // A document in text.
    let text = Json::String(granted.to_string());
    assert_eq!(excess(&text, &needed, Catalogue::built_in(), Budget::default()).unwrap().len(), 3);
}

#[test]
fn a_generated_policy_grants_what_is_needed_and_no_more() {
    // Needs that name each action on resources that it acts on come back as they were.
    let needs = [
        need(
            &["lambda:InvokeFunction", "lambda:GetFunction"],
            &["arn:aws:lambda:us-east-1:111122223333:function:f"],
        ),
        need(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            &["arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f:*"],
        ),
        need(&["kms:Decrypt"], &["arn:aws:kms:us-east-1:111122223333:key/k"]),
    ];
    let by_hand = json!({"Version": "2012-10-17", "Statement": needs.iter().map(|need| json!({
        "Effect": "Allow", "Action": need.actions, "Resource": need.resources})).collect::<Vec<_>>()});
    let generated = policy(&needs);
    for (one, other) in [(&by_hand, &generated), (&generated, &by_hand)] {
        assert_eq!(
            excess(one, other, Catalogue::built_in(), Budget::default()),
            Ok(Vec::new()),
            "{generated:#}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A generated policy is never wider than the needs as they were written.
    #[test]
    fn a_generated_policy_grants_no_more_than_the_needs(
        picks in prop::collection::vec((0..22_000u32, 0..4usize, any::<bool>()), 1..4),
    ) {
        let catalogue = Catalogue::built_in();
        let needs: Vec<Need> = picks
            .iter()
            .map(|(number, resource, condition)| {
                let action = catalogue.action_by_id(ActionId(*number)).unwrap();
                let own = action.resource_types().next().map(|on| on.resource_type.arn_pattern());
                let resource = match resource {
                    0 => "*",
                    1 => "arn:aws:s3:::bucket/*",
                    _ => own.as_deref().unwrap_or("*"),
                };
                // `*` in the service is no ARN that a policy can name.
                let resource = if resource.split(':').nth(2) == Some("*") { "*" } else { resource };
                let need = need(&[&action.full_name()], &[resource]);
                let secure = json!({"Bool": {"aws:SecureTransport": "true"}});
                if *condition { with_condition(need, secure) } else { need }
            })
            .collect();
        let by_hand = json!({"Version": "2012-10-17", "Statement": needs.iter().map(|need| {
            let all = need.actions.iter().all(|action| catalogue.action(action).unwrap().is_on_all_resources_only());
            let mut statement = json!({"Effect": "Allow", "Action": need.actions, "Resource": need.resources});
            if all {
                statement["Resource"] = json!("*");
            }
            if !need.conditions.is_empty() {
                statement["Condition"] = Json::Object(need.conditions.clone());
            }
            statement
        }).collect::<Vec<_>>()});
        let generated = generate(&needs, catalogue);
        prop_assert!(lint_json(&generated, PolicyType::Identity, catalogue).is_valid(), "{:#}", generated);
        for (one, other) in [(&generated, &by_hand), (&by_hand, &generated)] {
            prop_assert_eq!(excess(one, other, catalogue, Budget::default()), Ok(Vec::new()), "{:#}", generated);
        }
    }
}
