//! IAM-01: functions that share a role.

use super::mutator::{Break, Clause, Form, Mutator, resource, set, subject};
use stockade_model::Outcome;
use stockade_syntax::New;

/// A role that no template has.
const ROLE: &str = "arn:aws:iam::123456789012:role/stockade-mutant";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-01",
    clauses: &[Clause {
        name: "another function has the role",
        from: Outcome::Pass,
        breaks: |inventory, verdict| {
            let (node, function) = subject(inventory, verdict)?;
            if function.type_name != "AWS::Lambda::Function" {
                return None;
            }
            let mut breaks = Vec::new();
            let other = inventory.functions().find(|other| other.node() != node);
            if let Some(other) = other {
                let also = set(other.resource(), "Role", New::string(ROLE));
                breaks.push(Break::set(function, "Role", ROLE).also([also]));
            }
            if let Some(role) = function.properties.get("Role").to_new() {
                let image = New::string("123456789012.dkr.ecr.us-east-1.amazonaws.com/r:1");
                let code = New::mapping([("ImageUri", image)]);
                let properties = [("Role", role), ("PackageType", New::string("Image")), ("Code", code)];
                breaks.push(Break::add(function, resource("AWS::Lambda::Function", properties)));
            }
            Some(breaks)
        },
        impossible: &[(
            &[Form::Absent],
            "Lambda requires a role; SAM makes one for each function that has none",
        )],
    }],
};
