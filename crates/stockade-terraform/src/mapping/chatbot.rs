//! Amazon Q Developer in chat applications, once AWS Chatbot.

use super::row::{Row, TAGS, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_chatbot_slack_channel_configuration",
        target: Target::Resource("AWS::Chatbot::SlackChannelConfiguration"),
        words: &[
            same("configuration_name", "ConfigurationName"),
            same("guardrail_policy_arns", "GuardrailPolicies"),
            same("iam_role_arn", "IamRoleArn"),
            same("logging_level", "LoggingLevel"),
            same("slack_channel_id", "SlackChannelId"),
            same("slack_team_id", "SlackWorkspaceId"),
            same("sns_topic_arns", "SnsTopicArns"),
            same("user_authorization_required", "UserRoleRequired"),
            TAGS,
        ],
        attributes: &[("chat_configuration_arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_chatbot_teams_channel_configuration",
        target: Target::Resource("AWS::Chatbot::MicrosoftTeamsChannelConfiguration"),
        words: &[
            same("channel_id", "TeamsChannelId"),
            same("channel_name", "TeamsChannelName"),
            same("configuration_name", "ConfigurationName"),
            same("guardrail_policy_arns", "GuardrailPolicies"),
            same("iam_role_arn", "IamRoleArn"),
            same("logging_level", "LoggingLevel"),
            same("sns_topic_arns", "SnsTopicArns"),
            same("team_id", "TeamId"),
            same("tenant_id", "TeamsTenantId"),
            same("user_authorization_required", "UserRoleRequired"),
            TAGS,
        ],
        attributes: &[("chat_configuration_arn", "Ref")],
        finish: None,
    },
];
