//! Amazon API Gateway: HTTP and WebSocket APIs.

use super::lower::Built;
use super::row::{Row, Target, block, blocks, json, same};
use crate::ResourceInstance;
use stockade_model::{Field, Kind, Object, Value};

/// The property of a stage that holds the settings of its routes.
const ROUTES: &str = "RouteSettings";

/// The settings of routes, which CloudFormation writes under their keys.
fn route_settings(_: &ResourceInstance, built: &mut Built) {
    let Some(written) = built.take(ROUTES) else { return };
    let Kind::List(list) = written.kind else {
        built.set(ROUTES, written);
        return;
    };
    let mut routes = Object { open: list.open, ..Object::default() };
    for mut item in list.items {
        let Kind::Object(settings) = &mut item.kind else { continue };
        let at = settings.fields.iter().position(|field| field.key == "RouteKey");
        let Some(route) = at.map(|at| settings.fields.remove(at).value) else { continue };
        match route.as_text().as_ref().and_then(|text| text.as_literal()) {
            Some(key) => {
                routes.fields.push(Field { key: key.into(), key_place: route.origin.place, value: item })
            }
            None => routes.open = routes.open.take().or_else(|| route.open().cloned()),
        }
    }
    built.set(ROUTES, Value::new(Kind::Object(routes), written.origin));
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_apigatewayv2_api",
        target: Target::Resource("AWS::ApiGatewayV2::Api"),
        words: &[
            same("api_key_selection_expression", "ApiKeySelectionExpression"),
            json("body", "Body"),
            same("credentials_arn", "CredentialsArn"),
            same("description", "Description"),
            same("disable_execute_api_endpoint", "DisableExecuteApiEndpoint"),
            same("fail_on_warnings", "FailOnWarnings"),
            same("ip_address_type", "IpAddressType"),
            same("name", "Name"),
            same("protocol_type", "ProtocolType"),
            same("route_key", "RouteKey"),
            same("route_selection_expression", "RouteSelectionExpression"),
            same("target", "Target"),
            same("version", "Version"),
            block(
                "cors_configuration",
                "CorsConfiguration",
                &[
                    same("allow_credentials", "AllowCredentials"),
                    same("allow_headers", "AllowHeaders"),
                    same("allow_methods", "AllowMethods"),
                    same("allow_origins", "AllowOrigins"),
                    same("expose_headers", "ExposeHeaders"),
                    same("max_age", "MaxAge"),
                ],
            ),
            same("tags", "Tags"),
        ],
        attributes: &[
            ("id", "Ref"),
            ("api_endpoint", "ApiEndpoint"),
            ("arn", "arn:{AWS::Partition}:apigateway:{AWS::Region}::/apis/{Ref}"),
            ("execution_arn", "arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:{Ref}"),
        ],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_route",
        target: Target::Resource("AWS::ApiGatewayV2::Route"),
        words: &[
            same("api_id", "ApiId"),
            same("api_key_required", "ApiKeyRequired"),
            same("authorization_scopes", "AuthorizationScopes"),
            same("authorization_type", "AuthorizationType"),
            same("authorizer_id", "AuthorizerId"),
            same("model_selection_expression", "ModelSelectionExpression"),
            same("operation_name", "OperationName"),
            same("request_models", "RequestModels"),
            same("route_key", "RouteKey"),
            same("route_response_selection_expression", "RouteResponseSelectionExpression"),
            same("target", "Target"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_integration",
        target: Target::Resource("AWS::ApiGatewayV2::Integration"),
        words: &[
            same("api_id", "ApiId"),
            same("connection_id", "ConnectionId"),
            same("connection_type", "ConnectionType"),
            same("content_handling_strategy", "ContentHandlingStrategy"),
            same("credentials_arn", "CredentialsArn"),
            same("description", "Description"),
            same("integration_method", "IntegrationMethod"),
            same("integration_subtype", "IntegrationSubtype"),
            same("integration_type", "IntegrationType"),
            same("integration_uri", "IntegrationUri"),
            same("passthrough_behavior", "PassthroughBehavior"),
            same("payload_format_version", "PayloadFormatVersion"),
            same("request_parameters", "RequestParameters"),
            same("request_templates", "RequestTemplates"),
            same("template_selection_expression", "TemplateSelectionExpression"),
            same("timeout_milliseconds", "TimeoutInMillis"),
            block("tls_config", "TlsConfig", &[same("server_name_to_verify", "ServerNameToVerify")]),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_authorizer",
        target: Target::Resource("AWS::ApiGatewayV2::Authorizer"),
        words: &[
            same("api_id", "ApiId"),
            same("authorizer_credentials_arn", "AuthorizerCredentialsArn"),
            same("authorizer_payload_format_version", "AuthorizerPayloadFormatVersion"),
            same("authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds"),
            same("authorizer_type", "AuthorizerType"),
            same("authorizer_uri", "AuthorizerUri"),
            same("enable_simple_responses", "EnableSimpleResponses"),
            same("identity_sources", "IdentitySource"),
            same("name", "Name"),
            block(
                "jwt_configuration",
                "JwtConfiguration",
                &[same("audience", "Audience"), same("issuer", "Issuer")],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_stage",
        target: Target::Resource("AWS::ApiGatewayV2::Stage"),
        words: &[
            same("api_id", "ApiId"),
            same("auto_deploy", "AutoDeploy"),
            same("client_certificate_id", "ClientCertificateId"),
            same("deployment_id", "DeploymentId"),
            same("description", "Description"),
            same("name", "StageName"),
            same("stage_variables", "StageVariables"),
            block(
                "access_log_settings",
                "AccessLogSettings",
                &[same("destination_arn", "DestinationArn"), same("format", "Format")],
            ),
            block(
                "default_route_settings",
                "DefaultRouteSettings",
                &[
                    same("data_trace_enabled", "DataTraceEnabled"),
                    same("detailed_metrics_enabled", "DetailedMetricsEnabled"),
                    same("logging_level", "LoggingLevel"),
                    same("throttling_burst_limit", "ThrottlingBurstLimit"),
                    same("throttling_rate_limit", "ThrottlingRateLimit"),
                ],
            ),
            blocks(
                "route_settings",
                ROUTES,
                &[
                    same("route_key", "RouteKey"),
                    same("data_trace_enabled", "DataTraceEnabled"),
                    same("detailed_metrics_enabled", "DetailedMetricsEnabled"),
                    same("logging_level", "LoggingLevel"),
                    same("throttling_burst_limit", "ThrottlingBurstLimit"),
                    same("throttling_rate_limit", "ThrottlingRateLimit"),
                ],
            ),
            same("tags", "Tags"),
        ],
        attributes: &[("id", "Ref"), ("name", "Ref"), ("arn", "Arn")],
        finish: Some(route_settings),
    },
    Row {
        source: "aws_apigatewayv2_deployment",
        target: Target::Resource("AWS::ApiGatewayV2::Deployment"),
        words: &[same("api_id", "ApiId"), same("description", "Description")],
        attributes: &[("id", "DeploymentId")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_domain_name",
        target: Target::Resource("AWS::ApiGatewayV2::DomainName"),
        words: &[
            same("domain_name", "DomainName"),
            same("routing_mode", "RoutingMode"),
            blocks(
                "domain_name_configuration",
                "DomainNameConfigurations",
                &[
                    same("certificate_arn", "CertificateArn"),
                    same("endpoint_type", "EndpointType"),
                    same("ip_address_type", "IpAddressType"),
                    same("ownership_verification_certificate_arn", "OwnershipVerificationCertificateArn"),
                    same("security_policy", "SecurityPolicy"),
                ],
            ),
            block(
                "mutual_tls_authentication",
                "MutualTlsAuthentication",
                &[same("truststore_uri", "TruststoreUri"), same("truststore_version", "TruststoreVersion")],
            ),
            same("tags", "Tags"),
        ],
        attributes: &[("id", "Ref"), ("domain_name", "Ref"), ("arn", "DomainNameArn")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_api_mapping",
        target: Target::Resource("AWS::ApiGatewayV2::ApiMapping"),
        words: &[
            same("api_id", "ApiId"),
            same("api_mapping_key", "ApiMappingKey"),
            same("domain_name", "DomainName"),
            same("stage", "Stage"),
        ],
        attributes: &[("id", "ApiMappingId")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_vpc_link",
        target: Target::Resource("AWS::ApiGatewayV2::VpcLink"),
        words: &[
            same("name", "Name"),
            same("security_group_ids", "SecurityGroupIds"),
            same("subnet_ids", "SubnetIds"),
            same("tags", "Tags"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_model",
        target: Target::Resource("AWS::ApiGatewayV2::Model"),
        words: &[
            same("api_id", "ApiId"),
            same("content_type", "ContentType"),
            same("description", "Description"),
            same("name", "Name"),
            json("schema", "Schema"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_integration_response",
        target: Target::Resource("AWS::ApiGatewayV2::IntegrationResponse"),
        words: &[
            same("api_id", "ApiId"),
            same("content_handling_strategy", "ContentHandlingStrategy"),
            same("integration_id", "IntegrationId"),
            same("integration_response_key", "IntegrationResponseKey"),
            same("response_templates", "ResponseTemplates"),
            same("template_selection_expression", "TemplateSelectionExpression"),
        ],
        attributes: &[("id", "IntegrationResponseId")],
        finish: None,
    },
    Row {
        source: "aws_apigatewayv2_route_response",
        target: Target::Resource("AWS::ApiGatewayV2::RouteResponse"),
        words: &[
            same("api_id", "ApiId"),
            same("model_selection_expression", "ModelSelectionExpression"),
            same("response_models", "ResponseModels"),
            same("route_id", "RouteId"),
            same("route_response_key", "RouteResponseKey"),
        ],
        attributes: &[("id", "RouteResponseId")],
        finish: None,
    },
];
