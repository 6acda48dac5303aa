//! IAM-15: a function's role that others than Lambda may assume.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, list, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const IMPOSSIBLE: [Impossible; 3] = [
    (&[Form::Globals], "SAM has no `Globals` for trust policies"),
    (&[Form::Separate], "the trust policy stands in its role"),
    (&[Form::Absent], "CloudFormation requires a trust policy"),
];

/// The trust policy of a pass lets Lambda in, and that principal.
fn trusts(
    inventory: &Inventory,
    verdict: &Verdict,
    kind: &'static str,
    principal: &str,
) -> Option<Vec<Break>> {
    let (_, role) = subject(inventory, verdict)?;
    if role.generated {
        return None;
    }
    let own = Break::set(role, "AssumeRolePolicyDocument", principal).around(move |principal| {
        let lambda = New::string("lambda.amazonaws.com");
        let principals = match kind {
            "Service" => vec![("Service", New::Sequence(vec![lambda, principal]))],
            _ => vec![("Service", lambda), (kind, principal)],
        };
        let statement = New::mapping([
            ("Effect", New::string("Allow")),
            ("Principal", New::mapping(principals)),
            ("Action", New::string("sts:AssumeRole")),
        ]);
        New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement))])
    });
    Some(vec![own])
}

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-15",
    clauses: &[
        Clause {
            name: "anyone",
            from: Outcome::Pass,
            breaks: |inventory, verdict| trusts(inventory, verdict, "AWS", "*"),
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "another account",
            from: Outcome::Pass,
            breaks: |inventory, verdict| trusts(inventory, verdict, "AWS", "777788889999"),
            impossible: &IMPOSSIBLE,
        },
        Clause {
            name: "another service",
            from: Outcome::Pass,
            breaks: |inventory, verdict| trusts(inventory, verdict, "Service", "states.amazonaws.com"),
            impossible: &IMPOSSIBLE,
        },
    ],
};
