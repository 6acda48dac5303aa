//! AWS Lambda: who and what invokes functions and uses layers.

use super::lower::{Built, field};
use super::row::{Row, TAGS, Target, Word, block, blocks, json, same};
use crate::ResourceInstance;
use stockade_model::{Kind, Symbol, SymbolKind, Text, Value};

/// Where the qualifier of a permission stands until it is behind the function's name.
const QUALIFIER: &str = "Qualifier";

/// Where the version of a layer stands until it is in its ARN.
const VERSION: &str = "VersionNumber";

/// A permission on a version or alias names it behind the function in CloudFormation.
fn permission(_: &ResourceInstance, built: &mut Built) {
    let qualifier = built.take(QUALIFIER);
    if let (Some(qualifier), Some(function)) = (qualifier, built.get("FunctionName").cloned()) {
        built.set("FunctionName", qualified(&function, &qualifier));
    }
}

fn qualified(function: &Value, qualifier: &Value) -> Value {
    let (Some(mut text), Some(qualifier)) = (function.as_text(), qualifier.as_text()) else {
        return function.clone();
    };
    text.push_str(":");
    text.push(&qualifier);
    Value::text(text, function.origin.clone())
}

/// The provider lets everyone in by itself where a URL asks for no authentication: `aws_lambda_function_url` adds both
/// permissions on creation.
fn public_url(_: &ResourceInstance, built: &mut Built) {
    let is_open = |auth: &Value| auth.as_text().is_some_and(|auth| auth.as_literal() == Some("NONE"));
    let (Some(auth), Some(function)) =
        (built.get("AuthType").filter(|auth| is_open(auth)), built.get("TargetFunctionArn"))
    else {
        return;
    };
    let origin = auth.origin.clone();
    let named = match built.get("Qualifier") {
        Some(qualifier) => qualified(function, qualifier),
        None => function.clone(),
    };
    let text = |literal: &'static str| Value::text(Text::literal(literal), origin.clone());
    let yes = Value::new(Kind::Bool(true), origin.clone());
    for (ending, action, key, value) in [
        ("/url", "lambda:InvokeFunctionUrl", "FunctionUrlAuthType", text("NONE")),
        ("/invoke", "lambda:InvokeFunction", "InvokedViaFunctionUrl", yes),
    ] {
        let properties = vec![
            field("FunctionName", named.clone()),
            field("Principal", text("*")),
            field("Action", text(action)),
            field(key, value),
        ];
        built.add(ending, "AWS::Lambda::Permission", properties);
    }
}

/// A permission on a layer names its version, which CloudFormation knows by its ARN.
fn layer_version(_: &ResourceInstance, built: &mut Built) {
    let (Some(version), Some(layer)) = (built.take(VERSION), built.get("LayerVersionArn").cloned()) else {
        return;
    };
    let of_it = version.as_text().and_then(|text| match text.as_symbol()?.kind() {
        SymbolKind::Attribute { resource, attribute } if attribute == "version" => {
            Some(Text::symbol(Symbol::attribute(resource.clone(), "LayerVersionArn")))
        }
        _ => None,
    });
    let arn = of_it.or_else(|| {
        let (name, version) = (layer.as_text()?, version.as_text()?);
        let mut arn = Text::default();
        if !name.as_literal().is_some_and(|name| name.starts_with("arn:")) {
            arn.push_str("arn:");
            arn.push_symbol(pseudo("AWS::Partition"));
            arn.push_str(":lambda:");
            arn.push_symbol(pseudo("AWS::Region"));
            arn.push_str(":");
            arn.push_symbol(pseudo("AWS::AccountId"));
            arn.push_str(":layer:");
        }
        arn.push(&name);
        arn.push_str(":");
        arn.push(&version);
        Some(arn)
    });
    if let Some(arn) = arn {
        built.set("LayerVersionArn", Value::text(arn, layer.origin));
    }
}

fn pseudo(name: &str) -> Symbol {
    Symbol::new(SymbolKind::Pseudo(name.into()))
}

