use super::*;

fn catalogue() -> &'static Catalogue {
    Catalogue::built_in()
}

#[test]
fn the_built_in_table_unpacks_whole() {
    let read = Catalogue::read(BUILT_IN.to_vec()).unwrap();
    assert_eq!(read.date(), catalogue().date());
    assert!(BUILT_IN.len() <= 400_000, "{}", BUILT_IN.len());
    assert!(read.action_count() > 20_000 && read.services().count() > 400);
    let actions = read.services().flat_map(Service::actions);
    for (at, action) in actions.enumerate() {
        assert_eq!(action.id(), ActionId(at as u32));
        assert_eq!(read.action_by_id(action.id()).unwrap().full_name(), action.full_name());
        assert_eq!(read.action(&action.full_name().to_uppercase()).unwrap().id(), action.id());
        // Every number in a line leads to a row.
        let resources = action.field_count(2, ' ');
        assert_eq!(action.resource_types().count(), resources, "{}", action.full_name());
        assert_eq!(action.condition_keys().count(), action.field_count(3, ','), "{}", action.full_name());
    }
    assert_eq!(read.action_by_id(ActionId(read.action_count() as u32)).map(Action::full_name), None);
    for resource in read.services().flat_map(Service::resource_types) {
        assert!(resource.arn_format().starts_with("arn:"), "{}: {}", resource.name(), resource.arn_format());
    }
}

#[test]
fn an_action_tells_what_it_is() {
    let invoke = catalogue().action("LAMBDA:invokefunction").unwrap();
    assert_eq!(invoke.full_name(), "lambda:InvokeFunction");
    assert_eq!(invoke.access_level(), AccessLevel::Write);
    let on: Vec<_> = invoke.resource_types().map(|on| (on.resource_type.name(), on.required)).collect();
    assert!(on.contains(&("function", true)), "{on:?}");
    let function = invoke.resource_types().find(|on| on.resource_type.name() == "function").unwrap();
    assert_eq!(function.resource_type.arn_pattern(), "arn:*:lambda:*:*:function:*");

    let create = catalogue().action("lambda:CreateFunction").unwrap();
    assert!(create.dependent_actions().any(|name| name == "iam:PassRole"));
    assert!(create.takes_condition_key("lambda:Layer"));
    assert!(create.takes_condition_key("aws:RequestTag/team"));
    assert!(!create.takes_condition_key("s3:prefix"));

    assert!(catalogue().action("s3:ListAllMyBuckets").unwrap().is_on_all_resources_only());
    assert!(!catalogue().action("s3:ListBucket").unwrap().is_on_all_resources_only());
    assert_eq!(
        catalogue().action("lambda:AddPermission").unwrap().access_level(),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(catalogue().action("lambda:TagResource").unwrap().access_level(), AccessLevel::Tagging);
    assert!(catalogue().action("lambda:NoSuchAction").is_none());
    assert!(catalogue().action("nosuchservice:Get").is_none());
    assert!(catalogue().action("lambda").is_none());
}

#[test]
fn condition_keys_have_types() {
    let key_type =
        |name| catalogue().condition_key(name).map(|key| (key.key_type.kind, key.key_type.several));
    assert_eq!(key_type("lambda:layer"), Some((KeyKind::Text, true)));
    assert_eq!(key_type("aws:sourceip"), Some((KeyKind::IpAddress, false)));
    assert_eq!(key_type("aws:PrincipalTag/team"), Some((KeyKind::Text, false)));
    assert_eq!(key_type("aws:PrincipalOrgPaths"), Some((KeyKind::Text, true)));
    assert_eq!(key_type("lambda:FunctionArn"), Some((KeyKind::Arn, false)));
    assert_eq!(key_type("s3:ExistingObjectTag/team"), Some((KeyKind::Text, false)));
    assert_eq!(key_type("accounts.google.com:aud"), Some((KeyKind::Text, false)));
    assert_eq!(key_type("lambda:nosuchkey"), None);
    assert_eq!(key_type("nocolon"), None);
}

#[test]
fn patterns_expand_to_what_they_match() {
    let names = |pattern: &str| -> Vec<String> {
        let ids = catalogue().expand(pattern);
        ids.into_iter().map(|id| catalogue().action_by_id(id).unwrap().full_name()).collect()
    };
    assert_eq!(names("sts:GetCallerIdentity"), ["sts:GetCallerIdentity"]);
    assert!(names("lambda:invokefunction*").contains(&"lambda:InvokeFunctionUrl".to_owned()));
    assert!(!names("lambda:Get*").is_empty());
    assert!(names("nosuchservice:*").is_empty() && names("lambda").is_empty() && names("").is_empty());
    assert_eq!(catalogue().expand("*").len(), catalogue().action_count());

    let all: Vec<String> = catalogue().services().flat_map(Service::actions).map(Action::full_name).collect();
    for pattern in [
        "lambda:*",
        "s3:?et*",
        "*:*Role",
        "iam:*Policy*",
        "l?mbda:List*",
        "*Tags*",
        "ec2:Describe*s",
        "sqs:*",
        "*",
    ] {
        let expected: Vec<&String> =
            all.iter().filter(|name| crate::glob::matches_ignoring_case(pattern, name)).collect();
        assert_eq!(names(pattern).iter().collect::<Vec<_>>(), expected, "{pattern}");
    }
}

#[test]
fn resource_control_policies_reach_some_services() {
    let reached = |prefix| catalogue().service(prefix).unwrap().has_resource_control_policies();
    assert!(reached("sqs") && reached("s3") && reached("kms") && reached("sts"));
    assert!(!reached("lambda"));
}

#[test]
fn managed_policies_are_found_by_name_and_arn() {
    let name = "service-role/AWSLambdaBasicExecutionRole";
    let policy = catalogue().managed_policy(name).unwrap();
    let expected = serde_json::json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
    assert_eq!(policy.document["Statement"][0]["Action"], expected);
    assert_eq!(catalogue().managed_policy(&format!("arn:aws-cn:iam::aws:policy/{name}")), Some(policy));
    // A long one.
    assert!(catalogue().managed_policy("PowerUserAccess").is_some());
    assert!(catalogue().managed_policy("ReadOnlyAccess").unwrap().document.to_string().len() > 10_000);
    for wrong in ["NoSuchPolicy", "", "~", "arn:aws:iam::111122223333:policy/ReadOnlyAccess"] {
        assert_eq!(catalogue().managed_policy(wrong), None, "{wrong}");
    }
    let all: Vec<_> = catalogue().managed_policies().collect();
    assert!(all.len() > 1_500);
    for policy in all {
        assert_eq!(catalogue().managed_policy(&policy.name), Some(policy));
    }
}

#[test]
fn damaged_files_are_errors() {
    assert_eq!(Catalogue::read(Vec::new()).err(), Some(CatalogueError::Format));
    assert_eq!(
        Catalogue::read(b"stockade-iam-catalogue\t2\n\n".to_vec()).err(),
        Some(CatalogueError::Format)
    );
    let unknown = b"stockade-iam-catalogue\t1\nwhat\n\n".to_vec();
    assert_eq!(Catalogue::read(unknown).err(), Some(CatalogueError::Header(2)));
    // Whatever byte is changed, reading ends with an error or a catalogue.
    for at in (0..BUILT_IN.len()).step_by(BUILT_IN.len() / 16) {
        let mut bytes = BUILT_IN.to_vec();
        bytes[at] ^= 0x55;
        let _ = Catalogue::read(bytes);
    }
    assert!(Catalogue::read(BUILT_IN[..BUILT_IN.len() - 1].to_vec()).is_err());
}
