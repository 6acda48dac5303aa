//! AWS Network Firewall.

use super::row::{Row, TAGS, Target, Word, block, blocks, same};

/// The arguments of a custom action.
const CUSTOM_ACTION: &[Word] = &[
    same("action_name", "ActionName"),
    block(
        "action_definition",
        "ActionDefinition",
        &[block(
            "publish_metric_action",
            "PublishMetricAction",
            &[blocks("dimension", "Dimensions", &[same("value", "Value")])],
        )],
    ),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_networkfirewall_firewall",
        target: Target::Resource("AWS::NetworkFirewall::Firewall"),
        words: &[
            same("availability_zone_change_protection", "AvailabilityZoneChangeProtection"),
            same("delete_protection", "DeleteProtection"),
            same("description", "Description"),
            same("enabled_analysis_types", "EnabledAnalysisTypes"),
            same("firewall_policy_arn", "FirewallPolicyArn"),
            same("firewall_policy_change_protection", "FirewallPolicyChangeProtection"),
            same("name", "FirewallName"),
            same("subnet_change_protection", "SubnetChangeProtection"),
            TAGS,
            same("transit_gateway_id", "TransitGatewayId"),
            same("vpc_id", "VpcId"),
            blocks(
                "subnet_mapping",
                "SubnetMappings",
                &[same("ip_address_type", "IPAddressType"), same("subnet_id", "SubnetId")],
            ),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_networkfirewall_firewall_policy",
        target: Target::Resource("AWS::NetworkFirewall::FirewallPolicy"),
        words: &[
            same("description", "Description"),
            same("name", "FirewallPolicyName"),
            TAGS,
            block(
                "firewall_policy",
                "FirewallPolicy",
                &[
                    same("enable_tls_session_holding", "EnableTLSSessionHolding"),
                    same("stateful_default_actions", "StatefulDefaultActions"),
                    same("stateless_default_actions", "StatelessDefaultActions"),
                    same("stateless_fragment_default_actions", "StatelessFragmentDefaultActions"),
                    same("tls_inspection_configuration_arn", "TLSInspectionConfigurationArn"),
                    block(
                        "stateful_engine_options",
                        "StatefulEngineOptions",
                        &[
                            same("rule_order", "RuleOrder"),
                            same("stream_exception_policy", "StreamExceptionPolicy"),
                            block(
                                "flow_timeouts",
                                "FlowTimeouts",
                                &[same("tcp_idle_timeout_seconds", "TcpIdleTimeoutSeconds")],
                            ),
                        ],
                    ),
                    blocks(
                        "stateful_rule_group_reference",
                        "StatefulRuleGroupReferences",
                        &[
                            same("deep_threat_inspection", "DeepThreatInspection"),
                            same("priority", "Priority"),
                            same("resource_arn", "ResourceArn"),
                            block("override", "Override", &[same("action", "Action")]),
                        ],
                    ),
                    blocks("stateless_custom_action", "StatelessCustomActions", CUSTOM_ACTION),
                    blocks(
                        "stateless_rule_group_reference",
                        "StatelessRuleGroupReferences",
                        &[same("priority", "Priority"), same("resource_arn", "ResourceArn")],
                    ),
                ],
            ),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_networkfirewall_rule_group",
        target: Target::Resource("AWS::NetworkFirewall::RuleGroup"),
        words: &[
            same("capacity", "Capacity"),
            same("description", "Description"),
            same("name", "RuleGroupName"),
            same("rules", "RuleGroup.RulesSource.RulesString"),
            TAGS,
            same("type", "Type"),
            block(
                "rule_group",
                "RuleGroup",
                &[
                    block(
                        "rules_source",
                        "RulesSource",
                        &[
                            same("rules_string", "RulesString"),
                            block(
                                "rules_source_list",
                                "RulesSourceList",
                                &[
                                    same("generated_rules_type", "GeneratedRulesType"),
                                    same("target_types", "TargetTypes"),
                                    same("targets", "Targets"),
                                ],
                            ),
                            blocks(
                                "stateful_rule",
                                "StatefulRules",
                                &[
                                    same("action", "Action"),
                                    block(
                                        "header",
                                        "Header",
                                        &[
                                            same("destination", "Destination"),
                                            same("destination_port", "DestinationPort"),
                                            same("direction", "Direction"),
                                            same("protocol", "Protocol"),
                                            same("source", "Source"),
                                            same("source_port", "SourcePort"),
                                        ],
                                    ),
                                    blocks(
                                        "rule_option",
                                        "RuleOptions",
                                        &[same("keyword", "Keyword"), same("settings", "Settings")],
                                    ),
                                ],
                            ),
                            block(
                                "stateless_rules_and_custom_actions",
                                "StatelessRulesAndCustomActions",
                                &[
                                    blocks("custom_action", "CustomActions", CUSTOM_ACTION),
                                    blocks(
                                        "stateless_rule",
                                        "StatelessRules",
                                        &[
                                            same("priority", "Priority"),
                                            block(
                                                "rule_definition",
                                                "RuleDefinition",
                                                &[
                                                    same("actions", "Actions"),
                                                    block(
                                                        "match_attributes",
                                                        "MatchAttributes",
                                                        &[
                                                            same("protocols", "Protocols"),
                                                            blocks(
                                                                "destination",
                                                                "Destinations",
                                                                &[same(
                                                                    "address_definition",
                                                                    "AddressDefinition",
                                                                )],
                                                            ),
                                                            blocks(
                                                                "destination_port",
                                                                "DestinationPorts",
                                                                &[
                                                                    same("from_port", "FromPort"),
                                                                    same("to_port", "ToPort"),
                                                                ],
                                                            ),
                                                            blocks(
                                                                "source",
                                                                "Sources",
                                                                &[same(
                                                                    "address_definition",
                                                                    "AddressDefinition",
                                                                )],
                                                            ),
                                                            blocks(
                                                                "source_port",
                                                                "SourcePorts",
                                                                &[
                                                                    same("from_port", "FromPort"),
                                                                    same("to_port", "ToPort"),
                                                                ],
                                                            ),
                                                            blocks(
                                                                "tcp_flag",
                                                                "TCPFlags",
                                                                &[
                                                                    same("flags", "Flags"),
                                                                    same("masks", "Masks"),
                                                                ],
                                                            ),
                                                        ],
                                                    ),
                                                ],
                                            ),
                                        ],
                                    ),
                                ],
                            ),
                        ],
                    ),
                    block("stateful_rule_options", "StatefulRuleOptions", &[same("rule_order", "RuleOrder")]),
                ],
            ),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
