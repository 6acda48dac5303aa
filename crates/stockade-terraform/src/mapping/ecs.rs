//! Amazon Elastic Container Service: what runs with a role.

use super::row::{Row, TAGS, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_ecs_task_definition",
    target: Target::Resource("AWS::ECS::TaskDefinition"),
    words: &[
        same("execution_role_arn", "ExecutionRoleArn"),
        same("family", "Family"),
        same("network_mode", "NetworkMode"),
        same("requires_compatibilities", "RequiresCompatibilities"),
        same("task_role_arn", "TaskRoleArn"),
        TAGS,
    ],
    attributes: &[("arn", "Ref")],
    finish: None,
}];
