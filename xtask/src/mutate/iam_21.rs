//! IAM-21: an account that the project does not list may invoke a function.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, resource, subject, without};
use stockade_model::Outcome;
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for permissions");
const REQUIRED: Impossible = (&[Form::Absent], "CloudFormation requires a principal");

const PERMISSION: &str = "AWS::Lambda::Permission";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-21",
    clauses: &[
        Clause {
            name: "another account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, permission) = subject(inventory, verdict)?;
                if permission.type_name != PERMISSION || permission.generated {
                    return None;
                }
                let function = permission.properties.get("FunctionName").to_new()?;
                let further = Break::add_with(permission, "777788889999", move |principal| {
                    let properties = [
                        ("FunctionName", function.clone()),
                        ("Action", New::string("lambda:InvokeFunction")),
                        ("Principal", principal),
                    ];
                    resource(PERMISSION, properties)
                });
                let own = Break::set(permission, "Principal", "777788889999");
                Some(vec![own.also(without(permission, "PrincipalOrgID")), further])
            },
            impossible: &[NO_GLOBALS, REQUIRED],
        },
        Clause {
            name: "a statement for another account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, policy) = subject(inventory, verdict)?;
                if policy.type_name != "AWS::Lambda::ResourcePolicy" || policy.generated {
                    return None;
                }
                let statement = policy.properties.get("PolicyDocument.Statement.0");
                let own = Break::set(policy, "PolicyDocument.Statement.0.Principal", "777788889999");
                let own = own.around(|account| New::mapping([("AWS", account)]));
                Some(vec![own.shows_at_place(statement.origin.place)])
            },
            impossible: &[
                NO_GLOBALS,
                REQUIRED,
                (&[Form::Separate], "a further permission is the clause of permissions"),
            ],
        },
    ],
};
