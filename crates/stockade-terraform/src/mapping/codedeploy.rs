//! AWS CodeDeploy.

use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_codedeploy_app",
        target: Target::Resource("AWS::CodeDeploy::Application"),
        words: &[same("compute_platform", "ComputePlatform"), same("name", "ApplicationName"), TAGS],
        attributes: &[("name", "Ref"), ("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_codedeploy_deployment_group",
        target: Target::Resource("AWS::CodeDeploy::DeploymentGroup"),
        words: &[
            same("app_name", "ApplicationName"),
            same("autoscaling_groups", "AutoScalingGroups"),
            same("deployment_config_name", "DeploymentConfigName"),
            same("deployment_group_name", "DeploymentGroupName"),
            same("outdated_instances_strategy", "OutdatedInstancesStrategy"),
            same("service_role_arn", "ServiceRoleArn"),
            same("termination_hook_enabled", "TerminationHookEnabled"),
            block(
                "alarm_configuration",
                "AlarmConfiguration",
                &[
                    same("alarms", "Alarms").each("Name"),
                    same("enabled", "Enabled"),
                    same("ignore_poll_alarm_failure", "IgnorePollAlarmFailure"),
                ],
            ),
            block(
                "auto_rollback_configuration",
                "AutoRollbackConfiguration",
                &[same("enabled", "Enabled"), same("events", "Events")],
            ),
            block(
                "deployment_style",
                "DeploymentStyle",
                &[same("deployment_option", "DeploymentOption"), same("deployment_type", "DeploymentType")],
            ),
            blocks(
                "ec2_tag_filter",
                "Ec2TagFilters",
                &[same("key", "Key"), same("type", "Type"), same("value", "Value")],
            ),
            blocks(
                "ecs_service",
                "ECSServices",
                &[same("cluster_name", "ClusterName"), same("service_name", "ServiceName")],
            ),
            blocks(
                "on_premises_instance_tag_filter",
                "OnPremisesInstanceTagFilters",
                &[same("key", "Key"), same("type", "Type"), same("value", "Value")],
            ),
            blocks(
                "trigger_configuration",
                "TriggerConfigurations",
                &[
                    same("trigger_events", "TriggerEvents"),
                    same("trigger_name", "TriggerName"),
                    same("trigger_target_arn", "TriggerTargetArn"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("deployment_group_name", "Ref"), ("id", "Id"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_codedeploy_deployment_config",
        target: Target::Resource("AWS::CodeDeploy::DeploymentConfig"),
        words: &[
            same("compute_platform", "ComputePlatform"),
            same("deployment_config_name", "DeploymentConfigName"),
            block(
                "minimum_healthy_hosts",
                "MinimumHealthyHosts",
                &[same("type", "Type"), same("value", "Value")],
            ),
            block(
                "traffic_routing_config",
                "TrafficRoutingConfig",
                &[
                    same("type", "Type"),
                    block(
                        "time_based_canary",
                        "TimeBasedCanary",
                        &[same("interval", "CanaryInterval"), same("percentage", "CanaryPercentage")],
                    ),
                    block(
                        "time_based_linear",
                        "TimeBasedLinear",
                        &[same("interval", "LinearInterval"), same("percentage", "LinearPercentage")],
                    ),
                ],
            ),
            block(
                "zonal_config",
                "ZonalConfig",
                &[
                    same("first_zone_monitor_duration_in_seconds", "FirstZoneMonitorDurationInSeconds"),
                    same("monitor_duration_in_seconds", "MonitorDurationInSeconds"),
                    block(
                        "minimum_healthy_hosts_per_zone",
                        "MinimumHealthyHostsPerZone",
                        &[same("type", "Type"), same("value", "Value")],
                    ),
                ],
            ),
        ],
        attributes: &[("deployment_config_name", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
