//! AWS AppSync.

use super::row::{Row, TAGS, Target, Word, block, blocks, same};

/// The arguments of `sync_config` blocks.
const SYNC_CONFIG: &[Word] = &[
    same("conflict_detection", "ConflictDetection"),
    same("conflict_handler", "ConflictHandler"),
    block(
        "lambda_conflict_handler_config",
        "LambdaConflictHandlerConfig",
        &[same("lambda_conflict_handler_arn", "LambdaConflictHandlerArn")],
    ),
];

/// The arguments of a handler of events.
const EVENT_HANDLER: &[Word] = &[
    same("behavior", "Behavior"),
    block(
        "integration",
        "Integration",
        &[
            same("data_source_name", "DataSourceName"),
            block("lambda_config", "LambdaConfig", &[same("invoke_type", "InvokeType")]),
        ],
    ),
];

/// The arguments of `lambda_authorizer_config` blocks.
const LAMBDA_AUTHORIZER_CONFIG: &[Word] = &[
    same("authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds"),
    same("authorizer_uri", "AuthorizerUri"),
    same("identity_validation_expression", "IdentityValidationExpression"),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_appsync_graphql_api",
        target: Target::Resource("AWS::AppSync::GraphQLApi"),
        words: &[
            same("api_type", "ApiType"),
            same("authentication_type", "AuthenticationType"),
            same("introspection_config", "IntrospectionConfig"),
            same("merged_api_execution_role_arn", "MergedApiExecutionRoleArn"),
            same("name", "Name"),
            same("query_depth_limit", "QueryDepthLimit"),
            same("resolver_count_limit", "ResolverCountLimit"),
            same("visibility", "Visibility"),
            same("xray_enabled", "XrayEnabled"),
            blocks(
                "additional_authentication_provider",
                "AdditionalAuthenticationProviders",
                &[
                    same("authentication_type", "AuthenticationType"),
                    block("lambda_authorizer_config", "LambdaAuthorizerConfig", LAMBDA_AUTHORIZER_CONFIG),
                    block(
                        "openid_connect_config",
                        "OpenIDConnectConfig",
                        &[
                            same("auth_ttl", "AuthTTL"),
                            same("client_id", "ClientId"),
                            same("iat_ttl", "IatTTL"),
                            same("issuer", "Issuer"),
                        ],
                    ),
                    block(
                        "user_pool_config",
                        "UserPoolConfig",
                        &[
                            same("app_id_client_regex", "AppIdClientRegex"),
                            same("aws_region", "AwsRegion"),
                            same("user_pool_id", "UserPoolId"),
                        ],
                    ),
                ],
            ),
            block(
                "enhanced_metrics_config",
                "EnhancedMetricsConfig",
                &[
                    same("data_source_level_metrics_behavior", "DataSourceLevelMetricsBehavior"),
                    same("operation_level_metrics_config", "OperationLevelMetricsConfig"),
                    same("resolver_level_metrics_behavior", "ResolverLevelMetricsBehavior"),
                ],
            ),
            block("lambda_authorizer_config", "LambdaAuthorizerConfig", LAMBDA_AUTHORIZER_CONFIG),
            block(
                "log_config",
                "LogConfig",
                &[
                    same("cloudwatch_logs_role_arn", "CloudWatchLogsRoleArn"),
                    same("exclude_verbose_content", "ExcludeVerboseContent"),
                    same("field_log_level", "FieldLogLevel"),
                ],
            ),
            block(
                "openid_connect_config",
                "OpenIDConnectConfig",
                &[
                    same("auth_ttl", "AuthTTL"),
                    same("client_id", "ClientId"),
                    same("iat_ttl", "IatTTL"),
                    same("issuer", "Issuer"),
                ],
            ),
            block(
                "user_pool_config",
                "UserPoolConfig",
                &[
                    same("app_id_client_regex", "AppIdClientRegex"),
                    same("aws_region", "AwsRegion"),
                    same("default_action", "DefaultAction"),
                    same("user_pool_id", "UserPoolId"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("id", "ApiId"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_appsync_api",
        target: Target::Resource("AWS::AppSync::Api"),
        words: &[
            same("name", "Name"),
            same("owner_contact", "OwnerContact"),
            block(
                "event_config",
                "EventConfig",
                &[
                    blocks(
                        "auth_provider",
                        "AuthProviders",
                        &[
                            same("auth_type", "AuthType"),
                            block(
                                "cognito_config",
                                "CognitoConfig",
                                &[
                                    same("app_id_client_regex", "AppIdClientRegex"),
                                    same("aws_region", "AwsRegion"),
                                    same("user_pool_id", "UserPoolId"),
                                ],
                            ),
                            block(
                                "lambda_authorizer_config",
                                "LambdaAuthorizerConfig",
                                LAMBDA_AUTHORIZER_CONFIG,
                            ),
                            block(
                                "openid_connect_config",
                                "OpenIDConnectConfig",
                                &[
                                    same("auth_ttl", "AuthTTL"),
                                    same("client_id", "ClientId"),
                                    same("iat_ttl", "IatTTL"),
                                    same("issuer", "Issuer"),
                                ],
                            ),
                        ],
                    ),
                    blocks("connection_auth_mode", "ConnectionAuthModes", &[same("auth_type", "AuthType")]),
                    blocks(
                        "default_publish_auth_mode",
                        "DefaultPublishAuthModes",
                        &[same("auth_type", "AuthType")],
                    ),
                    blocks(
                        "default_subscribe_auth_mode",
                        "DefaultSubscribeAuthModes",
                        &[same("auth_type", "AuthType")],
                    ),
                    block(
                        "log_config",
                        "LogConfig",
                        &[
                            same("cloudwatch_logs_role_arn", "CloudWatchLogsRoleArn"),
                            same("log_level", "LogLevel"),
                        ],
                    ),
                ],
            ),
            TAGS,
        ],
        attributes: &[("api_id", "ApiId"), ("api_arn", "ApiArn"), ("id", "ApiId")],
        finish: None,
    },
    Row {
        source: "aws_appsync_datasource",
        target: Target::Resource("AWS::AppSync::DataSource"),
        words: &[
            same("api_id", "ApiId"),
            same("description", "Description"),
            same("name", "Name"),
            same("service_role_arn", "ServiceRoleArn"),
            same("type", "Type"),
            block(
                "dynamodb_config",
                "DynamoDBConfig",
                &[
                    same("table_name", "TableName"),
                    same("use_caller_credentials", "UseCallerCredentials"),
                    same("versioned", "Versioned"),
                    block(
                        "delta_sync_config",
                        "DeltaSyncConfig",
                        &[
                            same("base_table_ttl", "BaseTableTTL"),
                            same("delta_sync_table_name", "DeltaSyncTableName"),
                            same("delta_sync_table_ttl", "DeltaSyncTableTTL"),
                        ],
                    ),
                ],
            ),
            block("elasticsearch_config", "ElasticsearchConfig", &[same("endpoint", "Endpoint")]),
            block("event_bridge_config", "EventBridgeConfig", &[same("event_bus_arn", "EventBusArn")]),
            block(
                "http_config",
                "HttpConfig",
                &[
                    same("endpoint", "Endpoint"),
                    block(
                        "authorization_config",
                        "AuthorizationConfig",
                        &[
                            same("authorization_type", "AuthorizationType"),
                            block(
                                "aws_iam_config",
                                "AwsIamConfig",
                                &[
                                    same("signing_region", "SigningRegion"),
                                    same("signing_service_name", "SigningServiceName"),
                                ],
                            ),
                        ],
                    ),
                ],
            ),
            block("lambda_config", "LambdaConfig", &[same("function_arn", "LambdaFunctionArn")]),
            block("opensearchservice_config", "OpenSearchServiceConfig", &[same("endpoint", "Endpoint")]),
        ],
        attributes: &[("name", "Name"), ("arn", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_appsync_resolver",
        target: Target::Resource("AWS::AppSync::Resolver"),
        words: &[
            same("api_id", "ApiId"),
            same("code", "Code"),
            same("data_source", "DataSourceName"),
            same("field", "FieldName"),
            same("kind", "Kind"),
            same("max_batch_size", "MaxBatchSize"),
            same("request_template", "RequestMappingTemplate"),
            same("response_template", "ResponseMappingTemplate"),
            same("type", "TypeName"),
            block(
                "caching_config",
                "CachingConfig",
                &[same("caching_keys", "CachingKeys"), same("ttl", "Ttl")],
            ),
            block("pipeline_config", "PipelineConfig", &[same("functions", "Functions")]),
            block("runtime", "Runtime", &[same("name", "Name"), same("runtime_version", "RuntimeVersion")]),
            block("sync_config", "SyncConfig", SYNC_CONFIG),
        ],
        attributes: &[("arn", "ResolverArn")],
        finish: None,
    },
    Row {
        source: "aws_appsync_function",
        target: Target::Resource("AWS::AppSync::FunctionConfiguration"),
        words: &[
            same("api_id", "ApiId"),
            same("code", "Code"),
            same("data_source", "DataSourceName"),
            same("description", "Description"),
            same("function_version", "FunctionVersion"),
            same("max_batch_size", "MaxBatchSize"),
            same("name", "Name"),
            same("request_mapping_template", "RequestMappingTemplate"),
            same("response_mapping_template", "ResponseMappingTemplate"),
            block("runtime", "Runtime", &[same("name", "Name"), same("runtime_version", "RuntimeVersion")]),
            block("sync_config", "SyncConfig", SYNC_CONFIG),
        ],
        attributes: &[("function_id", "FunctionId"), ("arn", "FunctionArn")],
        finish: None,
    },
    Row {
        source: "aws_appsync_api_key",
        target: Target::Resource("AWS::AppSync::ApiKey"),
        words: &[same("api_id", "ApiId"), same("description", "Description"), same("expires", "Expires")],
        attributes: &[("key", "ApiKey")],
        finish: None,
    },
    Row {
        source: "aws_appsync_domain_name",
        target: Target::Resource("AWS::AppSync::DomainName"),
        words: &[
            same("certificate_arn", "CertificateArn"),
            same("description", "Description"),
            same("domain_name", "DomainName"),
        ],
        attributes: &[
            ("domain_name", "DomainName"),
            ("appsync_domain_name", "AppSyncDomainName"),
            ("hosted_zone_id", "HostedZoneId"),
        ],
        finish: None,
    },
    Row {
        source: "aws_appsync_channel_namespace",
        target: Target::Resource("AWS::AppSync::ChannelNamespace"),
        words: &[
            same("api_id", "ApiId"),
            same("code_handlers", "CodeHandlers"),
            same("name", "Name"),
            block(
                "handler_configs",
                "HandlerConfigs",
                &[
                    block("on_publish", "OnPublish", EVENT_HANDLER),
                    block("on_subscribe", "OnSubscribe", EVENT_HANDLER),
                ],
            ),
            blocks("publish_auth_mode", "PublishAuthModes", &[same("auth_type", "AuthType")]),
            blocks("subscribe_auth_mode", "SubscribeAuthModes", &[same("auth_type", "AuthType")]),
            TAGS,
        ],
        attributes: &[],
        finish: None,
    },
];
