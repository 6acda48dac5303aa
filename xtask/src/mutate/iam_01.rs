//! IAM-01: functions that share a role.

use super::mutator::{Break, Clause, Form, Mutator, resource, subject};
use stockade_syntax::New;

/// A role that no template has.
const ROLE: &str = "arn:aws:iam::123456789012:role/stockade-mutant";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-01",
    clauses: &[Clause {
        name: "another function has the role",
        breaks: |inventory, finding| {
            let Some((node, function)) = subject(inventory, finding) else { return Vec::new() };
            let mut breaks = Vec::new();
            let other =
                inventory.functions().find(|other| other.node() != node).map(|other| other.resource());
            if let Some(other) = other.filter(|_| function.type_name == "AWS::Lambda::Function") {
                let also = vec![(other.id.clone(), "Role".to_owned(), ROLE.to_owned())];
                let mut set = Break::set(function, "Role", ROLE);
                if let Break::Set { also: others, .. } = &mut set {
                    *others = also;
                }
                breaks.push(set);
            }
            let role = function.properties.get("Role");
            if let Some(role) = role.to_new().filter(|_| function.type_name == "AWS::Lambda::Function") {
                let code = New::mapping([(
                    "ImageUri",
                    New::string("123456789012.dkr.ecr.us-east-1.amazonaws.com/r:1"),
                )]);
                let properties = [("Role", role), ("PackageType", New::string("Image")), ("Code", code)];
                let body = resource("AWS::Lambda::Function", properties);
                breaks.push(Break::Add { beside: function.id.clone(), body });
            }
            breaks
        },
        impossible: &[(
            &[Form::Absent],
            "Lambda requires a role; SAM makes one for each function that has none",
        )],
    }],
};
