//! AWS X-Ray.

use super::row::{Row, TAGS, Target, block, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_xray_group",
        target: Target::Resource("AWS::XRay::Group"),
        words: &[
            same("filter_expression", "FilterExpression"),
            same("group_name", "GroupName"),
            block(
                "insights_configuration",
                "InsightsConfiguration",
                &[
                    same("insights_enabled", "InsightsEnabled"),
                    same("notifications_enabled", "NotificationsEnabled"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("arn", "GroupARN"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_xray_resource_policy",
        target: Target::Resource("AWS::XRay::ResourcePolicy"),
        words: &[
            same("bypass_policy_lockout_check", "BypassPolicyLockoutCheck"),
            same("policy_document", "PolicyDocument"),
            same("policy_name", "PolicyName"),
        ],
        attributes: &[],
        finish: None,
    },
];
