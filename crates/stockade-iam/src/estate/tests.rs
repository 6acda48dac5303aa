//! Every way of the tables leads to the role, and no part of what it takes may be missing.

use super::existing_workloads::EXISTING;
use super::new_workloads::NEW;
use super::workloads::{COGNITO, Gains};
use super::{Estate, Path};
use serde_json::{Value as Json, json};

const DEV: &str = "arn:aws:iam::111111111111:user/dev";
const ROLE: &str = "arn:aws:iam::111111111111:role/worker";

fn allow(actions: &[&str]) -> Json {
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

/// A role's trust in services: each with the actions that it may take.
fn trust(services: &[(&str, &str)]) -> Json {
    let statement = |(service, action): &(&str, &str)| match *service {
        COGNITO => {
            json!({"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": COGNITO}})
        }
        service => json!({"Effect": "Allow", "Action": action, "Principal": {"Service": service}}),
    };
    json!({"Version": "2012-10-17", "Statement": services.iter().map(statement).collect::<Vec<_>>()})
}

/// A user with these statements, and a role that may do everything.
fn estate(statements: &[Json], trust: &Json) -> Json {
    let policy = |statements: &[Json]| json!({"Version": "2012-10-17", "Statement": statements});
    json!({
        "UserDetailList": [{"Arn": DEV,
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy(statements)}]}],
        "RoleDetailList": [{"Arn": ROLE, "AssumeRolePolicyDocument": trust,
            "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": policy(&[allow(&["*"])])}]}],
    })
}

fn paths(estate: &Json) -> Vec<Path> {
    Estate::read(estate).unwrap().escalate(DEV).unwrap().paths
}

/// The ways that take no more than these actions.
fn taken_by(actions: &[&str]) -> bool {
    let within = |needed: &[(&str, &str)]| needed.iter().all(|(action, _)| actions.contains(action));
    let passes = actions.contains(&"iam:PassRole");
    NEW.iter().any(|way| passes && within(way.actions))
        || EXISTING.iter().any(|way| within(way.actions) && (passes || way.gains != Gains::Passed))
}

#[test]
fn every_way_is_found_and_takes_all_that_it_names() {
    let new = NEW.iter().map(|way| (way.id, way.actions, way.services[0], way.trusts_too, true));
    let existing = EXISTING
        .iter()
        .map(|way| (way.id, way.actions, way.service, way.trusts_too, way.gains == Gains::Passed));
    for (id, actions, service, trusts_too, passes) in new.chain(existing) {
        let names: Vec<&str> =
            actions.iter().map(|(action, _)| *action).chain(passes.then_some("iam:PassRole")).collect();
        let services: Vec<(&str, &str)> =
            [(service, "sts:AssumeRole")].into_iter().chain(trusts_too.iter().copied()).collect();
        let found = paths(&estate(&[allow(&names)], &trust(&services)));
        assert_eq!(found.len(), 1, "{id} {names:?}");
        let path = &found[0];
        assert!(path.admin && path.to == ROLE && path.steps.len() == 1, "{id} {path:?}");
        let step = &path.steps[0];
        // Every permission has the statement that gives it.
        for permission in &step.permissions {
            let statement = step.statements.iter().find(|statement| statement.permission == *permission);
            let statement = statement.unwrap_or_else(|| panic!("{id} {permission} {step:?}"));
            assert_eq!((statement.policy.as_str(), statement.statement), ("own", 0), "{id} {permission}");
        }
        for missing in &names {
            let rest: Vec<&str> = names.iter().copied().filter(|name| name != missing).collect();
            let found = paths(&estate(&[allow(&rest)], &trust(&services)));
            assert_eq!(!found.is_empty(), taken_by(&rest), "{id} without {missing}: {found:?}");
            let denied = [allow(&names), json!({"Effect": "Deny", "Action": missing, "Resource": "*"})];
            let found = paths(&estate(&denied, &trust(&services)));
            assert_eq!(!found.is_empty(), taken_by(&rest), "{id} with {missing} denied: {found:?}");
        }
        // A role that another service runs as is no gain.
        assert!(
            paths(&estate(&[allow(&names)], &trust(&[("nobody.amazonaws.com", "sts:AssumeRole")])))
                .is_empty()
        );
        if !trusts_too.is_empty() {
            let found = paths(&estate(&[allow(&names)], &trust(&[(service, "sts:AssumeRole")])));
            assert!(found.is_empty(), "{id} {found:?}");
        }
        if passes {
            let only = json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
                "Condition": {"StringEquals": {"iam:PassedToService": "nobody.amazonaws.com"}}});
            let rest: Vec<&str> = names.iter().copied().filter(|name| *name != "iam:PassRole").collect();
            let found = paths(&estate(&[allow(&rest), only], &trust(&services)));
            assert_eq!(!found.is_empty(), taken_by(&rest), "{id} {found:?}");
        }
    }
}

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111111111111:function:orders";

