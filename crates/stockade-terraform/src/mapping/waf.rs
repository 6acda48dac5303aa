//! AWS WAF.

use super::row::{Row, TAGS, Target, Word, block, blocks, json, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_wafv2_web_acl",
        target: Target::Resource("AWS::WAFv2::WebACL"),
        words: &[
            same("name", "Name"),
            same("description", "Description"),
            same("scope", "Scope"),
            same("token_domains", "TokenDomains"),
            block("default_action", "DefaultAction", ACTIONS),
            blocks("rule", "Rules", RULE),
            json("rule_json", "Rules"),
            block("visibility_config", "VisibilityConfig", VISIBILITY),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Id"), ("name", "Name")],
        finish: None,
    },
    Row {
        source: "aws_wafv2_rule_group",
        target: Target::Resource("AWS::WAFv2::RuleGroup"),
        words: &[
            same("name", "Name"),
            same("description", "Description"),
            same("scope", "Scope"),
            same("capacity", "Capacity"),
            blocks("rule", "Rules", RULE),
            json("rules_json", "Rules"),
            block("visibility_config", "VisibilityConfig", VISIBILITY),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Id"), ("name", "Name")],
        finish: None,
    },
    Row {
        source: "aws_wafv2_web_acl_association",
        target: Target::Resource("AWS::WAFv2::WebACLAssociation"),
        words: &[same("resource_arn", "ResourceArn"), same("web_acl_arn", "WebACLArn")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_wafv2_web_acl_logging_configuration",
        target: Target::Resource("AWS::WAFv2::LoggingConfiguration"),
        words: &[
            same("log_destination_configs", "LogDestinationConfigs"),
            same("resource_arn", "ResourceArn"),
            block(
                "logging_filter",
                "LoggingFilter",
                &[
                    same("default_behavior", "DefaultBehavior"),
                    blocks(
                        "filter",
                        "Filters",
                        &[
                            same("behavior", "Behavior"),
                            same("requirement", "Requirement"),
                            blocks("condition", "Conditions", CONDITION),
                        ],
                    ),
                ],
            ),
            blocks(
                "redacted_fields",
                "RedactedFields",
                &[
                    block("method", "Method", &[]),
                    block("query_string", "QueryString", &[]),
                    block("single_header", "SingleHeader", &[same("name", "Name")]),
                    block("uri_path", "UriPath", &[]),
                ],
            ),
        ],
        attributes: &[],
        finish: None,
    },
];

const CONDITION: &[Word] = &[
    block("action_condition", "ActionCondition", &[same("action", "Action")]),
    block("label_name_condition", "LabelNameCondition", &[same("label_name", "LabelName")]),
];

const VISIBILITY: &[Word] = &[
    same("cloudwatch_metrics_enabled", "CloudWatchMetricsEnabled"),
    same("metric_name", "MetricName"),
    same("sampled_requests_enabled", "SampledRequestsEnabled"),
];

const NAME_AND_VALUE: &[Word] = &[same("name", "Name"), same("value", "Value")];

const HANDLING: &[Word] = &[block(
    "custom_request_handling",
    "CustomRequestHandling",
    &[blocks("insert_header", "InsertHeaders", NAME_AND_VALUE)],
)];

const ACTIONS: &[Word] = &[
    block("allow", "Allow", HANDLING),
    block(
        "block",
        "Block",
        &[block(
            "custom_response",
            "CustomResponse",
            &[
                same("custom_response_body_key", "CustomResponseBodyKey"),
                same("response_code", "ResponseCode"),
                blocks("response_header", "ResponseHeaders", NAME_AND_VALUE),
            ],
        )],
    ),
    block("captcha", "Captcha", HANDLING),
    block("challenge", "Challenge", HANDLING),
    block("count", "Count", HANDLING),
];

const RULE: &[Word] = &[
    same("name", "Name"),
    same("priority", "Priority"),
    block("action", "Action", ACTIONS),
    block("override_action", "OverrideAction", &[block("count", "Count", &[]), block("none", "None", &[])]),
    blocks("rule_label", "RuleLabels", &[same("name", "Name")]),
    block("statement", "Statement", STATEMENT),
    block("visibility_config", "VisibilityConfig", VISIBILITY),
];

const OVERRIDES: Word = blocks(
    "rule_action_override",
    "RuleActionOverrides",
    &[same("name", "Name"), block("action_to_use", "ActionToUse", ACTIONS)],
);

const FORWARDED: Word = block(
    "forwarded_ip_config",
    "ForwardedIPConfig",
    &[same("fallback_behavior", "FallbackBehavior"), same("header_name", "HeaderName")],
);

const TRANSFORMATIONS: Word = blocks(
    "text_transformation",
    "TextTransformations",
    &[same("priority", "Priority"), same("type", "Type")],
);

const FIELD: Word = block(
    "field_to_match",
    "FieldToMatch",
    &[
        block("all_query_arguments", "AllQueryArguments", &[]),
        block("body", "Body", &[same("oversize_handling", "OversizeHandling")]),
        block("method", "Method", &[]),
        block("query_string", "QueryString", &[]),
        block("single_header", "SingleHeader", &[same("name", "Name")]),
        block("single_query_argument", "SingleQueryArgument", &[same("name", "Name")]),
        block("uri_path", "UriPath", &[]),
    ],
);

const SETS: [Word; 2] = [FIELD, TRANSFORMATIONS];

/// Statements that hold no others.
const IP_SET: Word = block("ip_set_reference_statement", "IPSetReferenceStatement", &[same("arn", "Arn")]);
const GEO: Word =
    block("geo_match_statement", "GeoMatchStatement", &[same("country_codes", "CountryCodes"), FORWARDED]);
const ASN: Word =
    block("asn_match_statement", "AsnMatchStatement", &[same("asn_list", "AsnList"), FORWARDED]);
const LABEL: Word =
    block("label_match_statement", "LabelMatchStatement", &[same("key", "Key"), same("scope", "Scope")]);
const SQL: Word = block(
    "sqli_match_statement",
    "SqliMatchStatement",
    &[SETS[0], SETS[1], same("sensitivity_level", "SensitivityLevel")],
);
const XSS: Word = block("xss_match_statement", "XssMatchStatement", &SETS);
const SIZE: Word = block(
    "size_constraint_statement",
    "SizeConstraintStatement",
    &[SETS[0], SETS[1], same("comparison_operator", "ComparisonOperator"), same("size", "Size")],
);
const BYTES: Word = block(
    "byte_match_statement",
    "ByteMatchStatement",
    &[
        SETS[0],
        SETS[1],
        same("positional_constraint", "PositionalConstraint"),
        same("search_string", "SearchString"),
    ],
);
const REGEX: Word = block(
    "regex_match_statement",
    "RegexMatchStatement",
    &[SETS[0], SETS[1], same("regex_string", "RegexString")],
);
const REGEX_SET: Word = block(
    "regex_pattern_set_reference_statement",
    "RegexPatternSetReferenceStatement",
    &[SETS[0], SETS[1], same("arn", "Arn")],
);

/// The provider nests statements three deep.
const INNERMOST: &[Word] = &[IP_SET, GEO, ASN, LABEL, SQL, XSS, SIZE, BYTES, REGEX, REGEX_SET];

const INNER: &[Word] = &[
    block("and_statement", "AndStatement", &[blocks("statement", "Statements", INNERMOST)]),
    block("or_statement", "OrStatement", &[blocks("statement", "Statements", INNERMOST)]),
    block("not_statement", "NotStatement", &[block("statement", "Statement", INNERMOST)]),
    IP_SET,
    GEO,
    ASN,
    LABEL,
    SQL,
    XSS,
    SIZE,
    BYTES,
    REGEX,
    REGEX_SET,
];

const STATEMENT: &[Word] = &[
    block(
        "managed_rule_group_statement",
        "ManagedRuleGroupStatement",
        &[
            same("name", "Name"),
            same("vendor_name", "VendorName"),
            same("version", "Version"),
            OVERRIDES,
            block("scope_down_statement", "ScopeDownStatement", INNER),
        ],
    ),
    block("rule_group_reference_statement", "RuleGroupReferenceStatement", &[same("arn", "Arn"), OVERRIDES]),
    block(
        "rate_based_statement",
        "RateBasedStatement",
        &[
            same("limit", "Limit"),
            same("aggregate_key_type", "AggregateKeyType").or("IP"),
            same("evaluation_window_sec", "EvaluationWindowSec").or("300"),
            FORWARDED,
            block("scope_down_statement", "ScopeDownStatement", INNER),
        ],
    ),
    block("and_statement", "AndStatement", &[blocks("statement", "Statements", INNER)]),
    block("or_statement", "OrStatement", &[blocks("statement", "Statements", INNER)]),
    block("not_statement", "NotStatement", &[block("statement", "Statement", INNER)]),
    IP_SET,
    GEO,
    ASN,
    LABEL,
    SQL,
    XSS,
    SIZE,
    BYTES,
    REGEX,
    REGEX_SET,
];
