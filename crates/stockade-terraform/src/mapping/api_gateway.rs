//! Amazon API Gateway: REST APIs.

use super::lower::{Built, set};
use super::row::{Part, Row, TAGS, Target, block, blocks, json, same};
use crate::ResourceInstance;
use stockade_model::{Kind, Text, Value};

/// Where the path of a method stands until it is split.
const METHOD_PATH: &str = "MethodPath";

/// The settings of methods, in which the provider writes the path and the verb as one: `*/*`, `orders/GET`.
fn settings(_: &ResourceInstance, built: &mut Built) {
    let path = built.take(METHOD_PATH);
    if let Some(Value { kind: Kind::Object(settings), .. }) = built.take("") {
        built.properties.fields.extend(settings.fields);
        built.properties.open = built.properties.open.take().or(settings.open);
        built.properties.containers = settings.containers;
    }
    let Some(path) = path else { return };
    let split = path.as_text().and_then(|text| {
        let (resource, method) = text.as_literal()?.trim_start_matches('/').rsplit_once('/')?;
        Some((format!("/{resource}"), method.to_owned()))
    });
    let origin = built.origin.clone();
    let mut put = |name: &str, value: Value| {
        set(&mut built.properties, name, path.origin.place, value, &origin);
    };
    match split {
        Some((resource, method)) => {
            put("ResourcePath", Value::text(Text::literal(resource), path.origin.clone()));
            put("HttpMethod", Value::text(Text::literal(method), path.origin.clone()));
        }
        None => put("ResourcePath", path.clone()),
    }
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_api_gateway_rest_api",
        target: Target::Resource("AWS::ApiGateway::RestApi"),
        words: &[
            same("api_key_source", "ApiKeySourceType"),
            same("binary_media_types", "BinaryMediaTypes"),
            json("body", "Body"),
            same("description", "Description"),
            same("disable_execute_api_endpoint", "DisableExecuteApiEndpoint"),
            same("endpoint_access_mode", "EndpointAccessMode"),
            same("fail_on_warnings", "FailOnWarnings"),
            same("minimum_compression_size", "MinimumCompressionSize"),
            same("name", "Name"),
            same("parameters", "Parameters"),
            json("policy", "Policy"),
            same("put_rest_api_mode", "Mode"),
            same("security_policy", "SecurityPolicy"),
            block(
                "endpoint_configuration",
                "EndpointConfiguration",
                &[
                    same("ip_address_type", "IpAddressType"),
                    same("types", "Types"),
                    same("vpc_endpoint_ids", "VpcEndpointIds"),
                ],
            ),
            TAGS,
        ],
        attributes: &[
            ("id", "Ref"),
            ("arn", "arn:{AWS::Partition}:apigateway:{AWS::Region}::/restapis/{Ref}"),
            ("root_resource_id", "RootResourceId"),
            ("execution_arn", "arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:{Ref}"),
        ],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_rest_api_policy",
        target: Target::Part(&Part {
            owners: &["aws_api_gateway_rest_api"],
            by: "rest_api_id",
            at: "",
            list: false,
        }),
        words: &[json("policy", "Policy")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_resource",
        target: Target::Resource("AWS::ApiGateway::Resource"),
        words: &[
            same("parent_id", "ParentId"),
            same("path_part", "PathPart"),
            same("rest_api_id", "RestApiId"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_method",
        target: Target::Resource("AWS::ApiGateway::Method"),
        words: &[
            same("api_key_required", "ApiKeyRequired"),
            same("authorization", "AuthorizationType"),
            same("authorization_scopes", "AuthorizationScopes"),
            same("authorizer_id", "AuthorizerId"),
            same("http_method", "HttpMethod"),
            same("operation_name", "OperationName"),
            same("request_models", "RequestModels"),
            same("request_parameters", "RequestParameters"),
            same("request_validator_id", "RequestValidatorId"),
            same("resource_id", "ResourceId"),
            same("rest_api_id", "RestApiId"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_integration",
        target: Target::Keyed(
            &Part { owners: &["aws_api_gateway_method"], by: "", at: "Integration", list: false },
            &[("rest_api_id", "RestApiId"), ("resource_id", "ResourceId"), ("http_method", "HttpMethod")],
        ),
        words: &[
            same("cache_key_parameters", "CacheKeyParameters"),
            same("cache_namespace", "CacheNamespace"),
            same("connection_id", "ConnectionId"),
            same("connection_type", "ConnectionType"),
            same("content_handling", "ContentHandling"),
            same("credentials", "Credentials"),
            same("integration_http_method", "IntegrationHttpMethod"),
            same("passthrough_behavior", "PassthroughBehavior"),
            same("request_parameters", "RequestParameters"),
            same("request_templates", "RequestTemplates"),
            same("response_transfer_mode", "ResponseTransferMode"),
            same("timeout_milliseconds", "TimeoutInMillis"),
            same("type", "Type"),
            same("uri", "Uri"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_integration_response",
        target: Target::Keyed(
            &Part {
                owners: &["aws_api_gateway_method"],
                by: "",
                at: "Integration.IntegrationResponses",
                list: true,
            },
            &[("rest_api_id", "RestApiId"), ("resource_id", "ResourceId"), ("http_method", "HttpMethod")],
        ),
        words: &[
            same("content_handling", "ContentHandling"),
            same("response_parameters", "ResponseParameters"),
            same("response_templates", "ResponseTemplates"),
            same("selection_pattern", "SelectionPattern"),
            same("status_code", "StatusCode"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_method_response",
        target: Target::Keyed(
            &Part { owners: &["aws_api_gateway_method"], by: "", at: "MethodResponses", list: true },
            &[("rest_api_id", "RestApiId"), ("resource_id", "ResourceId"), ("http_method", "HttpMethod")],
        ),
        words: &[
            same("response_models", "ResponseModels"),
            same("response_parameters", "ResponseParameters"),
            same("status_code", "StatusCode"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_stage",
        target: Target::Resource("AWS::ApiGateway::Stage"),
        words: &[
            same("cache_cluster_enabled", "CacheClusterEnabled"),
            same("cache_cluster_size", "CacheClusterSize"),
            same("client_certificate_id", "ClientCertificateId"),
            same("deployment_id", "DeploymentId"),
            same("description", "Description"),
            same("documentation_version", "DocumentationVersion"),
            same("rest_api_id", "RestApiId"),
            same("stage_name", "StageName"),
            same("variables", "Variables"),
            same("xray_tracing_enabled", "TracingEnabled"),
            block(
                "access_log_settings",
                "AccessLogSetting",
                &[same("destination_arn", "DestinationArn"), same("format", "Format")],
            ),
            block(
                "canary_settings",
                "CanarySetting",
                &[
                    same("deployment_id", "DeploymentId"),
                    same("percent_traffic", "PercentTraffic"),
                    same("stage_variable_overrides", "StageVariableOverrides"),
                    same("use_stage_cache", "UseStageCache"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Id"), ("stage_name", "Ref")],
        finish: None,
    },
    // The provider says -1 for no throttle.
    Row {
        source: "aws_api_gateway_method_settings",
        target: Target::Keyed(
            &Part { owners: &["aws_api_gateway_stage"], by: "", at: "MethodSettings", list: true },
            &[("rest_api_id", "RestApiId"), ("stage_name", "StageName")],
        ),
        words: &[
            same("method_path", METHOD_PATH),
            block(
                "settings",
                "",
                &[
                    same("cache_data_encrypted", "CacheDataEncrypted"),
                    same("cache_ttl_in_seconds", "CacheTtlInSeconds"),
                    same("caching_enabled", "CachingEnabled"),
                    same("data_trace_enabled", "DataTraceEnabled"),
                    same("logging_level", "LoggingLevel"),
                    same("metrics_enabled", "MetricsEnabled"),
                    same("throttling_burst_limit", "ThrottlingBurstLimit").null_at("-1"),
                    same("throttling_rate_limit", "ThrottlingRateLimit").null_at("-1"),
                ],
            ),
        ],
        attributes: &[],
        finish: Some(settings),
    },
    Row {
        source: "aws_api_gateway_deployment",
        target: Target::Resource("AWS::ApiGateway::Deployment"),
        words: &[
            same("description", "Description"),
            same("stage_name", "StageName"),
            same("rest_api_id", "RestApiId"),
        ],
        attributes: &[("id", "DeploymentId")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_authorizer",
        target: Target::Resource("AWS::ApiGateway::Authorizer"),
        words: &[
            same("authorizer_credentials", "AuthorizerCredentials"),
            same("authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds").or("300"),
            same("authorizer_uri", "AuthorizerUri"),
            same("identity_source", "IdentitySource").or("method.request.header.Authorization"),
            same("identity_validation_expression", "IdentityValidationExpression"),
            same("name", "Name"),
            same("provider_arns", "ProviderARNs"),
            same("rest_api_id", "RestApiId"),
            same("type", "Type").or("TOKEN"),
        ],
        attributes: &[("id", "Ref"), ("arn", "Arn")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_request_validator",
        target: Target::Resource("AWS::ApiGateway::RequestValidator"),
        words: &[
            same("name", "Name"),
            same("rest_api_id", "RestApiId"),
            same("validate_request_body", "ValidateRequestBody"),
            same("validate_request_parameters", "ValidateRequestParameters"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_model",
        target: Target::Resource("AWS::ApiGateway::Model"),
        words: &[
            same("content_type", "ContentType"),
            same("description", "Description"),
            same("name", "Name"),
            same("rest_api_id", "RestApiId"),
            json("schema", "Schema"),
        ],
        attributes: &[("name", "Ref"), ("id", "Id")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_gateway_response",
        target: Target::Resource("AWS::ApiGateway::GatewayResponse"),
        words: &[
            same("response_parameters", "ResponseParameters"),
            same("response_templates", "ResponseTemplates"),
            same("response_type", "ResponseType"),
            same("rest_api_id", "RestApiId"),
            same("status_code", "StatusCode"),
        ],
        attributes: &[("id", "Id")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_usage_plan",
        target: Target::Resource("AWS::ApiGateway::UsagePlan"),
        words: &[
            same("description", "Description"),
            same("name", "UsagePlanName"),
            blocks("api_stages", "ApiStages", &[same("api_id", "ApiId"), same("stage", "Stage")]),
            block(
                "quota_settings",
                "Quota",
                &[same("limit", "Limit"), same("offset", "Offset"), same("period", "Period")],
            ),
            block(
                "throttle_settings",
                "Throttle",
                &[same("burst_limit", "BurstLimit"), same("rate_limit", "RateLimit")],
            ),
            TAGS,
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_usage_plan_key",
        target: Target::Resource("AWS::ApiGateway::UsagePlanKey"),
        words: &[same("key_id", "KeyId"), same("key_type", "KeyType"), same("usage_plan_id", "UsagePlanId")],
        attributes: &[("id", "Id")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_api_key",
        target: Target::Resource("AWS::ApiGateway::ApiKey"),
        words: &[
            same("customer_id", "CustomerId"),
            same("description", "Description"),
            same("enabled", "Enabled"),
            same("name", "Name"),
            same("value", "Value"),
            TAGS,
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_domain_name",
        target: Target::Resource("AWS::ApiGateway::DomainName"),
        words: &[
            same("certificate_arn", "CertificateArn"),
            same("domain_name", "DomainName"),
            same("endpoint_access_mode", "EndpointAccessMode"),
            same("ownership_verification_certificate_arn", "OwnershipVerificationCertificateArn"),
            same("regional_certificate_arn", "RegionalCertificateArn"),
            same("routing_mode", "RoutingMode"),
            same("security_policy", "SecurityPolicy"),
            block(
                "endpoint_configuration",
                "EndpointConfiguration",
                &[same("ip_address_type", "IpAddressType"), same("types", "Types")],
            ),
            block(
                "mutual_tls_authentication",
                "MutualTlsAuthentication",
                &[same("truststore_uri", "TruststoreUri"), same("truststore_version", "TruststoreVersion")],
            ),
            TAGS,
        ],
        attributes: &[
            ("domain_name", "Ref"),
            ("id", "Ref"),
            ("arn", "DomainNameArn"),
            ("regional_domain_name", "RegionalDomainName"),
            ("regional_zone_id", "RegionalHostedZoneId"),
            ("cloudfront_domain_name", "DistributionDomainName"),
            ("cloudfront_zone_id", "DistributionHostedZoneId"),
        ],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_base_path_mapping",
        target: Target::Resource("AWS::ApiGateway::BasePathMapping"),
        words: &[
            same("api_id", "RestApiId"),
            same("base_path", "BasePath"),
            same("domain_name", "DomainName"),
            same("stage_name", "Stage"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_account",
        target: Target::Resource("AWS::ApiGateway::Account"),
        words: &[same("cloudwatch_role_arn", "CloudWatchRoleArn")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_vpc_link",
        target: Target::Resource("AWS::ApiGateway::VpcLink"),
        words: &[
            same("description", "Description"),
            same("name", "Name"),
            same("target_arns", "TargetArns"),
            TAGS,
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_api_gateway_client_certificate",
        target: Target::Resource("AWS::ApiGateway::ClientCertificate"),
        words: &[same("description", "Description"), TAGS],
        attributes: &[("id", "Ref")],
        finish: None,
    },
];
