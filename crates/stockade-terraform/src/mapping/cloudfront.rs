//! Amazon CloudFront.

use super::row::{Row, TAGS, Target, Word, block, blocks, same};

/// The arguments of a cache behaviour, the default one or another; the default one has no path.
const CACHE_BEHAVIOR: &[Word] = &[
    same("allowed_methods", "AllowedMethods"),
    same("cache_policy_id", "CachePolicyId"),
    same("cached_methods", "CachedMethods"),
    same("compress", "Compress"),
    same("default_ttl", "DefaultTTL"),
    same("field_level_encryption_id", "FieldLevelEncryptionId"),
    same("max_ttl", "MaxTTL"),
    same("min_ttl", "MinTTL"),
    same("origin_request_policy_id", "OriginRequestPolicyId"),
    same("path_pattern", "PathPattern"),
    same("realtime_log_config_arn", "RealtimeLogConfigArn"),
    same("response_headers_policy_id", "ResponseHeadersPolicyId"),
    same("smooth_streaming", "SmoothStreaming"),
    same("target_origin_id", "TargetOriginId"),
    same("trusted_key_groups", "TrustedKeyGroups"),
    same("trusted_signers", "TrustedSigners"),
    same("viewer_protocol_policy", "ViewerProtocolPolicy"),
    block(
        "forwarded_values",
        "ForwardedValues",
        &[
            same("headers", "Headers"),
            same("query_string", "QueryString"),
            same("query_string_cache_keys", "QueryStringCacheKeys"),
            block(
                "cookies",
                "Cookies",
                &[same("forward", "Forward"), same("whitelisted_names", "WhitelistedNames")],
            ),
        ],
    ),
    blocks(
        "function_association",
        "FunctionAssociations",
        &[same("event_type", "EventType"), same("function_arn", "FunctionARN")],
    ),
    block("grpc_config", "GrpcConfig", &[same("enabled", "Enabled")]),
    blocks(
        "lambda_function_association",
        "LambdaFunctionAssociations",
        &[
            same("event_type", "EventType"),
            same("include_body", "IncludeBody"),
            same("lambda_arn", "LambdaFunctionARN"),
        ],
    ),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_cloudfront_distribution",
        target: Target::Resource("AWS::CloudFront::Distribution"),
        words: &[
            same("aliases", "DistributionConfig.Aliases"),
            same("anycast_ip_list_id", "DistributionConfig.AnycastIpListId"),
            same("comment", "DistributionConfig.Comment"),
            same("continuous_deployment_policy_id", "DistributionConfig.ContinuousDeploymentPolicyId"),
            same("default_root_object", "DistributionConfig.DefaultRootObject"),
            same("enabled", "DistributionConfig.Enabled"),
            same("http_version", "DistributionConfig.HttpVersion").or("http2"),
            same("is_ipv6_enabled", "DistributionConfig.IPV6Enabled").or("false"),
            same("price_class", "DistributionConfig.PriceClass"),
            same("staging", "DistributionConfig.Staging"),
            TAGS,
            same("web_acl_id", "DistributionConfig.WebACLId"),
            blocks(
                "custom_error_response",
                "DistributionConfig.CustomErrorResponses",
                &[
                    same("error_caching_min_ttl", "ErrorCachingMinTTL"),
                    same("error_code", "ErrorCode"),
                    same("response_code", "ResponseCode"),
                    same("response_page_path", "ResponsePagePath"),
                ],
            ),
            block("default_cache_behavior", "DistributionConfig.DefaultCacheBehavior", CACHE_BEHAVIOR),
            block(
                "logging_config",
                "DistributionConfig.Logging",
                &[
                    same("bucket", "Bucket"),
                    same("include_cookies", "IncludeCookies"),
                    same("prefix", "Prefix"),
                ],
            ),
            blocks("ordered_cache_behavior", "DistributionConfig.CacheBehaviors", CACHE_BEHAVIOR),
            blocks(
                "origin",
                "DistributionConfig.Origins",
                &[
                    same("connection_attempts", "ConnectionAttempts"),
                    same("connection_timeout", "ConnectionTimeout"),
                    same("domain_name", "DomainName"),
                    same("origin_access_control_id", "OriginAccessControlId"),
                    same("origin_id", "Id"),
                    same("origin_path", "OriginPath"),
                    same("response_completion_timeout", "ResponseCompletionTimeout"),
                    blocks(
                        "custom_header",
                        "OriginCustomHeaders",
                        &[same("name", "HeaderName"), same("value", "HeaderValue")],
                    ),
                    block(
                        "custom_origin_config",
                        "CustomOriginConfig",
                        &[
                            same("http_port", "HTTPPort"),
                            same("https_port", "HTTPSPort"),
                            same("ip_address_type", "IpAddressType"),
                            same("origin_keepalive_timeout", "OriginKeepaliveTimeout"),
                            same("origin_protocol_policy", "OriginProtocolPolicy"),
                            same("origin_read_timeout", "OriginReadTimeout"),
                            same("origin_ssl_protocols", "OriginSSLProtocols"),
                            block(
                                "origin_mtls_config",
                                "OriginMtlsConfig",
                                &[same("client_certificate_arn", "ClientCertificateArn")],
                            ),
                        ],
                    ),
                    block(
                        "origin_shield",
                        "OriginShield",
                        &[same("enabled", "Enabled"), same("origin_shield_region", "OriginShieldRegion")],
                    ),
                    block(
                        "s3_origin_config",
                        "S3OriginConfig",
                        &[same("origin_access_identity", "OriginAccessIdentity")],
                    ),
                    block(
                        "vpc_origin_config",
                        "VpcOriginConfig",
                        &[
                            same("origin_keepalive_timeout", "OriginKeepaliveTimeout"),
                            same("origin_read_timeout", "OriginReadTimeout"),
                            same("owner_account_id", "OwnerAccountId"),
                            same("vpc_origin_id", "VpcOriginId"),
                        ],
                    ),
                ],
            ),
            block(
                "restrictions",
                "DistributionConfig.Restrictions",
                &[block(
                    "geo_restriction",
                    "GeoRestriction",
                    &[same("locations", "Locations"), same("restriction_type", "RestrictionType")],
                )],
            ),
            block(
                "viewer_certificate",
                "DistributionConfig.ViewerCertificate",
                &[
                    same("acm_certificate_arn", "AcmCertificateArn"),
                    same("cloudfront_default_certificate", "CloudFrontDefaultCertificate"),
                    same("iam_certificate_id", "IamCertificateId"),
                    same("minimum_protocol_version", "MinimumProtocolVersion").or("TLSv1"),
                    same("ssl_support_method", "SslSupportMethod"),
                ],
            ),
            block(
                "viewer_mtls_config",
                "DistributionConfig.ViewerMtlsConfig",
                &[
                    same("mode", "Mode"),
                    block(
                        "trust_store_config",
                        "TrustStoreConfig",
                        &[
                            same("advertise_trust_store_ca_names", "AdvertiseTrustStoreCaNames"),
                            same("ignore_certificate_expiry", "IgnoreCertificateExpiry"),
                            same("trust_store_id", "TrustStoreId"),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("id", "Ref"), ("arn", "Arn"), ("domain_name", "DomainName")],
        finish: None,
    },
    Row {
        source: "aws_cloudfront_origin_access_control",
        target: Target::Resource("AWS::CloudFront::OriginAccessControl"),
        words: &[
            same("description", "OriginAccessControlConfig.Description"),
            same("name", "OriginAccessControlConfig.Name"),
            same(
                "origin_access_control_origin_type",
                "OriginAccessControlConfig.OriginAccessControlOriginType",
            ),
            same("signing_behavior", "OriginAccessControlConfig.SigningBehavior"),
            same("signing_protocol", "OriginAccessControlConfig.SigningProtocol"),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
];
