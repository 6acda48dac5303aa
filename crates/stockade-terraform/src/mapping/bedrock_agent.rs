//! Agents for Amazon Bedrock.

use super::row::{Part, Row, Target, block, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_bedrockagent_agent",
        target: Target::Resource("AWS::Bedrock::Agent"),
        words: &[
            same("agent_name", "AgentName"),
            same("agent_resource_role_arn", "AgentResourceRoleArn"),
            same("customer_encryption_key_arn", "CustomerEncryptionKeyArn"),
            same("description", "Description"),
            same("foundation_model", "FoundationModel"),
            same("instruction", "Instruction"),
            same("tags", "Tags"),
        ],
        attributes: &[("agent_arn", "AgentArn"), ("agent_id", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_bedrockagent_agent_action_group",
        target: Target::Part(&Part {
            owners: &["aws_bedrockagent_agent"],
            by: "agent_id",
            at: "ActionGroups",
            list: true,
        }),
        words: &[
            same("action_group_name", "ActionGroupName"),
            same("action_group_state", "ActionGroupState"),
            same("description", "Description"),
            block(
                "action_group_executor",
                "ActionGroupExecutor",
                &[same("custom_control", "CustomControl"), same("lambda", "Lambda")],
            ),
        ],
        attributes: &[],
        finish: None,
    },
];
