//! Elastic Load Balancing: Application, Network and Gateway Load Balancers.

use super::lower::{Built, field, given, object};
use super::row::{Part, Row, TAGS, Target, Word, block, blocks, same, values};
use crate::ResourceInstance;
use stockade_model::{Kind, List, Value as ModelValue};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_lb",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::LoadBalancer"),
        words: LOAD_BALANCER,
        attributes: &[
            ("arn", "Ref"),
            ("id", "Ref"),
            ("dns_name", "DNSName"),
            ("zone_id", "CanonicalHostedZoneID"),
            ("arn_suffix", "LoadBalancerFullName"),
        ],
        finish: None,
    },
    Row {
        source: "aws_alb",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::LoadBalancer"),
        words: LOAD_BALANCER,
        attributes: &[
            ("arn", "Ref"),
            ("id", "Ref"),
            ("dns_name", "DNSName"),
            ("zone_id", "CanonicalHostedZoneID"),
            ("arn_suffix", "LoadBalancerFullName"),
        ],
        finish: None,
    },
    Row {
        source: "aws_lb_listener",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::Listener"),
        words: LISTENER,
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: Some(certificates),
    },
    Row {
        source: "aws_alb_listener",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::Listener"),
        words: LISTENER,
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: Some(certificates),
    },
    Row {
        source: "aws_lb_listener_rule",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::ListenerRule"),
        words: LISTENER_RULE,
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_alb_listener_rule",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::ListenerRule"),
        words: LISTENER_RULE,
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_lb_target_group",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::TargetGroup"),
        words: TARGET_GROUP,
        attributes: &[
            ("arn", "Ref"),
            ("id", "Ref"),
            ("name", "TargetGroupName"),
            ("arn_suffix", "TargetGroupFullName"),
        ],
        finish: None,
    },
    Row {
        source: "aws_alb_target_group",
        target: Target::Resource("AWS::ElasticLoadBalancingV2::TargetGroup"),
        words: TARGET_GROUP,
        attributes: &[
            ("arn", "Ref"),
            ("id", "Ref"),
            ("name", "TargetGroupName"),
            ("arn_suffix", "TargetGroupFullName"),
        ],
        finish: None,
    },
    Row {
        source: "aws_lb_target_group_attachment",
        target: Target::Part(&Part {
            owners: &["aws_lb_target_group", "aws_alb_target_group"],
            by: "target_group_arn",
            at: "Targets",
            list: true,
        }),
        words: TARGET,
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_alb_target_group_attachment",
        target: Target::Part(&Part {
            owners: &["aws_lb_target_group", "aws_alb_target_group"],
            by: "target_group_arn",
            at: "Targets",
            list: true,
        }),
        words: TARGET,
        attributes: &[],
        finish: None,
    },
];

const LOAD_BALANCER: &[Word] = &[
    values("internal", "Scheme", &[("true", "internal"), ("false", "internet-facing")]).or("internet-facing"),
    same("ip_address_type", "IpAddressType"),
    same("load_balancer_type", "Type").or("application"),
    same("name", "Name"),
    same("security_groups", "SecurityGroups"),
    same("subnets", "Subnets"),
    TAGS,
    blocks(
        "subnet_mapping",
        "SubnetMappings",
        &[
            same("allocation_id", "AllocationId"),
            same("ipv6_address", "IPv6Address"),
            same("private_ipv4_address", "PrivateIPv4Address"),
            same("subnet_id", "SubnetId"),
        ],
    ),
];

const LISTENER: &[Word] = &[
    same("alpn_policy", "AlpnPolicy").only(),
    same("load_balancer_arn", "LoadBalancerArn"),
    same("port", "Port"),
    same("protocol", "Protocol").or("HTTP"),
    same("ssl_policy", "SslPolicy"),
    TAGS,
    blocks("default_action", "DefaultActions", ACTION),
    block(
        "mutual_authentication",
        "MutualAuthentication",
        &[
            same("advertise_trust_store_ca_names", "AdvertiseTrustStoreCaNames"),
            same("ignore_client_certificate_expiry", "IgnoreClientCertificateExpiry").or("false"),
            same("mode", "Mode"),
            same("trust_store_arn", "TrustStoreArn"),
        ],
    ),
];

