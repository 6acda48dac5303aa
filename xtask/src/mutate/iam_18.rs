//! IAM-18: a service that may invoke a function for whoever asks it to.

use super::mutator::{
    Break, Clause, Form, Impossible, Mutator, NOTHING, OTHER_CLAUSE, list, resource, subject, without,
};
use stockade_iam::{Effect, PolicyDocument};
use stockade_inventory::Inventory;
use stockade_model::{Change, Outcome, Resource, Verdict};
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for permissions");

/// What binds a service besides its `SourceArn`.
fn others(permission: &Resource) -> impl Iterator<Item = Change> {
    ["SourceAccount", "EventSourceToken"].into_iter().filter_map(|property| without(permission, property))
}

/// The permission of a pass, if the user wrote it as one.
fn permission<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, permission) = subject(inventory, verdict)?;
    (permission.type_name == "AWS::Lambda::Permission" && !permission.generated).then_some(permission)
}

/// The source of the permission of a pass is that; and a further permission with it.
fn source(inventory: &Inventory, verdict: &Verdict, service: &'static str, arn: &str) -> Option<Vec<Break>> {
    let permission = permission(inventory, verdict)?;
    let mut breaks = vec![Break::set(permission, "SourceArn", arn).also(others(permission))];
    if let Some(function) = permission.properties.get("FunctionName").to_new() {
        breaks.push(Break::add_with(permission, arn, move |arn| {
            let properties = [
                ("FunctionName", function.clone()),
                ("Action", New::string("lambda:InvokeFunction")),
                ("Principal", New::string(service)),
                ("SourceArn", arn),
            ];
            resource("AWS::Lambda::Permission", properties)
        }));
    }
    Some(breaks)
}

/// The policy of a pass and the path of its statement.
fn statement<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(&'a Resource, String)> {
    let (_, policy) = subject(inventory, verdict)?;
    let part = verdict.subject.part.as_ref()?;
    let statements = PolicyDocument::read(&policy.properties.get("PolicyDocument")).statements;
    // A denial beside it may keep strangers out still.
    if statements.iter().any(|statement| statement.effect != Effect::Allow) {
        return None;
    }
    let named = |at: &usize| statements[*at].name_after(statements[..*at].iter()).label == *part;
    let at = (0..statements.len()).find(named)?;
    Some((policy, format!("PolicyDocument.Statement.{at}")))
}

/// A policy of the function that lets topics in, with that condition.
fn policy(of: &Resource, condition: Option<New>) -> Option<New> {
    let arn = of.properties.get("ResourceArn").to_new()?;
    let mut statement = vec![
        ("Effect", New::string("Allow")),
        ("Principal", New::mapping([("Service", New::string("sns.amazonaws.com"))])),
        ("Action", New::string("lambda:InvokeFunction")),
        ("Resource", arn.clone()),
    ];
    statement.extend(condition.map(|condition| ("Condition", condition)));
    let document =
        New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(New::mapping(statement)))]);
    Some(resource("AWS::Lambda::ResourcePolicy", [("ResourceArn", arn), ("PolicyDocument", document)]))
}

fn source_like(arn: New) -> New {
    New::mapping([("ArnLike", New::mapping([("aws:SourceArn", arn)]))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-18",
    clauses: &[
        Clause {
            name: "neither a source nor an account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let permission = permission(inventory, verdict)?;
                let properties = &permission.properties;
                let (arn, account) = (properties.get("SourceArn"), properties.get("SourceAccount"));
                let removed = match (arn.is_absent(), account.is_absent()) {
                    (false, _) => Break::remove(permission, "SourceArn").also(others(permission)),
                    (true, false) => Break::remove(permission, "SourceAccount"),
                    (true, true) => return None,
                };
                let kept = [
                    ("FunctionName", properties.get("FunctionName").to_new()?),
                    ("Action", New::string("lambda:InvokeFunction")),
                    ("Principal", New::string("events.amazonaws.com")),
                ];
                let further = resource("AWS::Lambda::Permission", kept);
                Some(vec![removed, Break::add(permission, further)])
            },
            impossible: &[NOTHING[0], NOTHING[1], NO_GLOBALS],
        },
        Clause {
            name: "a source of any account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                source(inventory, verdict, "sns.amazonaws.com", "arn:aws:sns:us-east-1:*:*")
            },
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
        Clause {
            name: "a bucket without its account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                source(inventory, verdict, "s3.amazonaws.com", "arn:aws:s3:::stockade-mutant")
            },
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
        Clause {
            name: "any skill",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, permission) = subject(inventory, verdict)?;
                let token = permission.properties.get("EventSourceToken");
                if token.is_absent() {
                    return None;
                }
                let removed = Break::remove(permission, "EventSourceToken");
                // A transform names the event that the permission was made from.
                let place = permission.properties.get("Principal").origin.place;
                let removed = removed.shows_at_place(place);
                Some(vec![if permission.generated { removed.only(&[Form::Absent]) } else { removed }])
            },
            impossible: &[
                NOTHING[0],
                NOTHING[1],
                NO_GLOBALS,
                (&[Form::Separate], "a further permission is the clause of sources"),
            ],
        },
        Clause {
            name: "a statement without a source",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (policy_resource, path) = statement(inventory, verdict)?;
                let removed = Break::remove(policy_resource, format!("{path}.Condition"));
                let statement = policy_resource.properties.get(&path);
                Some(vec![
                    removed.shows_at_place(statement.origin.place),
                    Break::add(policy_resource, policy(policy_resource, None)?),
                ])
            },
            impossible: &[NOTHING[0], NOTHING[1], NO_GLOBALS],
        },
        Clause {
            name: "a statement for any account's sources",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (policy_resource, path) = statement(inventory, verdict)?;
                let any = "arn:aws:sns:us-east-1:*:*";
                let statement = policy_resource.properties.get(&path);
                let own = Break::set(policy_resource, format!("{path}.Condition"), any).around(source_like);
                let copy = policy_resource.clone();
                let further = move |arn| policy(&copy, Some(source_like(arn))).unwrap_or(New::Bool(false));
                Some(vec![
                    own.shows_at_place(statement.origin.place),
                    Break::add_with(policy_resource, any, further),
                ])
            },
            impossible: &[NO_GLOBALS, OTHER_CLAUSE],
        },
    ],
};
