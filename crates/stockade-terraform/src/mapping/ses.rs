//! Amazon Simple Email Service.

use super::row::{Row, Target, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_ses_receipt_rule",
    target: Target::Resource("AWS::SES::ReceiptRule"),
    words: &[
        same("enabled", "Rule.Enabled"),
        same("name", "Rule.Name"),
        same("recipients", "Rule.Recipients"),
        same("rule_set_name", "RuleSetName"),
        same("scan_enabled", "Rule.ScanEnabled"),
        same("tls_policy", "Rule.TlsPolicy"),
        blocks(
            "lambda_action",
            "Rule.Actions",
            &[
                same("function_arn", "LambdaAction.FunctionArn"),
                same("invocation_type", "LambdaAction.InvocationType"),
                same("topic_arn", "LambdaAction.TopicArn"),
            ],
        ),
    ],
    attributes: &[("id", "Ref"), ("name", "Ref")],
    finish: None,
}];
