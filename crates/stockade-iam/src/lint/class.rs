//! The kinds of errors and warnings.

/// Why the service rejects a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// It is no JSON.
    Json,
    /// A key stands twice in an object.
    DuplicateKey,
    /// The grammar is broken: "Syntax errors in policy."
    Syntax,
    /// A part reads well and means nothing: "The policy failed legacy parsing."
    LegacyParsing,
    /// "Policy document must be version 2012-10-17 or greater."
    Version,
    /// Too many characters for its type of policy.
    Size,
    /// A `Sid` with characters that are not allowed.
    Sid,
    /// "Statement IDs (SID) in a single policy must be unique."
    DuplicateSid,
    /// "Policy statement must contain actions."
    MissingAction,
    /// An action without a service, or with a service that cannot be one.
    ActionVendor,
    /// An action that a policy of this type cannot have.
    ActionNotAllowed,
    /// "Policy statement must contain resources."
    MissingResource,
    /// A resource in a policy that cannot name any.
    ResourceNotAllowed,
    /// "Resource … must be in ARN format or "*"."
    ResourceFormat,
    /// "Partition … is not valid for resource …"
    ResourcePartition,
    /// "Resource vendor must be fully qualified and cannot contain regexes."
    ResourceVendor,
    /// A region in the ARN of a resource that has none.
    ResourceRegion,
    /// A path that no IAM resource begins with.
    ResourcePath,
    /// A statement that must name principals and does not.
    MissingPrincipal,
    /// "Policy document should not specify a principal."
    PrincipalNotAllowed,
    /// A principal that cannot be one.
    PrincipalFormat,
    /// `NotPrincipal` with `Allow`.
    NotPrincipalWithAllow,
    /// An `Effect` that a policy of this type cannot have.
    EffectNotAllowed,
    /// No operator has this name.
    ConditionOperator,
}

impl ErrorClass {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::DuplicateKey => "duplicate_key",
            Self::Syntax => "syntax",
            Self::LegacyParsing => "legacy_parsing",
            Self::Version => "version",
            Self::Size => "size",
            Self::Sid => "sid",
            Self::DuplicateSid => "duplicate_sid",
            Self::MissingAction => "missing_action",
            Self::ActionVendor => "action_vendor",
            Self::ActionNotAllowed => "action_not_allowed",
            Self::MissingResource => "missing_resource",
            Self::ResourceNotAllowed => "resource_not_allowed",
            Self::ResourceFormat => "resource_format",
            Self::ResourcePartition => "resource_partition",
            Self::ResourceVendor => "resource_vendor",
            Self::ResourceRegion => "resource_region",
            Self::ResourcePath => "resource_path",
            Self::MissingPrincipal => "missing_principal",
            Self::PrincipalNotAllowed => "principal_not_allowed",
            Self::PrincipalFormat => "principal_format",
            Self::NotPrincipalWithAllow => "not_principal_with_allow",
            Self::EffectNotAllowed => "effect_not_allowed",
            Self::ConditionOperator => "condition_operator",
        }
    }

    /// Whether the rule holds for customer managed policies alone, and not for inline policies.
    #[must_use]
    pub fn is_of_managed_policies(self) -> bool {
        matches!(self, Self::Version | Self::Size)
    }
}

/// What the service takes and is likely a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningClass {
    /// The catalogue has no such service.
    UnknownService,
    /// The catalogue has no such action.
    UnknownAction,
    /// The action is matched by another of the same statement.
    RedundantAction,
    /// The resource is matched by another of the same statement.
    RedundantResource,
    /// The resource is of no type that the statement's actions act on.
    UnrelatedResource,
    /// No action of the statement has the condition key.
    UnknownConditionKey,
    /// The value can never be that of the key or operator.
    ConditionValue,
    /// A `${…}` that is no policy variable, or stands where there are none.
    Variable,
    /// An empty list or object, which matches nothing or always.
    Empty,
    /// Near the limit of size, or above one that some policies have.
    Size,
}

impl WarningClass {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownService => "unknown_service",
            Self::UnknownAction => "unknown_action",
            Self::RedundantAction => "redundant_action",
            Self::RedundantResource => "redundant_resource",
            Self::UnrelatedResource => "unrelated_resource",
            Self::UnknownConditionKey => "unknown_condition_key",
            Self::ConditionValue => "condition_value",
            Self::Variable => "variable",
            Self::Empty => "empty",
            Self::Size => "size",
        }
    }
}