fn with_function(statements: &[Json], fields: &Json) -> Json {
    let mut estate = estate(statements, &trust(&[("lambda.amazonaws.com", "sts:AssumeRole")]));
    let mut function = json!({"FunctionArn": FUNCTION, "Role": ROLE});
    for (field, value) in fields.as_object().unwrap() {
        function[field] = value.clone();
    }
    estate["Functions"] = json!([function]);
    estate
}

fn edges(estate: &Json) -> (Vec<&'static str>, Vec<&'static str>) {
    let found = Estate::read(estate).unwrap().escalate(DEV).unwrap();
    let ids = |paths: &[Path]| paths.iter().map(|path| path.steps[path.steps.len() - 1].edge).collect();
    (ids(&found.paths), ids(&found.conditional))
}

#[test]
fn signed_code_is_a_gate_that_must_be_taken_away_first() {
    let signed =
        json!({"CodeSigningConfigArn": "arn:aws:lambda:eu-west-1:111111111111:code-signing-config:csc-1"});
    let code = allow(&["lambda:UpdateFunctionCode"]);
    assert_eq!(edges(&with_function(std::slice::from_ref(&code), &json!({}))).0, ["L3"]);
    assert!(edges(&with_function(std::slice::from_ref(&code), &signed)).0.is_empty());
    for gate in [
        "lambda:DeleteFunctionCodeSigningConfig",
        "lambda:PutFunctionCodeSigningConfig",
        "lambda:UpdateCodeSigningConfig",
    ] {
        let estate = with_function(&[code.clone(), allow(&[gate])], &signed);
        let step = &paths(&estate)[0].steps[0];
        assert_eq!((step.edge, step.permissions[0].as_str()), ("L13", gate));
        let elsewhere =
            json!({"Effect": "Allow", "Action": gate, "Resource": "arn:aws:lambda:*:*:function:other"});
        assert!(edges(&with_function(&[code.clone(), elsewhere], &signed)).0.is_empty(), "{gate}");
    }
    // The environment is not signed.
    let environment = allow(&["lambda:UpdateFunctionConfiguration"]);
    assert_eq!(edges(&with_function(&[environment], &signed)).0, ["L9"]);
}

#[test]
fn layers_are_bound_by_the_condition_on_them() {
    let own = json!({"Effect": "Allow", "Action": "lambda:UpdateFunctionConfiguration", "Resource": "*",
        "Condition": {"ForAnyValue:StringLike": {"lambda:Layer": "arn:aws:lambda:*:111111111111:layer:*"}}});
    let publish = allow(&["lambda:PublishLayerVersion"]);
    assert_eq!(
        edges(&with_function(&[allow(&["lambda:UpdateFunctionConfiguration"])], &json!({}))).0,
        ["L8"]
    );
    assert_eq!(edges(&with_function(&[own.clone(), publish], &json!({}))).0, ["L11"]);
    // The environment can be changed in the same request as the layers.
    assert_eq!(edges(&with_function(&[own], &json!({}))).0, ["L9"]);
}

