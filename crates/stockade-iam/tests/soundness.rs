//! Symbolic answers beside the evaluator: over small vocabularies every request is tried.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_iam::{
    Answer, Budget, Catalogue, CompiledPolicy, Context, Finding, PolicyDocument, PolicySet, PolicyType,
    Proof, Request, RequestPrincipal, can, compare, compare_typed, evaluate, findings, grants,
};

const ACTIONS: [&str; 5] = ["s3:getobject", "s3:putobject", "s3:x", "sqs:sendmessage", "zz:z"];
const RESOURCES: [&str; 6] = [
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/alice/x",
    "arn:aws:s3:::b",
    "arn:aws:s3:::ab",
    "arn:aws:sqs:us-east-1:111111111111:a",
    "arn:aws:zz:::z",
];
const PRINCIPALS: [&str; 4] = [
    "arn:aws:iam::111111111111:user/alice",
    "arn:aws:iam::111111111111:role/r",
    "arn:aws:iam::222222222222:user/bob",
    "*",
];
const TEXTS: [Option<&str>; 4] = [None, Some("a"), Some("ab"), Some("z")];
const ADDRESSES: [Option<&str>; 4] = [None, Some("10.0.0.1"), Some("10.9.0.1"), Some("192.0.2.1")];
const SETS: [&[&str]; 5] = [&[], &["a"], &["ab"], &["a", "ab"], &["a", "z"]];

fn action() -> impl Strategy<Value = Json> {
    let pattern =
        prop::sample::select(vec!["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:*Object", "sqs:*", "*:z"]);
    prop::collection::vec(pattern, 1..3).prop_map(|list| json!(list))
}

fn resource() -> impl Strategy<Value = Json> {
    let pattern = prop::sample::select(vec![
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::a",
        "arn:aws:s3:::a*",
        "arn:aws:s3:::?",
        "arn:aws:s3:::a/${aws:username}/*",
        "arn:aws:sqs:*:111111111111:a",
        "arn:aws:s3*",
    ]);
    prop::collection::vec(pattern, 1..3).prop_map(|list| json!(list))
}

fn condition() -> impl Strategy<Value = Json> {
    let text = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
        "StringNotEqualsIfExists",
    ]);
    let value = prop::sample::select(vec!["a", "ab", "a*", "?", "A"]);
    let set = prop::sample::select(vec![
        "ForAnyValue:StringEquals",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringNotEquals",
        "ForAllValues:StringLike",
    ]);
    let address = prop::sample::select(vec!["IpAddress", "NotIpAddress", "IpAddressIfExists"]);
    let range = prop::sample::select(vec!["10.0.0.0/8", "10.0.0.0/16", "192.0.2.1/32", "0.0.0.0/0"]);
    prop_oneof![
        3 => Just(json!({})),
        3 => (text, prop::collection::vec(value.clone(), 1..3)).prop_map(|(operator, values)| json!({operator: {"x:text": values}})),
        1 => (set, prop::collection::vec(value, 1..3)).prop_map(|(operator, values)| json!({operator: {"x:set": values}})),
        2 => (address, range).prop_map(|(operator, value)| json!({operator: {"aws:SourceIp": value}})),
        1 => prop::bool::ANY.prop_map(|absent| json!({"Null": {"x:text": absent.to_string()}})),
    ]
}

fn principal() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!("*"),
        json!({"AWS": "111111111111"}),
        json!({"AWS": ["arn:aws:iam::111111111111:user/alice", "arn:aws:iam::222222222222:user/bob"]}),
        json!({"AWS": "arn:aws:iam::111111111111:role/r"}),
    ])
}

fn statement(with_principal: bool) -> impl Strategy<Value = Json> {
    let parts = (prop::bool::weighted(0.3), action(), resource(), condition(), principal(), 0..8u8, 0..8u8);
    parts.prop_map(move |(deny, actions, resources, condition, principal, except, except_resource)| {
        let mut out = json!({"Effect": if deny { "Deny" } else { "Allow" }});
        out[if except == 0 { "NotAction" } else { "Action" }] = actions;
        out[if except_resource == 0 { "NotResource" } else { "Resource" }] = resources;
        if condition != json!({}) {
            out["Condition"] = condition;
        }
        if with_principal {
            out["Principal"] = principal;
        }
        out
    })
}

