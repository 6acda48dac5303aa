//! AWS Security Hub.

use super::row::{Row, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_securityhub_account",
        target: Target::Resource("AWS::SecurityHub::Hub"),
        words: &[
            same("auto_enable_controls", "AutoEnableControls").or("true"),
            same("control_finding_generator", "ControlFindingGenerator"),
            same("enable_default_standards", "EnableDefaultStandards").or("true"),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_securityhub_standards_subscription",
        target: Target::Resource("AWS::SecurityHub::Standard"),
        words: &[same("standards_arn", "StandardsArn")],
        attributes: &[("id", "Ref")],
        finish: None,
    },
];