#[test]
fn what_depends_on_more_than_permissions_is_told_apart() {
    let image = json!({"Code": {"ImageUri": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/orders:live"}});
    let pinned = json!({"ImageUri": format!("111111111111.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:{}", "0".repeat(64))});
    let object = json!({"S3Bucket": "artefacts", "S3Key": "orders.zip"});
    let push = allow(&["ecr:PutImage", "s3:PutObject"]);
    let none: Vec<&str> = Vec::new();
    for (fields, statements, conditional) in [
        (&image, vec![push.clone()], vec!["L14"]),
        (&object, vec![push.clone()], vec!["L14"]),
        (&pinned, vec![push.clone()], none.clone()),
        (&json!({}), vec![push.clone()], none.clone()),
        (
            &image,
            vec![
                json!({"Effect": "Allow", "Action": "ecr:PutImage", "Resource": "arn:aws:ecr:*:*:repository/other"}),
            ],
            none.clone(),
        ),
        (
            &object,
            vec![json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other/*"})],
            none.clone(),
        ),
        (&json!({}), vec![allow(&["lambda:UpdateAlias"])], vec!["L12"]),
        (&json!({}), vec![allow(&["ssm:PutParameter"])], vec!["L17"]),
        (&json!({}), vec![allow(&["secretsmanager:PutSecretValue"])], vec!["L17"]),
        // What only reads, sends or listens gains no permission of the function.
        (
            &json!({}),
            vec![allow(&[
                "lambda:GetFunction",
                "lambda:AddPermission",
                "lambda:CreateEventSourceMapping",
                "lambda:PutFunctionEventInvokeConfig",
                "lambda:InvokeFunction",
                "sqs:SendMessage",
                "logs:PutSubscriptionFilter",
            ])],
            none.clone(),
        ),
    ] {
        let estate = with_function(&statements, fields);
        assert_eq!(edges(&estate), (none.clone(), conditional.clone()), "{estate}");
        let found = Estate::read(&estate).unwrap().escalate(DEV).unwrap();
        assert!(found.conditional.iter().all(|path| path.steps[0].assumes.is_some()));
    }
}

#[test]
fn a_parameter_that_the_role_does_not_read_is_none_of_its() {
    let mut estate = with_function(
        &[
            json!({"Effect": "Allow", "Action": "ssm:PutParameter", "Resource": "arn:aws:ssm:*:*:parameter/a/*"}),
        ],
        &json!({}),
    );
    let reads = |path: &str| {
        json!({"Version": "2012-10-17", "Statement": [allow(&["iam:*"]),
            {"Effect": "Allow", "Action": "ssm:GetParameter*", "Resource": format!("arn:aws:ssm:*:*:parameter/{path}/*")}]})
    };
    estate["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"] = reads("b");
    assert!(edges(&estate).1.is_empty());
    estate["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"] = reads("a");
    assert_eq!(edges(&estate).1, ["L17"]);
}

#[test]
fn roles_of_the_bootstrap_are_named_so() {
    let assume = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"});
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"}}});
    let mut estate = estate(&[assume], &trust);
    assert_eq!(edges(&estate).0, ["T1"]);
    estate["RoleDetailList"][0]["Arn"] =
        json!("arn:aws:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1");
    let step = &paths(&estate)[0].steps[0];
    assert_eq!(step.edge, "S5");
    let types: Vec<&str> = step.statements.iter().map(|statement| statement.policy_type.name()).collect();
    assert_eq!(types, ["identity", "resource"]);
}

#[test]
fn a_group_that_has_more_can_be_joined() {
    let add = |group: &str| json!({"Effect": "Allow", "Action": "iam:AddUserToGroup", "Resource": group});
    let arn = "arn:aws:iam::111111111111:group/data";
    let with = |statement: Json, member: bool| {
        let mut estate = estate(&[statement], &trust(&[("nobody.amazonaws.com", "sts:AssumeRole")]));
        let read = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::secret/*"});
        estate["GroupDetailList"] = json!([{"Arn": arn, "GroupPolicyList": [
            {"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": read}}]}]);
        if member {
            estate["UserDetailList"][0]["GroupList"] = json!(["data"]);
        }
        paths(&estate)
    };
    let found = with(add("*"), false);
    assert_eq!((found.len(), found[0].to.as_str(), found[0].admin), (1, arn, false));
    assert_eq!((found[0].steps[0].edge, found[0].steps[0].to.as_str()), ("I13", arn));
    assert!(with(add("*"), true).is_empty());
    assert!(with(add("arn:aws:iam::111111111111:group/other"), false).is_empty());
}

const BOUNDARY: &str = "arn:aws:iam::111111111111:policy/boundary";

#[test]
fn an_administrator_can_be_made_anew() {
    let new = |kind: &str| format!("arn:aws:iam::111111111111:{kind}/new-*");
    let on =
        |actions: &[&str], kind: &str| json!({"Effect": "Allow", "Action": actions, "Resource": new(kind)});
    let bound = |statement: &Json| {
        let mut statement = statement.clone();
        statement["Condition"] = json!({"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}});
        statement
    };
    let ways = [
        ("user", "I25", ["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"]),
        ("user", "I25", ["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"]),
        ("role", "I26", ["iam:CreateRole", "iam:AttachRolePolicy", "sts:AssumeRole"]),
        ("role", "I26", ["iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"]),
    ];
    for (kind, edge, actions) in ways {
        let no_trust = trust(&[("nobody.amazonaws.com", "sts:AssumeRole")]);
        let all = on(&actions, kind);
        let found = paths(&estate(std::slice::from_ref(&all), &no_trust));
        assert_eq!(found.len(), 1, "{actions:?}");
        let path = &found[0];
        assert!(path.admin && path.to.starts_with(new(kind).trim_end_matches('*')), "{path:?}");
        assert_eq!(
            (path.steps[0].edge, &path.steps[0].permissions[..]),
            (edge, &actions.map(Into::into)[..])
        );
        for denied in actions {
            let denial = json!({"Effect": "Deny", "Action": denied, "Resource": "*"});
            let found = paths(&estate(&[all.clone(), denial], &no_trust));
            assert!(found.is_empty(), "{denied} is denied: {found:?}");
        }
        // A boundary that each must have keeps it from being an administrator.
        assert!(paths(&estate(&[bound(&all)], &no_trust)).is_empty(), "{actions:?}");
    }
    // Where something else leads to an administrator, that is told alone.
    let assume = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": DEV}}});
    let found = paths(&estate(&[on(&["iam:CreateRole", "iam:PutRolePolicy"], "role")], &assume));
    assert_eq!(found.iter().map(|path| path.to.as_str()).collect::<Vec<_>>(), [ROLE]);
}

#[test]
fn who_has_no_boundary_has_no_key_of_it() {
    let no_trust = trust(&[("nobody.amazonaws.com", "sts:AssumeRole")]);
    for (actions, found) in [(["iam:PutUserPolicy"], true), (["iam:AttachUserPolicy"], true)] {
        let mut statement = json!({"Effect": "Allow", "Action": actions, "Resource": DEV});
        assert_eq!(!paths(&estate(&[statement.clone()], &no_trust)).is_empty(), found);
        statement["Condition"] = json!({"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}});
        assert!(paths(&estate(&[statement.clone()], &no_trust)).is_empty(), "{statement}");
        statement["Condition"] = json!({"Null": {"iam:PermissionsBoundary": "true"}});
        assert_eq!(!paths(&estate(&[statement], &no_trust)).is_empty(), found);
    }
}
