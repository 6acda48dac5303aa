//! Amazon Bedrock AgentCore.

use super::row::{Row, Target, Word, block, blocks, same};

/// The arguments of `private_endpoint` blocks.
const PRIVATE_ENDPOINT: &[Word] = &[
    block(
        "managed_vpc_resource",
        "ManagedVpcResource",
        &[
            same("endpoint_ip_address_type", "EndpointIpAddressType"),
            same("routing_domain", "RoutingDomain"),
            same("security_group_ids", "SecurityGroupIds"),
            same("subnet_ids", "SubnetIds"),
            same("vpc_identifier", "VpcIdentifier"),
        ],
    ),
    block(
        "self_managed_lattice_resource",
        "SelfManagedLatticeResource",
        &[same("resource_configuration_identifier", "ResourceConfigurationIdentifier")],
    ),
];

/// The arguments of `custom_claim` blocks.
const CUSTOM_CLAIM: &[Word] = &[
    same("inbound_token_claim_name", "InboundTokenClaimName"),
    same("inbound_token_claim_value_type", "InboundTokenClaimValueType"),
    block(
        "authorizing_claim_match_value",
        "AuthorizingClaimMatchValue",
        &[
            same("claim_match_operator", "ClaimMatchOperator"),
            block(
                "claim_match_value",
                "ClaimMatchValue",
                &[
                    same("match_value_string", "MatchValueString"),
                    same("match_value_string_list", "MatchValueStringList"),
                ],
            ),
        ],
    ),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_bedrockagentcore_agent_runtime",
        target: Target::Resource("AWS::BedrockAgentCore::Runtime"),
        words: &[
            same("agent_runtime_name", "AgentRuntimeName"),
            same("description", "Description"),
            same("environment_variables", "EnvironmentVariables"),
            block(
                "lifecycle_configuration",
                "LifecycleConfiguration",
                &[
                    same("idle_runtime_session_timeout", "IdleRuntimeSessionTimeout"),
                    same("max_lifetime", "MaxLifetime"),
                ],
            ),
            same("role_arn", "RoleArn"),
            block(
                "agent_runtime_artifact",
                "AgentRuntimeArtifact",
                &[
                    block(
                        "code_configuration",
                        "CodeConfiguration",
                        &[
                            same("entry_point", "EntryPoint"),
                            same("runtime", "Runtime"),
                            block(
                                "code",
                                "Code",
                                &[block(
                                    "s3",
                                    "S3",
                                    &[
                                        same("bucket", "Bucket"),
                                        same("prefix", "Prefix"),
                                        same("version_id", "VersionId"),
                                    ],
                                )],
                            ),
                        ],
                    ),
                    block(
                        "container_configuration",
                        "ContainerConfiguration",
                        &[same("container_uri", "ContainerUri")],
                    ),
                ],
            ),
            block(
                "authorizer_configuration",
                "AuthorizerConfiguration",
                &[block(
                    "custom_jwt_authorizer",
                    "CustomJWTAuthorizer",
                    &[
                        same("allowed_audience", "AllowedAudience"),
                        same("allowed_clients", "AllowedClients"),
                        same("allowed_scopes", "AllowedScopes"),
                        same("discovery_url", "DiscoveryUrl"),
                        block(
                            "allowed_workload_configuration",
                            "AllowedWorkloadConfiguration",
                            &[
                                same("workload_identities", "WorkloadIdentities"),
                                blocks("hosting_environment", "HostingEnvironments", &[same("arn", "Arn")]),
                            ],
                        ),
                        blocks("custom_claim", "CustomClaims", CUSTOM_CLAIM),
                        block("private_endpoint", "PrivateEndpoint", PRIVATE_ENDPOINT),
                        blocks(
                            "private_endpoint_overrides",
                            "PrivateEndpointOverrides",
                            &[
                                same("domain", "Domain"),
                                block("private_endpoint", "PrivateEndpoint", PRIVATE_ENDPOINT),
                            ],
                        ),
                    ],
                )],
            ),
            blocks(
                "filesystem_configuration",
                "FilesystemConfigurations",
                &[
                    block(
                        "efs_access_point",
                        "EfsAccessPoint",
                        &[same("access_point_arn", "AccessPointArn"), same("mount_path", "MountPath")],
                    ),
                    block(
                        "s3_files_access_point",
                        "S3FilesAccessPoint",
                        &[same("access_point_arn", "AccessPointArn"), same("mount_path", "MountPath")],
                    ),
                    block("session_storage", "SessionStorage", &[same("mount_path", "MountPath")]),
                ],
            ),
            block(
                "network_configuration",
                "NetworkConfiguration",
                &[
                    same("network_mode", "NetworkMode"),
                    block(
                        "network_mode_config",
                        "NetworkModeConfig",
                        &[same("security_groups", "SecurityGroups"), same("subnets", "Subnets")],
                    ),
                ],
            ),
            block(
                "request_header_configuration",
                "RequestHeaderConfiguration",
                &[same("request_header_allowlist", "RequestHeaderAllowlist")],
            ),
            same("tags", "Tags"),
        ],
        attributes: &[("agent_runtime_arn", "AgentRuntimeArn"), ("agent_runtime_id", "AgentRuntimeId")],
        finish: None,
    },
    Row {
        source: "aws_bedrockagentcore_gateway",
        target: Target::Resource("AWS::BedrockAgentCore::Gateway"),
        words: &[
            same("authorizer_type", "AuthorizerType"),
            same("description", "Description"),
            same("exception_level", "ExceptionLevel"),
            same("kms_key_arn", "KmsKeyArn"),
            same("name", "Name"),
            same("protocol_type", "ProtocolType"),
            same("role_arn", "RoleArn"),
            block(
                "authorizer_configuration",
                "AuthorizerConfiguration",
                &[block(
                    "custom_jwt_authorizer",
                    "CustomJWTAuthorizer",
                    &[
                        same("allowed_audience", "AllowedAudience"),
                        same("allowed_clients", "AllowedClients"),
                        same("allowed_scopes", "AllowedScopes"),
                        same("discovery_url", "DiscoveryUrl"),
                        blocks("custom_claim", "CustomClaims", CUSTOM_CLAIM),
                        block("private_endpoint", "PrivateEndpoint", PRIVATE_ENDPOINT),
                    ],
                )],
            ),
            blocks(
                "interceptor_configuration",
                "InterceptorConfigurations",
                &[
                    same("interception_points", "InterceptionPoints"),
                    block(
                        "input_configuration",
                        "InputConfiguration",
                        &[same("pass_request_headers", "PassRequestHeaders")],
                    ),
                    block("interceptor", "Interceptor", &[block("lambda", "Lambda", &[same("arn", "Arn")])]),
                ],
            ),
            block(
                "policy_engine_configuration",
                "PolicyEngineConfiguration",
                &[same("arn", "Arn"), same("mode", "Mode")],
            ),
            block(
                "protocol_configuration",
                "ProtocolConfiguration",
                &[block(
                    "mcp",
                    "Mcp",
                    &[
                        same("instructions", "Instructions"),
                        same("search_type", "SearchType"),
                        same("supported_versions", "SupportedVersions"),
                        block(
                            "session_configuration",
                            "SessionConfiguration",
                            &[same("session_timeout_in_seconds", "SessionTimeoutInSeconds")],
                        ),
                        block(
                            "streaming_configuration",
                            "StreamingConfiguration",
                            &[same("enable_response_streaming", "EnableResponseStreaming")],
                        ),
                    ],
                )],
            ),
            same("tags", "Tags"),
        ],
        attributes: &[
            ("gateway_arn", "GatewayArn"),
            ("gateway_id", "GatewayIdentifier"),
            ("gateway_url", "GatewayUrl"),
        ],
        finish: None,
    },
    Row {
        source: "aws_bedrockagentcore_gateway_target",
        target: Target::Resource("AWS::BedrockAgentCore::GatewayTarget"),
        words: &[
            same("description", "Description"),
            same("gateway_identifier", "GatewayIdentifier"),
            same("name", "Name"),
            block(
                "metadata_configuration",
                "MetadataConfiguration",
                &[
                    same("allowed_query_parameters", "AllowedQueryParameters"),
                    same("allowed_request_headers", "AllowedRequestHeaders"),
                    same("allowed_response_headers", "AllowedResponseHeaders"),
                ],
            ),
            block("private_endpoint", "PrivateEndpoint", PRIVATE_ENDPOINT),
            block(
                "target_configuration",
                "TargetConfiguration",
                &[
                    block(
                        "inference",
                        "Inference",
                        &[
                            block(
                                "connector",
                                "Connector",
                                &[block("source", "Source", &[same("connector_id", "ConnectorId")])],
                            ),
                            block(
                                "provider",
                                "Provider",
                                &[
                                    same("endpoint", "Endpoint"),
                                    block(
                                        "model_mapping",
                                        "ModelMapping",
                                        &[block(
                                            "provider_prefix",
                                            "ProviderPrefix",
                                            &[same("separator", "Separator"), same("strip", "Strip")],
                                        )],
                                    ),
                                    blocks(
                                        "operation",
                                        "Operations",
                                        &[
                                            same("path", "Path"),
                                            same("provider_path", "ProviderPath"),
                                            blocks("model", "Models", &[same("model", "Model")]),
                                        ],
                                    ),
                                ],
                            ),
                        ],
                    ),
                    block(
                        "mcp",
                        "Mcp",
                        &[
                            block(
                                "api_gateway",
                                "ApiGateway",
                                &[
                                    same("rest_api_id", "RestApiId"),
                                    same("stage", "Stage"),
                                    block(
                                        "api_gateway_tool_configuration",
                                        "ApiGatewayToolConfiguration",
                                        &[
                                            blocks(
                                                "tool_filter",
                                                "ToolFilters",
                                                &[
                                                    same("filter_path", "FilterPath"),
                                                    same("methods", "Methods"),
                                                ],
                                            ),
                                            blocks(
                                                "tool_override",
                                                "ToolOverrides",
                                                &[
                                                    same("description", "Description"),
                                                    same("method", "Method"),
                                                    same("name", "Name"),
                                                    same("path", "Path"),
                                                ],
                                            ),
                                        ],
                                    ),
                                ],
                            ),
                            block("lambda", "Lambda", &[same("lambda_arn", "LambdaArn")]),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("target_id", "TargetId")],
        finish: None,
    },
];
