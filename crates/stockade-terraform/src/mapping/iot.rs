//! AWS IoT.

use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_iot_topic_rule",
        target: Target::Resource("AWS::IoT::TopicRule"),
        words: &[
            same("description", "TopicRulePayload.Description"),
            same("name", "RuleName"),
            same("sql", "TopicRulePayload.Sql"),
            same("sql_version", "TopicRulePayload.AwsIotSqlVersion"),
            block(
                "error_action",
                "TopicRulePayload.ErrorAction",
                &[block("lambda", "Lambda", &[same("function_arn", "FunctionArn")])],
            ),
            blocks("lambda", "TopicRulePayload.Actions", &[same("function_arn", "Lambda.FunctionArn")]),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_iot_authorizer",
        target: Target::Resource("AWS::IoT::Authorizer"),
        words: &[
            same("authorizer_function_arn", "AuthorizerFunctionArn"),
            same("name", "AuthorizerName"),
            same("signing_disabled", "SigningDisabled"),
            same("status", "Status"),
            same("token_key_name", "TokenKeyName"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref")],
        finish: None,
    },
];
