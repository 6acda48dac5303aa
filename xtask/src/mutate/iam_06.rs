//! IAM-06: a function's role that nothing bounds.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Mutator, NOTHING, resource, subject};
use stockade_model::Outcome;
use stockade_syntax::New;

const BOUNDARY: &str = "PermissionsBoundary";

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-06",
    clauses: &[
        Clause {
            name: "no boundary",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, role) = subject(inventory, verdict)?;
                Some(vec![Break::remove(role, BOUNDARY)])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "a further role that Lambda may assume",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, role) = subject(inventory, verdict)?;
                let trusted = |service: New| {
                    let statement = New::mapping([
                        ("Effect", New::string("Allow")),
                        ("Principal", New::mapping([("Service", service)])),
                        ("Action", New::string("sts:AssumeRole")),
                    ]);
                    let document = New::mapping([
                        ("Version", New::string("2012-10-17")),
                        ("Statement", New::Sequence(vec![statement])),
                    ]);
                    resource("AWS::IAM::Role", [("AssumeRolePolicyDocument", document)])
                };
                Some(vec![Break::add_with(role, "lambda.amazonaws.com", trusted)])
            },
            impossible: &[
                (&[Form::Literal], "the role of a pass is trusted already; see `separate`"),
                (&[Form::Globals], "SAM has no `Globals` for roles"),
                (&[Form::Absent], "a role that is not there is trusted by nobody"),
            ],
        },
    ],
};
