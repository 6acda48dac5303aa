//! Amazon Elastic Container Service: what runs with a role.

use super::row::{Row, TAGS, Target, Word, blocks, same};

/// The capacity providers of a task that another service starts.
pub(super) const CAPACITY_PROVIDERS: Word = blocks(
    "capacity_provider_strategy",
    "CapacityProviderStrategy",
    &[same("base", "Base"), same("capacity_provider", "CapacityProvider"), same("weight", "Weight")],
);

/// The network of such a task.
pub(super) const NETWORK: &[Word] = &[
    same("assign_public_ip", "AssignPublicIp"),
    same("security_groups", "SecurityGroups"),
    same("subnets", "Subnets"),
];

/// A constraint on where such a task is placed.
pub(super) const PLACEMENT_CONSTRAINT: &[Word] = &[same("expression", "Expression"), same("type", "Type")];

/// How such tasks are spread.
pub(super) const PLACEMENT_STRATEGY: &[Word] = &[same("field", "Field"), same("type", "Type")];

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
