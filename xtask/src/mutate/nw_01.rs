//! NW-01: a function outside of a VPC, where the project requires one (`seeds::CONFIGURATION`).

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Mutator, NOTHING, list, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource, Verdict};
use stockade_syntax::New;

const SAM: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";

/// The function of a pass whose subnets are its own, not those of a capacity provider.
fn attached<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, function) = subject(inventory, verdict)?;
    function.properties.get("CapacityProviderConfig").is_absent().then_some(function)
}

/// A function that is in no VPC and need not be.
fn outside<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<&'a Resource> {
    let (_, function) = subject(inventory, verdict)?;
    let inside = ["VpcConfig", "CapacityProviderConfig"];
    inside.iter().all(|property| function.properties.get(property).is_absent()).then_some(function)
}

pub const MUTATOR: Mutator = Mutator {
    control: "NW-01",
    clauses: &[
        Clause {
            name: "no VPC",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                Some(vec![Break::remove(attached(inventory, verdict)?, "VpcConfig")])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "no subnets",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let function = attached(inventory, verdict)?;
                let none = || New::Sequence(Vec::new());
                let detached = New::mapping([("SubnetIds", none()), ("SecurityGroupIds", none())]);
                let of_sam = Break::set_value(function, "VpcConfig", detached.clone()).written_as(SAM);
                let plain = Break::set_value(function, "VpcConfig", detached).written_as(PLAIN);
                Some(vec![of_sam, plain])
            },
            impossible: &[
                (&[Form::Ref, Form::Sub], "an empty list is neither a text nor a value of one parameter"),
                IN_ITS_RESOURCE,
                (&[Form::Absent], "that there is no VPC is a clause of its own"),
            ],
        },
        Clause {
            name: "its name requires one",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let function = outside(inventory, verdict)?;
                Some(vec![Break::set(function, "FunctionName", "Payments-mutant").shows_at(function)])
            },
            impossible: &[
                (&[Form::Globals], "`Globals` has no name for functions"),
                IN_ITS_RESOURCE,
                (&[Form::Absent], "what selects nothing requires nothing"),
            ],
        },
        Clause {
            name: "its tag requires one",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let function = outside(inventory, verdict)?;
                let tag = |value| list(New::mapping([("Key", New::string("data-class")), ("Value", value)]));
                let plain = Break::set(function, "Tags", "personal").around(tag).written_as(PLAIN);
                let of_sam = Break::set(function, "Tags.data-class", "personal").written_as(SAM);
                Some(vec![plain.shows_at(function), of_sam.shows_at(function)])
            },
            impossible: &[IN_ITS_RESOURCE, (&[Form::Absent], "what selects nothing requires nothing")],
        },
    ],
};
