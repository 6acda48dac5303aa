//! AWS Organizations.

use super::row::{Part, Row, TAGS, Target, json, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_organizations_policy",
        target: Target::Resource("AWS::Organizations::Policy"),
        words: &[
            json("content", "Content"),
            same("description", "Description"),
            same("name", "Name"),
            TAGS,
            same("type", "Type").or("SERVICE_CONTROL_POLICY"),
        ],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_organizations_policy_attachment",
        target: Target::Part(&Part {
            owners: &["aws_organizations_policy"],
            by: "policy_id",
            at: "TargetIds",
            list: true,
        }),
        words: &[same("target_id", "")],
        attributes: &[],
        finish: None,
    },
];