fn policy(with_principal: bool) -> impl Strategy<Value = Json> {
    prop::collection::vec(statement(with_principal), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn compiled(json: &Json) -> CompiledPolicy {
    CompiledPolicy::new(&PolicyDocument::from_json(json)).expect("a policy without symbols")
}

/// Every request of the vocabulary.
fn requests() -> Vec<Request> {
    let mut out = Vec::new();
    for principal in PRINCIPALS {
        for action in ACTIONS {
            for resource in RESOURCES {
                for text in TEXTS {
                    for address in ADDRESSES {
                        for set in SETS {
                            // One key at a time beside the address keeps the product small.
                            if text.is_some() && !set.is_empty() {
                                continue;
                            }
                            let mut context = Context::default();
                            for (key, value) in [("x:text", text), ("aws:SourceIp", address)] {
                                if let Some(value) = value {
                                    context.set(key, vec![value.into()]);
                                }
                            }
                            if !set.is_empty() {
                                context.set("x:set", set.iter().map(SmolStr::new).collect());
                            }
                            out.push(Request {
                                principal: RequestPrincipal::parse(principal),
                                action: action.into(),
                                resource: resource.into(),
                                context,
                            });
                        }
                    }
                }
            }
        }
    }
    out
}

/// Whether a policy by itself allows a request: as an identity policy of whoever asks, or as that of the resource.
fn allows(policy: &CompiledPolicy, request: &Request, policy_type: PolicyType) -> bool {
    let policy = Arc::new(policy.clone());
    let set = if policy_type == PolicyType::Resource {
        // A principal of the resource's account needs more than a grant to the account: ask as a stranger who may.
        let identity = vec![Arc::new(CompiledPolicy::allow_all())];
        PolicySet { resource: Some(policy), identity, ..PolicySet::default() }
    } else {
        PolicySet { identity: vec![policy], ..PolicySet::default() }
    };
    let owner = match policy_type {
        PolicyType::Resource => Some("999999999999"),
        _ => request.principal.account(),
    };
    let mut request = request.clone();
    // The evaluator is told what the symbolic question leaves open.
    request.context.set("aws:ResourceAccount", vec!["999999999999".into()]);
    evaluate(&request, &set, owner).answer == Answer::Allowed
}

fn check(existing: &Json, new: &Json, policy_type: PolicyType) -> Result<(), TestCaseError> {
    let (old, candidate) = (compiled(existing), compiled(new));
    match compare(&old, &candidate, policy_type, Budget::default()) {
        Proof::None => {
            for request in requests() {
                if policy_type == PolicyType::Identity && request.principal == RequestPrincipal::Anonymous {
                    continue;
                }
                let beyond =
                    allows(&candidate, &request, policy_type) && !allows(&old, &request, policy_type);
                prop_assert!(!beyond, "{request:?}");
            }
        }
        Proof::Some(witness) => {
            prop_assert!(allows(&candidate, &witness.request, policy_type), "{witness:?}");
            prop_assert!(!allows(&old, &witness.request, policy_type), "{witness:?}");
        }
        Proof::Unknown(reason) => prop_assert!(reason.contains("${"), "{reason}"),
    }
    Ok(())
}

/// Whether a request from outside is in a finding. A finding does not say that its value stands for every case of it.
fn covers(finding: &Finding, request: &Request, ignores_case: bool) -> bool {
    let condition: Json = finding.condition.iter().fold(json!({}), |mut all, (key, value)| {
        let operator = if key.as_str() == "aws:SourceIp" { "IpAddress" } else { "ForAnyValue:StringLike" };
        let mut values = vec![value.to_string()];
        if ignores_case && operator != "IpAddress" {
            values.extend([value.to_lowercase(), value.to_uppercase()]);
        }
        all[operator][key.as_str()] = json!(values);
        all
    });
    let (kind, id) = (&finding.principal.0, &finding.principal.1);
    let cell = json!({"Version": "2008-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {kind.as_str(): id.as_str()}, "Action": "*", "Resource": "*",
        "Condition": condition,
    }]});
    allows(&compiled(&cell), request, PolicyType::Resource)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn comparisons_of_identity_policies_are_right(existing in policy(false), new in policy(false)) {
        check(&existing, &new, PolicyType::Identity)?;
    }

    #[test]
    fn comparisons_of_resource_policies_are_right(existing in policy(true), new in policy(true)) {
        check(&existing, &new, PolicyType::Resource)?;
    }

    #[test]
    fn a_policy_grants_nothing_beyond_itself(one in policy(true)) {
        let policy = compiled(&one);
        prop_assert!(!matches!(compare(&policy, &policy, PolicyType::Resource, Budget::default()), Proof::Some(_)));
    }

    #[test]
    fn grants_are_right(one in policy(false), action in prop::sample::select(ACTIONS.to_vec())) {
        let policy = compiled(&one);
        let asked = |request: &Request| request.action == action && request.resource.starts_with("arn:aws:s3:::");
        let proof = grants(&policy, &[action.into()], &["arn:aws:s3:::*".into()], PolicyType::Identity, Budget::default());
        match proof {
            Proof::None => {
                for request in requests().iter().filter(|request| asked(request) && request.principal.account().is_some()) {
                    prop_assert!(!allows(&policy, request, PolicyType::Identity), "{request:?}");
                }
            }
            Proof::Some(witness) => {
                prop_assert!(asked(&witness.request), "{witness:?}");
                prop_assert!(allows(&policy, &witness.request, PolicyType::Identity), "{witness:?}");
            }
            Proof::Unknown(reason) => prop_assert!(reason.contains("${"), "{reason}"),
        }
    }

    /// Identity, boundary, a control policy and a resource policy together.
    #[test]
    fn what_can_be_done_is_right(
        identity in policy(false),
        boundary in policy(false),
        control in policy(false),
        resource in policy(true),
        principal in prop::sample::select(PRINCIPALS.to_vec()),
        action in prop::sample::select(ACTIONS.to_vec()),
        about in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let one = |json: &Json| vec![Arc::new(compiled(json))];
        let set = PolicySet {
            identity: one(&identity),
            boundary: one(&boundary),
            scp: vec![one(&control)],
            resource: one(&resource).pop(),
            ..PolicySet::default()
        };
        let asked = Request {
            principal: RequestPrincipal::parse(principal),
            action: action.into(),
            resource: about.into(),
            context: Context::default(),
        };
        let owner = Some("111111111111");
        match can(&asked, &set, owner, false, Budget::default()) {
            Proof::None => {
                for request in requests() {
                    if request.principal == asked.principal && request.action == action && request.resource == about {
                        prop_assert_ne!(evaluate(&request, &set, owner).answer, Answer::Allowed, "{:?}", request);
                    }
                }
            }
            Proof::Some(witness) => {
                prop_assert_eq!(evaluate(&witness.request, &set, owner).answer, Answer::Allowed);
            }
            Proof::Unknown(reason) => prop_assert!(reason.contains("${"), "{reason}"),
        }
    }

    /// Whatever comes from outside and is allowed is in a finding.
    #[test]
    fn findings_cover_all_access(one in policy(true)) {
        let policy = compiled(&one);
        let document = PolicyDocument::from_json(&one);
        let ignores_case = one.to_string().contains("IgnoreCase");
        let Ok(found) = findings(&document, None, Some("111111111111"), Budget::default()) else { return Ok(()) };
        for request in requests() {
            let outside = request.principal.account() != Some("111111111111");
            if outside && allows(&policy, &request, PolicyType::Resource) {
                prop_assert!(found.iter().any(|finding| covers(finding, &request, ignores_case)), "{request:?} {found:?}");
            }
        }
    }
}