const LISTENER_RULE: &[Word] = &[
    same("listener_arn", "ListenerArn"),
    same("priority", "Priority"),
    TAGS,
    blocks("action", "Actions", ACTION),
    blocks(
        "condition",
        "Conditions",
        &[
            block(
                "host_header",
                "HostHeaderConfig",
                &[same("regex_values", "RegexValues"), same("values", "Values")],
            ),
            block(
                "http_header",
                "HttpHeaderConfig",
                &[
                    same("http_header_name", "HttpHeaderName"),
                    same("regex_values", "RegexValues"),
                    same("values", "Values"),
                ],
            ),
            block("http_request_method", "HttpRequestMethodConfig", &[same("values", "Values")]),
            block(
                "path_pattern",
                "PathPatternConfig",
                &[same("regex_values", "RegexValues"), same("values", "Values")],
            ),
            block(
                "source_ip",
                "SourceIpConfig",
                &[same("ip_address_type", "IpAddressType"), same("values", "Values")],
            ),
        ],
    ),
];

const TARGET_GROUP: &[Word] = &[
    same("ip_address_type", "IpAddressType"),
    same("name", "Name"),
    same("port", "Port"),
    same("protocol", "Protocol"),
    same("protocol_version", "ProtocolVersion"),
    TAGS,
    same("target_type", "TargetType").or("instance"),
    same("vpc_id", "VpcId"),
];

const TARGET: &[Word] =
    &[same("target_id", "Id"), same("port", "Port"), same("availability_zone", "AvailabilityZone")];

/// What a listener does with a request.
const ACTION: &[Word] = &[
    same("order", "Order"),
    same("target_group_arn", "TargetGroupArn"),
    same("type", "Type"),
    block(
        "authenticate_cognito",
        "AuthenticateCognitoConfig",
        &[
            same("authentication_request_extra_params", "AuthenticationRequestExtraParams"),
            same("on_unauthenticated_request", "OnUnauthenticatedRequest"),
            same("scope", "Scope"),
            same("session_cookie_name", "SessionCookieName"),
            same("session_timeout", "SessionTimeout"),
            same("user_pool_arn", "UserPoolArn"),
            same("user_pool_client_id", "UserPoolClientId"),
            same("user_pool_domain", "UserPoolDomain"),
        ],
    ),
    block(
        "authenticate_oidc",
        "AuthenticateOidcConfig",
        &[
            same("authentication_request_extra_params", "AuthenticationRequestExtraParams"),
            same("authorization_endpoint", "AuthorizationEndpoint"),
            same("client_id", "ClientId"),
            same("client_secret", "ClientSecret"),
            same("issuer", "Issuer"),
            same("on_unauthenticated_request", "OnUnauthenticatedRequest"),
            same("scope", "Scope"),
            same("session_cookie_name", "SessionCookieName"),
            same("session_timeout", "SessionTimeout"),
            same("token_endpoint", "TokenEndpoint"),
            same("user_info_endpoint", "UserInfoEndpoint"),
        ],
    ),
    block(
        "fixed_response",
        "FixedResponseConfig",
        &[
            same("content_type", "ContentType"),
            same("message_body", "MessageBody"),
            same("status_code", "StatusCode"),
        ],
    ),
    block(
        "forward",
        "ForwardConfig",
        &[
            block(
                "stickiness",
                "TargetGroupStickinessConfig",
                &[same("duration", "DurationSeconds"), same("enabled", "Enabled")],
            ),
            blocks(
                "target_group",
                "TargetGroups",
                &[same("arn", "TargetGroupArn"), same("weight", "Weight")],
            ),
        ],
    ),
    block(
        "jwt_validation",
        "JwtValidationConfig",
        &[
            same("issuer", "Issuer"),
            same("jwks_endpoint", "JwksEndpoint"),
            blocks(
                "additional_claim",
                "AdditionalClaims",
                &[same("format", "Format"), same("name", "Name"), same("values", "Values")],
            ),
        ],
    ),
    block(
        "redirect",
        "RedirectConfig",
        &[
            same("host", "Host"),
            same("path", "Path"),
            same("port", "Port"),
            same("protocol", "Protocol"),
            same("query", "Query"),
            same("status_code", "StatusCode"),
        ],
    ),
];

/// The listener's certificate, of which CloudFormation has a list.
fn certificates(instance: &ResourceInstance, built: &mut Built) {
    let Some(certificate) = given(&instance.value, "certificate_arn") else { return };
    let origin = certificate.origin.clone();
    let fields = vec![field("CertificateArn", certificate.to_model())];
    let item = ModelValue::new(Kind::Object(object(fields, &origin)), origin.clone());
    built.set("Certificates", ModelValue::new(Kind::List(List { items: vec![item], open: None }), origin));
}