/// The arguments of both kinds of Kafka source.
const KAFKA: &[Word] = &[
    same("consumer_group_id", "ConsumerGroupId"),
    block(
        "schema_registry_config",
        "SchemaRegistryConfig",
        &[
            same("event_record_format", "EventRecordFormat"),
            same("schema_registry_uri", "SchemaRegistryURI"),
            blocks("access_config", "AccessConfigs", &[same("type", "Type"), same("uri", "URI")]),
            blocks("schema_validation_config", "SchemaValidationConfigs", &[same("attribute", "Attribute")]),
        ],
    ),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_lambda_permission",
        target: Target::Resource("AWS::Lambda::Permission"),
        words: &[
            same("action", "Action"),
            same("event_source_token", "EventSourceToken"),
            same("function_name", "FunctionName"),
            same("function_url_auth_type", "FunctionUrlAuthType"),
            same("invoked_via_function_url", "InvokedViaFunctionUrl"),
            same("principal", "Principal"),
            same("principal_org_id", "PrincipalOrgID"),
            same("qualifier", QUALIFIER),
            same("source_account", "SourceAccount"),
            same("source_arn", "SourceArn"),
        ],
        attributes: &[("id", "Id")],
        finish: Some(permission),
    },
    Row {
        source: "aws_lambda_function_url",
        target: Target::Resource("AWS::Lambda::Url"),
        words: &[
            same("authorization_type", "AuthType"),
            same("function_name", "TargetFunctionArn"),
            same("invoke_mode", "InvokeMode"),
            same("qualifier", "Qualifier"),
            block(
                "cors",
                "Cors",
                &[
                    same("allow_credentials", "AllowCredentials"),
                    same("allow_headers", "AllowHeaders"),
                    same("allow_methods", "AllowMethods"),
                    same("allow_origins", "AllowOrigins"),
                    same("expose_headers", "ExposeHeaders"),
                    same("max_age", "MaxAge"),
                ],
            ),
        ],
        attributes: &[("function_url", "FunctionUrl"), ("function_arn", "FunctionArn")],
        finish: Some(public_url),
    },
    Row {
        source: "aws_lambda_function_event_invoke_config",
        target: Target::Resource("AWS::Lambda::EventInvokeConfig"),
        words: &[
            same("function_name", "FunctionName"),
            same("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds"),
            same("maximum_retry_attempts", "MaximumRetryAttempts"),
            same("qualifier", "Qualifier").or("$LATEST"),
            block(
                "destination_config",
                "DestinationConfig",
                &[
                    block("on_failure", "OnFailure", &[same("destination", "Destination")]),
                    block("on_success", "OnSuccess", &[same("destination", "Destination")]),
                ],
            ),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_lambda_event_source_mapping",
        target: Target::Resource("AWS::Lambda::EventSourceMapping"),
        words: &[
            same("batch_size", "BatchSize"),
            same("bisect_batch_on_function_error", "BisectBatchOnFunctionError"),
            same("enabled", "Enabled").or("true"),
            same("event_source_arn", "EventSourceArn"),
            same("function_name", "FunctionName"),
            same("function_response_types", "FunctionResponseTypes"),
            same("kms_key_arn", "KmsKeyArn"),
            same("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
            same("maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"),
            same("maximum_retry_attempts", "MaximumRetryAttempts"),
            same("parallelization_factor", "ParallelizationFactor"),
            same("queues", "Queues"),
            same("starting_position", "StartingPosition"),
            same("starting_position_timestamp", "StartingPositionTimestamp"),
            same("topics", "Topics"),
            same("tumbling_window_in_seconds", "TumblingWindowInSeconds"),
            block("amazon_managed_kafka_event_source_config", "AmazonManagedKafkaEventSourceConfig", KAFKA),
            block(
                "destination_config",
                "DestinationConfig",
                &[block("on_failure", "OnFailure", &[same("destination_arn", "Destination")])],
            ),
            block(
                "document_db_event_source_config",
                "DocumentDBEventSourceConfig",
                &[
                    same("collection_name", "CollectionName"),
                    same("database_name", "DatabaseName"),
                    same("full_document", "FullDocument"),
                ],
            ),
            block(
                "filter_criteria",
                "FilterCriteria",
                &[blocks("filter", "Filters", &[same("pattern", "Pattern")])],
            ),
            block("metrics_config", "MetricsConfig", &[same("metrics", "Metrics")]),
            block(
                "provisioned_poller_config",
                "ProvisionedPollerConfig",
                &[
                    same("maximum_pollers", "MaximumPollers"),
                    same("minimum_pollers", "MinimumPollers"),
                    same("poller_group_name", "PollerGroupName"),
                ],
            ),
            block("scaling_config", "ScalingConfig", &[same("maximum_concurrency", "MaximumConcurrency")]),
            block(
                "self_managed_event_source",
                "SelfManagedEventSource",
                &[block(
                    "endpoints",
                    "Endpoints",
                    &[same("KAFKA_BOOTSTRAP_SERVERS", "KafkaBootstrapServers").only()],
                )],
            ),
            block("self_managed_kafka_event_source_config", "SelfManagedKafkaEventSourceConfig", KAFKA),
            blocks(
                "source_access_configuration",
                "SourceAccessConfigurations",
                &[same("type", "Type"), same("uri", "URI")],
            ),
            TAGS,
        ],
        attributes: &[("arn", "EventSourceMappingArn"), ("uuid", "Id"), ("id", "Id")],
        finish: None,
    },
    Row {
        source: "aws_lambda_layer_version_permission",
        target: Target::Resource("AWS::Lambda::LayerVersionPermission"),
        words: &[
            same("action", "Action"),
            same("layer_name", "LayerVersionArn"),
            same("organization_id", "OrganizationId"),
            same("principal", "Principal"),
            same("version_number", VERSION),
        ],
        attributes: &[("id", "Id")],
        finish: Some(layer_version),
    },
    Row {
        source: "aws_lambda_resource_policy",
        target: Target::Resource("AWS::Lambda::ResourcePolicy"),
        words: &[json("policy", "PolicyDocument"), same("resource_arn", "ResourceArn")],
        attributes: &[],
        finish: None,
    },
];
