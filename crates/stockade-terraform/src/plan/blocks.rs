//! Nested blocks that the provider never fills in by itself.
//!
//! A plan says `true` in `after_unknown` of a block for either of two reasons. The provider will fill it in (its schema
//! has it as optional and computed), as it does the `tracing_config` of a function without one: then nobody wrote it. Or it
//! is a `dynamic` block that goes through something not known yet: then it may come to be there. The plan's
//! `configuration` names dynamic blocks nowhere, so the schema decides.
//!
//! Source: the schemas in the code of `hashicorp/terraform-provider-aws` (`internal/service`), where these are optional and
//! not computed, and <https://github.com/hashicorp/terraform/pull/35271> on what a plan says of such a block.

/// Resource types with those of their blocks that are read.
const WRITTEN: [(&str, &[&str]); 18] = [
    ("aws_api_gateway_stage", &["access_log_settings", "canary_settings"]),
    ("aws_api_gateway_usage_plan", &["api_stages", "quota_settings", "throttle_settings"]),
    ("aws_apigatewayv2_api", &["cors_configuration"]),
    ("aws_apigatewayv2_stage", &["access_log_settings", "default_route_settings", "route_settings"]),
    (
        "aws_appsync_graphql_api",
        &[
            "additional_authentication_provider",
            "lambda_authorizer_config",
            "log_config",
            "openid_connect_config",
            "user_pool_config",
        ],
    ),
    (
        "aws_cloudfront_distribution",
        &["custom_error_response", "logging_config", "ordered_cache_behavior", "origin_group"],
    ),
    ("aws_cloudtrail", &["advanced_event_selector", "event_selector", "insight_selector"]),
    ("aws_cloudwatch_event_target", &["dead_letter_config", "retry_policy"]),
    ("aws_codebuild_project", &["logs_config", "vpc_config"]),
    ("aws_ecr_repository", &["encryption_configuration", "image_scanning_configuration"]),
    ("aws_kinesis_firehose_delivery_stream", &["server_side_encryption"]),
    ("aws_lambda_alias", &["routing_config"]),
    (
        "aws_lambda_event_source_mapping",
        &["destination_config", "filter_criteria", "scaling_config", "source_access_configuration"],
    ),
    (
        "aws_lambda_function",
        &[
            "capacity_provider_config",
            "dead_letter_config",
            "durable_config",
            "environment",
            "file_system_config",
            "image_config",
            "snap_start",
            "tenancy_config",
            "vpc_config",
        ],
    ),
    ("aws_lambda_function_event_invoke_config", &["destination_config", "on_failure", "on_success"]),
    ("aws_lambda_function_url", &["cors"]),
    ("aws_lb", &["access_logs", "connection_logs"]),
    ("aws_lb_listener", &["mutual_authentication"]),
];

/// Whether a block is there only if somebody wrote it.
pub(super) fn is_written(type_name: &str, block: &str) -> bool {
    WRITTEN.iter().any(|(known, blocks)| *known == type_name && blocks.contains(&block))
}