#[test]
fn past_its_budget_a_question_is_unknown() {
    let statements: Vec<Json> = (0..12)
        .map(|at| {
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": format!("arn:aws:s3:::*{at}*"),
                   "Condition": {"StringLike": {format!("x:{at}"): format!("*{at}*")}}})
        })
        .collect();
    let policy = compiled(&json!({"Version": "2012-10-17", "Statement": statements}));
    let all = compiled(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
    );
    let proof = compare(&policy, &all, PolicyType::Identity, Budget::new(100));
    assert!(matches!(&proof, Proof::Unknown(reason) if reason.contains("budget")), "{proof:?}");
    assert!(matches!(compare(&policy, &all, PolicyType::Identity, Budget::default()), Proof::Some(_)));
}

#[test]
fn what_is_not_known_is_not_guessed() {
    use stockade_model::{Kind, Origin, Place, Symbol, Value};
    let origin = || Origin { place: Place::default(), via: None };
    let unknown = Value::new(Kind::Unknown(Symbol::attribute("Policy", "Document")), origin());
    let policy = CompiledPolicy::new(&PolicyDocument::read(&unknown)).unwrap();
    let proof = compare(&policy, &policy, PolicyType::Identity, Budget::default());
    assert!(matches!(&proof, Proof::Unknown(reason) if reason.contains("Policy")), "{proof:?}");
    let request = &requests()[0];
    let set = PolicySet { identity: vec![Arc::new(policy)], ..PolicySet::default() };
    assert_eq!(evaluate(request, &set, None).answer, Answer::Unknown);
}

