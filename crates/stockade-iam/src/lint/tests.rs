use super::*;
use PolicyType::{Endpoint, Identity, Resource, ResourceControl, ServiceControl, Session, Trust};
use proptest::prelude::*;

fn of(text: &str, policy_type: PolicyType) -> Lint {
    lint(text, policy_type, Catalogue::built_in())
}

fn errors(text: &str, policy_type: PolicyType) -> Vec<&'static str> {
    of(text, policy_type).errors.iter().map(|flaw| flaw.class.name()).collect()
}

/// A document of one statement.
fn one(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {{{statement}}}}}"#)
}

const ALLOW: &str = r#""Effect": "Allow", "Action": "s3:GetObject""#;

#[test]
fn what_the_service_takes_is_valid() {
    for statement in [
        format!(r#"{ALLOW}, "Resource": "*""#),
        format!(r#"{ALLOW}, "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"], "Sid": """#),
        format!(r#"{ALLOW}, "Resource": "arn:aws:s3:::a/${{aws:username}}/*""#),
        format!(r#"{ALLOW}, "Resource": "arn:aws:rds""#),
        format!(r#"{ALLOW}, "Resource": "arn:aws:waf:*""#),
        format!(r#"{ALLOW}, "Resource": "arn:*:s3:::a""#),
        format!(r#"{ALLOW}, "Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/a""#),
        format!(r#"{ALLOW}, "Resource": "arn:aws:iam::${{aws:PrincipalAccount}}:role/a""#),
        format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"Bool": {{"aws:SecureTransport": true}}}}"#),
        format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"NumericLessThan": {{"s3:max-keys": 10}}}}"#),
        format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"StringEquals": {{}}}}"#),
        format!(
            r#"{ALLOW}, "Resource": "*", "Condition": {{"forAnyValue:StringLikeIfExists": {{"a:b": ["c"]}}}}"#
        ),
        format!(
            r#"{ALLOW}, "Resource": "*", "Condition": {{"DateLessThan": {{"aws:CurrentTime": "2030-01-01T00:00:00Z"}}}}"#
        ),
        r#""Effect": "Deny", "NotAction": "nosuch.service:*", "NotResource": "*""#.into(),
        r#""Effect": "Allow", "Action": "*", "Resource": "*""#.into(),
    ] {
        let text = one(&statement);
        assert_eq!(errors(&text, Identity), [""; 0], "{text}");
    }
}

#[test]
fn what_it_rejects_has_a_class() {
    for (statement, expected) in [
        (ALLOW.to_owned(), "missing_resource"),
        (format!(r#"{ALLOW}, "Resource": []"#), "missing_resource"),
        (format!(r#"{ALLOW}, "Resource": null"#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": [["*"]]"#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": """#), "resource_format"),
        (format!(r#"{ALLOW}, "Resource": "bucket""#), "resource_format"),
        (format!(r#"{ALLOW}, "Resource": "**""#), "resource_format"),
        (format!(r#"{ALLOW}, "Resource": "s3:::bucket""#), "resource_format"),
        (format!(r#"{ALLOW}, "Resource": "arn:amazon:s3:::a""#), "resource_partition"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws""#), "resource_vendor"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws:*:::a""#), "resource_vendor"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws::::a""#), "legacy_parsing"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws:s3::a""#), "legacy_parsing"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws:s3:us-east-1::a""#), "resource_region"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws:iam:us-east-1:111122223333:role/a""#), "resource_region"),
        (format!(r#"{ALLOW}, "Resource": "arn:aws:iam::111122223333:roles/a""#), "resource_path"),
        (format!(r#"{ALLOW}, "Resource": "*", "NotResource": "*""#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "NotAction": "a:b""#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "resource": "*""#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "Sid": 1"#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "Sid": "a b""#), "sid"),
        (format!(r#"{ALLOW}, "Resource": "*", "Principal": "*""#), "principal_not_allowed"),
        (format!(r#"{ALLOW}, "Resource": "*", "Resource": "*""#), "duplicate_key"),
        (format!(r#"{ALLOW}, "Resource": "*", "Condition": []"#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"StringEquals": "a"}}"#), "syntax"),
        (format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"StringEquals": {{"a:b": {{}}}}}}"#), "syntax"),
        (
            format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"StringEquals": {{"a:b": [null]}}}}"#),
            "syntax",
        ),
        (
            format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"StringEqual": {{"a:b": "c"}}}}"#),
            "condition_operator",
        ),
        (
            format!(r#"{ALLOW}, "Resource": "*", "Condition": {{"DateEquals": {{"a:b": "c"}}}}"#),
            "legacy_parsing",
        ),
        (r#""Effect": "Allow", "Resource": "*""#.into(), "missing_action"),
        (r#""Effect": "Allow", "Action": [], "Resource": "*""#.into(), "missing_action"),
        (r#""Effect": "Allow", "Action": "GetObject", "Resource": "*""#.into(), "action_vendor"),
        (r#""Effect": "Allow", "Action": "", "Resource": "*""#.into(), "action_vendor"),
        (r#""Effect": "Allow", "Action": "s3:Get:Object", "Resource": "*""#.into(), "action_vendor"),
        (r#""Effect": "Allow", "Action": "*:GetObject", "Resource": "*""#.into(), "action_vendor"),
        (r#""Effect": "Allow", "Action": "s 3:GetObject", "Resource": "*""#.into(), "action_vendor"),
        (r#""Effect": "Allow", "Action": {"a": "b"}, "Resource": "*""#.into(), "syntax"),
        (r#""Effect": "allow", "Action": "a:b", "Resource": "*""#.into(), "legacy_parsing"),
        (r#""Effect": "", "Action": "a:b", "Resource": "*""#.into(), "syntax"),
        (r#""Effect": ["Allow"], "Action": "a:b", "Resource": "*""#.into(), "syntax"),
        (r#""Action": "a:b", "Resource": "*""#.into(), "syntax"),
    ] {
        let text = one(&statement);
        assert_eq!(errors(&text, Identity), [expected], "{text}");
    }
}

#[test]
fn documents_have_their_shape() {
    let statement = format!(r#"{{{ALLOW}, "Resource": "*"}}"#);
    for (text, expected) in [
        (String::new(), "json"),
        ("no policy".into(), "json"),
        ("{".into(), "json"),
        ("[]".into(), "syntax"),
        (r#""text""#.into(), "syntax"),
        (r#"{"Version": "2012-10-17"}"#.into(), "syntax"),
        (r#"{"Version": "2012-10-17", "Statement": []}"#.into(), "syntax"),
        (r#"{"Version": "2012-10-17", "Statement": ["a"]}"#.into(), "syntax"),
        (format!(r#"{{"Version": "2012-10-18", "Statement": {statement}}}"#), "syntax"),
        (format!(r#"{{"Version": 2012, "Statement": {statement}}}"#), "syntax"),
        (format!(r#"{{"Version": "2012-10-17", "Id": [], "Statement": {statement}}}"#), "syntax"),
        (format!(r#"{{"Version": "2012-10-17", "Comment": "", "Statement": {statement}}}"#), "syntax"),
        (format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#), "version"),
        (format!(r#"{{"Statement": {statement}}}"#), "version"),
        (format!(r#" {{"Version": "2012-10-17", "Statement": {statement}}}"#), "legacy_parsing"),
    ] {
        assert_eq!(errors(&text, Identity), [expected], "{text}");
    }
    let old = format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#);
    assert_eq!(errors(&old, Session), [""; 0]);
    let twice = r#"{"Sid": "A", "Effect": "Allow", "Action": "a:b", "Resource": "*"}"#;
    let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{twice},\n{twice}]}}");
    let lint = of(&text, Identity);
    assert_eq!((lint.errors[0].class, lint.errors[0].line), (ErrorClass::DuplicateSid, 3));
    let large = one(&format!(r#"{ALLOW}, "Resource": "arn:aws:s3:::{}""#, "a".repeat(6_144)));
    assert_eq!(errors(&large, Identity), ["size"]);
    assert_eq!(
        errors(&one(&format!("{ALLOW},{} \"Resource\": \"*\"", " ".repeat(7_000))), Identity),
        [""; 0]
    );
}

#[test]
fn types_of_policies_have_their_own_rules() {
    let s3 = format!(r#"{ALLOW}, "Resource": "*""#);
    let deny = s3.replace("Allow", "Deny");
    let assume = r#""Effect": "Allow", "Action": "sts:AssumeRole""#;
    for (policy_type, statement, expected) in [
        (Resource, format!(r#"{s3}, "Principal": "*""#), None),
        (Resource, format!(r#"{s3}, "Principal": {{"AWS": ["111122223333", "*"]}}, "Sid": "a b""#), None),
        (Resource, format!(r#"{ALLOW}, "Principal": {{"Service": "s3.amazonaws.com"}}"#), None),
        (Resource, format!(r#"{s3}, "Principal": {{"CanonicalUser": "abc"}}"#), None),
        (Resource, s3.clone(), Some("missing_principal")),
        (Resource, format!(r#"{s3}, "Principal": {{}}"#), Some("missing_principal")),
        (Resource, format!(r#"{s3}, "Principal": "111122223333""#), Some("principal_format")),
        (Resource, format!(r#"{s3}, "Principal": {{"User": "a"}}"#), Some("principal_format")),
        (Resource, format!(r#"{s3}, "Principal": {{"AWS": "a"}}"#), Some("principal_format")),
        (
            Resource,
            format!(r#"{s3}, "Principal": {{"AWS": "arn:aws:iam::111122223333:role/*"}}"#),
            Some("principal_format"),
        ),
        (Resource, format!(r#"{s3}, "Principal": {{"AWS": "arn:aws:iam::111122223333:role/a"}}"#), None),
        (Resource, format!(r#"{s3}, "Principal": {{"AWS": "AROAEXAMPLEEXAMPLEEXA"}}"#), None),
        (Resource, format!(r#"{s3}, "Principal": {{"Service": "*"}}"#), Some("principal_format")),
        (Resource, format!(r#"{s3}, "Principal": {{"AWS": 1}}"#), Some("syntax")),
        (
            Resource,
            format!(r#"{s3}, "NotPrincipal": {{"AWS": "111122223333"}}"#),
            Some("not_principal_with_allow"),
        ),
        (Resource, format!(r#"{deny}, "NotPrincipal": {{"AWS": "111122223333"}}"#), None),
        (Trust, format!(r#"{assume}, "Principal": {{"Service": "lambda.amazonaws.com"}}"#), None),
        (Trust, format!(r#"{assume}, "Principal": {{"Federated": "accounts.google.com"}}"#), None),
        (Trust, assume.into(), Some("missing_principal")),
        (Trust, format!(r#"{assume}, "Principal": "*", "Resource": "*""#), Some("resource_not_allowed")),
        (Trust, format!(r#"{ALLOW}, "Principal": "*""#), Some("action_not_allowed")),
        (Trust, format!(r#"{assume}, "NotPrincipal": "*""#), Some("principal_not_allowed")),
        (ServiceControl, s3.clone(), None),
        (ServiceControl, ALLOW.into(), Some("missing_resource")),
        (ServiceControl, format!(r#"{s3}, "Principal": "*""#), Some("principal_not_allowed")),
        (ResourceControl, format!(r#"{deny}, "Principal": "*""#), None),
        (ResourceControl, format!(r#"{s3}, "Principal": "*""#), Some("effect_not_allowed")),
        (ResourceControl, deny.clone(), Some("missing_principal")),
        (
            ResourceControl,
            format!(r#"{deny}, "Principal": {{"AWS": "111122223333"}}"#),
            Some("principal_format"),
        ),
        (
            ResourceControl,
            r#""Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*""#.into(),
            Some("action_not_allowed"),
        ),
        (
            ResourceControl,
            r#""Effect": "Deny", "Action": "lambda:*", "Resource": "*", "Principal": "*""#.into(),
            Some("action_not_allowed"),
        ),
        (Endpoint, format!(r#"{s3}, "Principal": "*""#), None),
        (Endpoint, s3.clone(), Some("missing_principal")),
    ] {
        let text = one(&statement);
        assert_eq!(
            errors(&text, policy_type),
            expected.into_iter().collect::<Vec<_>>(),
            "{policy_type:?} {text}"
        );
    }
}

#[test]
fn likely_mistakes_are_warnings() {
    for (statement, expected) in [
        (r#""Effect": "Allow", "Action": "s3:GetObjects", "Resource": "*""#, "unknown_action"),
        (r#""Effect": "Allow", "Action": "nosuch:Get", "Resource": "*""#, "unknown_service"),
        (r#""Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "*""#, "redundant_action"),
        (
            r#""Effect": "Allow", "Action": ["s3:GetObject", "S3:getobject"], "Resource": "*""#,
            "redundant_action",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a/b"]"#,
            "redundant_resource",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:sqs:us-east-1:111122223333:a""#,
            "unrelated_resource",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceIP4": "a"}}"#,
            "unknown_condition_key",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"s3:nosuch": "a"}}"#,
            "unknown_condition_key",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}"#,
            "condition_value",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"IpAddress": {"aws:SecureTransport": "10.0.0.0/8"}}"#,
            "condition_value",
        ),
        (r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {}"#, "empty"),
    ] {
        let lint = of(&one(statement), Identity);
        assert!(lint.is_valid(), "{statement}: {:?}", lint.errors);
        assert_eq!(
            lint.warnings.iter().map(|flaw| flaw.class.name()).collect::<Vec<_>>(),
            [expected],
            "{statement}"
        );
    }
    let statement = r#""Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage", "dynamodb:GetItem"],
        "Resource": ["arn:aws:s3:::a/*", "arn:aws:sqs:*:*:a", "arn:aws:dynamodb:*:*:table/a"],
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}"#;
    assert_eq!(of(&one(statement), Identity), Lint::default());
}

/// What AWS publishes itself is taken; that its policies may be larger than those of customers is known.
#[test]
fn managed_policies_are_valid() {
    let catalogue = Catalogue::built_in();
    for policy in catalogue.managed_policies() {
        let lint = lint_json(&policy.document, Identity, catalogue);
        let errors: Vec<_> = lint.errors.iter().filter(|flaw| flaw.class != ErrorClass::Size).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", policy.name);
    }
}

/// Documents that are nearly right.
fn documents() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        Just(Json::from("*")),
        Just(Json::from("Allow")),
        Just(Json::from("s3:GetObject")),
        Just(Json::from("arn:aws:s3:::é")),
        Just(Json::from("arn:aws:iam::${aws:a}:x")),
        Just(Json::from("2012-10-17")),
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        "[a-z0-9:*?$}{/.-]{0,16}".prop_map(Json::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "Version",
            "Id",
            "Statement",
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
            "AWS",
            "Service",
            "DateEquals",
            "IpAddress",
            "aws:SourceIp",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    word.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn lint_never_panics(document in documents(), text in "\\PC{0,40}", at in 0..PolicyType::ALL.len()) {
        let policy_type = PolicyType::ALL[at];
        for lint in [lint_json(&document, policy_type, Catalogue::built_in()), of(&text, policy_type)] {
            for flaw in &lint.errors {
                prop_assert!(flaw.line >= 1 && !flaw.message.is_empty());
            }
        }
    }
}
