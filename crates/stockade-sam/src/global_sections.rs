//! The sections of `Globals`, what each takes, and where merging departs from the rule (AWS SAM developer
//! guide, "Globals section of the AWS SAM template", "Supported resources and properties").

/// A section of `Globals`.
pub(crate) struct Section {
    /// Its name.
    pub name: &'static str,
    /// The type that it is for.
    pub type_name: &'static str,
    /// The properties that it takes.
    pub properties: &'static [&'static str],
}

/// How a global value and a resource's own come together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// By the general rule.
    Merge,
    /// The resource's own value stands alone.
    Replace,
    /// Only keys that the resource has are taken from `Globals`.
    OwnKeys,
}

/// The section of that name.
pub(crate) fn named(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// The section for that type.
pub(crate) fn of_type(type_name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.type_name == type_name)
}

/// How the values at a path (`Function.Architectures`) come together.
pub(crate) fn joins(path: &str) -> Join {
    match path {
        "Function.Architectures" | "CapacityProvider.InstanceRequirements.Architectures" => Join::Replace,
        "CapacityProvider.ManagedResourceTags" => Join::OwnKeys,
        _ => Join::Merge,
    }
}

const SECTIONS: &[Section] = &[
    Section {
        name: "Function",
        type_name: "AWS::Serverless::Function",
        properties: &[
            "Handler",
            "Runtime",
            "CodeUri",
            "DeadLetterQueue",
            "Description",
            "MemorySize",
            "Timeout",
            "VpcConfig",
            "Environment",
            "Tags",
            "PropagateTags",
            "Tracing",
            "KmsKeyArn",
            "AutoPublishAlias",
            "AutoPublishAliasAllProperties",
            "Layers",
            "DeploymentPreference",
            "RolePath",
            "PermissionsBoundary",
            "ReservedConcurrentExecutions",
            "ProvisionedConcurrencyConfig",
            "AssumeRolePolicyDocument",
            "EventInvokeConfig",
            "FileSystemConfigs",
            "CodeSigningConfigArn",
            "Architectures",
            "SnapStart",
            "EphemeralStorage",
            "FunctionUrlConfig",
            "RuntimeManagementConfig",
            "LoggingConfig",
            "RecursiveLoop",
            "SourceKMSKeyArn",
            "TenancyConfig",
            "DurableConfig",
            "CapacityProviderConfig",
            "FunctionScalingConfig",
            "PublishToLatestPublished",
            "VersionDeletionPolicy",
        ],
    },
    Section {
        name: "Api",
        type_name: "AWS::Serverless::Api",
        properties: &[
            "Auth",
            "Name",
            "DefinitionUri",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "MergeDefinitions",
            "Variables",
            "EndpointConfiguration",
            "MethodSettings",
            "BinaryMediaTypes",
            "MinimumCompressionSize",
            "Cors",
            "GatewayResponses",
            "AccessLogSetting",
            "CanarySetting",
            "TracingEnabled",
            "OpenApiVersion",
            "Domain",
            "AlwaysDeploy",
            "PropagateTags",
            "SecurityPolicy",
            "EndpointAccessMode",
        ],
    },
    Section {
        name: "HttpApi",
        type_name: "AWS::Serverless::HttpApi",
        properties: &[
            "Auth",
            "AccessLogSettings",
            "StageVariables",
            "Tags",
            "CorsConfiguration",
            "DefaultRouteSettings",
            "Domain",
            "RouteSettings",
            "FailOnWarnings",
            "PropagateTags",
        ],
    },
    Section {
        name: "SimpleTable",
        type_name: "AWS::Serverless::SimpleTable",
        properties: &["SSESpecification"],
    },
    Section {
        name: "StateMachine",
        type_name: "AWS::Serverless::StateMachine",
        properties: &["PropagateTags"],
    },
    Section {
        name: "LayerVersion",
        type_name: "AWS::Serverless::LayerVersion",
        properties: &["PublishLambdaVersion"],
    },
    Section {
        name: "CapacityProvider",
        type_name: "AWS::Serverless::CapacityProvider",
        properties: &[
            "VpcConfig",
            "OperatorRole",
            "Tags",
            "InstanceRequirements",
            "ScalingConfig",
            "KmsKeyArn",
            "PropagateTags",
            "LoggingConfig",
            "ManagedResourceTags",
        ],
    },
    Section {
        name: "MicrovmImage",
        type_name: "AWS::Serverless::MicrovmImage",
        properties: &[
            "BuildRoleArn",
            "BaseImageArn",
            "BaseImageVersion",
            "Logging",
            "EgressNetworkConnectors",
            "CpuConfigurations",
            "Resources",
            "AdditionalOsCapabilities",
            "Hooks",
            "EnvironmentVariables",
            "Tags",
            "PropagateTags",
        ],
    },
    Section {
        name: "NetworkConnector",
        type_name: "AWS::Serverless::NetworkConnector",
        properties: &["OperatorRole", "Tags", "PropagateTags"],
    },
    Section {
        name: "WebSocketApi",
        type_name: "AWS::Serverless::WebSocketApi",
        properties: &[
            "AccessLogSettings",
            "ApiKeySelectionExpression",
            "DefaultRouteSettings",
            "DisableExecuteApiEndpoint",
            "DisableSchemaValidation",
            "Domain",
            "FailOnWarnings",
            "IpAddressType",
            "PropagateTags",
            "RouteSelectionExpression",
            "RouteSettings",
            "StageVariables",
            "Tags",
        ],
    },
];
