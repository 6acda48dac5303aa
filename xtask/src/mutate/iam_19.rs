//! IAM-19: a function's policy that grants more than to invoke it.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, resource, subject, without};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource, Verdict};

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for permissions");
const REQUIRED: Impossible = (&[Form::Absent], "CloudFormation requires an action");

const PERMISSION: &str = "AWS::Lambda::Permission";

/// The permission of a pass, if the user wrote it as one.
fn permission<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, permission) = subject(inventory, verdict)?;
    (permission.type_name == PERMISSION && !permission.generated).then_some(permission)
}

fn breaks(inventory: &Inventory, verdict: &Verdict, action: &str) -> Option<Vec<Break>> {
    let permission = permission(inventory, verdict)?;
    let function = permission.properties.get("FunctionName").to_new()?;
    let principal = permission.properties.get("Principal").to_new()?;
    let further = Break::add_with(permission, action, move |action| {
        let properties =
            [("FunctionName", function.clone()), ("Principal", principal.clone()), ("Action", action)];
        resource(PERMISSION, properties)
    });
    // What is asked through a URL is asked of the function's invocation alone.
    let own = Break::set(permission, "Action", action).also(without(permission, "InvokedViaFunctionUrl"));
    Some(vec![own, further])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-19",
    clauses: &[
        Clause {
            name: "every action",
            from: Outcome::Pass,
            breaks: |inventory, verdict| breaks(inventory, verdict, "lambda:*"),
            impossible: &[NO_GLOBALS, REQUIRED],
        },
        Clause {
            name: "the code and the environment",
            from: Outcome::Pass,
            breaks: |inventory, verdict| breaks(inventory, verdict, "lambda:GetFunction"),
            impossible: &[NO_GLOBALS, REQUIRED],
        },
        Clause {
            name: "past the URL",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let permission = permission(inventory, verdict)?;
                let through = permission.properties.get("InvokedViaFunctionUrl");
                let removed = Break::remove(permission, "InvokedViaFunctionUrl");
                let action = permission.properties.get("Action").origin.place;
                (!through.is_absent()).then(|| vec![removed.shows_at_place(action)])
            },
            impossible: &[
                NO_GLOBALS,
                super::mutator::NOTHING[0],
                super::mutator::NOTHING[1],
                (&[Form::Separate], "a permission is a resource of its own"),
            ],
        },
    ],
};