/// The whole of the catalogue's actions of a pattern, as a policy.
fn listed(pattern: &str) -> Json {
    let catalogue = Catalogue::built_in();
    let names = catalogue.expand(pattern).into_iter().filter_map(|id| catalogue.action_by_id(id));
    let names: Vec<String> = names.map(stockade_iam::catalogue::Action::full_name).collect();
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": names, "Resource": "*"}})
}

#[test]
fn a_pattern_grants_no_more_than_all_actions_that_the_catalogue_has_of_it() {
    let compile = |json: &Json| CompiledPolicy::new(&PolicyDocument::from_json(json)).unwrap();
    let pattern = |action: &str| json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}});
    let typed = |existing: &Json, new: &Json| {
        compare_typed(
            &compile(existing),
            &compile(new),
            PolicyType::Identity,
            Catalogue::built_in(),
            Budget::default(),
        )
    };
    let all = listed("s3:Get*");
    assert_eq!(typed(&all, &pattern("s3:Get*")), Proof::None);
    assert_eq!(typed(&all, &pattern("S3:get*")), Proof::None);
    let untyped =
        compare(&compile(&all), &compile(&pattern("s3:Get*")), PolicyType::Identity, Budget::default());
    assert!(matches!(untyped, Proof::Some(_)), "{untyped:?}");
    // One action less is one that is beyond.
    let mut less = all.clone();
    let removed = less["Statement"]["Action"].as_array_mut().unwrap().remove(7);
    let Proof::Some(witness) = typed(&less, &pattern("s3:Get*")) else { panic!("{removed} is beyond") };
    assert!(removed.as_str().unwrap().eq_ignore_ascii_case(&witness.request.action));
    // All but the others is no more either; what no action is named is nothing.
    let others = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"},
        all["Statement"],
    ]});
    assert_eq!(typed(&others, &pattern("*")), Proof::None);
    assert_eq!(typed(&all, &pattern("s3:NoSuchAction")), Proof::None);
    assert!(matches!(typed(&all, &pattern("*")), Proof::Some(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What is granted by no action at all is granted by none of the catalogue's.
    #[test]
    fn typed_is_never_violated_where_untyped_holds(existing in policy(false), new in policy(false)) {
        let compile = |json: &Json| CompiledPolicy::new(&PolicyDocument::from_json(json)).unwrap();
        let (existing, new) = (compile(&existing), compile(&new));
        let untyped = compare(&existing, &new, PolicyType::Identity, Budget::default());
        let typed = compare_typed(&existing, &new, PolicyType::Identity, Catalogue::built_in(), Budget::default());
        if untyped == Proof::None {
            prop_assert_eq!(typed, Proof::None);
        } else if let Proof::Some(witness) = typed {
            prop_assert!(Catalogue::built_in().action(&witness.request.action).is_some());
            prop_assert!(matches!(untyped, Proof::Some(_)));
        }
    }
}

/// What takes too many classes of requests is answered where a statement alone, or the same one on both sides, proves it.
#[test]
fn comparison_of_many_overlapping_patterns() {
    let statement = |at: usize| {
        json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::b{at}*/a*{at}/*"),
            "Condition": {"StringLike": {"aws:PrincipalTag/t": format!("*{at}*")}}})
    };
    let policy = |statements: Vec<Json>| compiled(&json!({"Version": "2012-10-17", "Statement": statements}));
    let all: Vec<Json> = (0..25).map(statement).collect();
    let existing = policy(all.clone());
    let budget = Budget::default();
    let reordered = policy(all.iter().rev().cloned().collect());
    assert_eq!(compare(&existing, &reordered, PolicyType::Identity, budget), Proof::None);
    let mut more = all;
    more[0].as_object_mut().unwrap().remove("Condition");
    let proof = compare(&existing, &policy(more), PolicyType::Identity, budget);
    let Proof::Some(witness) = proof else { panic!("{proof:?}") };
    assert_eq!(witness.statements, [0]);
}
