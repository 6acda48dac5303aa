//! IAM-17: a function that anyone may invoke.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, list, resource, set, subject, without};
use stockade_inventory::Inventory;
use stockade_model::{Change, Outcome, Resource, Verdict};
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for permissions");
const REQUIRED: Impossible = (&[Form::Absent], "CloudFormation requires a principal");

const PERMISSION: &str = "AWS::Lambda::Permission";

/// What binds a permission.
fn unbound(permission: &Resource) -> impl Iterator<Item = Change> {
    let bounds = ["PrincipalOrgID", "SourceArn", "SourceAccount", "EventSourceToken"];
    bounds.into_iter().filter_map(|property| without(permission, property))
}

/// The permission of a pass, if the user wrote it as one.
fn permission<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, permission) = subject(inventory, verdict)?;
    (permission.type_name == PERMISSION && !permission.generated).then_some(permission)
}

/// A permission beside that of a pass.
fn further(permission: &Resource) -> Option<[(&'static str, New); 2]> {
    let function = permission.properties.get("FunctionName").to_new()?;
    Some([("FunctionName", function), ("Action", New::string("lambda:InvokeFunction"))])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-17",
    clauses: &[
        Clause {
            name: "the permission is for everyone",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let permission = permission(inventory, verdict)?;
                let own = Break::set(permission, "Principal", "*").also(unbound(permission));
                let kept = further(permission)?;
                let further = Break::add_with(permission, "*", move |anyone| {
                    resource(PERMISSION, kept.iter().cloned().chain([("Principal", anyone)]))
                });
                Some(vec![own, further])
            },
            impossible: &[NO_GLOBALS, REQUIRED],
        },
        Clause {
            name: "for everyone on behalf of any account's sources",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let permission = permission(inventory, verdict)?;
                let any = "arn:aws:sns:*:*:*";
                let kept = further(permission)?;
                let principal = permission.properties.get("Principal").origin.place;
                let own = Break::set(permission, "SourceArn", any)
                    .also([set(permission, "Principal", New::string("*"))])
                    .also(unbound(permission).filter(
                        |change| !matches!(change, Change::Remove { property, .. } if property == "SourceArn"),
                    ))
                    .shows_at_place(principal);
                let further = Break::add_with(permission, any, move |arn| {
                    let bound = [("Principal", New::string("*")), ("SourceArn", arn)];
                    resource(PERMISSION, kept.iter().cloned().chain(bound))
                });
                Some(vec![own, further])
            },
            impossible: &[NO_GLOBALS, (&[Form::Absent], "without a source it is the clause of everyone")],
        },
        Clause {
            name: "a statement for everyone",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, policy) = subject(inventory, verdict)?;
                if policy.type_name != "AWS::Lambda::ResourcePolicy" {
                    return None;
                }
                let arn = policy.properties.get("ResourceArn").to_new()?;
                let of = arn.clone();
                let document = move |anyone: New| {
                    let statement = New::mapping([
                        ("Effect", New::string("Allow")),
                        ("Principal", New::mapping([("AWS", anyone)])),
                        ("Action", New::string("lambda:InvokeFunction")),
                        ("Resource", of.clone()),
                    ]);
                    New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement))])
                };
                let own = Break::set(policy, "PolicyDocument", "*").around(document.clone());
                let further = Break::add_with(policy, "*", move |anyone| {
                    let properties = [("ResourceArn", arn.clone()), ("PolicyDocument", document(anyone))];
                    resource("AWS::Lambda::ResourcePolicy", properties)
                });
                Some(vec![own, further])
            },
            impossible: &[NO_GLOBALS, REQUIRED],
        },
    ],
};
